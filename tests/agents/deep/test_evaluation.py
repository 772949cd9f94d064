"""Evaluation counts whole raw games, one per emulator; a widened network plays exactly the same ones."""

from __future__ import annotations

import pytest
import torch

from agents.deep.evaluation import play_whole_games
from agents.deep.learner import games_of, policy_of
from agents.deep.recipes import PpoRecipe
from agents.deep.weights import load_weights, weights_of, widened
from arena.errors import RunError

NARROW = PpoRecipe(name="narrow", env_id="BreakoutNoFrameskip-v4", width=0.125)
WIDE = PpoRecipe(name="wide", env_id="BreakoutNoFrameskip-v4", width=0.25)
OBJECTS = PpoRecipe(name="objects", env_id="Arena/BreakoutObjects-v0", observations="objects", layers=(8,))


@pytest.mark.parametrize("of", [NARROW, OBJECTS], ids=lambda of: of.observations)
def test_that_each_emulator_gives_its_first_game_and_the_seed_settles_all(of: PpoRecipe) -> None:
    torch.manual_seed(1)
    games = games_of(of, 2)
    policy = policy_of(of, games.observation_space, len(games.action_names))
    told: list[int] = []
    luck = torch.get_rng_state()
    first = play_whole_games(policy, games, seed=4, told=lambda game: told.append(game.index))
    assert torch.equal(torch.get_rng_state(), luck)
    again = play_whole_games(policy, games, seed=4)
    left = play_whole_games(policy, games, seed=4, should_stop=lambda: True)
    games.close()
    assert [game.index for game in first] == [0, 1] == sorted(told)
    assert first == again and left == []
    assert all(100 < game.length < 1_000 and game.score >= 0 for game in first)


def test_that_a_widened_network_answers_as_the_narrow_one() -> None:
    games = games_of(NARROW, 2)
    narrow = policy_of(NARROW, games.observation_space, 4)
    wide = policy_of(WIDE, games.observation_space, 4)
    games.close()
    load_weights(wide, widened(weights_of(narrow), wide), "narrow")
    seen = torch.randint(0, 256, (5, 4, 84, 84), dtype=torch.uint8)
    with torch.no_grad():
        ours, theirs = wide.get_distribution(seen).distribution, narrow.get_distribution(seen).distribution
        assert torch.allclose(ours.logits, theirs.logits, atol=1e-6)
        assert torch.allclose(wide.predict_values(seen), narrow.predict_values(seen), atol=1e-6)
    with pytest.raises(RunError):
        widened(weights_of(wide), narrow)
