"""``arena sweep``: what it says, writes and refuses, and what is left of it when it is stopped."""

from __future__ import annotations

import csv
import errno
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.agents.command_line.commands import Arena, process

SMALL = ("--env", "CliffWalking-v1", "--hyperparams", "gamma:1", "--seeds", "20", "--episodes", "60")


def test_that_a_comparison_is_a_table_and_one_sentence_on_luck(arena: Arena) -> None:
    said = arena("sweep", *SMALL, "--compare", "sarsa,expected_sarsa", "--episodes", "300")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines[:4]] == ["setting", "Q-learning", "SARSA", "Expected SARSA"]
    assert lines[4] == "exact optimum: -13.00"
    assert lines[5].startswith("Expected SARSA is better than all the others in the last 100 episodes")
    assert lines[5].endswith("with 20 seeds this is hardly luck.")
    assert len(lines) == 6


def test_that_the_file_holds_what_was_run(arena: Arena, tmp_path: Path) -> None:
    out = tmp_path / "cliff.csv"
    said = arena("sweep", *SMALL, "--vary", "alpha=0.1:0.3:0.1", "--vary", "epsilon=0.1,0.2", "--out", out)
    assert said.code == 0
    assert said.out.endswith("the returns of 120 runs\n")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6 * 20 * 60
    assert {(row["alpha"], row["epsilon"]) for row in rows} == {
        (a, e) for a in ("0.1", "0.2", "0.3") for e in ("0.1", "0.2")
    }
    assert arena("sweep", *SMALL, "--each", "seed", "--out", out).code == 0
    assert len(out.read_text().splitlines()) == 21


def test_that_json_has_every_figure_and_nothing_else_is_on_stdout(arena: Arena, tmp_path: Path) -> None:
    said = arena("sweep", *SMALL, "--vary", "alpha=0.1,0.9", "--last", "30", "--json", "-P")
    found = json.loads(said.out)
    assert "100%" in said.err and "runs/s" in said.err
    assert [each["name"] for each in found["settings"]] == ["alpha=0.1", "alpha=0.9"]
    assert found["judged"] == {"unit": "episodes", "count": 30}
    for each in found["settings"]:
        assert len(each["scores"]) == each["seeds"] == 20
        assert each["interval"][0] < each["mean"] < each["interval"][1]
        assert each["mean"] == pytest.approx(sum(each["scores"]) / 20)
        assert each["optimal_return"] == pytest.approx(-13.0)
        assert each["hyperparameters"]["gamma"] == 1.0
    assert found["conclusion"]["kind"] in ("better", "undecided", "negligible")
    assert found["conclusion"]["sentence"].endswith(".")


def test_that_one_seed_is_said_to_mean_nothing_and_is_no_number_in_json(arena: Arena) -> None:
    assert "one seed says nothing about luck" in arena("sweep", *SMALL, "--seeds", "1").out
    found = json.loads(arena("sweep", *SMALL, "--seeds", "1", "--json").out)
    assert found["settings"][0]["interval"] == [None, None]


def test_that_more_than_six_settings_are_told_by_who_may_be_best(arena: Arena) -> None:
    said = arena("sweep", *SMALL, "--vary", "alpha=0.1:0.7:0.1")
    assert "earned most in the last 30 episodes" in said.out or "is the best of these" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--algo", "q_lerning"], "did you mean q_learning"),
        (["--compare", "sarsaa"], "did you mean sarsa"),
        (["--algo", "value_iteration"], "luck has no part in it"),
        (["--env", "CliffWalking-v0"], "CliffWalking-v1"),
        (["--vary", "alpha"], "name=values"),
        (["--vary", "alpha=0.1:0.9:0"], "first:last:step"),
        (["--vary", "alpha=3"], "alpha cannot be 3"),
        (["--vary", "alpha=0.1", "--vary", "alpha=0.2"], "varied twice"),
        (["--vary", "alpha=0.1", "--vary", "epsilon=0.2", "--vary", "gamma=1"], "More than 2"),
        (["--vary", "alpha=0.02:1:0.02", "--vary", "epsilon=0.02:1:0.02"], "too many for one sweep"),
        (["--hyperparams", "alhpa:0.1"], "did you mean alpha"),
        (["--last", "61", "--episodes", "60", "--out", "x.txt"], "must end in .csv"),
    ],
)
def test_that_what_does_not_fit_is_told_before_anything_is_run(words: list[str], told: str, arena: Arena) -> None:
    said = arena("sweep", *words)
    assert said.code == 2
    assert told in said.sentence()


def test_that_a_place_that_cannot_be_written_is_told_before_anything_is_run(arena: Arena, tmp_path: Path) -> None:
    said = arena("sweep", *SMALL, "--out", tmp_path / "missing" / "table.csv")
    assert said.code == 1
    assert "table.csv" in said.sentence()


def test_that_figures_are_told_even_if_the_disk_is_full_by_then(
    arena: Arena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    said = arena("sweep", *SMALL, "--out", tmp_path / "table.csv")
    assert said.code == 1
    assert "Q-learning earns" in said.out and "table.csv" not in said.out
    assert "no room left" in said.err and "table.csv" in said.err and "--log-folder" not in said.err
    assert list(tmp_path.glob("*table*")) == []


def test_that_it_speaks_the_language_asked_for(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_LANGUAGE", "zh_TW")
    assert "不太可能是運氣" in arena("sweep", *SMALL, "--compare", "sarsa", "--episodes", "300").out


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_that_ctrl_c_keeps_the_finished_seeds_and_says_so(tmp_path: Path) -> None:
    running = process("sweep", "--env", "CliffWalking-v1", "--seeds", "10000", "--episodes", "2000", "--out", "out.csv",
                      "--each", "seed", "-P", cwd=tmp_path)  # fmt: skip
    assert running.stderr is not None
    # The bar is there: seeds are being run.
    said = ""
    deadline = time.monotonic() + 90
    while "runs/s" not in said and time.monotonic() < deadline:
        said += running.stderr.read(1)
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=250)
    assert running.returncode == 130, err
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert 2 <= len(lines) < 10_001
    assert f"Stopped: {len(lines) - 1:,} of 10,000 runs had finished and are kept" in err
    assert f"{len(lines) - 1:,} runs" in out
    assert "Q-learning earns" in out
