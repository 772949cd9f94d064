"""A progress bar with the time left, on stderr."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from agents.command_line.words import complain, decimal, say

SECONDS_BETWEEN_LINES = 5.0
"""Not in a terminal (a log file) the bar is written this often."""


class Progress:
    """Shows how far a run is; nothing where it is not wanted.

    Args:
        wanted: Whether to show it.
        start: Tick it begins at.
        until: Tick it ends at.
        unit_key: Translation key of what is counted.
    """

    def __init__(self, *, wanted: bool, start: int, until: int, unit_key: str) -> None:
        self._bar: Any = None
        if wanted:
            self._bar = self._made(start, until, say(unit_key))

    @staticmethod
    def _made(start: int, until: int, unit: str) -> Any:
        from tqdm import tqdm

        # No watching thread: the loop comes by sixty times a second.
        tqdm.monitor_interval = 0
        terminal = sys.stderr.isatty()
        return tqdm(
            total=until,
            initial=start,
            unit=f" {unit}",
            unit_scale=True,
            file=sys.stderr,
            dynamic_ncols=terminal,
            mininterval=0.1 if terminal else SECONDS_BETWEEN_LINES,
        )

    def show(self, tick: int, mean: float | None) -> None:
        """Show where the run stands, and the mean return of the newest block."""
        if self._bar is None:
            return
        if mean is not None:
            self._bar.set_postfix_str(say("cli.progress.mean", mean=decimal(mean)), refresh=False)
        self._bar.update(tick - self._bar.n)

    def write(self, text: str) -> None:
        """Write a line for a person without spoiling the bar."""
        if self._bar is None:
            complain(text)
        else:
            self._bar.write(text, file=sys.stderr)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
