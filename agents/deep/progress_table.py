"""``progress.csv`` of a long run: whole-game scores and what the learner said, one row for every few updates."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from arena.runs.safe_file import told_plainly, write_text

COLUMNS = (
    "env_steps",
    "updates",
    "games",
    "score_of_100",
    "score_of_row",
    "games_of_row",
    "length_of_100",
    "entropy",
    "approx_kl",
    "clip_fraction",
    "value_loss",
    "explained_variance",
    "learning_rate",
    "steps_per_second",
    "wall_seconds",
)


class ProgressTable:
    """A growing table on disk.

    Args:
        path: The file; made with its heading where missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            write_text(path, ",".join(COLUMNS) + "\n")

    def append(self, row: Mapping[str, float]) -> None:
        """Add a row; columns it lacks stay empty.

        Raises:
            RunError: If it cannot be written.
        """
        text = io.StringIO()
        csv.DictWriter(text, COLUMNS, lineterminator="\n").writerow(row)
        with told_plainly(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(text.getvalue())

    def rows(self) -> list[dict[str, float]]:
        """Return the whole rows; a last one that was cut off is left out."""
        with self.path.open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        return [
            {name: float(value) for name, value in row.items() if value}
            for row in read
            if None not in row and all(value is not None for value in row.values())
        ]

    def cut_back(self, env_steps: int) -> None:
        """Forget rows after a checkpoint: the run comes there again."""
        kept = [row for row in self.rows() if row["env_steps"] <= env_steps]
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
        write_text(self.path, text.getvalue())
