"""What somebody's code prints: passed on to a bound, its last lines kept for whoever looks for a mistake with it."""

from __future__ import annotations

import io
import sys
from collections import deque
from typing import TextIO

MOST_PASSED = 2**16
"""Characters passed on; whoever prints in every step would fill a disk with a log."""

LINES = 20
LONGEST = 200


class Printed(io.TextIOBase):
    """Stands in for a text stream.

    Args:
        stream: Where the first characters go; ``None`` for nowhere.
        last: Takes the last lines.
    """

    def __init__(self, stream: TextIO | None, last: deque[str]) -> None:
        self._stream = stream
        self._left = MOST_PASSED if stream is not None else 0
        self._last = last
        self._begun = ""

    def writable(self) -> bool:
        """Return that it may be written to."""
        return True

    def write(self, text: str) -> int:
        """Take text; nothing of it is ever refused."""
        if self._left > 0 and self._stream is not None:
            part = text[: self._left]
            self._left -= len(part)
            try:
                self._stream.write(part)
                self._stream.flush()
            except (OSError, ValueError):
                self._left = 0
        # Of a line longer than any screen the end is what is looked for.
        *whole, self._begun = (self._begun + text[-LINES * LONGEST :]).split("\n")
        self._begun = self._begun[-LONGEST:]
        self._last.extend(line[:LONGEST] for line in whole[-LINES:])
        return len(text)


_LAST: deque[str] = deque(maxlen=LINES)


def keep_prints() -> None:
    """Let everything this process prints be bounded and its last lines be kept, from now on."""
    sys.stdout, sys.stderr = Printed(sys.stdout, _LAST), Printed(sys.stderr, _LAST)


def last_printed() -> str:
    """Return the last lines that were printed since :func:`keep_prints`, empty for none."""
    return "\n".join(_LAST)
