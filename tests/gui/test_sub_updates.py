"""What a step wrote besides its own value is drawn where it was written, once all beats are shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from gui.state.beats import LAST
from gui.state.run_state import RunState
from gui.widgets.stage.board import Board
from gui.widgets.stage.sub_updates import IMAGINED, SMALLEST, TRACE, paint_sub_updates
from tests.gui.test_stage_marks import run, shown

PAPER = QColor("#808080")


def touched(kind: int, *weights: float) -> RunState:
    """A step in which the values behind the agent were written too."""
    state = run(at=6)
    assert state.tick is not None
    own = dict(state.tick.changes[0])
    others = [{**own, "state": 5 - i, "kind": kind, "weight": weight} for i, weight in enumerate(weights)]
    return replace(state, tick=replace(state.tick, changes=(own, *others)), beat=LAST)


def inked(state: RunState, size: int = 60) -> dict[int, tuple[int, float]]:
    """Of each state drawn on: how many pixels, and how far right of the middle of its cell they lie."""
    content = shown(state)
    layout = content.world.layout
    board = Board(columns=layout.columns, rows=layout.rows, size=size)
    image = QImage(size * board.columns, size * board.rows, QImage.Format.Format_RGB32)
    image.fill(PAPER)
    painter = QPainter(image)
    paint_sub_updates(painter, board, content, state)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3]
    drawn = (pixels != PAPER.red()).any(axis=2)
    found = {}
    for number, cell in enumerate(layout.cell_of_state):
        box = board.cell_box(int(cell)).toRect()
        inside = drawn[box.top() : box.bottom() + 1, box.left() : box.right() + 1]
        if inside.any():
            found[number] = (int(inside.sum()), float(np.nonzero(inside)[1].mean()) - box.width() / 2)
    assert sum(count for count, _ in found.values()) == drawn.sum()
    return found


@pytest.mark.parametrize("kind", [TRACE, IMAGINED])
def test_that_each_value_touched_gets_a_mark_toward_its_action(kind: int) -> None:
    marks = inked(touched(kind, 0.9, 0.81))
    assert set(marks) == {5, 4}
    assert all(right > 10 for _, right in marks.values())


def test_that_a_stronger_trace_gets_a_larger_dot() -> None:
    marks = inked(touched(TRACE, 1.0, 0.5, 0.1))
    assert marks[5][0] > marks[4][0] > marks[3][0]


def test_that_a_step_of_its_own_value_only_gets_no_mark() -> None:
    assert not inked(touched(TRACE))


def test_that_nothing_is_drawn_before_the_last_beat_or_in_tiny_cells() -> None:
    state = touched(TRACE, 0.9)
    assert not inked(replace(state, beat=LAST - 1))
    assert not inked(state, SMALLEST - 1) and inked(state, SMALLEST)
