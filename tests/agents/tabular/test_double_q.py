"""Double Q-learning: whose turn it is, its arithmetic, and that luck fools it less."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular.arrays import IN_Q1, IN_Q2
from arena.environments.registry import make_world
from tests.agents.tabular.learners import advance, learner, recorded, table_name
from tests.agents.tabular.worlds import random_world


def test_that_a_coin_decides_which_table_learns_and_the_other_judges() -> None:
    who = learner("double_q_learning", random_world(2), 3, gamma=0.9, alpha=0.3, epsilon=0.5)
    turns = []
    for _ in range(2_000):
        before = {name: getattr(who.memory, name).copy() for name in ("q1", "q2")}
        steps, updates = recorded(who, 1)
        (row,) = updates
        learning, judging = ("q1", "q2") if row["table"] == IN_Q1 else ("q2", "q1")
        turns.append(row["table"])
        s, a, s_next, chosen = (int(row[name]) for name in ("state", "action", "next_state", "next_action"))
        if steps["terminated"][0]:
            assert row["bootstrap"] == 0.0 and chosen == -1
        else:
            assert before[learning][s_next, chosen] == before[learning][s_next].max()
            assert row["bootstrap"] == before[judging][s_next, chosen]
        assert row["target"] == row["reward"] + 0.9 * row["bootstrap"]
        assert table_name(row) == learning
        assert getattr(who.memory, learning)[s, a] == row["new"]
        assert np.array_equal(getattr(who.memory, judging), before[judging])
        assert who.q[s, a] == 0.5 * who.memory.q1[s, a] + 0.5 * who.memory.q2[s, a]
    assert np.mean(np.array(turns) == IN_Q2) == pytest.approx(0.5, abs=0.04)


def left_share(name: str, runs: int, episodes: int) -> float:
    """How often the first move goes left on the map where left loses, early in learning."""
    model = make_world("Arena/GridWorld-v0", {"map": "noisy_left"}).model
    start = int(model.start_states[0])
    left = total = 0
    for seed in range(runs):
        who = learner(name, model, seed, gamma=1.0, alpha=0.1, epsilon=0.1)
        while who.counters["episode"] < episodes:
            advance(who, 20)
        visits = who.tables.visits[start]
        left, total = left + int(visits[3]), total + int(visits[[1, 3]].sum())
    return left / total


def test_that_luck_fools_q_learning_more_than_double_q_learning() -> None:
    assert left_share("double_q_learning", 60, 100) < 0.8 * left_share("q_learning", 60, 100)
