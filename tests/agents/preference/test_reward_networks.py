"""Members computed together are those computed one by one."""

from __future__ import annotations

import pytest
import torch
from gymnasium import spaces

from agents.deep.places import Place
from agents.preference.reward_network import (
    OVER,
    PixelReward,
    RewardNetwork,
    TableReward,
    VectorReward,
    reward_network_for,
)


def luck() -> torch.Generator:
    return torch.Generator().manual_seed(4)


def made(kind: str) -> tuple[RewardNetwork, torch.Tensor]:
    if kind == "states":
        return TableReward(9, 8, 3, 4, 0.0, luck()), torch.tensor([0, 3, 8, 3, 1])
    if kind == "pixels":
        return PixelReward(4, 16, 3, 4, 0.0, luck()), torch.randint(0, 255, (5, 4, 84, 84), dtype=torch.uint8)
    return VectorReward(6, 8, 3, 4, 0.0, luck()), torch.randn(5, 6)


@pytest.mark.parametrize("kind", ["states", "vector", "pixels"])
def test_that_r_of_a_step_is_its_column(kind: str) -> None:
    network, seen = made(kind)
    actions = torch.tensor([0, 3, OVER, 1, 2])
    found, columns = network(seen, actions), network.columns(seen)
    assert found.shape == (3, 5)
    assert columns.shape == (3, 5, 5)
    wanted = [columns[:, row, 4 if action == OVER else action] for row, action in enumerate(actions.tolist())]
    assert torch.allclose(found, torch.stack(wanted, dim=1), atol=1e-6)


@pytest.mark.parametrize("kind", ["states", "vector", "pixels"])
def test_that_members_have_no_weight_in_common(kind: str) -> None:
    network, seen = made(kind)
    actions = torch.tensor([0, 1, 2, 3, 0])
    network(seen, actions)[1].sum().backward()
    for name, weight in network.named_parameters():
        slopes = weight.grad.reshape(3, -1)
        assert not slopes[0].any() and not slopes[2].any(), name


def test_that_dropout_draws_from_a_generator_of_its_own() -> None:
    network = VectorReward(6, 8, 2, 4, 0.5, luck()).train()
    before = torch.get_rng_state()
    first = network(torch.ones(3, 6), torch.zeros(3, dtype=torch.long))
    second = network(torch.ones(3, 6), torch.zeros(3, dtype=torch.long))
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.equal(first, second)


def test_that_each_kind_of_place_gets_its_net_and_a_seed_settles_it() -> None:
    def place(kind: str, space: spaces.Space) -> Place:
        return Place(env_id="x", env_kwargs={}, kind=kind, observation_space=space, action_names=("A", "B"))

    table = place("states", spaces.Discrete(5))
    vector = place("objects", spaces.Box(-1, 1, (7,)))
    pixels = place("pixels", spaces.Box(0, 255, (4, 84, 84), "uint8"))
    kinds = [
        type(reward_network_for(each, members=2, units=8, dropout=0.0, seed=1)) for each in (table, vector, pixels)
    ]
    assert kinds == [TableReward, VectorReward, PixelReward]
    one, same, other = (reward_network_for(table, members=2, units=8, dropout=0.0, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.first, same.first)
    assert not torch.equal(one.first, other.first)
