"""Where the Lab's cards go: wherever they leave the larger cells to the stage."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QWidget

from gui.widgets.stage.stage import StageWidget

BELOW = 164
"""Height of the cards under a wide world, in pixels."""

RIGHT = 372
"""Width of the cards beside a tall or square world."""

_LEGEND = 40
_LEGEND_BESIDE = 28
_GAP = 12
_FREE = 16_777_215


def place_cards(body: QBoxLayout, row: QBoxLayout, cards: QWidget, stage: StageWidget, room: QSize) -> None:
    """Put the cards below the stage or at its right.

    Args:
        body: Layout of stage and cards.
        row: Layout of the cards.
        cards: What holds them.
        stage: The stage.
        room: Pixels there are for both.
    """
    below = stage.fitting(QSize(room.width(), room.height() - BELOW - _LEGEND))
    right = stage.fitting(QSize(room.width() - RIGHT - _GAP, room.height() - _LEGEND_BESIDE))
    beside = right > below
    direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    if body.direction() != direction:
        body.setDirection(direction)
    row.setDirection(QBoxLayout.Direction.TopToBottom if beside else QBoxLayout.Direction.LeftToRight)
    cards.setMaximumSize(RIGHT if beside else _FREE, _FREE if beside else BELOW)
    cards.setMinimumSize(RIGHT if beside else 0, 0 if beside else BELOW)
