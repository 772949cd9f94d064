"""Following a value back to the reward where it began: because the next state was worth so much then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.protocol.past_messages import ValueExplained

LONGEST = 12
"""Links followed without being asked."""

NEARLY = 1e-12
"""What comes later and is worth less than this did not matter."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One update, and which value its target was built on.

    Attributes:
        row: Fields of the ``UPDATE`` record.
        next_state: State whose value it built on; −1 where the reward was all there was.
        next_action: Action there; −1 for the one that was best then.
        before: Moment the next link is looked from.
    """

    row: Mapping[str, Any]
    next_state: int
    next_action: int
    before: int


def link_of(row: Mapping[str, Any], *, whole_episodes: bool) -> Link:
    """Return what an update was built on.

    Args:
        row: Fields of the ``UPDATE`` record.
        whole_episodes: The rule learns from whole episodes: the next value of the same tick is the next link.
    """
    ends = row["next_state"] < 0 or abs(row["gamma"] * row["bootstrap"]) < NEARLY
    before = int(row["tick"]) + (1 if whole_episodes else 0)
    return Link(
        row=row,
        next_state=-1 if ends else int(row["next_state"]),
        next_action=int(row["next_action"]),
        before=before,
    )


class Chain:
    """Links found so far; says what to ask next.

    Args:
        whole_episodes: As in :func:`link_of`.
    """

    def __init__(self, *, whole_episodes: bool) -> None:
        self.links: list[Link] = []
        self._whole = whole_episodes

    def begin(self, row: Mapping[str, Any]) -> None:
        """Begin with an update."""
        self.links = [link_of(row, whole_episodes=self._whole)]

    @property
    def question(self) -> tuple[int, int, int] | None:
        """State, action and moment to ask for next; ``None`` at the end of the chain."""
        if not self.links or len(self.links) >= LONGEST or self.links[-1].next_state < 0:
            return None
        last = self.links[-1]
        return last.next_state, last.next_action, last.before

    @property
    def complete(self) -> bool:
        """Whether it has been followed to a reward."""
        return bool(self.links) and self.links[-1].next_state < 0

    def take(self, answer: ValueExplained) -> bool:
        """Take in an answer; ``False`` if it answers something else or leads no further."""
        asked = self.question
        if asked is None or not answer.rows or answer.at != asked[2] or answer.state != asked[0]:
            return False
        row = answer.rows[0]
        if self._whole:
            # The update of the same episode that this return was built on, not a later one of the same pair.
            row = next((each for each in answer.rows if each["tick"] == self.links[-1].row["tick"]
                        and abs(each["target"] - self.links[-1].row["bootstrap"]) < NEARLY), row)  # fmt: skip
        self.links.append(link_of(row, whole_episodes=self._whole))
        return True
