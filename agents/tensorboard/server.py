"""TensorBoard in a process of ours, on this machine's own address, behind the guard."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from multiprocessing.connection import Connection
from typing import Any

from agents.tensorboard.guard import HOST, WsgiApp, guarded

_RELOAD_SECONDS = 5.0


def serve(control: Connection, folder: str, port: int) -> None:
    """Serve until the other end of the pipe is closed, which its death does too. This is a process's entry point.

    Args:
        control: Told ``{"port": N}`` once it listens, or ``{"problem": text}``.
        folder: Runs to show.
        port: Wanted port; a free one where it is taken, or 0.
    """
    # Ctrl-C goes to every process of a terminal; ours ends with the one that asked for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _go_quiet()
    try:
        control.send_bytes(json.dumps({"port": _launch(folder, port)}).encode())
    except Exception as problem:
        control.send_bytes(json.dumps({"problem": f"{getattr(problem, 'msg', problem)}"}).encode())
        return
    with contextlib.suppress(EOFError, OSError):
        control.recv_bytes()
    # Its threads read files and never end by themselves.
    os._exit(0)


def _launch(folder: str, port: int) -> int:
    # Not before it is to be served: others look at this module.
    from tensorboard import default, program

    def server(app: WsgiApp, flags: Any) -> Any:
        return program.WerkzeugServer(guarded(app), flags)

    for wanted in (port, 0):
        board = program.TensorBoard(default.get_plugins(), server_class=server)
        # Read in this process: the quicker reader is a process of its own, which would have to be ended too.
        board.configure(
            logdir=folder, host=HOST, port=wanted, load_fast="false", reload_interval=_RELOAD_SECONDS
        )  # fmt: skip
        try:
            return int(board.launch().rstrip("/").rpartition(":")[2])
        except program.TensorBoardPortInUseError:
            if not wanted:
                raise
    raise AssertionError


def _go_quiet() -> None:
    """Send what is printed nowhere: it would stand among what Arena says."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
