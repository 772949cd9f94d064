"""Questions go where they are worth most."""

from __future__ import annotations

import numpy as np

from agents.preference.ensemble import Opinion
from agents.preference.queries import Coverage, by_chance, by_coverage, by_disagreement, candidate_pairs, cells_of


def luck() -> np.random.Generator:
    return np.random.default_rng(1)


def test_that_no_clip_is_compared_with_itself() -> None:
    left, right = candidate_pairs(3, 500, luck())
    assert (left != right).all()
    assert set(left) == set(right) == {0, 1, 2}
    assert all(query.left != query.right for query in by_chance(2, 50, luck()))


def test_that_the_pair_the_members_disagree_about_most_is_asked_first() -> None:
    members = np.array([[0.5, 0.9, 0.6, 0.5], [0.5, 0.1, 0.4, 0.5]], np.float32)
    left, right = np.array([0, 1, 2, 0]), np.array([1, 3, 4, 2])
    found = by_disagreement(left, right, Opinion(members=members), 2)
    assert [(query.left, query.right) for query in found] == [(1, 3), (2, 4)]
    assert np.allclose(found[0].votes, (0.9, 0.1))


def test_that_no_clip_is_asked_about_twice_at_once() -> None:
    members = np.array([[0.9, 0.8, 0.6], [0.1, 0.2, 0.4]], np.float32)
    found = by_disagreement(np.array([0, 0, 3]), np.array([1, 2, 4]), Opinion(members=members), 3)
    assert [(query.left, query.right) for query in found] == [(0, 1), (3, 4)]


def test_that_coverage_asks_about_what_was_asked_about_least() -> None:
    coverage = Coverage()
    cells = np.array([[1, 1, 1], [1, 2, 3], [4, 5, 6]])
    counted = np.ones_like(cells, np.bool_)
    before = coverage.novelty(cells, counted)
    assert before[0] == 1.0 and before[1] == before[2] == 3.0
    coverage.note(cells[2])
    after = coverage.novelty(cells, counted)
    assert after[2] < after[1] == before[1]
    chosen = by_coverage(after, 1, luck())[0]
    assert {chosen.left, chosen.right} == {1, 2}


def test_that_steps_that_are_not_there_count_nothing() -> None:
    cells = np.array([[1, 2, 3]])
    assert Coverage().novelty(cells, np.array([[True, False, False]]))[0] == 1.0


def test_that_cells_tell_states_actions_and_numbers_apart() -> None:
    states = cells_of(np.array([3, 3, 4, 3]), np.array([0, 1, 0, -1]), 4)
    assert len(set(states.tolist())) == 4
    numbers = cells_of(np.array([[0.0, 1.0], [0.01, 1.0], [2.0, 1.0]], np.float32), np.zeros(3, np.int64), 4)
    assert numbers[0] == numbers[1] != numbers[2]
