"""Perturbation saliency: a network that only minds the ball is seen to look at the ball."""

from __future__ import annotations

import time

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.networks import policy_for
from agents.deep.places import place_of
from agents.deep.watching.games import AtariWatched
from agents.deep.watching.insight import Insight
from agents.deep.watching.looker import Looker
from agents.deep.watching.saliency import STRIDE, Brightness, perturbed, saliency, spots
from arena.environments.atari.breakout_memory import BALL_X, BALL_Y
from arena.environments.atari.edited_game import BALL_ABOVE, BALL_LEFT
from tests.agents.deep.watching.watched_models import PIXELS


def network_that_minds_what_moves() -> Insight:
    """Every filter sums what is brighter in the newest picture than in the oldest; one action likes it."""
    place = place_of(PIXELS)
    policy = policy_for("ppo", place.observation_space, 4, {"kind": "nature", "width": 0.125})
    near = torch.exp(-((torch.arange(8) - 3.5) ** 2) / 4)
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.zero_()
        named = dict(policy.named_parameters())
        first = named["features_extractor.cnn.0.weight"]
        first[0, 3], first[0, 0] = near[:, None] * near, -near[:, None] * near
        named["features_extractor.cnn.2.weight"][0, 0] = 0.25
        named["features_extractor.cnn.4.weight"][0, 0] = 0.25
        named["features_extractor.linear.0.weight"][0, :49] = 1.0
        named["action_net.weight"][2, 0] = 3.0
        named["value_net.weight"][0, 0] = 1.0
    return Insight(policy)


def moving_ball() -> tuple[NDArray[np.uint8], tuple[float, float]]:
    game = AtariWatched(place_of(PIXELS).recipe, objects=False)
    game.begin(0)
    for _ in range(14):
        game.act(0)
    memory = game.game.memory.astype(int)
    assert memory[BALL_Y]
    x, y = memory[BALL_X] - BALL_LEFT + 1, memory[BALL_Y] - BALL_ABOVE + 2
    return game.game.observation, (y * 84 / 210, x * 84 / 160)


def test_that_a_network_that_minds_the_ball_looks_at_the_ball() -> None:
    observation, (row, column) = moving_ball()
    actor, critic = saliency(network_that_minds_what_moves(), observation)
    assert critic is not None
    for found in (actor, critic):
        at = np.unravel_index(found.argmax(), found.shape)
        middle = np.array(at) * STRIDE + 2
        assert np.hypot(*(middle - (row, column))) <= 2 * STRIDE
        assert np.median(found) < 0.02 * found.max()


def test_that_the_picture_is_blurred_at_each_spot_and_nowhere_else() -> None:
    observation, _ = moving_ball()
    changed = perturbed(observation)
    assert changed.shape == (len(spots(84)), 4, 84, 84)
    assert spots(84).max() == 1.0
    corner = changed[0]
    assert np.array_equal(corner[:, 40:], observation[:, 40:])
    by_hand = network_that_minds_what_moves()
    actor, _ = saliency(by_hand, observation)
    logits, _ = by_hand.scores(observation[None])
    moved, _ = by_hand.scores(changed[100:101])
    assert actor.ravel()[100] == np.float32(0.5 * ((moved - logits) ** 2).sum())


def test_that_brightness_is_of_the_lately_largest() -> None:
    brightness = Brightness()
    loud = np.zeros((17, 17), np.float32)
    loud[8, 8] = 10.0
    assert brightness.of(loud, 84).shape == (84, 84)
    assert 0.6 < brightness.of(loud, 84).max() <= 1.0
    assert brightness.of(loud / 1000, 84).max() < 0.01
    assert not brightness.of(np.zeros_like(loud), 84).any()


def test_that_a_moment_is_looked_at_once_beside_the_game() -> None:
    looker, insight = Looker(), network_that_minds_what_moves()
    observation, _ = moving_ball()
    assert looker.ask((1, 1), observation, insight.policy) is None
    until = time.monotonic() + 90
    while (found := looker.ask((1, 1), observation, insight.policy)) is None and time.monotonic() < until:
        time.sleep(0.02)
    assert found is not None and found.moment == (1, 1) and found.critic is not None
    for _ in range(20):
        assert looker.ask((1, 1), observation, insight.policy) is found
    assert looker.made == 1
    looker.close()
