"""n-step SARSA: when a value moves, toward what, and that it is SARSA at one end and Monte Carlo at the other."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.learner import new_stop
from tests.agents.tabular.learners import advance, learner, recorded
from tests.agents.tabular.worlds import corridor, random_world


def test_that_one_step_is_sarsa_to_the_bit() -> None:
    model = random_world(3)
    one = learner("n_step_sarsa", model, 4, n=1, alpha=0.2, epsilon=0.3)
    other = learner("sarsa", model, 4, alpha=0.2, epsilon=0.3)
    advance(one, 5_000)
    advance(other, 5_000)
    assert np.array_equal(one.q, other.q)


@pytest.mark.parametrize("n", [2, 3, 7])
def test_that_a_value_moves_n_steps_later_toward_n_rewards_and_the_value_then(n: int) -> None:
    gamma = 0.9
    who = learner("n_step_sarsa", random_world(5, step_limit=17), 1, n=n, gamma=gamma, alpha=0.2, epsilon=0.5)
    path: list[tuple[int, int, float]] = []
    ends = {"terminated": 0, "truncated": 0}
    for _ in range(3_000):
        before = who.q.copy()
        steps, updates = recorded(who, 1)
        step = steps[0]
        path.append((int(step["state"]), int(step["action"]), float(step["reward"])))
        over = bool(step["terminated"] or step["truncated"])
        moved = len(path) if over else max(0, len(path) - n + 1)
        assert len(updates) == moved
        for row in updates:
            s, a, _ = path[0]
            assert (row["state"], row["action"]) == (s, a)
            tail = 0.0
            if not step["terminated"]:
                # The tail is what the next action was worth before this tick changed anything.
                tail = before[step["next_state"], row["next_action"]]
            expected = sum(gamma**i * r for i, (_, _, r) in enumerate(path)) + gamma ** len(path) * tail
            assert row["target"] == pytest.approx(expected, rel=1e-12)
            path.pop(0)
        assert int(who.counters["buffered"]) == len(path)
        if over:
            assert not path
            ends["terminated" if step["terminated"] else "truncated"] += 1
    assert min(ends.values()) > 10


def test_that_more_steps_than_an_episode_has_are_monte_carlo_with_a_constant_step() -> None:
    model = corridor(5, step_limit=400)
    one = learner("n_step_sarsa", model, 2, n=400, gamma=0.8, alpha=0.25, epsilon=1.0)
    other = learner("monte_carlo", model, 2, gamma=0.8, alpha=0.25, epsilon=1.0)
    # One episode: in the next one values differ, as the walk goes forward here and backward there.
    for who in (one, other):
        while who.counters["episode"] < 1:
            who.advance(who.tick + 1, new_stop(forced_action=1), who.records_for_one_tick())
    np.testing.assert_allclose(one.q, other.q, rtol=1e-12)


def test_that_one_episode_reaches_n_cells_back_from_the_goal() -> None:
    for n in (1, 2, 4):
        model = corridor(7)
        model.reward[:] = 0.0
        model.reward[5, 1] = 1.0
        who = learner("n_step_sarsa", model, n=n, gamma=1.0, alpha=0.5)
        while who.counters["episode"] < 1:
            who.advance(who.tick + 1, new_stop(forced_action=1), who.records_for_one_tick())
        assert np.flatnonzero(who.q[:, 1]).tolist() == list(range(6 - n, 6))
