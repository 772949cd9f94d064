"""What a picture network computes its features in, and how far that is from the exact ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces

from agents.catalog import agent
from agents.configuration import build
from agents.deep import precision
from agents.deep.algorithms import algorithm_for
from agents.deep.nature_network import ByteNatureCNN
from agents.deep.networks import policy_for
from agents.deep.places import place_of
from agents.deep.precision import WORTH, gain, precision_for, use_precision
from arena.errors import UsageError

PICTURES = spaces.Box(0, 255, (4, 84, 84), np.uint8)

TOLERANCE = 0.02
"""Of the largest feature: four layers that each round to 8 bits of significand."""


def chosen(wanted: str, kind: str = "pixels") -> str:
    return precision_for(wanted, kind=kind, width=0.125, device="cpu", threads=1)


def test_that_bytes_are_exact_in_bfloat16() -> None:
    every = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(every.to(torch.bfloat16).to(torch.uint8), every)


@pytest.mark.parametrize("width", [0.125, 0.5])
def test_that_features_are_those_of_float32_within_a_tolerance(width: float) -> None:
    torch.manual_seed(0)
    extractor = ByteNatureCNN(PICTURES, width)
    seen = torch.randint(0, 256, (8, 4, 84, 84), dtype=torch.uint8)
    gradients = []
    features = []
    for name in ("float32", "bfloat16"):
        use_precision(extractor, name)
        extractor.zero_grad()
        found = extractor(seen)
        found.sum().backward()
        features.append(found.detach())
        gradients.append([parameter.grad.clone() for parameter in extractor.parameters() if parameter.grad is not None])
    assert len(gradients[0]) == len(gradients[1]) == 8
    exact, rounded = features
    assert rounded.dtype == torch.float32 and not torch.equal(exact, rounded)
    assert float((exact - rounded).abs().max()) <= TOLERANCE * float(exact.abs().max())
    for mine, theirs in zip(*gradients, strict=True):
        assert theirs.dtype == torch.float32
        assert float((mine - theirs).norm()) <= 2 * TOLERANCE * float(mine.norm())


@pytest.mark.parametrize("agent_id", ["ppo", "dqn", "qr_dqn", "grpo"])
def test_that_every_network_of_an_algorithm_computes_in_it(agent_id: str) -> None:
    few = {"n_envs": 2, "group_size": 2, "buffer_size": 100, "width": 0.125, "n_quantiles": 5, "batch_size": 16}
    config_class = agent(agent_id).config_class()
    known = {name: value for name, value in few.items() if hasattr(config_class, name)}
    model: Any = algorithm_for(
        build(config_class, known), place_of("BreakoutNoFrameskip-v4"), seed=1, precision="bfloat16"
    )  # fmt: skip
    assert model.env is not None
    model.env.close()
    networks = [model.policy, *([model.reference] if agent_id == "grpo" else [])]
    found = [part for network in networks for part in network.modules() if isinstance(part, ByteNatureCNN)]
    # θ and θ⁻, or the policy and what it must not drift away from.
    assert len(found) >= (1 if agent_id == "ppo" else 2)
    assert {part.precision for part in found} == {"bfloat16"}
    use_precision(model.policy, "float32")
    assert {part.precision for part in model.policy.modules() if isinstance(part, ByteNatureCNN)} == {"float32"}


def test_that_a_policy_answers_nearly_the_same() -> None:
    torch.manual_seed(0)
    policy = policy_for("ppo", PICTURES, 4, {"kind": "nature", "width": 0.5})
    seen = torch.randint(0, 256, (16, 4, 84, 84), dtype=torch.uint8)
    answers = []
    for name in ("float32", "bfloat16"):
        use_precision(policy, name)
        with torch.no_grad():
            answers.append((policy.get_distribution(seen).distribution.probs, policy.predict_values(seen)))  # type: ignore[operator]
    for exact, rounded in zip(*answers, strict=True):
        assert torch.allclose(exact, rounded, atol=0.02)


def test_that_auto_does_what_the_probe_found_here() -> None:
    found = gain(0.125, "cpu", 1)
    assert found > 0
    assert chosen("auto") == ("bfloat16" if found >= WORTH else "float32")


@pytest.mark.parametrize(("found", "name"), [(1.19, "float32"), (1.2, "bfloat16"), (5.0, "bfloat16")])
def test_that_auto_takes_what_is_worth_its_rounding(found: float, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "gain", lambda *_: found)
    assert chosen("auto") == name
    assert chosen("float32") == "float32"
    assert chosen("bfloat16") == "bfloat16"
    assert chosen("auto", "vector") == "float32"


def test_that_the_probe_draws_no_random_number() -> None:
    gain.cache_clear()
    torch.manual_seed(3)
    gain(0.125, "cpu", 1)
    drawn = torch.rand(1)
    torch.manual_seed(3)
    assert torch.equal(drawn, torch.rand(1))


def test_that_what_cannot_be_is_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="sees pictures"):
        chosen("bfloat16", "states")
    with pytest.raises(UsageError, match="float32, bfloat16"):
        chosen("int3")
