"""A class votes: one phone one vote, nothing shown before the pair is closed, ties are ties."""

from __future__ import annotations

import random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.errors import UsageError
from arena.preferences.label import Answer, Votes
from arena.preferences.poll import MOST_HANDS, MOST_VOTERS, Class, SplitPoll, TogetherPoll, hand_count


def a_class(size: int) -> Class:
    voters = Class()
    for number in range(1, size + 1):
        assert voters.join(f"token-{number}") == number
    return voters


def test_that_the_last_vote_of_each_phone_counts_and_none_is_seen_before() -> None:
    poll = TogetherPoll(a_class(3))
    poll.open("pair")
    receipts = [poll.vote(token, "pair", answer) for token, answer in (
        ("token-1", "left"), ("token-1", "left"), ("token-1", "right"), ("token-2", "equal"), ("token-9", "left"),
        ("token-3", "all"), ("token-3", ""),
    )]  # fmt: skip
    assert receipts == ["counted", "same", "changed", "counted", "unknown", "refused", "refused"]
    assert poll.voted == 2
    assert not any(isinstance(value, Votes) for value in vars(poll).values())
    result = poll.close()
    assert result.votes == Votes(right=1, equal=1)
    assert result.answers == {1: "right", 2: "equal"}
    assert poll.vote("token-1", "pair", "left") == "closed"


def test_that_a_vote_that_comes_late_does_not_count_for_the_next_pair() -> None:
    poll = TogetherPoll(a_class(1))
    assert poll.vote("token-1", "", "left") == "closed"
    poll.open("first")
    poll.open("second")
    assert poll.vote("token-1", "first", "left") == "closed"
    assert (poll.voted, poll.pair_id) == (0, "second")
    assert poll.close().winner is None
    assert poll.close().majority_label() == ()


@pytest.mark.parametrize(
    ("hands", "winner", "disagreement"),
    [
        ((17, 9, 4, 0), "left", 13 / 30), ((9, 17, 4, 0), "right", 13 / 30), ((10, 10, 0, 0), "equal", 0.5),
        ((10, 0, 10, 0), "equal", 0.5), ((3, 3, 3, 3), "equal", 0.75), ((0, 5, 0, 5), "right", 0.5),
        ((1, 1, 0, 5), "unclear", 2 / 7), ((0, 0, 0, 2), "unclear", 0.0), ((0, 0, 0, 0), None, 0.0),
        ((8, 1, 0, 0), "left", 1 / 9),
    ],
)  # fmt: skip
def test_that_the_majority_wins_and_ties_are_ties(
    hands: tuple[int, int, int, int], winner: Answer | None, disagreement: float
) -> None:
    result = hand_count("pair", *hands)
    assert (result.winner, result.disagreement) == (winner, pytest.approx(disagreement))
    assert [label.answer for label in result.majority_label()] == ([] if winner is None else [winner])
    each = result.label_each()
    assert [sum(label.answer == answer for label in each) for answer in get_args(Answer)] == list(hands)
    assert [label.voter for label in each] == list(range(1, sum(hands) + 1))
    assert all(label.votes == result.votes for label in each)


@pytest.mark.parametrize("hands", [(-1, 2, 0), (1.5, 2, 0), (True, 2, 0), (MOST_HANDS, 1, 0), ("3", 1, 0)])
def test_that_impossible_hands_are_refused(hands: tuple[Any, ...]) -> None:
    with pytest.raises(UsageError) as problem:
        hand_count("pair", *hands)
    assert problem.value.key == "error.poll.hands"


def test_that_a_phone_that_comes_back_is_the_same_and_floods_are_refused() -> None:
    voters = a_class(MOST_VOTERS)
    assert voters.join("token-7") == 7
    assert (voters.number("token-7"), voters.number("forged"), len(voters)) == (7, None, MOST_VOTERS)
    with pytest.raises(UsageError) as problem:
        voters.join("one more")
    assert problem.value.key == "error.poll.full"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(1, 3), st.integers(0, 2**32))
def test_that_split_phones_answer_every_pair_as_often_as_wanted(phones: int, pairs: int, times: int, seed: int) -> None:
    luck = random.Random(seed)
    poll = SplitPoll(a_class(phones), times)
    poll.add([f"pair-{number}" for number in range(pairs)])
    wanted = pairs * times
    assert poll.waiting == wanted
    done = []
    for _ in range(40 * wanted):
        token = f"token-{luck.randint(1, phones)}"
        pair_id = poll.next_for(token)
        if pair_id is None:
            continue
        assert poll.next_for(token) == pair_id
        if luck.random() < 0.2:
            poll.release(token)
            continue
        assert poll.vote(token, pair_id, luck.choice(get_args(Answer))) == "counted"
        done += poll.take_finished()
    possible = min(times, phones)
    assert len(done) == (pairs if possible == times else 0)
    assert poll.waiting == (0 if possible == times else pairs * (times - possible))
    assert all(result.votes.total == times and len(result.answers) == times for result in done)


def test_that_split_phones_vote_only_on_the_pair_they_were_given() -> None:
    poll = SplitPoll(a_class(2), times=2)
    poll.add(["a", "b"])
    first, second = poll.next_for("token-1"), poll.next_for("token-2")
    assert {first, second} == {"a", "b"}
    assert poll.vote("token-1", str(second), "left") == "closed"
    assert poll.vote("forged", str(first), "left") == "unknown"
    assert poll.next_for("forged") is None
    assert poll.vote("token-1", str(first), "none") == "refused"
    assert poll.next_for("token-1") == first
    assert poll.vote("token-1", str(first), "left") == "counted"
    assert poll.next_for("token-1") == second
    assert poll.vote("token-1", str(first), "right") == "changed"
    assert poll.take_finished() == ()
