"""Marks as a table: one line an agent, on disk as soon as it is known."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from agents.grading.examination import Examination, Mark
from arena.runs.safe_file import told_plainly

COLUMNS = (
    "file", "status", "seeds", "mean_return", "last_return", "optimum", "regret", "greedy_return", "steps", "seconds",
    "line", "problem",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row_of(mark: Mark, wanted: Examination, optimum: float, sentence: str) -> dict[str, Any]:
    """Return the figures of a mark, means over the seeds it finished.

    Args:
        mark: The mark.
        wanted: What was asked.
        optimum: What the best policy earns in an episode.
        sentence: What went wrong, in words; empty for nothing.

    Returns:
        Values by column. ``regret`` is what all episodes of a seed together earned less than the best policy would
        have (Lai & Robbins 1985); ``last_return`` is the mean of the last tenth of the episodes.
    """
    count = len(mark.seeds)
    greedy = [each.greedy_return for each in mark.seeds if each.greedy_return is not None]

    def mean(values: list[float]) -> float | str:
        return sum(values) / len(values) if values else ""

    return {
        "file": mark.file,
        "status": mark.status,
        "seeds": count,
        "mean_return": mean([each.mean_return for each in mark.seeds]),
        "last_return": mean([each.last_return for each in mark.seeds]),
        "optimum": optimum,
        "regret": mean([(optimum - each.mean_return) * wanted.episodes for each in mark.seeds]),
        "greedy_return": mean(greedy),
        "steps": mean([float(each.steps) for each in mark.seeds]),
        "seconds": round(mark.seconds, 2),
        "line": mark.params.get("line", "") or "",
        "problem": sentence,
    }


class MarksFile:
    """The file of marks; a line that was added survives whatever comes after.

    Args:
        path: The file; what was there is replaced.

    Raises:
        RunError: If it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with told_plainly(path):
            self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.DictWriter(self._file, COLUMNS, lineterminator="\n")
        self._write(self._writer.writeheader)

    def add(self, row: dict[str, Any]) -> None:
        """Add a line.

        Raises:
            RunError: If it cannot be written.
        """
        safe = {name: _plain(value) for name, value in row.items()}
        self._write(lambda: self._writer.writerow(safe))

    def _write(self, write: Callable[[], object]) -> None:
        with told_plainly(self.path):
            write()
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> MarksFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _plain(value: Any) -> Any:
    # A spreadsheet would take a student's text that begins like this for a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
