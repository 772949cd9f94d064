"""A watched game as the window has it: what the worker says is folded into one picture, wishes become commands."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import (
    Act,
    Command,
    Event,
    Failed,
    HyperparameterChanged,
    Pause,
    PhaseChanged,
    Run,
    SetMover,
    SetSpeed,
    Step,
    View,
    Warned,
)
from arena.protocol.watch_messages import (
    DemonstrationsSaved,
    EditGame,
    GameOver,
    MomentsFound,
    NewGame,
    PickMoment,
    SaveDemonstrations,
    ShowStep,
    UseWeights,
    WatchReady,
    WeightsTaken,
)
from gui.state.leaving_workers import LeavingWorkers
from gui.state.watch_state import WatchState

FOLD_MS = 16
"""What arrived is looked at 60 times a second."""

VIEW_SECONDS = 0.045
"""A game picture is asked for about 20 times a second at most: the game itself has 15 decisions a second."""

MOST_GAMES = 200


class WatchModel(QObject):
    """Owns a watching worker and knows what it said.

    Args:
        parent: Qt parent.
        view_seconds: A picture is asked for at most this often.

    Attributes:
        changed: Emitted with a new :class:`WatchState`, only when something is new.
        warned: Emitted with a warning's key and values.
        games_saved: Emitted with a ``DemonstrationsSaved``.
    """

    changed = Signal(object)
    warned = Signal(str, dict)
    games_saved = Signal(object)

    def __init__(self, parent: QObject | None = None, *, view_seconds: float = VIEW_SECONDS) -> None:
        super().__init__(parent)
        self._view_seconds = view_seconds
        self.state = WatchState()
        self.path = ""
        self._client: WorkerClient | None = None
        self._leaving = LeavingWorkers()
        self._layers: dict[str, frozenset[str]] = {}
        self._view_at = 0.0
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FOLD_MS)
        self._timer.timeout.connect(self.fold)

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    def open(self, path: str) -> None:
        """Leave what is watched and watch the model or run in a folder."""
        self.leave()
        self.path = path
        self.state = WatchState(phase="starting", speed=self.state.speed)
        self._client = WorkerClient.start(RunSpec(watch=path))
        self._send(SetSpeed(per_second=self.state.speed))
        self._timer.start()
        self.changed.emit(self.state)

    def again(self) -> None:
        """Open it anew after its worker has ended."""
        if self.path:
            self.open(self.path)

    def leave(self) -> None:
        """End the worker without waiting for it."""
        client, self._client = self._client, None
        self._timer.stop()
        self._leaving.let_go(client)

    def close(self) -> None:
        """Watch nothing any more."""
        self.leave()
        self.path = ""
        self.state = WatchState(speed=self.state.speed)
        self.changed.emit(self.state)

    def shutdown(self) -> None:
        """End the worker and wait until it is gone."""
        self.leave()
        self._leaving.wait()

    @property
    def watching(self) -> bool:
        """Whether there is a worker."""
        return self._client is not None

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def want(self, owner: str, layers: Iterable[str]) -> None:
        """Say which layers of a view a panel shows now; what nobody shows is never computed.

        Args:
            owner: Name of the panel.
            layers: See :mod:`arena.protocol.watch_messages`.
        """
        self._layers[owner] = frozenset(layers)
        self._view_at = 0.0

    def _send(self, command: Command) -> None:
        if self._client is not None:
            self._client.send(command)

    def toggle(self) -> None:
        """Play on or pause."""
        self._send(Pause() if self.state.phase == "running" else Run())

    def run(self) -> None:
        """Play on."""
        self._send(Run())

    def pause(self) -> None:
        """Pause."""
        self._send(Pause())

    def step(self, by: int = 1) -> None:
        """Go one decision on, or back into what is recorded of this game."""
        at, newest = int(self.state.scalar("step")), int(self.state.scalar("newest"))
        if by < 0 or at < newest:
            self.show_step(max(0, at + by))
        else:
            self._send(Step(count=by))

    def show_step(self, step: int) -> None:
        """Show a recorded decision of this game."""
        self._send(Pause())
        self._send(ShowStep(step=step))

    def pick(self, index: int) -> None:
        """Show the decision behind a point of the feature map."""
        self._send(Pause())
        self._send(PickMoment(index=index))

    def new_game(self, seed: int = -1) -> None:
        """Begin a new game."""
        self._send(NewGame(game_seed=seed))

    def set_speed(self, per_second: float) -> None:
        """Play so many decisions a second; 0 for as fast as it goes."""
        self._set(speed=per_second)
        self._send(SetSpeed(per_second=per_second))

    def set_mover(self, mover: str) -> None:
        """Choose who moves: ``agent``, ``random`` or ``person``."""
        self._set(mover=mover)
        self._send(SetMover(mover=mover))

    def act(self, action: int) -> None:
        """Hold an action, as a person."""
        self._send(Act(action=action))

    def use(self, file: str, ghosts: tuple[str, ...] | None = None) -> None:
        """Play on with other weights, and have those of ghosts play beside it (the same ones where not given)."""
        shown = self.state.ghosts if ghosts is None else ghosts
        self._set(file=file, ghosts=shown)
        self._send(UseWeights(file=file, ghosts=shown))

    def edit(self, change: EditGame) -> None:
        """Change the game in the console's memory."""
        self._send(change)

    def save_games(self, file: str) -> None:
        """Write the whole games a person has played here to a file, as demonstrations."""
        self._send(SaveDemonstrations(file=file))

    # ── folding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self) -> None:
        """Take in everything that arrived and tell it, if there is anything new."""
        client = self._client
        if client is None:
            return
        for message in client.poll():
            self._take(message)
        now = time.monotonic()
        if self.state.ready is not None and now - self._view_at >= self._view_seconds:
            layers = frozenset({"frame"}).union(*self._layers.values())
            if client.request_view(tuple(sorted(layers))):
                self._view_at = now
        if self._dirty:
            self._dirty = False
            self.changed.emit(self.state)

    def _set(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)
        self._dirty = True

    def _take(self, message: Event | View) -> None:
        match message:
            case View():
                self._set(view=message)
            case WatchReady():
                self._set(ready=message)
            case PhaseChanged():
                if not (message.phase == "stopped" and self.state.phase == "failed"):
                    self._set(phase=message.phase, reason=message.reason)
            case GameOver():
                self._set(games=(*self.state.games, message)[-MOST_GAMES:])
            case MomentsFound():
                self._set(moments=message.moments)
            case DemonstrationsSaved():
                self.games_saved.emit(message)
            case WeightsTaken():
                self._set(file=message.file)
            case HyperparameterChanged(name="mover", value=value):
                self._set(mover=value)
            case Warned():
                self.warned.emit(message.key, dict(message.params))
            case Failed():
                self._set(phase="failed", failure=message)
