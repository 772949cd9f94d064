"""Whole games of any network: each emulator's first game counts, the same seed plays the same games."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from agents.deep.evaluation import play_whole_games
from agents.deep.networks import policy_for
from agents.deep.places import place_of
from agents.models.playing import empty_policy, policy_of_model
from agents.models.store import save_model
from agents.models.whole_games import EPSILON, evaluation_of, place_for, random_moves, whole_games
from arena.environments.atari.games import AtariGames
from arena.errors import ModelError
from tests.agents.models import small_model as small


@pytest.mark.parametrize(("agent", "network"), [("ppo", {}), ("dqn", {"dueling": False}), ("qr_dqn", {"quantiles": 3})])
def test_that_the_same_seed_plays_the_same_games(agent: str, network: dict[str, object]) -> None:
    place = place_of("CartPole-v1")
    torch.manual_seed(1)
    policy = policy_for(agent, place.observation_space, 2, {"kind": "mlp", "layers": [8], **network})
    first, again, other = (
        [game.score for game in whole_games(policy, place, agent, 40, seed=seed)] for seed in (0, 0, 1)
    )
    assert len(first) == 40
    assert first == again != other
    assert random_moves(policy, deterministic=True) == 0.0
    assert random_moves(policy, deterministic=False) == (0.0 if agent == "ppo" else EPSILON)


def test_that_games_of_a_world_of_states_have_its_returns() -> None:
    place = place_of("Arena/GridWorld-v0", {"map": "cliff"})
    policy = policy_for("ppo", place.observation_space, 4, {"kind": "mlp", "layers": [8]})
    games = whole_games(policy, place, "ppo", 3)
    assert all(game.score <= -13 for game in games)


def test_that_pixels_are_played_as_the_trained_agents_that_ship_are_evaluated() -> None:
    place = place_of("BreakoutNoFrameskip-v4")
    torch.manual_seed(2)
    policy = policy_for("ppo", place.observation_space, 4, {"kind": "nature", "width": 0.125})
    games = AtariGames(place.recipe, 2)
    expected = play_whole_games(policy, games, seed=5)  # type: ignore[arg-type]
    games.close()
    assert whole_games(policy, place, "ppo", 2, seed=5) == expected
    figures = evaluation_of(expected, 5, False, 0.0)
    assert figures.mean == np.mean([game.score for game in expected])


def test_that_playing_stops_when_told() -> None:
    place = place_of("CartPole-v1")
    policy = policy_for("ppo", place.observation_space, 2, {"kind": "mlp", "layers": [8]})
    assert whole_games(policy, place, "ppo", 3, should_stop=lambda: True) == []


def test_that_a_model_is_not_played_where_it_sees_something_else() -> None:
    with pytest.raises(ModelError, match="4 and 2 actions"):
        place_for(place_of("Acrobot-v1"), small.manifest())
    place = place_of("CartPole-v1")
    assert place_for(place, small.manifest()) == place


def test_that_weights_of_another_network_are_refused_before_any_is_put_in(tmp_path: Path) -> None:
    small.small_model(tmp_path / "mine")
    with pytest.raises(ModelError, match="mine"):
        policy_of_model(tmp_path / "mine")


def test_that_a_model_comes_back_with_every_weight(tmp_path: Path) -> None:
    from agents.deep.weights import weights_of

    manifest = small.manifest(ages=())
    weights = weights_of(empty_policy(manifest))
    save_model(tmp_path / "mine", manifest, weights, small.card())
    found = weights_of(policy_of_model(tmp_path / "mine"))
    assert all(torch.equal(found[name], weights[name]) for name in weights)
