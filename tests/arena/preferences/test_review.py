"""What a review finds is what brute force finds, and what the papers' formulas say."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.preferences.agreement import agreements, cohens_kappa, mean_kappa
from arena.preferences.cycles import Edge, circular_triads, shortest_cycles
from arena.preferences.label import Answer, Label, Pair, label_id_of
from arena.preferences.review import balance, most_surprising_of, review, surprises

CLIPS = [f"{number:064x}" for number in range(9)]
ANSWERS: tuple[Answer, ...] = ("left", "right", "equal", "unclear")


def said(*given: tuple[int, int, Answer, str], seconds: float = 2.0) -> tuple[list[Pair], list[Label]]:
    """Pairs and labels of ``(left, right, answer, rater)``, each its own question."""
    pairs = [
        Pair(run_id="r", left=CLIPS[left], right=CLIPS[right], env_step=number)
        for number, (left, right, _, _) in enumerate(given)
    ]
    labels = [
        Label(
            label_id=label_id_of(pair.pair_id, rater), pair_id=pair.pair_id, answer=answer, rater=rater, seconds=seconds
        )
        for pair, (_, _, answer, rater) in zip(pairs, given, strict=True)
    ]
    return pairs, labels


EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=22).map(
    lambda steps: [(CLIPS[a], CLIPS[b], f"{a}>{b}") for a, b in steps]
)


def all_cycles(edges: list[Edge]) -> dict[tuple[str, ...], int]:
    """All simple circles of three or more, by trying every order of every set of clips."""
    steps = {(better, worse) for better, worse, _ in edges if better != worse}
    clips = sorted({clip for step in steps for clip in step})
    return {
        order: size
        for size in range(3, len(clips) + 1)
        for chosen in combinations(clips, size)
        for rest in permutations(chosen[1:])
        if (order := (chosen[0], *rest))
        if all(step in steps for step in zip(order, (*order[1:], order[0]), strict=True))
    }


@settings(max_examples=120, deadline=None)
@given(EDGES)
def test_that_the_cycles_found_are_the_shortest_through_each_answer(edges: list[Edge]) -> None:
    every = all_cycles(edges)
    found = shortest_cycles(edges)
    assert all(every[cycle.clips] == len(cycle.clips) for cycle in found)
    assert [len(cycle.clips) for cycle in found] == sorted(len(cycle.clips) for cycle in found)
    for better, worse in {(better, worse) for better, worse, _ in edges}:

        def through(order: tuple[str, ...], step: tuple[str, str] = (better, worse)) -> bool:
            return step in zip(order, (*order[1:], order[0]), strict=True)

        lengths = [len(order) for order in every if through(order)]
        mine = [len(cycle.clips) for cycle in found if through(cycle.clips)]
        assert min(mine, default=0) == min(lengths, default=0)
    names = {(better, worse): name for better, worse, name in edges}
    for cycle in found:
        steps = zip(cycle.clips, (*cycle.clips[1:], cycle.clips[0]), strict=True)
        assert cycle.labels == tuple(names[step] for step in steps)


@settings(max_examples=120, deadline=None)
@given(EDGES)
def test_that_circular_triads_are_a_third_of_the_trace_of_the_cube(edges: list[Edge]) -> None:
    A = np.zeros((7, 7), np.int64)
    for better, worse, _ in edges:
        if better != worse:
            A[CLIPS.index(better), CLIPS.index(worse)] = 1
    assert circular_triads(edges) == np.trace(A @ A @ A) // 3


def test_that_cycles_are_bounded_and_long_chains_take_no_recursion() -> None:
    chain = [(f"{a:05}", f"{a + 1:05}", "x") for a in range(5_000)]
    assert shortest_cycles(chain) == ()
    assert shortest_cycles([*chain, ("05000", "00000", "x")]) == ()
    (cycle,) = shortest_cycles([*chain[:7], ("00007", "00000", "back")])
    assert len(cycle.clips) == 8
    everybody = [(a, b, "x") for a, b in permutations(CLIPS, 2)]
    assert len(shortest_cycles(everybody, most=5)) == 5


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), max_size=20), st.data())
def test_that_kappa_is_cohens_whichever_clip_stood_on_the_left(
    answers: list[tuple[Answer, Answer]], data: st.DataObject
) -> None:
    questions = list(combinations(range(9), 2))[: len(answers)]
    turned = {"left": "right", "right": "left", "equal": "equal", "unclear": "unclear"}
    given_ = []
    for (left, right), (first, second) in zip(questions, answers, strict=True):
        given_.append((left, right, first, "Ada"))
        swap = data.draw(st.booleans())
        given_.append((right, left, turned[second], "Bob") if swap else (left, right, second, "Bob"))
    found = agreements(*said(*given_))  # type: ignore[arg-type]
    if not answers:
        assert found == () and math.isnan(mean_kappa(found))
        return
    (agreement,) = found
    n = len(answers)
    p_o = sum(first == second for first, second in answers) / n
    p_e = sum(
        sum(first == each for first, _ in answers) / n * sum(second == each for _, second in answers) / n
        for each in ANSWERS
    )
    assert (agreement.first, agreement.second, agreement.pairs) == ("Ada", "Bob", n)
    assert (agreement.agreed, agreement.expected) == (pytest.approx(p_o), pytest.approx(p_e))
    if p_e > 1 - 1e-12:
        assert math.isnan(agreement.kappa) and agreement.reading == "unknown"
    else:
        assert agreement.kappa == pytest.approx((p_o - p_e) / (1 - p_e))
        assert agreement.low <= agreement.kappa <= agreement.high


def test_that_kappa_of_a_known_table_is_what_the_textbook_says() -> None:
    # Two readers of fifty proposals, yes or no: p_o = 0.7, p_e = 0.5.
    agreed, expected, kappa, low, high = cohens_kappa(np.array([[20, 5], [10, 15]]))
    assert (agreed, expected, kappa) == (pytest.approx(0.7), pytest.approx(0.5), pytest.approx(0.4))
    assert (low, high) == (pytest.approx(0.4 - 1.96 * 0.12961, abs=1e-4), pytest.approx(0.4 + 1.96 * 0.12961, abs=1e-4))
    assert all(math.isnan(value) for value in cohens_kappa(np.zeros((4, 4), np.int64)))


@pytest.mark.parametrize(
    ("table", "reading"),
    [
        ([[5, 5], [5, 5]], "slight"), ([[20, 5], [10, 15]], "fair"), ([[9, 0], [0, 9]], "almost_perfect"),
        ([[0, 9], [9, 0]], "poor"), ([[8, 2], [2, 8]], "moderate"), ([[17, 3], [3, 17]], "substantial"),
    ],
)  # fmt: skip
def test_that_kappa_is_read_as_landis_and_koch_do(table: list[list[int]], reading: str) -> None:
    # One clip against another, another pair of clips for each item.
    items = [(row, column) for row in (0, 1) for column in (0, 1) for _ in range(table[row][column])]
    pairs, labels = [], []
    for number, (row, column) in enumerate(items):
        pair = Pair(run_id="r", left=f"{2 * number:064x}", right=f"{2 * number + 1:064x}")
        pairs.append(pair)
        for rater, answer in (("Ada", ANSWERS[row]), ("Bob", ANSWERS[column])):
            labels.append(
                Label(label_id=label_id_of(pair.pair_id, rater), pair_id=pair.pair_id, answer=answer, rater=rater)
            )
    (agreement,) = agreements(pairs, labels)
    assert agreement.reading == reading


def test_that_several_raters_are_read_two_by_two() -> None:
    answers: list[Answer] = ["left", "right", "left", "right"]
    given_ = [(2 * i, 2 * i + 1, answer, rater) for rater in ("A", "B", "C") for i, answer in enumerate(answers)]
    found = agreements(*said(*given_))
    assert [(each.first, each.second, each.kappa) for each in found] == [
        ("A", "B", 1.0),
        ("A", "C", 1.0),
        ("B", "C", 1.0),
    ]
    assert mean_kappa(found) == 1.0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.floats(0, 1)), min_size=1, max_size=8))
def test_that_surprise_is_the_divergence_of_what_was_said_from_what_was_expected(
    given_: list[tuple[Answer, float]],
) -> None:
    _, labels = said(*[(0, 1, answer, "Ada") for answer, _ in given_])
    found = surprises(labels, [chance for _, chance in given_])
    for (answer, chance), value in zip(given_, found, strict=True):
        p = max(chance, 1e-12), max(1 - chance, 1e-12)
        expected = {
            "left": -math.log(p[0]), "right": -math.log(p[1]), "unclear": math.nan,
            "equal": 0.5 * math.log(0.5 / p[0]) + 0.5 * math.log(0.5 / p[1]),
        }[answer]  # fmt: skip
        assert value == pytest.approx(expected, nan_ok=True, abs=1e-9)
    worst = most_surprising_of(found, 3)
    assert [found[index] for index in worst] == sorted((v for v in found if v > math.log(2)), reverse=True)[:3]


def test_that_a_model_that_was_not_asked_is_surprised_by_nothing() -> None:
    pairs, labels = said((0, 1, "left", "Ada"), (1, 2, "left", "Ada"))
    found = review(pairs, labels, {pairs[0].pair_id: 0.01})
    assert [row.flags for row in found.rows] == [("surprising",), ()]
    assert found.rows[0].surprise == pytest.approx(-math.log(0.01))
    assert math.isnan(found.rows[1].chance) and math.isnan(found.rows[1].surprise)
    assert all(math.isnan(row.surprise) for row in review(pairs, labels).rows)


def test_that_slips_are_flagged_for_the_same_rater_only() -> None:
    pairs, labels = said(
        (0, 1, "left", "Ada"), (1, 0, "left", "Ada"), (0, 1, "right", "Bob"), (2, 3, "left", "Ada"),
        (0, 1, "equal", "Ada"),
    )  # fmt: skip
    found = review(pairs, labels)
    assert found.opposites == ((labels[0].label_id, labels[1].label_id),)
    assert [row.flags for row in found.rows] == [("opposite",), ("opposite",), (), (), ()]
    assert found.cycles == ()


def test_that_hasty_answers_are_flagged_and_unknown_times_are_not() -> None:
    for seconds, flags in ((0.3, ("hasty",)), (0.0, ()), (0.8, ())):
        (row,) = review(*said((0, 1, "left", "Ada"), seconds=seconds)).rows
        assert row.flags == flags
    (row,) = review(*said((0, 1, "left", "Ada"), seconds=0.8), hasty_seconds=1.0).rows
    assert row.flags == ("hasty",)


def test_that_a_circle_is_one_raters_own_and_breaks_when_a_label_is_taken_back() -> None:
    pairs, labels = said((0, 1, "left", "Ada"), (2, 1, "right", "Ada"), (2, 0, "left", "Ada"), (3, 4, "left", "Ada"))
    found = review(pairs, labels)
    assert [row.flags for row in found.rows] == [("cycle",), ("cycle",), ("cycle",), ()]
    assert found.cycles[0].labels == tuple(label.label_id for label in labels[:3])
    assert review(pairs, [*labels[:2], replace(labels[2], rater="Bob")]).cycles == ()
    taken_back = review(pairs, [*labels[:2], replace(labels[2], taken_back=True)])
    assert taken_back.cycles == () and len(taken_back.rows) == 3


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((0, 0, 0, 0), "none"), ((0, 0, 6, 2), "all_ties"), ((0, 0, 0, 1), "all_ties"), ((7, 0, 0, 0), ""),
        ((10, 0, 0, 0), "one_sided"), ((9, 1, 0, 0), ""), ((0, 12, 3, 0), "one_sided"), ((1000, 1005, 0, 0), ""),
        ((900, 1100, 0, 0), "one_sided"),
    ],
)  # fmt: skip
def test_that_ties_only_and_one_side_only_are_noticed(counts: tuple[int, int, int, int], verdict: str) -> None:
    _, labels = said(*[(0, 1, a, "Ada") for a, n in zip(ANSWERS, counts, strict=True) for _ in range(n)])
    found = balance(labels)
    assert (found.left, found.right, found.equal, found.unclear) == counts
    assert found.verdict == verdict


def test_that_the_sign_test_is_the_share_of_all_outcomes_as_uneven() -> None:
    for total in range(1, 11):
        for left in range(total + 1):
            _, labels = said(*[(0, 1, "left" if i < left else "right", "Ada") for i in range(total)])
            uneven = abs(2 * left - total)
            share = sum(abs(2 * bin(n).count("1") - total) >= uneven for n in range(2**total)) / 2**total
            assert balance(labels).chance == pytest.approx(share)


def test_that_nothing_to_review_is_an_empty_review() -> None:
    found = review([], [])
    assert (found.rows, found.cycles, found.opposites, found.agreements) == ((), (), (), ())
    assert found.balance.verdict == "none"
    _, labels = said((0, 1, "left", "Ada"))
    assert review([], labels).rows == ()
