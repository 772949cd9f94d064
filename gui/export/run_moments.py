"""The moments of a stored run, one after the other, from a worker that looks into it and learns nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import Event, Failed, Stop, View, Warned
from arena.protocol.past_messages import MomentShown, PastOpened, PastWorld, ShowMoment
from arena.protocol.world_codec import ShownWorld, shown_world
from gui.state.beats import LAST
from gui.state.past_picture import picture_of
from gui.state.run_state import RunState

_POLL_MS = 8


class RunMoments(QObject):
    """A :class:`gui.export.moment_source.MomentSource`.

    It asks a worker of its own: what the Lab looks at meanwhile is not disturbed.

    Args:
        live: The run as it is now, standing still.
        first: First moment it has.
        parent: Qt parent.
    """

    def __init__(self, live: RunState, first: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._first, self._last = first, live.env_steps
        self._answer: Callable[[RunState], None] | None = None
        self._refuse: Callable[[str, dict[str, object]], None] | None = None
        self._wanted = -1
        self._world: ShownWorld | None = None
        self._opened = self._closing = False
        self._client: WorkerClient | None = WorkerClient.start(RunSpec(look=live.folder))
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._listen)
        self._timer.start()

    @property
    def first(self) -> int:
        """First moment there is."""
        return self._first

    @property
    def last(self) -> int:
        """Last moment there is."""
        return self._last

    def ask(
        self, tick: int, answer: Callable[[RunState], None], refuse: Callable[[str, dict[str, object]], None]
    ) -> None:
        """Find a moment; one of the two is called when the worker has answered."""
        self._wanted, self._answer, self._refuse = tick, answer, refuse
        if self._opened:
            self._send()

    def close(self) -> None:
        """Let go of the run, without waiting for the worker to go."""
        self._answer = self._refuse = None
        if self._client is not None and not self._closing:
            self._closing = True
            self._client.send(Stop())

    def _send(self) -> None:
        if self._client is not None:
            self._client.send(ShowMoment(at=max(self._first, self._wanted)))

    def _listen(self) -> None:
        if self._client is None:
            return
        if not self._closing:
            for message in self._client.poll():
                self._take(message)
        elif not self._client.alive:
            self._client.close()
            self._client = None
            self._timer.stop()
            self.deleteLater()

    def _take(self, message: Event | View) -> None:
        answer, refuse = self._answer, self._refuse
        match message:
            case PastOpened():
                self._opened, self._first = True, message.first
                if answer is not None:
                    self._send()
            case PastWorld():
                # It was edited. The same world stays the same picture: the stage keeps what it painted.
                then, live = shown_world(message.world, message.arrays), self._live.world
                self._world = live if live is not None and live.env_kwargs == then.env_kwargs else then
            case MomentShown() if answer is not None:
                self._answer = self._refuse = None
                # In a picture a moment is not the past: nobody can take it for now.
                answer(replace(picture_of(self._live, message, LAST, self._world), at=-1, now=-1))
            case Warned() | Failed() if refuse is not None:
                self._answer = self._refuse = None
                refuse(message.key, dict(message.params))
