"""A run that begins with a model's weights: the very weights, and settings that build its network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from gymnasium import spaces

from agents.deep.checkpoint import checkpoints
from agents.deep.networks import policy_for
from agents.deep.training.begun_with import FILE, noted_model
from agents.deep.training.opening import open_run
from agents.deep.weights import weights_of
from agents.models.card import Card
from agents.models.library import open_model, shipped_folder
from agents.models.store import load_weights_of, save_model
from agents.models.train_on import settings_from, train_on
from agents.runtime.spec import RunSpec
from arena.errors import ModelError
from arena.runs.locations import runs_root
from arena.runs.run_folder import RunFolder
from tests.agents.models.small_model import manifest

NETWORK, TABLE = shipped_folder() / "ppo-breakout-objects", shipped_folder() / "q-cliff"


def test_that_the_run_begins_with_the_models_weights_at_step_nothing() -> None:
    run = train_on(NETWORK)
    config = RunFolder.open(run).config
    entry = open_model(NETWORK)
    assert (config.agent, config.env_id) == (entry.manifest.agent, entry.manifest.env_id)
    assert config.hyperparameters["hidden_units"] == 128 and config.hyperparameters["n_steps"] == 128
    assert len(checkpoints(RunFolder.open(run).checkpoints_path)) == 1
    assert noted_model(run) == {"model": NETWORK.name, "env_steps": entry.manifest.env_steps}
    again = open_run(RunSpec(resume=str(run), device="cpu"), lambda _: None)
    try:
        assert again.env_steps == 0
        found = weights_of(again.model.policy)
    finally:
        again.close()
    wanted = load_weights_of(NETWORK)
    assert set(found) == set(wanted)
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize("text", ["", "[]", '{"model": "a"}', '{"model": "a", "env_steps": "many"}'])
def test_that_a_note_nobody_can_read_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    assert noted_model(tmp_path) == noted_model(tmp_path / "nothing") == {}


def test_that_grpo_is_held_to_the_weights_it_began_with_and_stays_so(tmp_path: Path) -> None:
    space, network = spaces.Box(-1, 1, (4,)), {"kind": "mlp", "layers": [16]}
    torch.manual_seed(5)
    wanted = weights_of(policy_for("grpo", space, 2, network))
    made = manifest(
        "group", agent="grpo", network=network, ages=(),
        hyperparameters={"n_envs": 4, "group_size": 2, "kl_coef": 0.5, "learning_rate_schedule": "constant"},
    )  # fmt: skip
    save_model(tmp_path / "group", made, wanted, Card(env_steps=2000))
    run = train_on(tmp_path / "group")
    for _ in range(2):
        again = open_run(RunSpec(resume=str(run), device="cpu"), lambda _: None)
        try:
            learner: Any = again.model
            held = weights_of(learner.reference)
            assert all(torch.equal(held[name], wanted[name]) for name in wanted)
            learner.learn(100, reset_num_timesteps=False)
            assert any(not torch.equal(value, wanted[name]) for name, value in weights_of(learner.policy).items())
            assert "train/reference_kl" in learner.logger.name_to_value
            again.checkpoint()
        finally:
            again.close()


def test_that_a_table_is_refused_and_leaves_no_run() -> None:
    with pytest.raises(ModelError) as told:
        train_on(TABLE)
    assert told.value.key == "error.model.table"
    assert not runs_root().exists()


def test_that_layers_of_different_sizes_are_refused_in_a_sentence() -> None:
    manifest = replace(open_model(NETWORK).manifest, network={"kind": "mlp", "layers": [64, 32]})
    with pytest.raises(ModelError) as told:
        settings_from(manifest)
    assert told.value.key == "error.model.not_trainable"


def test_that_settings_nobody_here_knows_or_allows_are_left_out() -> None:
    manifest = open_model(NETWORK).manifest
    strange = {**manifest.hyperparameters, "use_sde": False, "gamma": 7.0}
    made = settings_from(replace(manifest, hyperparameters=strange))
    assert "use_sde" not in made and "gamma" not in made and made["learning_rate"] == 0.0007
    assert made["learning_rate_schedule"] == "linear"
