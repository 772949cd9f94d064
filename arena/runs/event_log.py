"""``events.jsonl``: what happened in a run, one event a line, written as it happens.

Each line is one write to the file, so a killed writer loses at most the line it was writing: a last line without its
line break is nobody's. Any other line that cannot be read is damage and is said, because a lost live change would make
a replay quietly wrong.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from arena.errors import ProtocolError, RunError
from arena.protocol.codec import event_from_json, event_to_json
from arena.protocol.messages import ActionForced, Event, HyperparameterChanged, WorldEdited
from arena.runs.safe_file import told_plainly, write_bytes

LONGEST_LINE = 64 * 2**20
"""Bytes of a line; a longer one is none of ours."""

_CHUNK = 2**16
_INPUTS = (b"HyperparameterChanged", b"ActionForced", b"WorldEdited")
_TAIL = 2**20


class EventLog:
    """Appends events to a run's log; a torn last line is cut off first.

    Args:
        path: The log; made where missing.

    Raises:
        RunError: If it cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._descriptor = -1
        with told_plainly(self.path):
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            try:
                self._size = _whole_lines(self._descriptor)
                os.ftruncate(self._descriptor, self._size)
            except BaseException:
                self.close()
                raise

    @classmethod
    def resume(cls, path: str | os.PathLike[str], tick: int) -> EventLog:
        """Open the log of a run that goes on from its keyframe at ``tick``; what the run did after it never happened.

        Dropped are events of later ticks, and a person's move *at* that tick: the move made the tick after it, which is
        not in the keyframe. Kept are live changes at that tick, whether they were logged before or after the keyframe
        was written: they count before the tick's step, and the keyframe's arrays hold no settings.

        Dropped lines go to ``<name>.dropped`` beside the log, on disk before they leave the log, which is replaced as a
        whole: a kill at any moment loses none.

        Args:
            path: The log.
            tick: ``env_steps`` of the keyframe.

        Raises:
            RunError: If the log is damaged or cannot be written.
        """
        kept: list[bytes] = []
        dropped: list[bytes] = []
        for line, event in _lines_and_events(Path(path)):
            later = event.env_steps > tick or (event.env_steps == tick and isinstance(event, ActionForced))
            (dropped if later else kept).append(line)
        if dropped:
            aside = cls(f"{os.fspath(path)}.dropped")
            try:
                aside._write(b"".join(dropped))
                aside.flush()
            finally:
                aside.close()
            write_bytes(path, b"".join(kept))
        return cls(path)

    def append(self, event: Event) -> None:
        """Write one event; it survives the process from here on, and a power cut after :meth:`flush`.

        Raises:
            RunError: If it cannot be written; the log is as before then.
            ProtocolError: If the event cannot be a line.
        """
        self._write(event_to_json(event).encode("ascii") + b"\n")

    def _write(self, data: bytes) -> None:
        with told_plainly(self.path):
            try:
                os.lseek(self._descriptor, self._size, os.SEEK_SET)
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                # Half a line (a full disk) would spoil the next one.
                with contextlib.suppress(OSError):
                    os.ftruncate(self._descriptor, self._size)
                raise
            self._size += len(data)

    def flush(self) -> None:
        """Make everything appended survive a power cut.

        Raises:
            RunError: If the disk refuses.
        """
        with told_plainly(self.path):
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _whole_lines(descriptor: int) -> int:
    """Return the size of a log without a torn last line: where its last line break ends."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _CHUNK)
        os.lseek(descriptor, start, os.SEEK_SET)
        found = os.read(descriptor, end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _lines_and_events(path: Path) -> Iterator[tuple[bytes, Event]]:
    if not path.exists():
        return
    with told_plainly(path), path.open("rb") as file:
        number = 0
        while (line := file.readline(LONGEST_LINE)).endswith(b"\n"):
            number += 1
            yield line, _event(line, path, number)
        if len(line) >= LONGEST_LINE:
            raise _damaged(path, number + 1)


def _event(line: bytes, path: Path, number: int) -> Event:
    try:
        return event_from_json(line.decode("utf-8"))
    except ProtocolError as problem:
        if problem.key == "error.protocol.newer":
            raise RunError("error.run.newer", file=f"{path.parent.name}/{path.name}", **problem.params) from problem
        raise _damaged(path, number) from problem
    except UnicodeDecodeError as problem:
        raise _damaged(path, number) from problem


def _damaged(path: Path, number: int) -> RunError:
    return RunError("error.events.damaged", file=f"{path.parent.name}/{path.name}", line=number)


def read_events(path: str | os.PathLike[str]) -> list[Event]:
    """Return the events of a log in the order they were written; a missing log has none.

    The log may be in use: a line that is just being written is left out.

    Args:
        path: The log.

    Raises:
        RunError: If a line is damaged or from a newer version, or the file cannot be read.
    """
    return [event for _, event in _lines_and_events(Path(path))]


def read_inputs(path: str | os.PathLike[str]) -> list[Event]:
    """Return only what came from outside: live changes, edits of the world, a person's moves, in the order written.

    An hour of learning is tens of thousands of lines; those of other events are passed over unread.

    Args:
        path: The log.

    Raises:
        RunError: As :func:`read_events`.
    """
    found: list[Event] = []
    file_path = Path(path)
    if not file_path.exists():
        return found
    with told_plainly(file_path), file_path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n") and any(mark in line for mark in _INPUTS):
                event = _event(line, file_path, number)
                if isinstance(event, (HyperparameterChanged, ActionForced, WorldEdited)):
                    found.append(event)
    return found


def last_event(path: str | os.PathLike[str]) -> Event | None:
    """Return the last event of a log without reading all of it; ``None`` if there is none that can be read.

    Args:
        path: The log.
    """
    try:
        with Path(path).open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            start = max(0, end - _TAIL)
            file.seek(start)
            lines = file.read(_TAIL).split(b"\n")
        # After the last line break there is nothing, or a torn line; what begins the piece read may be half a line.
        whole = lines[1:-1] if start else lines[:-1]
        return event_from_json(whole[-1].decode("utf-8")) if whole else None
    except (OSError, ProtocolError, UnicodeDecodeError):
        return None


def changes_of(events: Iterable[Event]) -> list[tuple[int, str, Any]]:
    """Return ``(tick, name, value)`` of the live changes among events, by tick, those of one tick in their order."""
    changes = [
        (event.env_steps, event.name, event.value) for event in events if isinstance(event, HyperparameterChanged)
    ]
    return sorted(changes, key=lambda change: change[0])


def forced_actions(events: Iterable[Event]) -> dict[int, int]:
    """Return the action a person chose, by tick; the last one where a tick was done again."""
    return {event.env_steps: event.action for event in events if isinstance(event, ActionForced)}
