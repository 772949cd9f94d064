"""Makes a moving picture: frames are painted here one by one, a process of its own writes them.

It asks for frames; where they come from (a stored run that is replayed, a list) answers when it can. Nothing is
painted before the writer is ready for it, so that memory does not grow and the window stays awake.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from gui.export.movie_encoder import encode
from gui.export.movie_format import MovieLook
from gui.export.stage_frame import StageFrame
from gui.state.run_state import RunState

_POLL_MS = 8
_PATIENCE_SECONDS = 5.0


class MovieWriter(QObject):
    """Writes one moving picture.

    Args:
        path: The file; what is there is replaced at the end.
        look: How it is written.
        layer: Layer of the stage.
        parent: Qt parent.

    Attributes:
        wanted: The next frame is wanted: its number, from 0. Answer with :meth:`take` or :meth:`finish`, now or later.
        progressed: So many frames have been handed over.
        done: The file is there.
        failed: It is not, with the key of why and its values.
    """

    wanted = Signal(int)
    progressed = Signal(int)
    done = Signal()
    failed = Signal(str, dict)

    def __init__(self, path: str, look: MovieLook, layer: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = Path(path)
        self._look = look
        self._frame = StageFrame(look, layer)
        self._count = 0
        self._asked = False
        self._connection: Any = None
        self._process: Any = None
        self._leaving: Any = None
        self._waits_until = 0.0
        self._assembling = False
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._listen)

    @property
    def busy(self) -> bool:
        """Whether it is being written."""
        return self._process is not None

    def start(self) -> None:
        """Begin; :attr:`wanted` follows when the writer is ready."""
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe(duplex=True)
        self._process = context.Process(
            target=encode, args=(theirs, str(self._path), self._look), name="arena-movie", daemon=True
        )
        self._process.start()
        # With our copy of its end closed, its death is an end of file here, and ours one there.
        theirs.close()
        self._timer.start()

    def write_all(self, frames: Iterator[tuple[RunState, str]]) -> None:
        """Begin with frames that are at hand: each a run and what is written under it."""

        def answer(_: int) -> None:
            found = next(frames, None)
            if found is None:
                self.finish()
            else:
                self.take(*found)

        self.wanted.connect(answer)
        self.start()

    def take(self, state: RunState, caption: str) -> None:
        """Add the frame that was wanted; one that was not is left out."""
        if not self._asked:
            return
        image = self._frame.paint(state, caption)
        self._send(_pixels(image))
        self._count += 1
        self.progressed.emit(self._count)

    def finish(self) -> None:
        """There are no more frames."""
        if self._asked:
            self._send(b"")
            self._assembling = True

    def cancel(self) -> None:
        """Give up without waiting; no file is left behind, and what was there before still is."""
        self._end()

    def close(self) -> None:
        """Give up what is not done and wait until the process is gone: the window closes."""
        self._end()
        while self._leaving is not None:
            self._leaving.join(_POLL_MS / 1000)
            self._see_off()

    def _send(self, pixels: bytes) -> None:
        self._asked = False
        with contextlib.suppress(OSError):  # its death is noticed, with its cause, when we listen next
            self._connection.send_bytes(pixels)

    def _listen(self) -> None:
        if self._leaving is not None:
            self._see_off()
            return
        try:
            while self._process is not None and not self._asked and self._connection.poll():
                self._hear(self._connection.recv())
        except (EOFError, OSError):
            self._end()
            self.failed.emit("error.export.writer_died", {})

    def _hear(self, said: tuple[Any, ...]) -> None:
        match said:
            case ("more",):
                self._asked = True
                self.wanted.emit(self._count)
            case ("done",):
                self._assembling = False
                self._end()
                self.done.emit()
            case ("failed", key, params):
                self._end()
                self.failed.emit(key, params)

    def _end(self) -> None:
        process, self._process = self._process, None
        self._asked = False
        if process is None:
            return
        self._frame.close()
        # Its end of the pipe is dead now: it cleans up and goes.
        self._connection.close()
        self._leaving, self._waits_until = process, time.monotonic() + _PATIENCE_SECONDS
        self._see_off()

    def _see_off(self) -> None:
        """Let the process go; one that is putting the file together does not listen and is ended in the end."""
        process = self._leaving
        if process is None:
            self._timer.stop()
            return
        if process.is_alive():
            if not self._assembling and time.monotonic() < self._waits_until:
                return
            process.terminate()
            process.join(_PATIENCE_SECONDS)
            for left in self._path.parent.glob(f".{self._path.name}.*.tmp"):
                with contextlib.suppress(OSError):
                    left.unlink()
        process.join()
        process.close()
        self._leaving = None
        self._timer.stop()


def _pixels(image: QImage) -> bytes:
    """Return the pixels of a picture row by row without the filling at the end of each."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    width, row, data = 3 * plain.width(), plain.bytesPerLine(), bytes(plain.constBits())
    if row == width:
        return data
    return b"".join(data[at : at + width] for at in range(0, row * plain.height(), row))
