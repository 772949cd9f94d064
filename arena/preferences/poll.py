"""Asking a class: pairs are opened, votes come in and stay hidden until a pair is closed, then they become labels.

Only the rules are here; whoever serves the phones or reads the typed numbers brings tokens and time. A token is what
one phone is known by; a forged one is refused by whoever gave the tokens out (:meth:`Class.join`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from arena.errors import UsageError
from arena.preferences.label import ANSWERS, Answer, Votes

Receipt = Literal["counted", "changed", "same", "closed", "unknown", "refused"]
"""What becomes of a vote: counted; it replaces an earlier one; it says the same again; there is no such pair open; the
token is nobody's; it is no answer."""

MOST_VOTERS = 2_000
MOST_HANDS = 10_000


@dataclass(frozen=True, kw_only=True)
class ClassLabel:
    """A label that a poll makes, to be given to ``LabelStore.answer``.

    Attributes:
        pair_id: The pair.
        answer: What is said.
        voter: Number of the voter, from 1; 0 for the class as a whole.
        votes: How the class voted.
    """

    pair_id: str
    answer: Answer
    voter: int
    votes: Votes


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a class said of a pair, once it is closed.

    Attributes:
        pair_id: The pair.
        votes: How many said what.
        answers: Answer of each voter who gave one, by number.
    """

    pair_id: str
    votes: Votes
    answers: Mapping[int, Answer]

    @property
    def winner(self) -> Answer | None:
        """The answer most gave; ``None`` if nobody voted.

        As many for the left as for the right, or for a side as for "equally good", is equally good. "Cannot tell" wins
        only where more said so than gave any one other answer.
        """
        counts = _counts(self.votes)
        most = max(counts.values())
        if not most:
            return None
        best = [answer for answer in ANSWERS if counts[answer] == most and answer != "unclear"]
        match best:
            case []:
                return "unclear"
            case ["left"]:
                return "left"
            case ["right"]:
                return "right"
            case _:
                return "equal"

    @property
    def disagreement(self) -> float:
        """Share of those who did not give the most frequent answer; 0 if nobody voted."""
        return 1 - max(_counts(self.votes).values()) / self.votes.total if self.votes.total else 0.0

    def majority_label(self) -> tuple[ClassLabel, ...]:
        """Return the one label of the whole class; none if nobody voted."""
        if self.winner is None:
            return ()
        return (ClassLabel(pair_id=self.pair_id, answer=self.winner, voter=0, votes=self.votes),)

    def label_each(self) -> tuple[ClassLabel, ...]:
        """Return a label for every vote."""
        return tuple(
            ClassLabel(pair_id=self.pair_id, answer=answer, voter=voter, votes=self.votes)
            for voter, answer in sorted(self.answers.items())
        )


def hand_count(pair_id: str, left: int, right: int, equal: int = 0, unclear: int = 0) -> Result:
    """Return the result of hands or cards that were counted and typed in, 17 · 9 · 4.

    Args:
        pair_id: The pair.
        left: Hands for the left clip.
        right: Hands for the right clip.
        equal: Hands for equally good.
        unclear: Hands for cannot tell.

    Raises:
        UsageError: If a count is negative, or there are more hands than any hall holds.
    """
    votes = Votes(left=left, right=right, equal=equal, unclear=unclear)
    counts = _counts(votes)
    if any(type(count) is not int or count < 0 for count in counts.values()) or votes.total > MOST_HANDS:
        raise UsageError("error.poll.hands", most=MOST_HANDS)
    given = [answer for answer in _ANSWERS for _ in range(counts[answer])]
    # Nobody knows whose hand it was: the numbers only tell them apart.
    return Result(pair_id=pair_id, votes=votes, answers=dict(enumerate(given, 1)))


class Class:
    """The phones of a class: who may vote, by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def join(self, token: str) -> int:
        """Let a phone vote; a phone that comes back keeps its number.

        Args:
            token: What it is known by from now on.

        Returns:
            Its number, from 1.

        Raises:
            UsageError: If there are too many.
        """
        if token not in self._numbers and len(self._numbers) >= MOST_VOTERS:
            raise UsageError("error.poll.full", most=MOST_VOTERS)
        return self._numbers.setdefault(token, len(self._numbers) + 1)

    def number(self, token: str) -> int | None:
        """Return the number of a phone, ``None`` for a token that nobody was given."""
        return self._numbers.get(token)

    def __len__(self) -> int:
        return len(self._numbers)


