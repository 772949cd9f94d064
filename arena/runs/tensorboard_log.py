"""Scalars in TensorBoard's own event files, written with TensorBoard's own code: no torch, no tensorflow.

Importing this takes a moment (protocol buffers); only what writes a run does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from arena.runs.safe_file import told_plainly

FLUSH_SECONDS = 10
"""TensorBoard's writer flushes by itself this often."""


class TensorBoardLog:
    """Writes scalars to a new event file.

    Args:
        folder: Where the file goes; made where missing. A second log in the same folder makes a second file, which
            TensorBoard shows as one run.

    Raises:
        RunError: If it cannot be written.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        with told_plainly(self.folder):
            self._writer = EventFileWriter(str(self.folder), flush_secs=FLUSH_SECONDS)
        self._closed = False

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Write one point of each curve.

        Args:
            values: Value by tag.
            step: Where on the axis, in ``env_steps``.

        Raises:
            RunError: If it cannot be written.
        """
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=float(value)) for tag, value in values.items()])
        with told_plainly(self.folder):
            self._writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))

    def flush(self) -> None:
        """Have everything written reach the file.

        Raises:
            RunError: If it cannot be written.
        """
        with told_plainly(self.folder):
            self._writer.flush()

    def close(self) -> None:
        """Write what is left and let go of the file; a second call does nothing.

        Raises:
            RunError: If it cannot be written.
        """
        if not self._closed:
            self._closed = True
            with told_plainly(self.folder):
                self._writer.close()

    def __enter__(self) -> TensorBoardLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
