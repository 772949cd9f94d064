"""Exact solutions against hand-made answers and against each other."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.exact import MOST_SWEEPS, greedy_policy, optimal_return, policy_values, solve, start_value
from agents.tabular.play import one_episode, play_episodes
from arena.environments.world import TransitionModel
from tests.agents.tabular.worlds import corridor, random_world


def test_that_the_corridor_is_solved_as_by_hand() -> None:
    model = corridor(5)
    solution = solve(model, 0.5)
    assert solution.v[:4] == pytest.approx([-1.875, -1.75, -1.5, -1.0])
    assert solution.q[0] == pytest.approx([-1 + 0.5 * -1.875, -1.875])
    assert optimal_return(model, solution.q) == pytest.approx(-4.0)


@pytest.mark.parametrize("seed", range(5))
def test_that_the_optimum_satisfies_bellmans_equation_and_no_policy_beats_it(seed: int) -> None:
    model = random_world(seed)
    solution = solve(model, 0.9)
    future = np.where(model.terminated, 0.0, solution.v[model.next_state])
    backed_up = (model.probability * (model.reward + 0.9 * future)).sum(axis=2)
    np.testing.assert_allclose(solution.q, backed_up, atol=1e-8)
    luck = np.random.default_rng(seed)
    for _ in range(20):
        policy = luck.dirichlet(np.ones(model.actions), model.states)
        assert (policy_values(model, policy, 0.9, horizon=500) <= solution.v + 1e-8).all()


def test_that_the_best_epsilon_soft_policy_is_worth_what_its_solution_says() -> None:
    model = random_world(1)
    solution = solve(model, 0.9, epsilon=0.3)
    worth = policy_values(model, greedy_policy(solution.q, 0.3), 0.9, horizon=2000)
    np.testing.assert_allclose(worth, solution.v, atol=1e-6)
    assert start_value(model, worth) < start_value(model, solve(model, 0.9).v)


def test_that_a_world_without_a_finite_solution_is_given_up_and_that_is_told() -> None:
    forever = {0: {0: [(1.0, 0, -1.0, False)]}}
    solution = solve(TransitionModel.from_table(forever, {0: 1.0}, 10), 1.0)
    assert solution.sweeps == MOST_SWEEPS and solution.residual == pytest.approx(1.0)


def test_that_played_episodes_earn_what_the_policy_is_worth() -> None:
    model = random_world(2)
    q = solve(model, 0.9).q
    returns, lengths = play_episodes(model, q, 20_000, seed=1)
    expected = start_value(model, policy_values(model, greedy_policy(q), 1.0))
    assert returns.mean() == pytest.approx(expected, abs=4 * returns.std() / np.sqrt(20_000))
    assert lengths.max() <= model.step_limit
    again, _ = play_episodes(model, q, 20_000, seed=1)
    assert np.array_equal(returns, again)


def test_that_one_episode_shows_the_states_it_passed() -> None:
    model = corridor(4)
    states, total = one_episode(model, solve(model, 1.0).q, seed=0)
    assert states.tolist() == [0, 1, 2, 3] and total == -3.0


def test_that_a_policy_of_its_own_is_played_as_it_says_and_not_greedily() -> None:
    model = random_world(3, step_limit=200)
    q = solve(model, 1.0).q
    luck = np.random.default_rng(1).uniform(size=q.shape)
    policy = luck / luck.sum(axis=1, keepdims=True)
    returns, _ = play_episodes(model, q, 20_000, seed=1, policy=policy)
    worth = start_value(model, policy_values(model, policy, 1.0))
    assert abs(returns.mean() - worth) < 4 * returns.std() / np.sqrt(len(returns))
    greedy, _ = play_episodes(model, q, 20_000, seed=1)
    assert greedy.mean() > returns.mean() + 0.1
