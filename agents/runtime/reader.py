"""The worker that looks into a stored run and learns nothing: it shows moments, explains values, finds landmarks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.runtime.inbox import Inbox
from agents.runtime.past import Moment, Past
from agents.runtime.replay import settings_at
from agents.runtime.shown import scalars_of, tick_records, view_arrays
from arena.errors import ArenaError, ProtocolError
from arena.protocol.messages import Command, Event, PhaseChanged, Stop, Warned
from arena.protocol.past_messages import (
    BookmarksChanged,
    ExplainValue,
    FindLandmark,
    LandmarkFound,
    MomentShown,
    PastOpened,
    PastWorld,
    RemoveBookmark,
    SetBookmark,
    ShowMoment,
    ValueExplained,
)
from arena.protocol.world_codec import describe
from arena.runs.bookmarks import LONGEST_NOTE, Bookmark, read_bookmarks, write_bookmarks

LAYERS = ("q", "visits", "trace", "v", "policy")
"""Arrays of a moment that a window can draw; those a learner does not have are left out."""


class Reader:
    """Answers questions about one run.

    Args:
        path: Run folder.
        inbox: Where questions come from.
        send: Sends an answer.

    Raises:
        RunError: If it is no run, or has no usable keyframe.
    """

    def __init__(self, path: str, inbox: Inbox, send: Callable[[Event], None]) -> None:
        self._past = Past(path)
        self._inbox = inbox
        self._send = send
        self._bookmarks_path = self._past.run.folder.path / "bookmarks.json"
        self._damage_told = 0
        self._told_world: object = None
        self.phase = "paused"
        """As in ``PhaseChanged``; read by the heartbeat."""
        self.progress = 0
        """Grows with every answer; read by the heartbeat."""

    def loop(self) -> None:
        """Answer until told to stop, or until nobody is left to ask."""
        self._open()
        self._send(PhaseChanged(phase="paused"))
        while not self._inbox.closed:
            wanted: ShowMoment | None = None
            command = self._inbox.take(0.5)
            while command is not None:
                if isinstance(command, Stop):
                    self._past.close()
                    return
                if isinstance(command, ShowMoment):
                    wanted = command
                else:
                    self._guarded(command)
                command = self._inbox.take(0.0)
            if wanted is not None:
                self._guarded(wanted)
            self.progress += 1
        self._past.close()

    def _open(self) -> None:
        self._send(PastOpened(first=self._past.first, last=self._past.last_stored, bookmarks=self._bookmarks()))

    def _guarded(self, command: Command) -> None:
        try:
            self._answer(command)
        except ArenaError as problem:
            self._send(Warned(key=problem.key, params=problem.params))
        if self._past.damaged > self._damage_told:
            self._damage_told = self._past.damaged
            self._send(Warned(key="warning.past.damaged", params={"count": self._damage_told}))

    def _answer(self, command: Command) -> None:
        match command:
            case ShowMoment(at=at):
                self._fresh(at)
                self._show(self._past.at(at))
            case ExplainValue(at=at):
                self._fresh(at)
                self._send(self._explained(command))
            case FindLandmark(what=what, at=at):
                self._fresh(at)
                self._send(LandmarkFound(command_id=command.command_id, what=what, at=self._past.find(what, at)))
            case SetBookmark(at=at, note=note):
                kept = tuple(each for each in read_bookmarks(self._bookmarks_path) if each.at != at)
                write_bookmarks(self._bookmarks_path, (*kept, Bookmark(at, note[:LONGEST_NOTE])))
                self._send(BookmarksChanged(bookmarks=self._bookmarks()))
            case RemoveBookmark(at=at):
                kept = tuple(each for each in read_bookmarks(self._bookmarks_path) if each.at != at)
                write_bookmarks(self._bookmarks_path, kept)
                self._send(BookmarksChanged(bookmarks=self._bookmarks()))
            case _:
                raise ProtocolError("error.past.question")

    def _fresh(self, at: int) -> None:
        # A run that learns on has more keyframes than were there, and perhaps other settings since.
        if at > self._past.last_stored:
            self._past.refresh()

    def _bookmarks(self) -> tuple[dict[str, Any], ...]:
        return tuple({"at": each.at, "note": each.note} for each in read_bookmarks(self._bookmarks_path))

    def _show(self, moment: Moment) -> None:
        world = self._past.run.inputs.world_at(moment.learner.tick)
        if world is not self._told_world:
            self._told_world = world
            plain, arrays = describe(world)
            self._send(PastWorld(world=plain, arrays=arrays))
        self._send(self._shown(moment))

    def _shown(self, moment: Moment) -> MomentShown:
        learner = moment.learner
        tick, changes = tick_records(moment.records)
        return MomentShown(
            run_id=self._past.run.folder.path.name,
            env_steps=learner.tick,
            episodes=int(learner.counters["episode"]),
            updates=int(learner.counters["updates"]),
            arrays=view_arrays(learner, LAYERS),
            scalars=scalars_of(learner),
            tick=tick,
            changes=changes,
            hyperparameters=settings_at(self._past.run, learner.tick),
            mismatch=bool(self._past.run.mismatches),
        )

    def _explained(self, question: ExplainValue) -> ValueExplained:
        past, at, state = self._past, question.at, question.state
        action = past.explained_action(state, question.action, at)
        reasons = past.why(state, action, at, question.count)
        names = reasons.rows.dtype.names or ()
        curve = past.value_curve(state, action, at)
        return ValueExplained(
            command_id=question.command_id,
            at=at,
            state=state,
            action=action,
            value=float(curve[-1, 1]),
            rows=tuple(dict(zip(names, row.item(), strict=True)) for row in reasons.rows),
            earlier=reasons.earlier,
            curve=tuple((float(tick), float(value)) for tick, value in curve),
        )
