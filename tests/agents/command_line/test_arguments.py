"""How text on the command line becomes values."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from agents.command_line.arguments import env_kwargs_of, name_and_value, plain_value, whole_number


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-3", -3), ("1_000", 1000), ("0.5", 0.5), (".5", 0.5), ("1e3", 1000.0), ("true", True),
     ("False", False), ("None", None), ("cliff", "cliff"), ("nan", "nan"), ("inf", "inf"), ("4x4", "4x4"), ("", "")],
)  # fmt: skip
def test_that_a_value_gets_the_type_it_spells(text: str, value: object) -> None:
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


def test_that_a_value_may_contain_colons() -> None:
    assert name_and_value(r"map:C:\maps\mine.txt") == ("map", r"C:\maps\mine.txt")


@pytest.mark.parametrize("text", ["alpha", ":1", ""])
def test_that_a_pair_needs_a_name_and_a_colon(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="name:value"):
        name_and_value(text)


@pytest.mark.parametrize(("text", "value"), [("200000", 200_000), ("2e5", 200_000), ("200_000", 200_000)])
def test_that_counts_may_be_written_as_people_do(text: str, value: int) -> None:
    assert whole_number(1, 10**6)(text) == value


@pytest.mark.parametrize("text", ["0", "1.5", "true", "many", "1e30", "nan", "-1"])
def test_that_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="whole number from 1 to 1,000,000"):
        whole_number(1, 10**6)(text)


def test_that_a_map_file_is_found_from_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert env_kwargs_of([("map", "mine.txt")]) == {"map": str(tmp_path / "mine.txt")}
    assert env_kwargs_of([("map", "cliff"), ("slip", 0.1)]) == {"map": "cliff", "slip": 0.1}
