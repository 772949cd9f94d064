"""The drawing somebody worked on last, kept from one session to the next; and the one a person begins with."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from arena.environments.grid.cells import FLOOR, GOAL, START, Cell
from arena.environments.grid.map_file import MOST_BYTES, GridMap, parse_drawing
from arena.errors import ArenaError
from arena.runs.locations import home
from arena.runs.safe_file import write_text

FILE_NAME = "drawing.json"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A drawing as it was left.

    Attributes:
        grid: The drawing.
        path: File it was last read from or written to, empty for none.
        saved: Whether it lies there as it is.
    """

    grid: GridMap
    path: str = ""
    saved: bool = True


def fresh_map() -> GridMap:
    """Return the map a person begins with: small, empty, and one can learn in it."""
    rows, columns = 6, 10
    cells = [Cell(kind=FLOOR)] * (rows * columns)
    cells[(rows - 1) * columns] = Cell(kind=START)
    cells[columns - 1] = Cell(kind=GOAL)
    numbers = {"step": -1.0, "goal": 10.0, "trap": -10.0, "cliff": -100.0}
    return GridMap(name="", rows=rows, columns=columns, cells=tuple(cells), numbers=numbers)


class DraftFile:
    """Where the drawing is kept. It has a file of its own: it may be larger than all settings together.

    Args:
        folder: Where the file lies; Arena's own folder if left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or home()) / FILE_NAME

    def read(self) -> Draft | None:
        """Return the drawing that was kept; one that cannot be read is set aside and is none."""
        try:
            with self.path.open("rb") as file:
                given = json.loads(file.read(4 * MOST_BYTES).decode("utf-8"))
            text, path, saved = given["text"], given["path"], given["saved"]
            if not isinstance(path, str) or not isinstance(saved, bool):
                raise TypeError(path)
            return Draft(grid=parse_drawing(text.encode("utf-8"), Path(path).name), path=path, saved=saved)
        except OSError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ArenaError):
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_name(FILE_NAME + ".damaged"))
            return None

    def keep(self, text: str, path: str, *, saved: bool) -> None:
        """Keep a drawing.

        Args:
            text: Text of the map, which need not be finished.
            path: File it was last read from or written to, empty for none.
            saved: Whether it lies there as it is.

        Raises:
            RunError: If the folder cannot be written.
        """
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        write_text(self.path, json.dumps({"text": text, "path": path, "saved": saved}, ensure_ascii=False))
