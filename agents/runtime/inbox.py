"""Commands on their way from the control thread to the thread that learns."""

from __future__ import annotations

import threading
from collections import deque

from arena.protocol.messages import Command


class Inbox:
    """A queue of commands that also knows when nobody can send any more."""

    def __init__(self) -> None:
        self._commands: deque[Command] = deque()
        self._arrived = threading.Event()
        self.closed = False
        """Nobody can send any more: save and end."""

    def put(self, command: Command) -> None:
        """Add a command and wake whoever waits."""
        self._commands.append(command)
        self._arrived.set()

    def close(self) -> None:
        """Say that nothing will come any more."""
        self.closed = True
        self._arrived.set()

    def take(self, timeout: float) -> Command | None:
        """Return the next command, waiting for it up to ``timeout`` seconds."""
        if not self._commands and timeout > 0 and not self.closed:
            self._arrived.wait(timeout)
        self._arrived.clear()
        return self._commands.popleft() if self._commands else None
