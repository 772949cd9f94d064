"""Nothing is loaded, opened, started or run in a sealed process: what is left to it is arithmetic and its answer."""

from __future__ import annotations

import sys

_REFUSED = (
    "open",
    "import",
    "exec",
    "compile",
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "ctypes.",
    "pty.",
    "fcntl.",
    "mmap.",
    "signal.",
    "sqlite3.",
    "urllib.",
    "webbrowser.",
    "tempfile.",
    "code.__new__",
    "builtins.input",
    "sys.addaudithook",
    "sys.setprofile",
    "sys.settrace",
    "marshal.",
    "pickle.",
)


class Seal:
    """Refuses what the interpreter reports through its audit events (PEP 578); once shut, it stays shut.

    It stands behind PyTorch's own care, which unpickles weights by a short list of names: should something slip through
    that, it finds a process in which nothing can be begun.

    Attributes:
        broken: What was tried, in order.
    """

    def __init__(self) -> None:
        self.broken: list[str] = []

    def shut(self) -> None:
        """Refuse from now on, until the process ends."""
        sys.addaudithook(self._heard)

    def _heard(self, event: str, _: object) -> None:
        if event.startswith(_REFUSED):
            self.broken.append(event)
            raise PermissionError(event)
