"""A worker process as seen from a window: start it, ask it, read what arrives, notice when it dies or falls silent.

No learning library is imported here: the process's entry point is named by string.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections import deque
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, cast

from agents.own.library import is_own, own_path
from agents.runtime.process_group import end_group
from agents.runtime.spec import RunSpec
from arena.errors import ProtocolError
from arena.protocol.codec import decode, encode
from arena.protocol.messages import (
    Command,
    Event,
    Failed,
    Heartbeat,
    Open,
    PhaseChanged,
    Stop,
    View,
    ViewRequest,
    WorldReady,
)
from arena.protocol.training_messages import TrainingReady

WORKER = "agents.runtime.worker:work"
"""Entry point of the worker process."""

SILENCE_SECONDS = 5.0
"""No word, or no progress while running, for so long: not responding."""

BUSY_PHASES = ("compiling", "saving", "starting")
"""Phases in which a lack of progress is no fault."""

LOG_LINES = 40
"""Lines of a dead worker's log that are shown."""


def enter(path: str, *arguments: Any) -> None:
    """Call a function named ``module:function``; this is what a spawned process begins with."""
    module, _, name = path.partition(":")
    getattr(import_module(module), name)(*arguments)


class WorkerProcess:
    """A spawned process with its pipes; it loads its libraries and waits for a spec."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.control, theirs = context.Pipe(duplex=True)
        self.views, their_views = context.Pipe(duplex=False)
        descriptor, self.log = tempfile.mkstemp(prefix="arena-worker-", suffix=".log")
        os.close(descriptor)
        self.process = context.Process(
            target=enter, args=(WORKER, theirs, their_views, self.log), name="arena-worker", daemon=True
        )
        self.process.start()
        # With our copy of its ends closed, its death is an end of file here, and ours one there.
        theirs.close()
        their_views.close()

    def close(self) -> None:
        """Close the pipes, which ends the process, and remove its log."""
        for connection in (self.control, self.views):
            connection.close()
        with contextlib.suppress(OSError):
            Path(self.log).unlink()


class WorkerClient:
    """One run's worker.

    Use :meth:`start`. All methods may be called from any one thread; :meth:`poll` hands over what a reader thread has
    collected meanwhile.

    Args:
        process: A started worker that waits for its spec.
        spec: What it is to learn.
    """

    _spare: WorkerProcess | None = None
    _spare_lock = threading.Lock()

    def __init__(self, process: WorkerProcess, spec: RunSpec) -> None:
        self.spec = spec
        self.folder = spec.resume or ""
        self._worker = process
        self._arrived: deque[Event | View] = deque()
        self._view_pending = False
        self._next_id = 0
        self._heard_at = time.monotonic()
        self._progress = -1
        self._progress_at = self._heard_at
        self._phase = "starting"
        self._told = PhaseChanged(phase=self._phase)
        self._silent = False
        self._ended = False
        self._stopping = False
        self._closed = False
        # Named where a process with somebody's code in it falls silent or dies; empty where it runs ours only.
        self._own_file = own_path(spec.agent).name if spec.trusted_hash and is_own(spec.agent) else ""
        self._send_lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="arena-reader", daemon=True)
        self._reader.start()
        self.send(Open(spec=spec.plain()))

    # ── starting ───────────────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def start(cls, spec: RunSpec) -> WorkerClient:
        """Begin or resume a run in a worker process, a warm one where there is one."""
        with cls._spare_lock:
            process, cls._spare = cls._spare, None
        if process is None or not process.process.is_alive():
            process = WorkerProcess()
        return cls(process, spec)

    @classmethod
    def prewarm(cls) -> None:
        """Have a process load its libraries now, so that the next :meth:`start` is quick."""
        with cls._spare_lock:
            if cls._spare is None or not cls._spare.process.is_alive():
                cls._spare = WorkerProcess()

    @classmethod
    def drop_spare(cls) -> None:
        """End the warm process, if there is one."""
        with cls._spare_lock:
            process, cls._spare = cls._spare, None
        if process is not None:
            process.close()
            process.process.join(2.0)
            if process.process.is_alive():
                process.process.kill()
                process.process.join(2.0)

    # ── talking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def send(self, command: Command) -> int:
        """Send a command and return its number, which comes back in ``Acknowledged``; a dead worker is no error."""
        self._next_id += 1
        if isinstance(command, Stop):
            self._stopping = True
        data = encode(replace(command, command_id=self._next_id))
        with contextlib.suppress(OSError), self._send_lock:
            self._worker.control.send_bytes(data)
        return self._next_id

    def request_view(self, layers: tuple[str, ...] = ("q", "visits", "v", "policy")) -> bool:
        """Ask for the newest view; nothing is sent while one is on its way.

        Returns:
            Whether it was asked for.
        """
        if self._view_pending or self._ended:
            return False
        self._view_pending = True
        self.send(ViewRequest(layers=layers))
        return True

    def poll(self) -> list[Event | View]:
        """Return everything that arrived since the last call, oldest first, and whether the worker fell silent."""
        arrived: list[Event | View] = []
        while self._arrived:
            arrived.append(self._arrived.popleft())
        silent = self.not_responding
        if silent != self._silent:
            self._silent = silent
            params = {"file": self._own_file, "seconds": round(SILENCE_SECONDS)} if self._own_file else {}
            arrived.append(PhaseChanged(phase="not_responding", params=params) if silent else self._phase_told())
        return arrived

    def _phase_told(self) -> PhaseChanged:
        """Return the phase it is in as it was told: with the reason, which silence has not changed."""
        told = self._told
        return told if told.phase == self._phase else PhaseChanged(phase=self._phase)

    @property
    def alive(self) -> bool:
        """Whether the process exists."""
        return not self._ended and self._worker.process.is_alive()

    @property
    def pid(self) -> int:
        """Process number of the worker."""
        return self._worker.process.pid or 0

    @property
    def silent_for(self) -> float:
        """Seconds since the last sign of life, or of progress while running."""
        now = time.monotonic()
        stalled = now - self._progress_at if self._phase == "running" else 0.0
        return max(now - self._heard_at, stalled)

    @property
    def not_responding(self) -> bool:
        """Whether the worker should have said something by now."""
        if self._ended:
            return False
        now = time.monotonic()
        stalled = self._phase not in BUSY_PHASES and now - self._progress_at > SILENCE_SECONDS
        return stalled or now - self._heard_at > SILENCE_SECONDS

    # ── ending ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def stop(self, timeout: float = 3.0) -> None:
        """End the worker: ask, then terminate, then kill. What it had learned is saved if it still answers."""
        self.send(Stop())
        process = self._worker.process
        process.join(timeout)
        if process.is_alive():
            process.terminate()
            process.join(1.0)
        if process.is_alive():
            process.kill()
            process.join(2.0)
        self.close()

    def stopped_by_hand(self) -> Failed:
        """Return what is to be said after a person ended a silent worker."""
        if self._own_file:
            return Failed(key="error.own.stopped", params={"file": self._own_file})
        return Failed(key="error.worker.stopped")

    def close(self) -> None:
        """Let go of the pipes and the reader thread; a worker still there saves and ends by itself."""
        if self._closed:
            return
        self._closed = True
        self._ended = self._ended or not self._worker.process.is_alive()
        # The reader waits on these pipes: end the process's side first, then ours, or it would read a closed handle.
        if self._worker.process.is_alive():
            self.send(Stop())
            self._worker.process.join(0.5)
        self._stopping = True
        if self._worker.process.is_alive():
            self._worker.process.terminate()
            self._worker.process.join(1.0)
        if self._worker.process.is_alive():
            self._worker.process.kill()
            self._worker.process.join(1.0)
        self._end_group()
        self._reader.join(2.0)
        self._worker.close()

    def _end_group(self) -> None:
        """End what somebody's code has started and left behind."""
        if self.spec.trusted_hash:
            end_group(self.pid)

    # ── the reader thread ──────────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        sources: list[Connection] = [self._worker.control, self._worker.views]
        while self._worker.control in sources:
            for source in wait(sources):
                try:
                    self._take(decode(cast(Connection, source).recv_bytes()))
                except (EOFError, OSError):
                    sources.remove(cast(Connection, source))
                except ProtocolError as problem:
                    self._arrived.append(Failed(key=problem.key, params=problem.params))
        self._ended = True
        self._tell_end()

    def _take(self, message: Any) -> None:
        now = time.monotonic()
        self._heard_at = now
        match message:
            case View():
                self._view_pending = False
                self._progress_at = now
            case Heartbeat(phase=phase, progress=progress):
                self._phase = phase
                if progress != self._progress:
                    self._progress, self._progress_at = progress, now
                return
            case PhaseChanged(phase=phase):
                self._phase, self._told, self._progress_at = phase, message, now
            case TrainingReady(folder=folder):
                self.folder = folder
            case WorldReady(folder=folder, config=config):
                self.folder = folder
                if self.spec.trusted_hash:
                    self._own_file = str(config["own"]["file"])
            case Failed():
                self._stopping = True
        self._arrived.append(message)

    def _tell_end(self) -> None:
        self._worker.process.join(2.0)
        self._end_group()
        if self._stopping:
            self._arrived.append(PhaseChanged(phase="stopped"))
            return
        code = self._worker.process.exitcode
        name = str(code)
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                name = signal.Signals(-code).name
        key, params = "error.worker.died", {"cause": name}
        if self._own_file:
            key, params = "error.own.died", {"cause": name, "file": self._own_file}
        self._arrived.append(Failed(key=key, params=params, details=self._log_tail()))

    def _log_tail(self) -> str:
        try:
            text = Path(self._worker.log).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-LOG_LINES:])
