"""What is marked as just changed: how at which pace, and never more than three times a second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from arena.environments.registry import make_world
from arena.protocol.messages import TickHappened, View
from arena.protocol.world_codec import describe, shown_world
from gui.state.run_state import RunState
from gui.widgets.stage.agent_mark import agent_box
from gui.widgets.stage.board import Board
from gui.widgets.stage.change_marks import OUTLINE_SECONDS, RING_SECONDS, ChangeMarks, FlashLimit
from gui.widgets.stage.content import Content, content_of, newest_tick
from gui.widgets.stage.lens import Lens
from gui.widgets.stage.overlay import Overlay, _tag_box
from gui.widgets.stage.scale import ValueScale
from gui.widgets.stage.stage import StageWidget

WORLD = shown_world(*describe(make_world("Arena/GridWorld-v0", {"map": "cliff"})))
SHAPE = (WORLD.states, WORLD.actions)


def run(at: int = 0, step: int = 1, **fields: object) -> RunState:
    """A run paused after a step from state ``at`` to its right, in which one value fell."""
    tick = {"tick": step, "state": at, "action": 1, "next_state": at + 1, "explored": 0, "reward": -1.0}
    change = {"state": at, "action": 1, "old": -1.0, "new": -1.5, "shown": -1.5, "kind": 0, "weight": 1.0}
    q = np.full(SHAPE, -1.0)
    q[at, 1] = -1.5
    view = View(env_steps=step, arrays={"q": q, "visits": np.ones(SHAPE, np.int64)}, scalars={"state": at + 1})
    made = RunState(
        phase="paused", world=WORLD, view=view, tick=TickHappened(tick=tick, changes=(change,), env_steps=step)
    )
    return replace(made, **fields)


def shown(state: RunState) -> Content:
    content = content_of(state)
    assert content is not None
    return content


def note(marks: ChangeMarks, state: RunState, now: float, before: RunState | None = None) -> None:
    marks.note(state, shown(state), None if before is None else shown(before), 1.0, now)


def test_that_a_slow_update_is_outlined_fades_and_stays_marked() -> None:
    marks = ChangeMarks()
    note(marks, run(at=5), 10.0)
    assert marks.outline(10.0, still=False) == ({5}, 1.0) and marks.shows_tag(10.0)
    fading = marks.outline(10.0 + 0.8 * OUTLINE_SECONDS, still=False)[1]
    assert 0 < fading < 1
    assert not marks.outline(10.01 + OUTLINE_SECONDS, still=False)[0]
    assert marks.last == 5
    assert marks.fading(10.5) and not marks.fading(20.0)


def test_that_reduced_motion_has_a_still_mark_instead_of_fading() -> None:
    marks = ChangeMarks()
    note(marks, run(at=5), 10.0)
    assert marks.outline(10.0, still=True) == marks.outline(11.0, still=True) == ({5}, 1.0)
    fast = ChangeMarks()
    running = {"phase": "running", "speed": 0.0, "tick": None}
    note(fast, run(at=5, **running), 10.0, run(at=3, **running))
    strengths = [fast.rings(now, still=True)[5] for now in (10.0, 10.9)]
    assert strengths[0] == strengths[1] and not fast.rings(10.01 + RING_SECONDS, still=True)


@pytest.mark.parametrize("speed", [1.0, 4.0, 15.0, 60.0, 0.0, -1.0])
def test_that_no_more_than_three_marks_begin_in_any_second(speed: float) -> None:
    marks, begun, before = ChangeMarks(), [], None
    each = 1 / speed if speed > 0 else 0.1
    for step in range(round(5 / each)):
        now = step * each
        state = run(at=step % 10, step=step, phase="running", speed=speed)
        earlier = (marks.outlined, marks.outlined_at, dict(marks.rings(now, still=True)))
        note(marks, state, now, before)
        later = (marks.outlined, marks.outlined_at, dict(marks.rings(now, still=True)))
        if (later[0] and later[:2] != earlier[:2]) or later[2].keys() - earlier[2].keys():
            begun.append(now)
        before = state
    assert all(later - first >= 1.0 for first, later in zip(begun, begun[3:], strict=False))
    assert bool(begun) == (speed != 15.0), "between 4 and 15 a second only the lens tells changes"


def test_that_rings_fade_over_a_second_and_small_changes_get_fainter_ones() -> None:
    marks = ChangeMarks()
    running = {"phase": "running", "speed": 0.0, "tick": None}
    before, after = run(at=0, **running), run(at=0, **running)
    assert after.view is not None
    after.view.arrays["q"][:] = -1.0
    after.view.arrays["q"][2, 0] -= 0.3
    after.view.arrays["q"][3, 0] -= 0.9
    after.view.arrays["q"][4, 0] -= 0.01
    note(marks, after, 10.0, before)
    now = marks.rings(10.0, still=False)
    assert 0 < now[2] < now[3] == 1.0 and 4 not in now
    assert 0 < marks.rings(10.5, still=False)[3] < 1 and not marks.rings(11.01, still=False)


def test_that_the_limit_counts_only_what_began() -> None:
    limit = FlashLimit()
    assert [limit.allows(now / 10) for now in range(8)] == [True, False, False, False, True, False, False, False]


def test_that_no_old_move_is_shown_while_it_runs_flat_out() -> None:
    state = run(step=100, phase="running", speed=0.0)
    assert newest_tick(state) is state.tick
    assert state.view is not None
    state = replace(state, view=replace(state.view, env_steps=50_000, scalars={"state": 9}))
    assert newest_tick(state) is None
    assert shown(state).agent_state == 9


@pytest.mark.parametrize("size", [84, 90, 110])
@pytest.mark.parametrize("projector", [False, True])
def test_that_the_agent_stands_beside_the_numbers_of_its_cell(size: int, projector: bool) -> None:
    board = Board(columns=12, rows=4, size=size)
    content = shown(run(at=5))
    place, cell = agent_box(board, content, projector=projector), board.cell_box(6)
    assert cell.contains(place)
    # The upper number is at most half a cell wide; an arrow of the projector 0.3 of one.
    across, down = (place.left() - cell.left()) / cell.width(), (place.bottom() - cell.top()) / cell.height()
    assert across > (0.65 if projector else 0.75) and down < 0.35


def test_that_the_agent_stands_in_the_middle_of_a_cell_in_which_nothing_is_written() -> None:
    board, state = Board(columns=12, rows=4, size=90), run(at=5)
    assert state.view is not None
    state.view.arrays["visits"][6] = 0
    place, cell = agent_box(board, shown(state), projector=False), board.cell_box(6)
    assert abs(place.center().x() - cell.center().x()) < 1 and abs(place.center().y() - cell.center().y()) < 1


def test_that_old_and_new_value_stand_where_they_hide_neither_agent_nor_move() -> None:
    board = Board(columns=12, rows=4, size=90, left=4, top=4)
    for at in range(WORLD.states - 1):
        state, marks = run(at=at), ChangeMarks()
        note(marks, state, 10.0)
        size = QPointF(12 * 90 + 8, 4 * 90 + 8)
        over = Overlay(
            board=board,
            state=state,
            content=shown(state),
            marks=marks,
            now=10.0,
            size=QSize(round(size.x()), round(size.y())).toSizeF(),
        )
        tag = _tag_box(over, QSize(120, 24).toSizeF())
        layout = WORLD.layout
        assert not tag.intersects(board.cell_box(int(layout.cell_of_state[at + 1])))
        assert not tag.intersects(board.cell_box(int(layout.cell_of_state[at])))


@pytest.fixture
def stage(qtbot: QtBot) -> StageWidget:
    made = StageWidget()
    qtbot.addWidget(made)
    made.resize(1100, 380)
    made.show()
    made.show_state(run(at=5))
    made.setFocus()
    return made


def test_that_alt_and_arrows_choose_a_cell_and_enter_pins_it(stage: StageWidget, qtbot: QtBot) -> None:
    passed_on = []
    stage.key_pressed.connect(lambda event: event.key() != Qt.Key.Key_Alt and passed_on.append(event.key()))
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    assert stage.pinned == 6, "without a cursor it is the agent's cell"
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    assert stage.pinned == -1
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(stage, key, Qt.KeyboardModifier.AltModifier)
    assert "(1, 5)" in stage.accessibleDescription()
    qtbot.keyClick(stage, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert stage.pinned == 17
    for _ in range(9):
        qtbot.keyClick(stage, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    assert stage.pinned == 5, "the edge of the world stops it"
    assert not passed_on
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    assert passed_on == [Qt.Key.Key_Right, Qt.Key.Key_Escape], "the first Esc ends the cursor, the rest is the page's"


def test_that_a_click_ends_the_cursor_and_pins_what_was_clicked(stage: StageWidget, qtbot: QtBot) -> None:
    qtbot.keyClick(stage, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=stage.cell_box(14).center().toPoint())
    assert stage.pinned == 14
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    assert stage.pinned == -1


def test_that_the_lens_says_which_value_fell_and_does_not_flicker_when_it_runs_faster(qtbot: QtBot) -> None:
    lens = Lens()
    qtbot.addWidget(lens)
    lens.resize(lens.sizeHint())

    def picture() -> bytes:
        image = QImage(lens.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        lens.render(painter, QPoint())
        painter.end()
        return bytes(image.constBits())

    scale, slow = ValueScale("negative"), run(at=5)
    lens.show_cell(shown(slow), scale, 5, slow)
    told = picture()
    assert slow.tick is not None
    same = replace(slow, tick=replace(slow.tick, changes=()))
    lens.show_cell(shown(same), scale, 5, same)
    assert picture() != told
    seen = set()
    for at in range(20):
        fast = run(at=at, step=at, phase="running", speed=15.0)
        lens.show_cell(shown(fast), scale, at, fast)
        seen.add(lens.accessibleName())
    assert len(seen) <= 3, "twenty cells in a moment: another one at most three times a second"
