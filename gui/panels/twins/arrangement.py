"""Where two stages and the cards go, so that cells get as big as they can."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize

from gui.widgets.stage.board import fitting


class Arrangement(NamedTuple):
    """How the view is laid out.

    Attributes:
        beside: The stages stand side by side, else one above the other.
        cards_right: The cards stand to the right of them, else below.
    """

    beside: bool
    cards_right: bool


def arranged(columns: int, rows: int, room: QSize, header: int, cards: QSize | None, gap: int) -> Arrangement:
    """Return the arrangement with the largest cells.

    Args:
        columns: Width of the world.
        rows: Its height.
        room: What there is for stages and cards.
        header: Height of the heading over each stage.
        cards: Width of the cards at the right and their height below; ``None`` where there are none.
        gap: Pixels between two parts.
    """
    best, largest = Arrangement(beside=columns <= rows, cards_right=True), -1
    for cards_right in (True, False) if cards is not None else (True,):
        width, height = room.width(), room.height()
        if cards is not None:
            width, height = (
                (width - cards.width() - gap, height) if cards_right else (width, height - cards.height() - gap)
            )
        for beside in (True, False):
            one = QSize((width - gap) // 2, height - header) if beside else QSize(width, (height - gap) // 2 - header)
            size = fitting(columns, rows, one)
            if size > largest:
                best, largest = Arrangement(beside=beside, cards_right=cards_right), size
    return best
