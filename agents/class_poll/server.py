"""The class server's process: waitress in front of the page, the votes, and a pipe to the window."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from agents.class_poll.room import Room
from agents.class_poll.wire import Opening, packed, unpacked

THREADS = 8
_CONNECTIONS = 500
_QUIET_SECONDS = 20
_MOST_HEADER = 8_192
_LOOK_SECONDS = 0.5


def serve(control: Connection, opening: str) -> None:
    """Serve until the other end of the pipe is closed, which its death does too. This is a process's entry point.

    Args:
        control: Told ``port`` once it listens, or ``problem``; then every vote, before the phone hears that it counts.
        opening: :class:`Opening` as JSON.
    """
    # Ctrl-C goes to every process of a terminal; ours ends with the one that asked for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable()
    sending = threading.Lock()

    def tell(kind: str, **fields: Any) -> None:
        with contextlib.suppress(OSError), sending:
            control.send_bytes(packed(kind, **fields))

    try:
        Serving(Opening.read(opening), tell).run(control)
    except Exception as problem:
        tell("problem", text=f"{problem}"[:200])
        return
    # Its threads never end by themselves.
    os._exit(0)


class Serving:
    """One class that is served.

    Args:
        opening: Where and how.
        tell: Tells the window something.

    Raises:
        OSError: If it cannot listen there.
    """

    def __init__(self, opening: Opening, tell: Callable[..., None]) -> None:
        # Not before it is to be served: others look at this module.
        from agents.class_poll.routes import ClassPage

        self._tell = tell
        self._refused = 0
        self.room = Room(opening, tell)
        self._server = _listening(opening, ClassPage(opening, self.room, self._note_refused))
        tell("port", port=int(self._server.effective_port))

    def _note_refused(self) -> None:
        self._refused += 1

    def run(self, control: Connection) -> None:
        """Do what the window says until it is gone."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                fields, blob = unpacked(control.recv_bytes())
                self._obey(fields.pop("kind"), fields, blob)

    def _obey(self, kind: str, fields: dict[str, Any], blob: bytes) -> None:
        match kind:
            case "go":
                # Not before: one that takes the place of another must know the pairs before a phone asks for them.
                for work in (self._server.run, self._look_around):
                    threading.Thread(target=work, daemon=True).start()
            case "open":
                self.room.open(fields["pair"], fields["votes"])
            case "close":
                self.room.close(fields["pair"])
            case "add":
                size, (left, right) = fields["size"], fields["clips"]
                self.room.add(fields["pair"], (*left, blob[:size]), (*right, blob[size:]), fields["votes"])

    def _look_around(self) -> None:
        told = (-1, -1)
        wait = threading.Event()
        while not wait.wait(_LOOK_SECONDS):
            now = (self.room.look_around(), self._refused)
            if now != told:
                told = now
                self._tell("phones", here=now[0], refused=now[1])


def _listening(opening: Opening, app: Any) -> Any:
    from waitress import create_server

    settings: dict[str, Any] = {
        "threads": THREADS,
        "ident": None,
        "connection_limit": _CONNECTIONS,
        "channel_timeout": _QUIET_SECONDS,
        "cleanup_interval": _QUIET_SECONDS // 2,
        "max_request_header_size": _MOST_HEADER,
        "max_request_body_size": 2 * 1_024,
        "asyncore_use_poll": True,
    }
    for port in dict.fromkeys((opening.port, opening.port if opening.must else 0)):
        try:
            return create_server(app, host=opening.host, port=port, **settings)
        except OSError:
            if not port or opening.must:
                raise
    raise AssertionError
