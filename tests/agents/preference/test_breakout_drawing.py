"""A clip of Breakout's objects is drawn as the console draws it, without what would give the score away."""

from __future__ import annotations

import numpy as np

from agents.preference.breakout_drawing import drawn_breakout, enlarged
from arena.environments.atari.breakout_objects import ObjectsGame, objects_recipe


def test_that_a_drawn_picture_is_the_consoles_own_but_for_score_and_lives() -> None:
    game = ObjectsGame(objects_recipe(), 7)
    seen = game.begin(7)
    luck = np.random.default_rng(0)
    for _ in range(120):
        seen, _ = game.act(int(luck.integers(4)))
        drawn = drawn_breakout(seen[None])[0]
        # Among the bricks the console gives the ball their colour: eight pixels at most.
        assert (drawn[17:] != game.game.screen[17:]).any(axis=2).sum() <= 8
        assert not drawn[:17].any()


def test_that_what_an_agent_from_pixels_saw_is_shown_large_and_without_the_score() -> None:
    seen = np.full((3, 4, 84, 84), 200, np.uint8)
    shown = enlarged(seen)
    assert shown.shape == (3, 210, 160, 3)
    assert not shown[:, :15].any()
    assert (shown[:, 20:] == 200).all()
