"""The manifest says what a model is in names and numbers of ours, or it is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.models.card import card_from, read_card
from agents.models.manifest import Manifest, is_model_name, manifest_from, read_manifest
from arena.errors import ModelError
from tests.agents.models import small_model as small


def test_that_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    written = small.small_model(tmp_path / "mine")
    assert read_manifest(tmp_path / "mine") == written
    assert read_card(tmp_path / "mine") == small.card()


def test_that_a_manifest_and_the_library_are_read_without_any_learning_library(tmp_path: Path) -> None:
    small.small_model(tmp_path / "mine")
    code = (
        "import sys\nfrom agents.models.library import find_model, models\nmodels()\n"
        f"assert find_model({str(tmp_path / 'mine')!r}).card.seed == 3\n"
        "print(*(name for name in ('torch', 'numpy', 'numba', 'gymnasium', 'safetensors') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def _plain() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(json.dumps(small.manifest().plain()))
    values["files"] = {
        name: {"size": 10, "sha256": "0" * 64}
        for name in ("weights.safetensors", "card.json", "ages/000000000.safetensors")
    }
    return values


Change = Callable[[dict[str, Any]], object]

WRONG: dict[str, Change] = {
    "unknown agent": lambda v: v.update(agent="os.system"),
    "agent of another family": lambda v: v.update(agent="q_learning"),
    "unknown family": lambda v: v.update(family="pickled"),
    "unknown origin": lambda v: v.update(origin="stolen"),
    "no name": lambda v: v.update(name=""),
    "name that is a path": lambda v: v.update(name="../x"),
    "unknown network": lambda v: v.update(network={"kind": "os:system"}),
    "no network": lambda v: v.update(network={}),
    "giant width": lambda v: v.update(network={"kind": "nature", "width": 1e6}),
    "giant layer": lambda v: v.update(network={"kind": "mlp", "layers": [10**9]}),
    "many layers": lambda v: v.update(network={"kind": "mlp", "layers": [8] * 1000}),
    "layers of text": lambda v: v.update(network={"kind": "mlp", "layers": "88"}),
    "giant observation": lambda v: v["observation"].update(shape=[99999, 99999]),
    "observation without a shape": lambda v: v["observation"].pop("shape"),
    "observation of objects": lambda v: v["observation"].update(dtype="object"),
    "negative shape": lambda v: v["observation"].update(shape=[-4]),
    "no actions": lambda v: v.update(actions=[]),
    "actions that are none": lambda v: v.update(actions="LEFT"),
    "a million actions": lambda v: v.update(actions=["A"] * 10**6),
    "steps that are true": lambda v: v.update(env_steps=True),
    "negative steps": lambda v: v.update(env_steps=-1),
    "time of nowhere": lambda v: v.update(created="yesterday"),
    "schedule of code": lambda v: v["hyperparameters"].update(lr={"kind": "lambda", "start": 1, "end": 0}),
    "schedule with more": lambda v: v["hyperparameters"].update(lr={"kind": "linear", "start": 1, "end": 0, "f": 1}),
    "age outside": lambda v: v["ages"][0].update(file="../../x.safetensors"),
    "age with an absolute path": lambda v: v["ages"][0].update(file="/etc/passwd"),
    "ages out of order": lambda v: v["ages"].reverse(),
    "file outside": lambda v: v["files"].update({"../x": {"size": 1, "sha256": "0" * 64}}),
    "file nobody needs": lambda v: v["files"].update({"run.py": {"size": 1, "sha256": "0" * 64}}),
    "weights not listed": lambda v: v["files"].pop("weights.safetensors"),
    "file of a terabyte": lambda v: v["files"]["weights.safetensors"].update(size=2**40),
    "hash that is none": lambda v: v["files"]["weights.safetensors"].update(sha256="sure"),
    "missing field": lambda v: v.pop("actions"),
    "unknown field": lambda v: v.update(code="import os"),
    "version that is none": lambda v: v.update(format_version="1"),
    "newer version": lambda v: v.update(format_version=99),
    "versions of numbers": lambda v: v.update(versions={"torch": 2}),
    "files of text": lambda v: v.update(files="weights"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_that_a_manifest_that_cannot_be_is_refused_in_a_sentence(change: Change) -> None:
    values = _plain()
    assert isinstance(manifest_from(values, "mine/manifest.json"), Manifest)
    change(values)
    with pytest.raises(ModelError) as refused:
        manifest_from(values, "mine/manifest.json")
    assert "mine/manifest.json" in str(refused.value) and str(refused.value).endswith(".")


CARDS: dict[str, Change] = {
    "limit that is no name of ours": lambda v: v.update(limits=["error.cli.memory"]),
    "scores of text": lambda v: v["evaluation"].update(scores=["100"]),
    "no scores": lambda v: v["evaluation"].update(scores=[]),
    "mean that is none": lambda v: v["evaluation"].update(mean=None),
    "machine of lists": lambda v: v.update(machine={"cores": [1]}),
    "title of numbers": lambda v: v.update(title={"en": 3}),
    "missing field": lambda v: v.pop("seed"),
    "age without games": lambda v: v.update(ages=[[0, None]]),
}


@pytest.mark.parametrize("change", CARDS.values(), ids=CARDS)
def test_that_a_card_that_cannot_be_is_refused_in_a_sentence(change: Change) -> None:
    values = json.loads(json.dumps(small.card().plain()))
    assert card_from(values, "mine/card.json") == small.card()
    change(values)
    with pytest.raises(ModelError, match=r"mine/card\.json"):
        card_from(values, "mine/card.json")


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "-n", "con", "NUL.txt", "a\nb", "x" * 61, "a."])
def test_that_a_name_no_file_system_takes_is_no_name(name: str) -> None:
    assert not is_model_name(name)


@pytest.mark.parametrize("name", ["ppo-breakout", "模型 1", "a", "v2.1"])
def test_that_usual_names_are_names(name: str) -> None:
    assert is_model_name(name)
