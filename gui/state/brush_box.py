"""The brushes of a map editor: one of each kind with the numbers it was left with, and the one in hand."""

from __future__ import annotations

from dataclasses import replace

from arena.environments.grid.cells import TELEPORTER, WALL
from gui.state.map_brush import BRUSHES, STARTING, Brush, letter_to_place, stepped, turned
from gui.state.map_document import MapDocument


class BrushBox:
    """What a person paints a document with.

    Args:
        document: The map; it knows which teleporters wait for their twin.
    """

    def __init__(self, document: MapDocument) -> None:
        self._document = document
        self._brushes: dict[str, Brush] = dict(STARTING)
        self._kind = WALL

    @property
    def brush(self) -> Brush:
        """The brush in hand."""
        return self._brushes[self._kind]

    def choose(self, kind: str) -> None:
        """Take the brush of a kind; taking it again turns the wind."""
        if kind == self._kind:
            self._brushes[kind] = turned(self.brush)
        self._kind = kind
        self.offer_letter()

    def take(self, brush: Brush) -> None:
        """Take a brush with these numbers."""
        self._kind = brush.kind
        self._brushes[brush.kind] = brush

    def press(self, text: str) -> bool:
        """Choose a brush by its letter or its number, change its number with + and −; return whether that was meant."""
        kinds = list(BRUSHES)
        by_key = {key: kind for kind, key in BRUSHES.items()}
        if text.upper() in by_key:
            self.choose(by_key[text.upper()])
        elif len(text) == 1 and text in "1234567890":
            self.choose(kinds[(int(text) - 1) % 10])
        elif text in ("+", "-"):
            self.take(stepped(self.brush, 1 if text == "+" else -1))
        else:
            return False
        return True

    def offer_letter(self) -> None:
        """Go on to the next pair of teleporters once both places of one are drawn."""
        if self._kind == TELEPORTER and sum(cell == self.brush.cell for cell in self._document.cells) >= 2:
            self._brushes[TELEPORTER] = replace(self.brush, letter=letter_to_place(self._document.cells))
