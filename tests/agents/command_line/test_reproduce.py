"""``arena reproduce``: what it says, writes and refuses."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import pytest

from agents.experiments.reproduction.book import BOOK
from tests.agents.command_line.commands import Arena, answer


def test_that_without_a_name_all_figures_are_listed(arena: Arena) -> None:
    said = arena("reproduce")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[1:]] == [each.name for each in BOOK]
    assert [each["name"] for each in json.loads(arena("reproduce", "--json").out)] == [each.name for each in BOOK]


def test_that_a_figure_that_agrees_is_a_table_a_sentence_and_exit_0(arena: Arena, tmp_path: Path) -> None:
    said = arena("reproduce", "cliff", "--seeds", "20", "--out", tmp_path / "cliff.csv")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert len(lines) == 1 + 4 + 1 + 1
    assert all(line.endswith("agrees") for line in lines[1:5])
    assert lines[5].startswith("With 20 seeds our runs agree with the book in all 4 numbers")
    with (tmp_path / "cliff.csv").open(newline="") as file:
        assert {row["kind"] for row in csv.DictReader(file)} == {"curve", "number"}


def test_that_a_figure_that_differs_is_said_to_and_exit_1(arena: Arena) -> None:
    said = arena("reproduce", "windy", "--seeds", "10")
    assert said.code == 1
    assert "do not fully agree with the book: 3 of 4" in said.out and "differs" in said.out
    found = json.loads(arena("reproduce", "windy", "--seeds", "10", "--json").out)
    assert found["agrees"] is False
    assert {each["name"] for each in found["numbers"] if not each["agrees"]} == {"length"}
    for each in found["numbers"]:
        assert each["interval"][0] <= each["own"] <= each["interval"][1]


def test_that_one_seed_has_no_interval_and_no_number_where_there_is_none(arena: Arena) -> None:
    found = json.loads(arena("reproduce", "cliff", "--seeds", "1", "--json").out)
    assert found["numbers"][0]["interval"] == [None, None]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_that_a_picture_is_drawn_without_a_screen(ending: str, tmp_path: Path) -> None:
    said = answer("reproduce", "cliff", "--seeds", "2", "--out", f"cliff.{ending}", cwd=tmp_path)
    assert "Traceback" not in said.err
    made = (tmp_path / f"cliff.{ending}").read_bytes()
    assert made.startswith(b"\x89PNG" if ending == "png" else b"<?xml") and len(made) > 5_000


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["clif"], "did you mean cliff"),
        (["cliff", "--out", "x.gif"], ".png, .svg, .csv"),
        (["cliff", "--out", "nowhere/x.csv"], "nowhere"),
        (["cliff", "--seeds", "0"], "0"),
    ],
)
def test_that_what_does_not_fit_is_told_before_anything_is_run(words: list[str], told: str, arena: Arena) -> None:
    said = arena("reproduce", *words)
    assert said.code in (1, 2) and said.out == ""
    assert told in said.err


@pytest.mark.parametrize("ending", ["csv", "png"])
def test_that_numbers_are_told_even_if_the_disk_is_full_by_then(
    ending: str, arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    said = arena("reproduce", "cliff", "--seeds", "20", "--out", tmp_path / f"cliff.{ending}")
    assert said.code == 1
    assert said.out.splitlines()[-1].startswith("With 20 seeds our runs agree")
    assert "no room left" in said.err
    assert list(tmp_path.glob("*cliff*")) == []
