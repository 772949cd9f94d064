"""TensorBoard from the window: started on a thread, opened in the browser when it answers, ended with the window."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from arena.errors import ArenaError
from arena.runs.locations import runs_root
from gui.language import tr

if TYPE_CHECKING:
    from agents.tensorboard.child import TensorBoardChild
    from gui.main_window import MainWindow

_REMIND_MS = 4000
"""A remark goes by itself; while something is being waited for, it is made again."""


class WindowTensorBoard(QObject):
    """The one TensorBoard of the window.

    Args:
        window: The window.
    """

    _answers = Signal(object)
    _failed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._child: TensorBoardChild | None = None
        self._thread: Thread | None = None
        self._cancel = Event()
        self._reminder = QTimer(self)
        self._reminder.setInterval(_REMIND_MS)
        self._reminder.timeout.connect(self._say_starting)
        self._answers.connect(self._show)
        self._failed.connect(self._say_failed)

    @property
    def url(self) -> str:
        """Where it answers, empty while it does not."""
        return self._child.url if self._child is not None and self._child.alive else ""

    def open(self) -> None:
        """Open it in the browser; it is started where there is none."""
        if self._thread is not None:
            self._say_starting()
            return
        if self.url:
            self._browse()
            return
        self._end_child()
        self._cancel.clear()
        self._thread = Thread(target=self._start, name="tensorboard-start")
        self._thread.start()
        self._say_starting()
        self._reminder.start()

    def cancel(self) -> None:
        """Stop waiting for it, and end it."""
        self._cancel.set()

    def finish(self) -> None:
        """End it: the window closes."""
        self._cancel.set()
        self._reminder.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._end_child()

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _start(self) -> None:
        from agents.tensorboard.child import TensorBoardChild

        try:
            child = TensorBoardChild(runs_root())
            answers = child.wait(self._cancel.is_set)
        except ArenaError as problem:
            self._failed.emit(problem)
            return
        self._child = child
        self._answers.emit(answers)

    def _say_starting(self) -> None:
        self._window.toast.say(tr("library.tensorboard.starting"), tr("library.cancel"), self.cancel)

    def _over(self) -> None:
        self._reminder.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _show(self, answers: bool) -> None:
        self._over()
        if answers:
            self._browse()
        else:
            self._window.toast.say(tr("library.cancelled"))

    def _say_failed(self, problem: ArenaError) -> None:
        self._over()
        self._window.toast.say(tr(problem.key, **problem.params))

    def _browse(self) -> None:
        if QDesktopServices.openUrl(QUrl(self.url)):
            self._window.toast.say(tr("library.tensorboard.open"), tr("library.tensorboard.again"), self.open)
        else:
            self._window.toast.say(tr("library.tensorboard.no_browser", url=self.url))
