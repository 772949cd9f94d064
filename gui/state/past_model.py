"""Looking at a run's past: one moment at a time, asked of a worker that learns nothing, and replayed in order.

The run itself is paused meanwhile and is not touched. Of several moments asked for only the newest is shown.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from agents.runtime.client import WorkerClient
from agents.runtime.deep_runs import is_deep_agent
from agents.runtime.spec import RunSpec
from arena.protocol.messages import (
    SPEED_EPISODE,
    SPEED_MAXIMUM,
    Command,
    Event,
    Failed,
    View,
    Warned,
)
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
from arena.protocol.world_codec import ShownWorld, shown_world
from gui.state.beats import LAST, STEP_SECONDS, BeatPresenter
from gui.state.past_picture import before_tick, picture_of
from gui.state.run_model import BEAT_SPEED, RunModel
from gui.state.run_state import RunState

FOLD_MS = 16
WHOLE_RUN_SECONDS = 12.0
"""At top speed a whole run is replayed in so long."""

_OF_THE_WHOLE_RUN = ("largest_change", "first_goal")
_LANDMARK_SAID = "past.none."
NOWHERE = -1


class PastModel(QObject):
    """Where on a run's timeline the window stands.

    Attributes:
        changed: Emitted when something about the past is new: the moment shown, bookmarks, whether it replays.
        explained: Emitted with a ``ValueExplained``.
        said: Emitted with a sentence's key and values.
    """

    changed = Signal()
    explained = Signal(object)
    said = Signal(str, dict)

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.at = NOWHERE
        """Moment looked at; −1 for now."""
        self.replaying = False
        self.bookmarks: tuple[Mapping[str, Any], ...] = ()
        self.first = 0
        self.beats = BeatPresenter()
        self._model = model
        self._client: WorkerClient | None = None
        self._folder = ""
        self._shown: RunState | None = None
        self._world: ShownWorld | None = None
        self._after_pause: tuple[Command, ...] = ()
        self._relative = 0
        self._wanted = NOWHERE
        self._asked = NOWHERE
        self._held_step = False
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FOLD_MS)
        self._timer.timeout.connect(self.fold)
        model.changed.connect(self._live_changed)

    # ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def active(self) -> bool:
        """Whether a moment of the past is shown."""
        return self.at != NOWHERE

    @property
    def now(self) -> int:
        """The run's clock."""
        return self._model.state.env_steps

    @property
    def first_goal(self) -> int:
        """Moment of the run's first arrival at a goal; −1 for none so far."""
        view = self._model.state.view
        return int(view.scalars.get("first_goal", -1)) + 1 or NOWHERE if view is not None else NOWHERE

    def state(self) -> RunState:
        """Return what the panels show: the moment looked at, or the run as it is."""
        live = self._model.state
        if not self.active:
            return live
        if self._shown is None:
            return replace(live, at=self.at, now=self.now, tick=None)
        return self._shown

    # ── moving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def go(self, at: int) -> None:
        """Look at a moment; the run is paused. At its end this is now."""
        self._held_step = False
        if self._needs_pause():
            self._wanted = at
            return
        self._go(at)

    def _go(self, at: int) -> None:
        at = max(self.first, at)
        if at >= self.now:
            self.leave()
            return
        if not self._open():
            return
        self.at = self._wanted = at
        self._ask_moment()
        self.changed.emit()

    def step(self, by: int) -> None:
        """Look one update (or several) further or back; from now, back into the past."""
        self._held_step = False
        if self.beats.showing and by > 0:
            self.beats.finish()
            self._show_beat()
            return
        if self._needs_pause():
            self._relative += by
            return
        place = self.now if not self.active else self._wanted if self._wanted != NOWHERE else self.at
        self._go(place + by)

    def step_beat(self, by: int) -> None:
        """Look one beat further or back."""
        if by > 0 and self.beats.showing:
            self.beats.next()
            self._show_beat()
        elif (
            by < 0 and self.active and self.beats.beat > 1 and self._shown is not None and self._shown.tick is not None
        ):
            self.beats.back()
            self._show_beat()
        else:
            self.step(by)
            self._held_step = by > 0

    def find(self, what: str) -> None:
        """Go to a landmark, see :meth:`agents.runtime.past.Past.find`."""
        if self._needs_pause():
            self._after_pause = (*self._after_pause, FindLandmark(what=what, at=-1))
        else:
            self._ask_landmark(what)

    def _ask_landmark(self, what: str) -> None:
        if self._open():
            whole = what in _OF_THE_WHOLE_RUN
            self._send(FindLandmark(what=what, at=self.at if self.active and not whole else self.now))

    def leave(self) -> None:
        """Back to now."""
        was = self.active
        self.at = self._wanted = NOWHERE
        self.replaying, self._shown = False, None
        self.beats.finish()
        if was:
            self.changed.emit()

    def toggle_replay(self) -> None:
        """Replay what happened from the moment shown, or stop there."""
        if self.active:
            self.replaying = not self.replaying
            self._due = time.monotonic()
            self.changed.emit()

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def explain(self, state: int, action: int, at: int | None = None, count: int = 20) -> None:
        """Ask why a value is what it is at a moment (the one shown where not given); the run is paused."""
        question = ExplainValue(state=state, action=action, at=-1 if at is None else at, count=count)
        if self._needs_pause():
            self._after_pause = (*self._after_pause, question)
        else:
            self._ask(question)

    def _ask(self, question: Command) -> None:
        if isinstance(question, FindLandmark):
            self._ask_landmark(question.what)
        elif self._open() and isinstance(question, ExplainValue):
            place = self.at if self.active else self.now
            self._send(replace(question, at=place) if question.at < 0 else question)

    def set_bookmark(self, note: str) -> None:
        """Keep the moment shown."""
        if self._open():
            self._send(SetBookmark(at=self.at if self.active else self.now, note=note))

    def remove_bookmark(self, at: int) -> None:
        """Forget a bookmark."""
        if self._open():
            self._send(RemoveBookmark(at=at))

    def _needs_pause(self) -> bool:
        """Pause the run first if it learns; what was wished follows when it stands still."""
        if self._model.state.phase != "running":
            return False
        self._model.pause()
        return True

    def _live_changed(self, live: RunState) -> None:
        if live.folder != self._folder and self._folder:
            self.close()
            self.changed.emit()
        if live.phase == "running":
            if self.active:
                self.leave()
            return
        if live.phase not in ("paused", "finished"):
            return
        wanted, relative, questions = self._wanted, self._relative, self._after_pause
        if self.active or (wanted == NOWHERE and not relative and not questions):
            return
        self._wanted, self._relative, self._after_pause = NOWHERE, 0, ()
        if wanted != NOWHERE or relative:
            self._go((wanted if wanted != NOWHERE else self.now) + relative)
        for question in questions:
            self._ask(question)

    # ── the worker ─────────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Open the run for looking, so that its bookmarks are known."""
        self._open()

    def _open(self) -> bool:
        folder = self._model.state.folder
        if not folder or self._model.state.phase == "none":
            return False
        if is_deep_agent(self._model.state.agent):
            self.said.emit("train.lab.no_past", {})
            return False
        if self._client is None or self._folder != folder:
            self.close()
            self._folder = folder
            self._client = WorkerClient.start(RunSpec(look=folder))
            self._timer.start()
        return True

    def close(self) -> None:
        """Let go of the run looked at."""
        client, self._client = self._client, None
        self._timer.stop()
        self._folder = ""
        self.at = self._wanted = self._asked = NOWHERE
        self.bookmarks, self.first = (), 0
        self.replaying, self._shown = False, None
        if client is not None:
            client.close()

    def _send(self, command: Command) -> None:
        if self._client is not None:
            self._client.send(command)

    def _ask_moment(self) -> None:
        if self._asked == NOWHERE and self._wanted != NOWHERE:
            self._asked, self._wanted = self._wanted, NOWHERE
            self._send(ShowMoment(at=self._asked))

    def fold(self) -> None:
        """Take in what the worker answered, and let time pass."""
        client = self._client
        if client is None:
            return
        for message in client.poll():
            self._take(message)
        now = time.monotonic()
        if self.beats.tick(now):
            self._show_beat()
        if self.replaying and self._asked == NOWHERE and now >= self._due:
            self._replay(now)

    def _replay(self, now: float) -> None:
        speed = self._model.state.speed
        if speed == SPEED_EPISODE:
            self._due = now + 1.0
            self._ask_landmark("episode_on")
            return
        by, period = 1, 0.0
        if speed == SPEED_MAXIMUM:
            by = max(1, round((self.now - self.first) * FOLD_MS / 1000.0 / WHOLE_RUN_SECONDS))
        else:
            period = 1.0 / speed
        self._due = max(self._due + period, now - period)
        self._go(self.at + by)

    def _take(self, message: Event | View) -> None:
        match message:
            case MomentShown():
                self._asked = NOWHERE
                if self.active:
                    self._show(message)
                    self._ask_moment()
            case PastOpened():
                self.first, self.bookmarks = message.first, message.bookmarks
                self.changed.emit()
            case PastWorld():
                self._world = shown_world(message.world, message.arrays)
                live = self._model.state.world
                if live is not None and live.env_kwargs == self._world.env_kwargs:
                    # The same world is the same picture: the stage keeps what it painted.
                    self._world = live
            case BookmarksChanged():
                self.bookmarks = message.bookmarks
                self.changed.emit()
            case LandmarkFound(what=what, at=at):
                self._found(what, at)
            case ValueExplained():
                self.explained.emit(message)
            case Warned():
                # Also the end of a replay: it would ask for the same moment again and again.
                self._asked, self.replaying = NOWHERE, False
                self.said.emit(message.key, dict(message.params))
            case Failed():
                self.close()
                self.said.emit(message.key, dict(message.params))
                self.changed.emit()

    def _found(self, what: str, at: int) -> None:
        if at == NOWHERE:
            self.said.emit(_LANDMARK_SAID + what, {})
        elif what == "episode_on":
            self._go(min(at, self.now))
        else:
            self._go(at)

    # ── the moment as the panels take it ───────────────────────────────────────────────────────────────────────────

    def _show(self, moment: MomentShown) -> None:
        live = self._model.state
        slow = not self.replaying or 0 < live.speed <= BEAT_SPEED
        seconds = 0.9 / live.speed if self.replaying and slow else STEP_SECONDS
        one_by_one = bool(moment.tick) and slow and abs(moment.env_steps - (self._last_tick())) == 1
        if one_by_one and moment.env_steps > self._last_tick():
            self.beats.begin(time.monotonic(), seconds, held=self._held_step, covered=live.covered)
        else:
            self.beats.finish()
        self._held_step = False
        self._shown = picture_of(live, moment, self.beats.beat, self._world)
        self.changed.emit()

    def _last_tick(self) -> int:
        return self.now if self._shown is None else self._shown.env_steps

    def _show_beat(self) -> None:
        if self._shown is not None and self._shown.view is not None:
            before = before_tick(self._shown.view, self._shown.tick) if self.beats.beat < LAST else None
            self._shown = replace(self._shown, beat=self.beats.beat, before=before)
            self.changed.emit()
