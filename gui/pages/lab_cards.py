"""Where the Lab's cards go: wherever they leave the larger cells to the stage."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QWidget

from gui.panels.projector_dock import ProjectorDock
from gui.widgets.stage.stage import StageWidget

BELOW = 164
"""Height of the cards under a wide world, in pixels."""

RIGHT = 372
"""Width of the cards beside a tall or square world."""

DOCK_BELOW, DOCK_RIGHT = 272, 470
"""Height of the projector's dock under a wide world, its width beside another one."""

_LEGEND = 40
_LEGEND_BESIDE = 28
_GAP = 12
_FREE = 16_777_215
_MARGINS = QSize(32, 20)


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


def place_dock(wall: QBoxLayout, dock: ProjectorDock, stage: StageWidget, room: QSize) -> None:
    """Put the projector's dock below the world or at its right, wherever it leaves the larger cells.

    Args:
        wall: Layout of both.
        dock: The dock.
        stage: The stage.
        room: Pixels there are for both.
    """
    below = stage.fitting(room - _MARGINS - QSize(0, DOCK_BELOW))
    right = stage.fitting(room - _MARGINS - QSize(DOCK_RIGHT, 0))
    beside = right > below
    dock.set_beside(beside)
    dock.setMinimumSize(DOCK_RIGHT if beside else 0, 0 if beside else DOCK_BELOW)
    dock.setMaximumSize(DOCK_RIGHT if beside else _FREE, _FREE if beside else DOCK_BELOW)
    direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    if wall.direction() != direction:
        wall.setDirection(direction)
