"""From demonstrations to a clone, from there to PPO on answers and to DPO on the same; each is kept in the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("stable_baselines3")

import torch
from safetensors.torch import load_file

from agents.models.library import open_model
from agents.models.store import load_weights_of
from tests.agents.command_line.commands import Arena, Said

CORRIDOR = ("--env-kwargs", "map:corridor")
TINY = (
    "-n", "256", "--labels", "24", "--preferences", "first_steps:128", "first_labels:8", "epochs:5", "members:2",
    "--hyperparams", "n_envs:4", "n_steps:16", "batch_size:32", "n_epochs:2",
)  # fmt: skip


def told(said: Said) -> dict[str, Any]:
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert isinstance(found, dict)
    return found


def test_the_whole_way(arena: Arena, tmp_path: Path) -> None:
    file, home = tmp_path / "shown.npz", tmp_path / "home"
    shown = told(arena("demonstrate", *CORRIDOR, "--episodes", 8, "--epsilon", 0.1, "--out", file, "--json"))
    assert shown["games"] == 8 and shown["mean_return"] == 1.0

    cloned = told(arena("clone", file, "--name", "twin", "--episodes", 4, "--hyperparams", "hidden_units:16", "--json"))
    assert cloned["accuracy"] > 0.7 and cloned["return"]["greedy"] == 1.0
    entry = open_model(home / "models" / "twin")
    assert entry.card.distilled_from == "oracle" and "cloned" in entry.card.limits
    assert entry.card.evaluation is not None and len(entry.card.evaluation.scores) == 4
    assert entry.manifest.network["layers"] == [16, 16]
    assert told(arena("evaluate", "twin", "--episodes", 2, "--deterministic", "--json"))["mean"] == 1.0

    run = told(arena("rlhf", "--begin-with", "twin", *TINY, "--name", "taught", "-f", tmp_path / "runs", "--json"))
    assert run["begun_with"] == "twin" and run["env_kwargs"] == {"map": "corridor"} and run["kl_weight"] == 0.01
    reference = load_file(Path(run["run"]) / "reference.safetensors")
    wanted = load_weights_of(home / "models" / "twin")
    assert all(torch.equal(reference[name], wanted[name]) for name in wanted)
    # The same agent on the true reward begins as the clone too.
    beside = json.loads((Path(run["true_reward"]["run"]) / "begun_with.json").read_text())
    assert beside["model"] == "twin" and run["true_reward"]["return"]["greedy"] == 1.0
    assert "labels" in open_model(home / "models" / "taught").card.limits

    direct = told(
        arena("dpo", "--labels", run["run"], "--begin-with", "twin", "--epochs", 5, "--episodes", 4, "--json")
    )
    assert direct["model"] == "twin-dpo" and direct["labels"] + direct["held_out"] <= 24
    assert set(direct["return"]) == {"dpo", "reference", "random"}
    assert direct["return"]["reference"]["greedy"] == 1.0 and direct["kl"] > 0.0
    assert open_model(home / "models" / "twin-dpo").manifest.hyperparameters["dpo_reference"] == "twin"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("demonstrate", "--env", "CartPole-v1", "--out", "x.npz"), "CartPole-v1"),
        (("demonstrate", *CORRIDOR, "--out", "x.txt"), ".npz"),
        (("clone", "nothing.npz"), "nothing.npz"),
        (("rlhf", "--begin-with", "q-cliff"), "q-cliff"),
        (("rlhf", "--begin-with", "ppo-breakout-objects", "--env", "CartPole-v1"), "ppo-breakout-objects"),
        (("rlhf", "--begin-with", "nobody"), "nobody"),
        (("dpo", "--labels", "nothing.zip"), "nothing.zip"),
        (("dpo", "--labels", "nothing.zip", "--algo", "dqn"), "ppo, a2c, trpo"),
        (("demonstrate", *CORRIDOR, "--out", "x.npz", "--epsilon", "2"), "2"),
    ],
)
def test_that_what_cannot_be_is_said_and_nothing_is_begun(arena: Arena, words: tuple[str, ...], what: str) -> None:
    said = arena(*words)
    assert said.code in (1, 2) and what in said.err and "Traceback" not in said.err
    assert not Path("x.npz").exists()
