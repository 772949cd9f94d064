"""``config.json`` comes back as it was written, and nothing else is taken for one."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from arena.errors import RunError
from arena.runs.run_config import MOST_BYTES, SCHEMA_VERSION, RunConfig, library_versions, now_utc
from tests.arena.mutations import JUNK, numbered, spoiled, spoiled_json
from tests.arena.runs.run_samples import CONFIG


def test_that_a_configuration_comes_back_as_it_was() -> None:
    assert RunConfig.from_json(CONFIG.to_json(), "x") == CONFIG
    plain = replace(CONFIG, parent=None, env_kwargs={}, hyperparameters={}, versions={})
    assert RunConfig.from_json(plain.to_json(), "x") == plain


def test_that_what_a_run_depends_on_is_noted() -> None:
    versions = library_versions()
    assert versions["numpy"] == np.__version__
    assert {"python", "platform", "cpu", "numba", "gymnasium"} <= set(versions)
    assert all(isinstance(value, str) and value for value in versions.values())
    assert replace(CONFIG, created=now_utc(), versions=versions)


def test_that_a_newer_schema_is_said_clearly() -> None:
    newer = {"schema_version": SCHEMA_VERSION + 1, "whatever": "came later"}
    with pytest.raises(RunError) as problem:
        RunConfig.from_json(json.dumps(newer), "a-run/config.json")
    assert problem.value.key == "error.run.newer"
    assert "a-run/config.json" in str(problem.value) and "newer" in str(problem.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("env_id", ""), ("env_id", 3), ("env_id", "a\nb"), ("env_id", "x" * 1000), ("agent", None), ("seed", -1),
        ("seed", 2**64), ("seed", True), ("seed", 1.0), ("created", "yesterday"), ("created", 3),
        ("created", "2026-11-20T10:11:12"), ("created", "2026-11-20T10:11:12+08:00"), ("created", "1" * 50),
        ("env_kwargs", []), ("env_kwargs", {"a": float("inf")}), ("env_kwargs", {"a": 2**70}),
        ("env_kwargs", {"a": "\x00"}), ("env_kwargs", {"a": "\ud800"}), ("env_kwargs", {3: 1}),
        ("env_kwargs", {"a": object()}), ("hyperparameters", {"alpha": []}), ("hyperparameters", {"alpha": None}),
        ("hyperparameters", {"alpha": float("nan")}), ("hyperparameters", None), ("parent", {}), ("parent", 3),
        ("parent", {"run": "a", "tick": -1, "changes": {}}), ("parent", {"run": "", "tick": 1, "changes": {}}),
        ("parent", {"run": "a", "tick": 1, "changes": {"alpha": {}}}), ("versions", {"numpy": 2}), ("versions", []),
        ("schema_version", 0), ("schema_version", "1"), ("schema_version", True),
    ],
)  # fmt: skip
def test_that_each_field_is_checked_and_named(field: str, value: Any) -> None:
    with pytest.raises(RunError) as problem:
        replace(CONFIG, **{field: value})
    assert problem.value.params["field"] == field


def test_that_a_field_too_few_or_too_many_is_named() -> None:
    values = CONFIG.plain()
    for changed, field in (({**values, "colour": 1}, "colour"), ({**values}, "seed")):
        if field == "seed":
            del changed["seed"]
        with pytest.raises(RunError) as problem:
            RunConfig.from_json(json.dumps(changed), "here.json")
        assert (problem.value.params["field"], problem.value.params["file"]) == (field, "here.json")


@pytest.mark.parametrize(
    "text",
    numbered("", "{", "3", "null", "[]", "[" * 100_000, '{"seed": NaN}', " " * MOST_BYTES + "{}", "1" + "0" * 5000),
)
def test_that_a_file_that_is_no_configuration_is_called_damaged(text: str) -> None:
    with pytest.raises(RunError) as problem:
        RunConfig.from_json(text, "x")
    assert problem.value.key == "error.run.damaged"


def test_that_a_configuration_too_long_to_be_read_back_is_not_written() -> None:
    with pytest.raises(RunError):
        replace(CONFIG, env_kwargs={"map": "x" * MOST_BYTES}).to_json()


def test_that_values_nested_too_deep_are_refused() -> None:
    deep: Any = {}
    for _ in range(500):
        deep = {"a": deep}
    with pytest.raises(RunError):
        replace(CONFIG, env_kwargs=deep)


def test_that_spoiled_configurations_end_in_our_own_error_or_in_a_configuration() -> None:
    chance = random.Random(3)
    sound = CONFIG.to_json()
    refused = 0
    for number in range(3000):
        if number % 2:
            text = spoiled(sound.encode(), chance).decode("utf-8", "replace")
        else:
            text = json.dumps(spoiled_json(CONFIG.plain(), chance))
        try:
            RunConfig.from_json(text, "x").to_json()
        except RunError:
            refused += 1
    assert refused > 1000


@pytest.mark.parametrize("junk", numbered(*JUNK))
def test_that_junk_in_any_field_is_judged_without_an_accident(junk: Any) -> None:
    for field in CONFIG.plain():
        try:
            RunConfig.from_json(json.dumps({**CONFIG.plain(), field: junk}), "x")
        except RunError as problem:
            assert problem.params["file"] == "x"  # noqa: PT017 - some junk is allowed in some fields
