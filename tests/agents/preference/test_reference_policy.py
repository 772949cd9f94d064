"""What straying from the reference costs is the weighted difference of log-probabilities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.deep.asking import answer
from agents.deep.networks import policy_for
from agents.preference.reference_policy import ReferencePolicy
from arena.errors import RunError
from tests.agents.preference.made_clips import open_place

STATES, ACTIONS = np.arange(8), np.array([0, 1, 2, 3, 0, 1, 2, 3])


def made(seed: int) -> ActorCriticPolicy:
    torch.manual_seed(seed)
    policy = policy_for("ppo", open_place().observation_space, 4, {"kind": "mlp", "layers": [8]})
    assert isinstance(policy, ActorCriticPolicy)
    return policy


def moved(policy: ActorCriticPolicy) -> ActorCriticPolicy:
    with torch.no_grad():
        policy.action_net.weight.add_(torch.randn(policy.action_net.weight.shape))
    return policy


def test_that_the_price_is_beta_times_the_log_ratio() -> None:
    policy = made(1)
    reference = ReferencePolicy(policy)
    before = answer(policy, STATES).preferences[STATES, ACTIONS]
    moved(policy)
    reference.weight = 0.3
    after = answer(policy, STATES).preferences[STATES, ACTIONS]
    assert np.allclose(reference.price(STATES, ACTIONS), 0.3 * np.log(after / before), atol=1e-5)
    assert reference.kl == pytest.approx(float(np.log(after / before).mean()), abs=1e-5)


def test_that_who_has_not_strayed_pays_nothing() -> None:
    reference = ReferencePolicy(made(1))
    reference.weight = 5.0
    assert np.allclose(reference.price(STATES, ACTIONS), 0.0)


def test_that_a_reference_comes_back_from_its_file(tmp_path: Path) -> None:
    first = ReferencePolicy(made(1))
    first.write(tmp_path / "reference.safetensors")
    policy = made(1)
    moved(policy)
    second = ReferencePolicy(policy)
    second.weight = first.weight = 1.0
    assert np.allclose(second.price(STATES, ACTIONS), 0.0)
    second.read(tmp_path / "reference.safetensors")
    assert not np.allclose(second.price(STATES, ACTIONS), 0.0)
    (tmp_path / "reference.safetensors").write_bytes(b"nothing")
    with pytest.raises(RunError):
        second.read(tmp_path / "reference.safetensors")
