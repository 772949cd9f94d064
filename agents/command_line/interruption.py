"""Ctrl-C and its kin: the first asks to save and stop, the second ends the process at once."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any


class Interruption:
    """While entered, notes that somebody wants the program to stop instead of stopping it.

    Whoever works looks at :attr:`signal` at its safe points. After the first signal the usual effect is back in place,
    so a second one ends the process: the run goes on from its last keyframe then.

    Attributes:
        signal: Number of the signal that came, 0 while none did.
    """

    def __init__(self) -> None:
        self.signal = 0
        self._before: dict[int, Any] = {}

    def __bool__(self) -> bool:
        return self.signal != 0

    @property
    def exit_code(self) -> int:
        """What a process stopped by that signal exits with: 130 for Ctrl-C."""
        return 128 + self.signal

    def __enter__(self) -> Interruption:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # Ignored before us (nohup, a shell's background job): whoever started us wants it so.
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def _note(self, number: int, _: FrameType | None) -> None:
        self.signal = number
        for known in self._before:
            signal.signal(known, signal.SIG_DFL)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
