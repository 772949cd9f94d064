"""A teacher's games are recorded as they were, and a network learns to do what was done in them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from agents.configuration import build
from agents.deep.asking import answer
from agents.deep.config import PpoConfig
from agents.deep.places import Place, place_of
from agents.deep.weights import weights_of
from agents.preference.cloning import Cloning, clone
from agents.preference.demonstrating import demonstrate, oracle_in, player_with, with_random_moves
from agents.preference.kept_model import network_at_random, undecided
from arena.errors import UsageError
from arena.preferences.demonstrations import Demonstrations
from tests.agents.preference.made_clips import GRID

SMALL = build(PpoConfig, {"hidden_layers": 1, "hidden_units": 16})


def corridor() -> Place:
    return place_of(GRID, {"map": "corridor"})


def played(seed: int, games: int = 6, epsilon: float = 0.0) -> Demonstrations:
    place = corridor()
    acting = with_random_moves(oracle_in(place, seed), len(place.action_names), epsilon, seed)
    found = demonstrate(place, acting, "oracle", games, seed=seed)
    assert found is not None
    return found


def test_that_the_oracle_plays_whole_games_the_shortest_way() -> None:
    found, erring = played(1), played(1, epsilon=0.5)
    assert found.games == 6 and not found.cut.any()
    assert len(set(found.lengths.tolist())) == 1
    assert erring.lengths.min() >= found.lengths[0] and erring.lengths.max() > found.lengths[0]
    # Each game begins where games begin, and its steps follow each other.
    starts = np.concatenate(([0], np.cumsum(found.lengths)[:-1]))
    assert len(set(found.observations[starts].tolist())) == 1
    assert played(1).sha256 == found.sha256
    assert played(2, epsilon=0.5).sha256 != erring.sha256


def test_that_where_nothing_can_be_computed_there_is_no_oracle() -> None:
    with pytest.raises(UsageError) as told:
        oracle_in(place_of("CartPole-v1"), 0)
    assert told.value.key == "error.demonstrations.no_oracle"


def test_that_a_network_plays_as_often_as_its_probabilities_say() -> None:
    policy = undecided(network_at_random("ppo", corridor(), SMALL, 0))
    acting = player_with(policy, 3, deterministic=False)
    drawn = np.bincount(acting(np.zeros(4_000, np.int64)), minlength=4) / 4_000
    assert np.abs(drawn - 0.25).max() < 0.03
    assert len(set(player_with(policy, 3, deterministic=True)(np.zeros(50, np.int64)).tolist())) == 1


def test_that_a_clone_does_what_was_shown_and_its_critic_learned_nothing() -> None:
    found = played(1, games=8, epsilon=0.2)
    policy = network_at_random("ppo", corridor(), SMALL, 0)
    before = weights_of(policy)
    report = clone(policy, found, Cloning(epochs=60, batch=16, learning_rate=1e-2))
    assert report.held_out == 1 and report.accuracy > 0.6
    after = weights_of(policy)
    assert all(torch.equal(after[name], before[name]) for name in after if "value" in name)
    assert not torch.equal(after["action_net.weight"], before["action_net.weight"])
    # What was nearly always done in a place is what it would do there.
    said = answer(policy, np.arange(corridor().observation_space.n)).best()  # type: ignore[union-attr]
    done = np.zeros((len(said), 4))
    np.add.at(done, (found.observations, found.actions), 1)
    sure = done.max(axis=1) > 0.7 * np.maximum(done.sum(axis=1), 6)
    assert sure.sum() >= 2
    assert (said[sure] == done[sure].argmax(axis=1)).all()


def test_that_of_few_games_none_is_kept() -> None:
    report = clone(network_at_random("ppo", corridor(), SMALL, 0), played(1, games=4), Cloning(epochs=2))
    assert report.held_out == 0 and np.isnan(report.held_out_loss)
