"""SARSA(λ) and Q(λ): traces fade, are cut and end; one error moves all who have one."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.arrays import REAL, TRACE
from agents.tabular.learner import new_stop
from agents.tabular.rules.traces import SMALLEST_TRACE
from arena.errors import RunError
from tests.agents.tabular.learners import advance, learner, recorded
from tests.agents.tabular.worlds import corridor, random_world


@pytest.mark.parametrize(("name", "plain"), [("sarsa_lambda", "sarsa"), ("q_lambda", "q_learning")])
@pytest.mark.parametrize("traces", ["replacing", "accumulating"])
def test_that_without_memory_of_earlier_moves_it_is_the_one_step_rule(name: str, plain: str, traces: str) -> None:
    model = random_world(3)
    one = learner(name, model, 4, lam=0.0, traces=traces, alpha=0.2, epsilon=0.3)
    other = learner(plain, model, 4, alpha=0.2, epsilon=0.3)
    advance(one, 5_000)
    advance(other, 5_000)
    np.testing.assert_allclose(one.q, other.q, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["sarsa_lambda", "q_lambda"])
@pytest.mark.parametrize("traces", ["replacing", "accumulating"])
def test_that_every_step_is_the_arithmetic_of_the_book(name: str, traces: str) -> None:
    gamma, lam, alpha = 0.95, 0.8, 0.15
    who = learner(name, random_world(6), 3, gamma=gamma, lam=lam, alpha=alpha, traces=traces, epsilon=0.3)
    q, e = who.q.copy(), np.zeros_like(who.q)
    cuts = 0
    for _ in range(1_500):
        steps, updates = recorded(who, 1)
        step, real = steps[0], updates[-1]
        s, a, s_next = int(step["state"]), int(step["action"]), int(step["next_state"])
        if name == "q_lambda" and q[s, a] < q[s].max():
            cuts += bool(e.any())
            e[:] = 0.0
        e[s, a] = 1.0 if traces == "replacing" else e[s, a] + 1.0
        future = 0.0
        if not step["terminated"]:
            future = q[s_next].max() if name == "q_lambda" else q[s_next, int(real["next_action"])]
        delta = step["reward"] + gamma * future - q[s, a]
        assert (real["state"], real["action"], real["kind"]) == (s, a, REAL)
        assert (updates["kind"][:-1] == TRACE).all() and len(updates) == np.count_nonzero(e)
        np.testing.assert_allclose(updates["delta"], delta, rtol=1e-9, atol=1e-12)
        assert {(r["state"], r["action"]): r["weight"] for r in updates} == pytest.approx(
            {(int(i), int(j)): e[i, j] for i, j in np.argwhere(e)}
        )
        q += alpha * delta * e
        e *= gamma * lam
        e[e < SMALLEST_TRACE] = 0.0
        if step["terminated"] or step["truncated"]:
            e[:] = 0.0
        np.testing.assert_allclose(who.memory.trace, e, rtol=1e-9)
        np.testing.assert_allclose(who.q, q, rtol=1e-9, atol=1e-12)
        q = who.q.copy()
    assert name == "sarsa_lambda" or cuts > 50


def test_that_a_trace_fades_by_gamma_lambda_with_each_step() -> None:
    who = learner("sarsa_lambda", corridor(9), gamma=0.9, lam=0.5)
    for ahead in range(1, 6):
        who.advance(ahead, new_stop(forced_action=1), who.records_for_one_tick())
        expected = [0.45 ** (ahead - s) for s in range(ahead)]
        assert who.memory.trace[:ahead, 1] == pytest.approx(expected)


def test_that_a_goal_is_known_along_the_whole_way_after_one_episode() -> None:
    model = corridor(7)
    model.reward[:] = 0.0
    model.reward[5, 1] = 1.0
    who = learner("q_lambda", model, gamma=1.0, lam=1.0, alpha=0.5)
    while who.counters["episode"] < 1:
        who.advance(who.tick + 1, new_stop(forced_action=1), who.records_for_one_tick())
    assert (who.q[:6, 1] == 0.5).all() and not who.q[:, 0].any()
    assert not who.memory.trace.any() and who.memory.trace_count[0] == 0


def test_that_traces_are_stored_as_a_list_and_found_again() -> None:
    model = random_world(2, states=40, step_limit=200)
    who = learner("sarsa_lambda", model, 1, lam=0.95)
    while who.memory.trace_count[0] < 8:
        advance(who, 1)
    arrays = who.arrays()
    count = int(who.memory.trace_count[0])
    assert arrays["trace_pairs"].shape == arrays["trace_values"].shape == (count,)
    assert "trace" not in arrays and np.count_nonzero(who.memory.trace) == count
    again = learner("sarsa_lambda", model, 1, lam=0.95)
    advance(again, 7)
    again.load(arrays)
    assert np.array_equal(again.memory.trace, who.memory.trace)


@pytest.mark.parametrize(
    ("pairs", "values"),
    [
        ([-1], [0.5]),
        ([18], [0.5]),
        ([3, 3], [0.5, 0.5]),
        ([3], [0.0]),
        ([3], [-0.5]),
        ([3], [np.nan]),
        ([3], [1e9]),
        ([3], []),
    ],
)
def test_that_a_list_of_traces_that_cannot_be_is_refused(pairs: list[int], values: list[float]) -> None:
    who = learner("sarsa_lambda", corridor(9))
    arrays = who.arrays()
    arrays["trace_pairs"], arrays["trace_values"] = np.array(pairs, np.int32), np.array(values, float)
    with pytest.raises(RunError):
        who.load(arrays)


def test_that_an_error_too_large_for_any_of_the_values_is_refused_before_it_moves_one() -> None:
    model = corridor(6)
    who = learner("sarsa_lambda", model, gamma=1.0, lam=1.0, alpha=1.0, epsilon=0.0)
    for tick in range(3):
        who.advance(tick + 1, new_stop(forced_action=1), who.records_for_one_tick())
    who.tables.q[0, 1] = -1.7e308
    model.reward[:] = -1e308
    who._mdp.reward[:] = -1e308
    before = who.arrays()
    who.advance(4, new_stop(forced_action=1), who.records_for_one_tick())
    assert all(np.array_equal(before[name], array) for name, array in who.arrays().items() if name != "counters")
