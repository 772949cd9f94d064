"""What a window asks before two runs go on together: when will each of them meet a goal?"""

from __future__ import annotations

from dataclasses import dataclass

from arena.protocol.messages import Command, Event


@dataclass(frozen=True, kw_only=True)
class Foresee(Command):
    """Say when a goal will be met if it learns on; nothing is learned. ``Foreseen`` answers.

    Attributes:
        goal: As in :class:`arena.protocol.messages.RunTo`.
        count: As there.
        within: Ticks to look ahead.
    """

    goal: str
    count: int = 1
    within: int = 1_000


@dataclass(frozen=True, kw_only=True)
class Foreseen(Event):
    """How far it looked ahead, and whether it saw the goal there.

    Attributes:
        command_id: Number of the command it answers.
        tick: Clock at which the goal will be met, else at the end of what it looked at.
        met: Whether the goal will be met there.
    """

    command_id: int = 0
    tick: int = 0
    met: bool = False


TWIN_COMMANDS: tuple[type[Command], ...] = (Foresee,)
TWIN_EVENTS: tuple[type[Event], ...] = (Foreseen,)
