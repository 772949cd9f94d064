"""The games a learner sees: compared frame by frame with one emulator, and played idly, at random and to their ends."""

from __future__ import annotations

import numpy as np
import pytest

from arena.environments.atari.games import AtariGames, FinishedGame
from arena.environments.atari.recipe import AtariRecipe, recipe_for
from arena.environments.atari.seeds import seeds_of
from arena.environments.atari.single_game import SingleGame

BREAKOUT = "BreakoutNoFrameskip-v4"


def play(games: AtariGames, steps: int, *, action: int | None = None, seed: int = 0) -> list[FinishedGame]:
    games.reset(seeds_of(seed, 0, games.count))
    luck = np.random.default_rng(seed)
    finished: list[FinishedGame] = []
    for _ in range(steps):
        games.send(luck.integers(0, 4, games.count) if action is None else np.full(games.count, action))
        finished += games.recv().finished
    return finished


def seen_after(single: SingleGame, action: int) -> bytes:
    single.act(action)
    return single.observation.tobytes()


@pytest.mark.parametrize("env_id", [BREAKOUT, "ALE/Breakout-v5", "PongNoFrameskip-v4", "ALE/SpaceInvaders-v5"])
def test_that_many_games_show_what_one_emulator_shows_frame_by_frame(env_id: str) -> None:
    recipe = recipe_for(env_id)
    games = AtariGames(recipe, 2)
    seeds = seeds_of(7, 3, 2)
    singles = [SingleGame(recipe, int(seed)) for seed in seeds]
    seen = games.reset(seeds)
    luck = np.random.default_rng(1)
    for game, single in enumerate(singles):
        assert np.array_equal(seen[game], single.observation)
    scores: list[tuple[int, float, int]] = []
    for _ in range(330):
        actions = luck.integers(0, len(games.action_names), 2)
        games.send(actions)
        step = games.recv()
        for game, single in enumerate(singles):
            alone = single.act(int(actions[game]))
            assert step.rewards[game] == alone.reward
            assert step.terminated[game] == (alone.life_lost or alone.game_over)
            if alone.life_lost or alone.game_over:
                assert step.last_observations is not None
                assert np.array_equal(step.last_observations[game], single.observation)
            if alone.game_over:
                scores.append((game, single.score, single.length))
                single.begin()
            assert np.array_equal(step.observations[game], single.observation)
        assert [(game.index, game.score, game.length) for game in step.finished] == scores[-len(step.finished) :][
            : len(step.finished)
        ]
    games.close()
    if "Breakout" in env_id:
        assert len(scores) >= 2


def test_that_the_two_breakouts_differ_by_sticky_actions_alone() -> None:
    four, five = recipe_for(BREAKOUT), recipe_for("ALE/Breakout-v5")
    assert (four.sticky, five.sticky) == (0.0, 0.25)
    assert {**four.plain(), "env_id": "", "sticky": 0} == {**five.plain(), "env_id": "", "sticky": 0}


def test_that_a_game_nobody_plays_is_lost_and_not_idle() -> None:
    games = AtariGames(recipe_for(BREAKOUT), 4)
    finished = play(games, 200, action=0)
    games.close()
    # Five balls that nobody touches: each is served and lost; an idle game would last forever.
    assert len(finished) >= 4
    assert all(game.length < 150 and not game.truncated for game in finished)


def test_that_a_game_in_which_nothing_happens_is_served_again() -> None:
    recipe = AtariRecipe(env_id="x", game="breakout", sticky=1.0, idle_steps=20)
    single = SingleGame(recipe, 3)
    # Sticky for good: no key ever arrives, so the ball is never served, and FIRE is tried again and again.
    fired = [step for step in range(70) if single.act(2).fired]
    assert fired == [0, 20, 41, 62]


def test_that_a_score_is_the_raw_sum_over_all_lives() -> None:
    games = AtariGames(recipe_for(BREAKOUT), 4)
    games.reset(seeds_of(5, 0, 4))
    luck = np.random.default_rng(5)
    rewards = np.zeros(4)
    lives_lost = np.zeros(4, int)
    seen: list[tuple[float, float, int]] = []
    while len(seen) < 4:
        games.send(luck.integers(0, 4, 4))
        step = games.recv()
        rewards += step.rewards
        lives_lost += step.terminated
        for game in step.finished:
            seen.append((game.score, rewards[game.index], lives_lost[game.index]))
            rewards[game.index] = lives_lost[game.index] = 0
    games.close()
    assert all(score == summed and lives == 5 for score, summed, lives in seen)
    assert max(score for score, _, _ in seen) > 0


def test_that_random_play_scores_what_is_published() -> None:
    games = AtariGames(recipe_for(BREAKOUT), 12)
    finished = play(games, 420)
    games.close()
    assert len(finished) > 20
    assert 0.7 < np.mean([game.score for game in finished]) < 2.2  # 1.7 in Mnih et al. 2015


def test_that_the_first_picture_fills_the_stack_and_gives_way_one_at_a_time() -> None:
    games = AtariGames(recipe_for(BREAKOUT), 2)
    seen = games.reset(seeds_of(1, 0, 2))
    assert seen.any(axis=(2, 3)).all()
    for age in range(4):
        same = [bool((seen[0, k] == seen[0, 0]).all()) for k in range(4)]
        assert same[: 4 - age] == [True] * (4 - age)
        games.send(np.full(2, 2))
        seen = games.recv().observations
    games.close()


def test_that_the_same_seeds_give_the_same_games_again_and_again() -> None:
    games, others = AtariGames(recipe_for("ALE/Breakout-v5"), 2), AtariGames(recipe_for("ALE/Breakout-v5"), 2)
    played: list[list[bytes]] = []
    for who in (games, others, games):
        pictures = [who.reset(seeds_of(9, 2, 2)).tobytes()]
        luck = np.random.default_rng(2)
        for _ in range(60):
            who.send(luck.integers(0, 4, 2))
            pictures.append(who.recv().observations.tobytes())
        played.append(pictures)
    assert played[0] == played[1] == played[2]
    assert games.reset(seeds_of(9, 3, 2)).tobytes() != played[0][0] or not np.array_equal(
        seeds_of(9, 2, 2), seeds_of(9, 3, 2)
    )
    games.close()
    others.close()


def test_that_a_game_is_truncated_at_the_frame_limit_and_not_called_lost() -> None:
    recipe = AtariRecipe(env_id="x", game="pong", frame_limit=200)
    games = AtariGames(recipe, 2)
    games.reset(seeds_of(1, 0, 2))
    for _ in range(49):
        games.send(np.zeros(2, int))
        assert not games.recv().truncated.any()
    games.send(np.zeros(2, int))
    step = games.recv()
    games.close()
    assert step.truncated.all() and not step.terminated.any()
    assert [(game.truncated, game.length) for game in step.finished] == [(True, 50)] * 2


def test_that_a_saved_moment_goes_on_exactly_luck_included() -> None:
    single = SingleGame(recipe_for("ALE/Breakout-v5"), 21)
    for _ in range(30):
        single.act(2)
    moment = single.save()
    color = single.color.copy()
    actions = np.random.default_rng(3).integers(0, 4, 80)
    first = [seen_after(single, int(action)) for action in actions]
    score = single.score
    single.restore(moment)
    assert np.array_equal(single.color, color)
    assert [seen_after(single, int(action)) for action in actions] == first
    assert single.score == score
