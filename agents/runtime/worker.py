"""The process a learner lives in: a control thread that always answers, and a main thread that learns.

It ends when its control pipe closes, whatever it is doing: no window leaves an orphan behind.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from agents.runtime.deep_runs import is_deep, trainer_of
from agents.runtime.inbox import Inbox
from agents.runtime.process_group import exit_now, lead_group
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError, ProtocolError
from arena.protocol.codec import decode, encode
from arena.protocol.messages import Acknowledged, Command, Event, Failed, Heartbeat, Open, PhaseChanged, View

HEARTBEAT_SECONDS = 0.5
"""A sign of life at least so often."""

LAST_WORD_SECONDS = 5.0
"""After its pipe closed a worker may save for so long; then it is ended."""


class Outbox:
    """Sends from two threads over one pipe, whole messages at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: Event | View) -> None:
        """Send one message; a window that has gone is not an error here, the control thread notices it."""
        data = encode(message)
        try:
            with self._lock:
                self._connection.send_bytes(data)
        except OSError:
            return


class ControlThread(threading.Thread):
    """Reads commands, acknowledges each at once, and sends heartbeats in between."""

    def __init__(self, connection: Connection, outbox: Outbox) -> None:
        super().__init__(name="control", daemon=True)
        self.inbox = Inbox()
        self.driver: Any = None
        self.phase = "starting"
        self._connection = connection
        self._outbox = outbox

    def run(self) -> None:
        """Serve until the pipe closes."""
        try:
            beat_at = time.monotonic()
            while True:
                if self._connection.poll(max(0.0, beat_at - time.monotonic())):
                    self._take(self._connection.recv_bytes())
                if time.monotonic() >= beat_at:
                    self._beat()
                    beat_at = time.monotonic() + HEARTBEAT_SECONDS
        except (EOFError, OSError):
            self.inbox.close()
            time.sleep(LAST_WORD_SECONDS)
            exit_now()

    def _take(self, data: bytes) -> None:
        try:
            command = decode(data)
        except ProtocolError as problem:
            self._outbox.send(Failed(key=problem.key, params=problem.params))
            return
        if isinstance(command, Command):
            self._outbox.send(Acknowledged(command_id=command.command_id))
            self.inbox.put(command)

    def _beat(self) -> None:
        driver = self.driver
        self._outbox.send(
            Heartbeat(
                phase=self.phase if driver is None else driver.phase,
                progress=0 if driver is None else driver.progress,
            )
        )


def work(control: Connection, views: Connection, log: str) -> None:
    """Be a worker: wait for a spec, learn as commands say, end when told or when nobody listens.

    Args:
        control: Commands in, events out.
        views: Views out.
        log: File for whatever is written to stderr; its end is shown when the process dies.
    """
    # Ctrl-C in a terminal reaches the whole group; the window decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _redirect_errors(Path(log))
    outbox = Outbox(control)
    thread = ControlThread(control, outbox)
    thread.start()
    try:
        _serve(thread, outbox, Outbox(views))
    except ArenaError as problem:
        outbox.send(Failed(key=problem.key, params=problem.params, details=getattr(problem, "details", "")))
        sys.exit(1)
    except Exception as problem:
        outbox.send(
            Failed(key="error.worker.crashed", params={"problem": repr(problem)}, details=traceback.format_exc())
        )
        raise


def _serve(thread: ControlThread, outbox: Outbox, views: Outbox) -> None:
    # A spec that is there already may be one of watching: its first picture waits for nothing below.
    command = thread.inbox.take(0.05)
    if _watch(thread, outbox, views, command):
        return
    # Imported here, not at the top: the control thread must be answering while the learning libraries load.
    from agents.hosting.limits import limit_memory
    from agents.hosting.printed import keep_prints
    from agents.runtime.driver import Driver
    from agents.runtime.reader import Reader
    from agents.runtime.session import Session
    from agents.tabular.warm_up import is_warm, warm_up

    # Or one of a network, which needs no compiled kernels to begin with.
    command = command or thread.inbox.take(0.0)
    if not isinstance(command, Open) or not is_deep(RunSpec(**command.spec)):
        if not is_warm():
            thread.phase = "compiling"
            outbox.send(PhaseChanged(phase="compiling"))
        warm_up()
    thread.phase = "starting"
    while not isinstance(command, Open):
        if thread.inbox.closed:
            return
        command = thread.inbox.take(1.0)
    spec = RunSpec(**command.spec)
    if _watch(thread, outbox, views, command):
        return
    if is_deep(spec):
        _train(spec, thread, outbox, views)
        return
    if spec.look:
        reader = Reader(spec.look, thread.inbox, outbox.send)
        thread.driver = reader
        reader.loop()
        outbox.send(PhaseChanged(phase="stopped"))
        return
    if spec.experiments:
        # By string: experiments stand on this package, not under it.
        server = import_module("agents.experiments.server").ExperimentServer(thread.inbox, outbox.send)
        thread.driver = server
        server.loop()
        outbox.send(PhaseChanged(phase="stopped"))
        return
    limited = True
    if spec.trusted_hash:
        # Somebody's own code runs here: what it takes, prints or starts without end must not be the machine's.
        lead_group()
        keep_prints()
        limited = limit_memory()
        # A phase of its own: their code may never come back from its first line.
        thread.phase = "starting_own"
        outbox.send(PhaseChanged(phase="starting_own"))
    session = (
        Session.resume(spec.resume, outbox.send, spec.trusted_hash) if spec.resume else Session.begin(spec, outbox.send)
    )
    try:
        session.announce()
        if not limited:
            session.warn("warning.own.no_limit")
        driver = Driver(session, thread.inbox, views.send, spec.speed)
        thread.driver = driver
        driver.loop()
        driver.phase = "saving"
        session.emit(PhaseChanged(phase="saving"))
        session.publish_metrics()
    finally:
        session.close()
    outbox.send(PhaseChanged(phase="stopped", run_id=session.folder.path.name, env_steps=session.tick))


def _train(spec: RunSpec, thread: ControlThread, outbox: Outbox, views: Outbox) -> None:
    # Some games live in processes of their own, which a daemon may not have; they end with their pipes.
    multiprocessing.current_process().daemon = False
    # By string: PyTorch is loaded here and nowhere before.
    import_module("agents.deep.threads").let_threads_sleep()
    service = import_module(trainer_of(spec)).opened(spec, thread.inbox, outbox.send, views.send)
    thread.driver = service
    try:
        service.loop()
    finally:
        service.run.close()
    run = service.run
    outbox.send(PhaseChanged(phase="stopped", run_id=run.folder.run_id, env_steps=run.env_steps))


def _watch(thread: ControlThread, outbox: Outbox, views: Outbox, command: Command | None) -> bool:
    """Let a deep agent be watched, if that is what is asked for."""
    if not isinstance(command, Open) or not command.spec.get("watch"):
        return False
    # By string: it loads libraries that no other worker needs.
    service = import_module("agents.deep.watching.service")
    watching = service.Watching(command.spec["watch"], thread.inbox, outbox.send, views.send)
    thread.driver = watching
    watching.loop()
    outbox.send(PhaseChanged(phase="stopped"))
    return True


def _redirect_errors(log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 2)
    os.close(file)
