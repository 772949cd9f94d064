"""Dyna-Q: what the model remembers, what is imagined from it, and that imagining pays."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.arrays import IMAGINED, REAL
from agents.tabular.exact import solve
from arena.environments.registry import make_world
from arena.environments.world import Transition, TransitionModel
from arena.errors import RunError
from tests.agents.tabular.learners import advance, learner, recorded, same_arrays
from tests.agents.tabular.worlds import corridor, random_world


def deterministic_world(seed: int, states: int = 10, actions: int = 3) -> TransitionModel:
    luck = np.random.default_rng(seed)
    table: dict[int, dict[int, list[Transition]]] = {
        s: {
            a: [(1.0, int(s_next := luck.integers(0, states)), float(luck.uniform(-1, 1)), bool(s_next == states - 1))]
            for a in range(actions)
        }
        for s in range(states - 1)
    }
    table[states - 1] = {a: [(1.0, states - 1, 0.0, True)] for a in range(actions)}
    return TransitionModel.from_table(table, {s: 1 / (states - 1) for s in range(states - 1)}, 40)


def test_that_without_imagined_steps_it_is_q_learning_to_the_bit() -> None:
    model = random_world(3)
    one = learner("dyna_q", model, 4, planning_steps=0, alpha=0.2, epsilon=0.3)
    other = learner("q_learning", model, 4, alpha=0.2, epsilon=0.3)
    advance(one, 5_000)
    advance(other, 5_000)
    assert np.array_equal(one.q, other.q)


def test_that_it_imagines_only_what_happened_and_by_the_same_rule() -> None:
    gamma, alpha = 0.9, 0.3
    who = learner("dyna_q", random_world(4), 2, gamma=gamma, alpha=alpha, planning_steps=4, epsilon=0.4)
    model: dict[tuple[int, int], tuple[float, int, bool]] = {}
    q = who.q.copy()
    for _ in range(800):
        steps, updates = recorded(who, 1)
        step = steps[0]
        model[int(step["state"]), int(step["action"])] = (
            float(step["reward"]), int(step["next_state"]), bool(step["terminated"]),
        )  # fmt: skip
        assert updates["kind"].tolist() == [REAL] + [IMAGINED] * 4
        for row in updates:
            s, a = int(row["state"]), int(row["action"])
            reward, after, ended = model[s, a]
            assert (row["reward"], row["next_state"]) == (reward, after)
            assert row["bootstrap"] == (0.0 if ended else q[after].max())
            assert row["old"] == q[s, a]
            q[s, a] = row["new"]
        assert np.array_equal(q, who.q)
    assert {s for s, _ in model} == set(who.memory.known_states[: int(who.memory.known_count[0])].tolist())


def test_that_states_and_the_actions_tried_there_are_imagined_evenly() -> None:
    who = learner("dyna_q", random_world(1, states=6, actions=2), 3, planning_steps=20, epsilon=1.0)
    advance(who, 2_000)
    _, updates = recorded(who, 1_000)
    imagined = updates[updates["kind"] == IMAGINED]
    counts = np.bincount(imagined["state"] * 2 + imagined["action"], minlength=10)
    assert counts[:10] / len(imagined) == pytest.approx(np.full(10, 0.1), abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_that_it_finds_the_exact_values_of_a_world_without_luck(seed: int) -> None:
    model = deterministic_world(seed)
    who = learner("dyna_q", model, seed, gamma=0.9, alpha=0.5, epsilon=1.0, planning_steps=10)
    advance(who, 20_000)
    tried = who.tables.visits > 0
    np.testing.assert_allclose(who.q[tried], solve(model, 0.9).q[tried], atol=1e-9)


def test_that_imagining_saves_steps_in_the_maze() -> None:
    model = make_world("Arena/GridWorld-v0", {"map": "maze"}).model
    needed = {}
    for steps in (0, 5, 50):
        total = 0
        for seed in range(5):
            who = learner("dyna_q", model, seed, gamma=0.95, alpha=0.1, epsilon=0.1, planning_steps=steps)
            # The first episode is a search without a model; it is left out, as in the book's figure 8.2.
            first = 0
            while who.counters["episode"] < 15:
                advance(who, 1)
                first = who.tick if who.counters["episode"] < 1 else first
            total += who.tick - first
        needed[steps] = total
    assert needed[5] < 0.6 * needed[0] and needed[50] < needed[5]


def test_that_the_number_of_imagined_steps_can_change_while_it_learns() -> None:
    model = random_world(5)
    one, other = learner("dyna_q", model, 1, planning_steps=3), learner("dyna_q", model, 1, planning_steps=0)
    other.set("planning_steps", 3)
    advance(one, 500)
    recorded(other, 500)
    assert same_arrays(one, other)
    one.set("planning_steps", 0)
    _, updates = recorded(one, 10)
    assert (updates["kind"] == REAL).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("model_next", 99), ("model_next", -2), ("model_ended", 2), ("known_states", 5), ("known_states", -1)],
)
def test_that_a_model_that_cannot_be_is_refused(name: str, value: int) -> None:
    who = learner("dyna_q", corridor())
    advance(who, 40)
    arrays = who.arrays()
    arrays[name].flat[0] = value
    with pytest.raises(RunError):
        learner("dyna_q", corridor()).load(arrays)
