"""What nobody expected: an error is told in one sentence and the window lives on; Ctrl-C closes it in good order."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot
from PySide6.QtWidgets import QWidget

from arena.errors import ArenaError
from gui.language import tr


class Faults(QObject):
    """Shows errors that nobody caught, one dialog at a time, from whichever thread they come.

    Args:
        window: The window they are told in.
    """

    _met = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._telling = False
        self._met.connect(self._tell)

    def watch(self) -> None:
        """Take over Python's hooks for errors nobody caught."""
        self._old = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def leave(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._old

    def _caught(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, problem, trace))
        sys.stderr.write(details)
        sentence = tr("shell.error.unexpected")
        if isinstance(problem, ArenaError):
            sentence = tr(problem.key, **problem.params)
        self._met.emit(sentence, details)

    def _caught_in_thread(self, fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None:
            self._caught(fault.exc_type, fault.exc_value, fault.exc_traceback)

    @Slot(str, str)
    def _tell(self, sentence: str, details: str) -> None:
        # An error in a painter or a timer comes back many times a second; the first one is the one to read.
        if self._telling:
            return
        from gui.dialogs.error import ErrorDialog

        self._telling = True
        dialog = ErrorDialog(sentence, details, self._window)
        dialog.finished.connect(self._told)
        dialog.open()

    def _told(self) -> None:
        self._telling = False


class Interrupts:
    """While it lasts, Ctrl-C (SIGINT) and SIGTERM call a function on the window's thread.

    Python only looks for signals between its own instructions, and Qt's loop has none; the signal's byte through a
    socket wakes it, without a timer that polls.

    Args:
        then: What to do.
    """

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then

    def __enter__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._woken)
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, _noted) for number in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if set(self._reader.recv(64)) & {signal.SIGINT, signal.SIGTERM}:
                self._then()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Nothing more to do: the byte in the socket tells."""