class TogetherPoll:
    """All see one pair and vote on it; nobody sees how until it is closed.

    Args:
        voters: Who may vote.
    """

    def __init__(self, voters: Class) -> None:
        self._voters = voters
        self._votes: dict[int, Answer] = {}
        self.pair_id = ""

    def open(self, pair_id: str, votes: Mapping[int, Answer] | None = None) -> None:
        """Ask a pair; votes on an earlier one that was not closed are dropped.

        Args:
            pair_id: The pair.
            votes: Votes it has already, by number: whoever kept them goes on after a fault.
        """
        self.pair_id = pair_id
        self._votes = dict(votes or {})

    def said(self, token: str) -> Answer | None:
        """Return what a phone has said of the open pair: for that phone alone."""
        number = self._voters.number(token)
        return None if number is None else self._votes.get(number)

    @property
    def voted(self) -> int:
        """How many have voted on the open pair: all that may be shown before it is closed."""
        return len(self._votes)

    def vote(self, token: str, pair_id: str, answer: str) -> Receipt:
        """Take a vote; the last one of each phone counts.

        Args:
            token: Whose it is.
            pair_id: The pair that the phone showed: a vote that comes late does not count for the next pair.
            answer: What was tapped.
        """
        number = self._voters.number(token)
        if number is None:
            return "unknown"
        if not self.pair_id or pair_id != self.pair_id:
            return "closed"
        return _note(self._votes, number, answer)

    def close(self) -> Result:
        """Close the pair and show what was said."""
        result = result_of(self.pair_id, self._votes)
        self.open("")
        return result


@dataclass(kw_only=True)
class _Split:
    voters: set[int] = field(default_factory=set)
    votes: dict[int, Answer] = field(default_factory=dict)


class SplitPoll:
    """Each phone gets its own pair, so that a class answers many pairs at once.

    Args:
        voters: Who may vote.
        times: How many phones are to answer each pair.
    """

    def __init__(self, voters: Class, times: int = 1) -> None:
        self._voters = voters
        self._times = times
        self._open: dict[str, _Split] = {}
        self._shown: dict[int, str] = {}

    def add(self, pair_ids: Iterable[str]) -> None:
        """Add pairs to be answered; those that are open stay as they are."""
        for pair_id in pair_ids:
            self._open.setdefault(pair_id, _Split())

    def restore(self, pair_id: str, votes: Mapping[int, Answer]) -> None:
        """Add a pair with the votes it has already: whoever kept them goes on after a fault."""
        self._open[pair_id] = _Split(voters=set(votes), votes=dict(votes))

    def drop(self, pair_id: str) -> None:
        """Ask a pair no longer; its votes are dropped."""
        self._open.pop(pair_id, None)

    @property
    def waiting(self) -> int:
        """How many answers are still wanted."""
        return sum(max(0, self._times - len(split.votes)) for split in self._open.values())

    def next_for(self, token: str) -> str | None:
        """Return the pair a phone is to show: the one it has, else the one that fewest phones have.

        Args:
            token: Whose it is.

        Returns:
            The pair, ``None`` where nothing is left for this phone or the token is nobody's.
        """
        number = self._voters.number(token)
        if number is None:
            return None
        if self._shown.get(number) in self._open:
            return self._shown[number]
        free = [
            pair_id
            for pair_id, split in self._open.items()
            if number not in split.voters and len(split.voters) < self._times
        ]
        if not free:
            return None
        chosen = min(free, key=lambda pair_id: len(self._open[pair_id].voters))
        self._open[chosen].voters.add(number)
        self._shown[number] = chosen
        return chosen

    def vote(self, token: str, pair_id: str, answer: str) -> Receipt:
        """Take a phone's vote on the pair it was given.

        Args:
            token: Whose it is.
            pair_id: The pair it showed.
            answer: What was tapped.
        """
        number = self._voters.number(token)
        if number is None:
            return "unknown"
        split = self._open.get(pair_id)
        if split is None or number not in split.voters:
            return "closed"
        receipt = _note(split.votes, number, answer)
        if receipt != "refused":
            self._shown.pop(number, None)
        return receipt

    def release(self, token: str) -> None:
        """Give the pair of a phone that is gone to another one."""
        number = self._voters.number(token)
        pair_id = self._shown.pop(number, "") if number is not None else ""
        split = self._open.get(pair_id)
        if split is not None and number is not None and number not in split.votes:
            split.voters.discard(number)

    def take_finished(self) -> tuple[Result, ...]:
        """Return the pairs that have all their answers, and close them."""
        done = [pair_id for pair_id, split in self._open.items() if len(split.votes) >= self._times]
        return tuple(result_of(pair_id, self._open.pop(pair_id).votes) for pair_id in done)


_ANSWERS: tuple[Answer, ...] = ("left", "right", "equal", "unclear")


def _note(votes: dict[int, Answer], number: int, answer: str) -> Receipt:
    said = next((known for known in _ANSWERS if known == answer), None)
    if said is None:
        return "refused"
    before = votes.get(number)
    votes[number] = said
    if before is None:
        return "counted"
    return "same" if before == said else "changed"


def result_of(pair_id: str, votes: Mapping[int, Answer]) -> Result:
    """Return what was said of a pair.

    Args:
        pair_id: The pair.
        votes: Answer of each voter, by number.
    """
    counts = Counter[str](votes.values())
    return Result(pair_id=pair_id, votes=Votes(**counts), answers=dict(votes))


def _counts(votes: Votes) -> dict[str, int]:
    return {answer: getattr(votes, answer) for answer in ANSWERS}
