"""What a window and the worker that looks into a stored run say to each other.

That worker learns nothing: it answers. Of several moments asked for only the newest is made, so that dragging along a
timeline never queues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from arena.protocol.messages import Command, Event


@dataclass(frozen=True, kw_only=True)
class ShowMoment(Command):
    """Ask for the run as it was when its clock showed a tick; an older request not yet answered is forgotten."""

    at: int


@dataclass(frozen=True, kw_only=True)
class ExplainValue(Command):
    """Ask which updates made one value.

    Attributes:
        at: Moment looked from; updates of this tick and later ones do not count.
        state: s.
        action: a; −1 for the action that was best then.
        count: Rows at most.
    """

    at: int
    state: int
    action: int
    count: int = 20


@dataclass(frozen=True, kw_only=True)
class FindLandmark(Command):
    """Ask when something happened, see :meth:`agents.runtime.past.Past.find`."""

    what: str
    at: int


@dataclass(frozen=True, kw_only=True)
class SetBookmark(Command):
    """Keep a moment with a note; one kept there before is replaced."""

    at: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RemoveBookmark(Command):
    """Forget the bookmark at a tick."""

    at: int


@dataclass(frozen=True, kw_only=True)
class PastOpened(Event):
    """The run can be looked into.

    Attributes:
        first: Tick it begins with; not 0 for a fork.
        last: Clock of its newest keyframe.
        bookmarks: ``{"at": tick, "note": text}`` each, in order.
    """

    first: int = 0
    last: int = 0
    bookmarks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class PastWorld(Event):
    """The world of the moments that follow is another one than the last told: it was edited.

    Attributes:
        world: As in ``WorldReady``.
        arrays: Index arrays of the layout.
    """

    world: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MomentShown(Event):
    """The run as it was at tick ``env_steps``.

    Attributes:
        arrays: As in ``View``.
        scalars: As in ``View``.
        tick: Fields of the ``TICK`` record of the step that led there; empty at the beginning of the run.
        changes: Fields of its ``UPDATE`` records, as in ``TickHappened``.
        hyperparameters: Field values in force then, with ``mover``.
        mismatch: Replay has met a keyframe it did not reproduce: numbers may differ in their last digits.
    """

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    scalars: Mapping[str, float] = field(default_factory=dict)
    tick: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Mapping[str, Any], ...] = ()
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    mismatch: bool = False


@dataclass(frozen=True, kw_only=True)
class ValueExplained(Event):
    """Answer to :class:`ExplainValue`.

    Attributes:
        command_id: Of the question.
        at: Moment looked from.
        state: s.
        action: a, also where the best one was asked for.
        value: Q(s, a) at that moment.
        rows: Fields of ``UPDATE`` records, newest first.
        earlier: Moment to ask from for more; −1 where this was all.
        curve: ``(tick, value)`` pairs of the value over the run so far.
    """

    command_id: int = 0
    at: int = 0
    state: int = 0
    action: int = 0
    value: float = 0.0
    rows: tuple[Mapping[str, Any], ...] = ()
    earlier: int = -1
    curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class LandmarkFound(Event):
    """Answer to :class:`FindLandmark`: the moment, −1 where it never happened."""

    command_id: int = 0
    what: str = ""
    at: int = -1


@dataclass(frozen=True, kw_only=True)
class BookmarksChanged(Event):
    """The bookmarks there are now, as in :class:`PastOpened`."""

    bookmarks: tuple[Mapping[str, Any], ...] = ()


PAST_COMMANDS: tuple[type[Command], ...] = (ShowMoment, ExplainValue, FindLandmark, SetBookmark, RemoveBookmark)
PAST_EVENTS: tuple[type[Event], ...] = (
    PastOpened,
    PastWorld,
    MomentShown,
    ValueExplained,
    LandmarkFound,
    BookmarksChanged,
)
