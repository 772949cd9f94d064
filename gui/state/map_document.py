"""The map in the editor: its cells and header, with every change to be taken back. No widgets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from arena.environments.grid.cells import FLOOR, START, TELEPORTER, Cell
from arena.environments.grid.map_check import Findings, examine
from arena.environments.grid.map_file import (
    HEADER_NUMBERS,
    MOST_CELLS_A_SIDE,
    GridMap,
    number_fits,
    parse_drawing,
)
from arena.environments.grid.map_text import write_map
from gui.state.map_history import History, Sheet, Step

_FLOOR = Cell(kind=FLOOR)


class MapDocument:
    """A drawing somebody works on; it need not be a map one can learn in at any moment.

    Args:
        grid: What to begin with.
        path: File it came from, empty for none.
        saved: Whether it lies somewhere as it is.

    Attributes:
        path: File it was last read from or written to, empty for none.
        revision: Counts changes; something is to be painted anew where it differs.
    """

    def __init__(self, grid: GridMap, *, path: str = "", saved: bool = True) -> None:
        self.path = path
        self.revision = 0
        self._history = History(safe=saved)
        self._stroke: dict[int, Cell] | None = None
        self._findings: tuple[int, Findings] | None = None
        self._touched: set[int] | None = None
        self._take(grid)

    def _take(self, grid: GridMap) -> None:
        self.rows, self.columns = grid.rows, grid.columns
        self._cells = list(grid.cells)
        self.title, self.teaches = dict(grid.title), dict(grid.teaches)
        self.numbers = dict(grid.numbers)
        self._changed(None)

    def _changed(self, cells: set[int] | None) -> None:
        self.revision += 1
        self._touched = None if cells is None or self._touched is None else self._touched | cells

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def cells(self) -> Sequence[Cell]:
        """Row-major; not to be changed."""
        return self._cells

    @property
    def grid(self) -> GridMap:
        """The drawing as it is now."""
        return GridMap(
            name=Path(self.path).name,
            rows=self.rows,
            columns=self.columns,
            cells=tuple(self._cells),
            title=dict(self.title),
            teaches=dict(self.teaches),
            numbers=dict(self.numbers),
        )

    @property
    def text(self) -> str:
        """The drawing as the text of a map file.

        Raises:
            ValueError: If it has more different cells than a file has room for.
        """
        return write_map(self.grid)

    @property
    def findings(self) -> Findings:
        """What is wrong with it and how long the shortest way is; looked for once for each revision."""
        if self._findings is None or self._findings[0] != self.revision:
            self._findings = (self.revision, examine(self._cells, self.columns))
        return self._findings[1]

    @property
    def modified(self) -> bool:
        """Whether something would be lost with it: it is not as it was last read, written or handed on."""
        return not self._history.is_safe or bool(self._stroke)

    def take_touched(self) -> set[int] | None:
        """Return the cells changed since this was last asked, ``None`` if all may have."""
        touched, self._touched = self._touched, set()
        return touched

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_stroke(self) -> None:
        """Begin a stroke: what is painted until its end is one step."""
        self.end_stroke()
        self._stroke = {}

    def paint(self, at: int, cell: Cell) -> None:
        """Make a cell another one, within a stroke or as a step of its own; outside of the grid nothing happens.

        Args:
            at: Row-major number of the cell.
            cell: What it becomes.
        """
        alone = self._stroke is None
        if alone:
            self.begin_stroke()
        self._set(at, cell)
        if alone:
            self.end_stroke()

    def place(self, at: int, cell: Cell, *, one_more: bool = False) -> None:
        """Put a start or a teleporter somewhere; within a stroke it moves along.

        An only start moves there. A third place of a teleporter takes one of the two away.

        Args:
            at: Row-major number of the cell.
            cell: The start or teleporter.
            one_more: Leave the other start where it is.
        """
        alone = self._stroke is None
        if alone:
            self.begin_stroke()
        self._take_stroke_back()
        others = [index for index, old in enumerate(self._cells) if old == cell and index != at]
        if (cell.kind == START and len(others) == 1 and not one_more) or (cell.kind == TELEPORTER and len(others) > 1):
            self._set(others[0], _FLOOR)
        self._set(at, cell)
        if alone:
            self.end_stroke()

    def end_stroke(self) -> None:
        """End the stroke; a stroke that changed nothing is no step."""
        stroke, self._stroke = self._stroke, None
        cells = {at: (before, self._cells[at]) for at, before in (stroke or {}).items() if before != self._cells[at]}
        if cells:
            self._history.push(Step(cells=cells))

    def _set(self, at: int, cell: Cell) -> None:
        if self._stroke is None or not 0 <= at < len(self._cells) or self._cells[at] == cell:
            return
        self._stroke.setdefault(at, self._cells[at])
        self._cells[at] = cell
        self._changed({at})

    def _take_stroke_back(self) -> None:
        if self._stroke:
            for at, before in self._stroke.items():
                self._cells[at] = before
            self._changed(set(self._stroke))
            self._stroke.clear()

    # ── everything else ────────────────────────────────────────────────────────────────────────────────────────────

    def set_number(self, name: str, value: float | None) -> None:
        """Set a number of the header, or leave it to its default.

        Raises:
            ValueError: If a map has no such number, or not this value.
        """
        if name not in HEADER_NUMBERS or (value is not None and not number_fits(name, value)):
            raise ValueError(name)
        numbers = {**self.numbers}
        numbers.pop(name, None)
        if value is not None:
            numbers[name] = value
        if numbers != self.numbers:
            self._exchange(replace(self._sheet(), numbers=numbers))

    def set_title(self, language: str, text: str) -> None:
        """Name it in a language; the header's plain ``title`` where it has none in that language."""
        code = language if language in self.title else "en"
        title = {**self.title, code: text.strip()}
        if not title[code]:
            del title[code]
        if title != self.title:
            self._exchange(replace(self._sheet(), title=title))

    def resize(self, rows: int, columns: int) -> None:
        """Make it larger or smaller at its right and its bottom; 1 to 200 each.

        Resizing several times in a row is one step, and what a smaller size hid comes back with a larger one.
        """
        rows = min(max(rows, 1), MOST_CELLS_A_SIDE)
        columns = min(max(columns, 1), MOST_CELLS_A_SIDE)
        self.end_stroke()
        if (rows, columns) == (self.rows, self.columns):
            return
        last = self._history.last
        first = last.before if last is not None and last.resized else None
        source = first or replace(self._sheet(), cells=tuple(self._cells))
        assert source.cells is not None
        made = [_FLOOR] * (rows * columns)
        kept = min(columns, source.columns)
        for row in range(min(rows, source.rows)):
            made[row * columns : row * columns + kept] = source.cells[
                row * source.columns : row * source.columns + kept
            ]
        if first is not None:
            self._apply(first)
            self._history.forget_last()
        if (rows, columns) != (self.rows, self.columns):
            after = replace(self._sheet(), rows=rows, columns=columns, cells=tuple(made))
            self._history.push(Step(before=source, after=after, resized=True))
            self._apply(after)

    def replace_by(self, grid: GridMap, *, path: str = "", saved: bool = False) -> None:
        """Work on another map; this one comes back with undo.

        Args:
            grid: The other map.
            path: File it came from.
            saved: Whether it lies somewhere as it is.
        """
        self.end_stroke()
        after = Sheet(
            rows=grid.rows,
            columns=grid.columns,
            title=dict(grid.title),
            teaches=dict(grid.teaches),
            numbers=dict(grid.numbers),
            path=path,
            cells=grid.cells,
        )
        self._exchange(after)
        if saved:
            self.note_saved(path)

    def read(self, text: str | bytes, name: str, *, path: str = "", saved: bool = False) -> None:
        """Work on a map given as text; if it is none, everything stays as it was.

        Args:
            text: Text of a map, which need not be finished.
            name: What it is called in messages.
            path: File it came from.
            saved: Whether it lies somewhere as it is.

        Raises:
            MapError: If it is no drawing.
        """
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        self.replace_by(parse_drawing(data, name), path=path, saved=saved)

    def note_saved(self, path: str = "") -> None:
        """Note that it lies somewhere as it is now.

        Args:
            path: The file, empty if it is none.
        """
        self.end_stroke()
        self.path = path or self.path
        self._history.note_safe()

    # ── back and forth ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._history.can_undo or bool(self._stroke)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._history.can_redo and not self._stroke

    def undo(self) -> None:
        """Take the last step back; nothing happens if there is none."""
        self.end_stroke()
        step = self._history.back()
        if step is not None:
            self._go({at: before for at, (before, _) in (step.cells or {}).items()}, step.before)

    def redo(self) -> None:
        """Do again what was taken back; nothing happens if there is nothing."""
        self.end_stroke()
        step = self._history.forth()
        if step is not None:
            self._go({at: after for at, (_, after) in (step.cells or {}).items()}, step.after)

    def _go(self, cells: Mapping[int, Cell], sheet: Sheet | None) -> None:
        for at, cell in cells.items():
            self._cells[at] = cell
        self._changed(set(cells))
        if sheet is not None:
            self._apply(sheet)

    def _sheet(self) -> Sheet:
        return Sheet(
            rows=self.rows,
            columns=self.columns,
            title=self.title,
            teaches=self.teaches,
            numbers=self.numbers,
            path=self.path,
        )

    def _exchange(self, after: Sheet) -> None:
        self.end_stroke()
        before = self._sheet()
        if after.cells is not None:
            before = replace(before, cells=tuple(self._cells))
        self._history.push(Step(before=before, after=after))
        self._apply(after)

    def _apply(self, sheet: Sheet) -> None:
        self.rows, self.columns, self.path = sheet.rows, sheet.columns, sheet.path
        self.title, self.teaches = dict(sheet.title), dict(sheet.teaches)
        self.numbers = dict(sheet.numbers)
        if sheet.cells is not None:
            self._cells = list(sheet.cells)
            self._changed(None)
        else:
            self._changed(set())
