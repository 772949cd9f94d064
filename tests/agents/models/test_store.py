"""Weights go into a model's folder and come back to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from agents.models.manifest import WEIGHTS
from agents.models.store import load_weights_of, save_model
from arena.errors import ModelError
from tests.agents.models import small_model as small


def _weights(seed: int) -> dict[str, torch.Tensor]:
    draws = torch.Generator().manual_seed(seed)
    return {name: torch.randn(shape, generator=draws) for name, shape in small.SHAPES.items()}


def test_that_weights_of_every_age_come_back_to_the_bit(tmp_path: Path) -> None:
    newest, first = _weights(1), _weights(2)
    save_model(tmp_path / "mine", small.manifest(), newest, small.card(), {"ages/000000000.safetensors": first})
    for age, saved in ((None, newest), (2000, newest), (0, first), ("ages/000000000.safetensors", first)):
        found = load_weights_of(tmp_path / "mine", age)
        assert set(found) == set(saved)
        assert all(torch.equal(found[name], saved[name]) for name in saved)


def test_that_an_age_that_was_not_kept_is_answered_with_those_that_were(tmp_path: Path) -> None:
    small.small_model(tmp_path / "mine")
    with pytest.raises(ModelError, match="2,000"):
        load_weights_of(tmp_path / "mine", 7)


def test_that_weights_that_are_no_numbers_are_refused_by_name(tmp_path: Path) -> None:
    weights = _weights(1)
    weights["action_net.bias"][1] = float("nan")
    save_model(tmp_path / "mine", small.manifest(ages=()), weights, small.card())
    with pytest.raises(ModelError, match=r"action_net\.bias"):
        load_weights_of(tmp_path / "mine")
    assert WEIGHTS in {item.name for item in (tmp_path / "mine").iterdir()}
