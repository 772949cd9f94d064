"""The learner gets r̂ and nothing else: no reward, no life, no end that the answers did not price."""

from __future__ import annotations

import numpy as np
import pytest

from agents.deep.table_vec_env import TableVecEnv
from agents.preference.cutting import RecentSteps
from agents.preference.preference_vec_env import PreferenceVecEnv
from arena.environments.registry import make_world
from tests.agents.preference.made_clips import GRID, open_place


class Priced:
    """Worth of a step is its state, of standing still 7."""

    def reward(self, observations: np.ndarray, actions: np.ndarray) -> np.ndarray:
        return np.where(actions < 0, 7.0, observations).astype(np.float32)


def games(*, rests: bool, step_limit: int = 400) -> PreferenceVecEnv:
    world = make_world(GRID, {"map": "corridor", "step_limit": step_limit})
    inner = TableVecEnv(world, 1, run_seed=0, clip_rewards=True)
    env = PreferenceVecEnv(inner, Priced(), RecentSteps(open_place(), 1, 50, rests=rests), gamma=0.9, rests=rests)
    env.reset()
    return env


def walk(env: PreferenceVecEnv, action: int, most: int = 20) -> list[tuple[float, bool, dict]]:
    steps = []
    for _ in range(most):
        _, reward, done, infos = env.step(np.array([action]))
        steps.append((float(reward[0]), bool(done[0]), infos[0]))
        if "episode" in infos[0]:
            break
    return steps


def test_that_an_end_is_worth_what_resting_there_for_ever_is_worth() -> None:
    env = games(rests=True)
    start = float(env._seen[0])
    steps = walk(env, 1)
    last = steps[-1]
    assert last[1]
    plain = start + len(steps) - 1
    assert last[0] == pytest.approx(plain + 7.0 * 0.9 / 0.1)
    assert all(not done for _, done, _ in steps[:-1])


def test_that_hidden_ends_are_steps_like_any_other() -> None:
    env = games(rests=False)
    start = float(env._seen[0])
    steps = walk(env, 1)
    assert not any(done for _, done, _ in steps)
    assert steps[-1][0] == pytest.approx(start + len(steps) - 1)
    assert not {"terminal_observation", "TimeLimit.truncated"} & set(steps[-1][2])


def test_that_whole_games_are_counted_with_their_true_scores_all_the_same() -> None:
    env = games(rests=False)
    steps = walk(env, 1)
    score = steps[-1][2]["episode"]["r"]
    assert score == 1.0
    assert env.take_ended()[0][1] == score
    assert env.take_ended() == []


def test_that_true_rewards_are_recorded_raw_for_teachers() -> None:
    env = games(rests=True)
    walk(env, 1)
    windows = env.recent.windows(10, 3, np.random.default_rng(0))
    assert max(env.recent.clip(windows, index).rewards.max() for index in range(len(windows))) == 1.0


def test_that_a_cut_off_game_is_not_over() -> None:
    env = games(rests=True, step_limit=2)
    steps = [env.step(np.array([0])) for _ in range(2)]
    _, reward, done, infos = steps[-1]
    assert done[0]
    assert infos[0]["TimeLimit.truncated"]
    assert float(reward[0]) == float(infos[0]["terminal_observation"])
