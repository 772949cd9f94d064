"""The wall: the world as big as can be, and nothing smaller than is read from ten metres."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.pages.lab_cards import DOCK_BELOW, DOCK_RIGHT, place_dock
from gui.panels.projector_dock import ProjectorDock, formula_lines
from gui.theme import font, theme
from gui.widgets.stage.stage import StageWidget
from tests.gui.learned_run import learned_run

LONG = "−105.27 + 0.5·( −100 + 1·(−13.00) − (−105.27) )"


@pytest.mark.parametrize(("name", "beside"), [("cliff", False), ("ice_lake", True), ("four_rooms", True)])
def test_that_the_dock_lies_where_it_leaves_the_larger_cells(
    name: str, beside: bool, qtbot: QtBot, tmp_path: Path
) -> None:
    (state,) = learned_run(tmp_path, "Arena/GridWorld-v0", {"map": name}, ticks=200)
    theme().set_projector(True)
    host, stage, dock = QWidget(), StageWidget(), ProjectorDock()
    qtbot.addWidget(host)
    host.resize(1280, 620)
    wall = QBoxLayout(QBoxLayout.Direction.TopToBottom, host)
    wall.addWidget(stage, 1)
    wall.addWidget(dock)
    host.show()
    stage.show_state(state)
    place_dock(wall, dock, stage, host.size())
    qtbot.waitUntil(lambda: (dock.width() == DOCK_RIGHT) if beside else (dock.height() == DOCK_BELOW))
    layout = state.world.layout if state.world is not None else None
    assert layout is not None
    other = QSize(1280, 620 - DOCK_BELOW) if beside else QSize(1280 - DOCK_RIGHT, 620)
    assert stage.cell_size() >= min(other.width() // layout.columns, other.height() // layout.rows) - 4
    dock.show_state(state)
    dock.lens.show_cell(stage.content, stage.scale, 0, state)
    assert dock.grab().width() == dock.width()


@pytest.mark.parametrize("width", [420, 700, 900, 1300])
def test_that_a_formula_takes_another_line_before_it_gets_too_small(width: int) -> None:
    lines, pixels = formula_lines(LONG, width)
    assert pixels >= 30
    assert " ".join(line.strip() for line in lines) == LONG
    assert all(QFontMetricsF(font(pixels, mono=True)).horizontalAdvance(line) <= width + 1 for line in lines)
    assert (len(lines) == 1) == (width >= 900)
