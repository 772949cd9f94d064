"""The time machine in the window: a real worker learns, another one looks back, a person drags, clicks and presses."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.lab import LabPage
from gui.panels.why_row import FactRow
from gui.state.past_picture import before_tick
from gui.theme import theme
from gui.widgets.timeline import Timeline, flags_of

LEARNED = 4_000


@pytest.fixture
def learned(lab: LabPage, qtbot: QtBot) -> LabPage:
    """A run of some thousand updates, paused."""
    lab.model.run_to("tick", LEARNED)
    state = lab.model.state
    qtbot.waitUntil(lambda: (state := lab.model.state).phase == "paused" and state.env_steps == LEARNED)
    qtbot.waitUntil(lambda: lab.model.state.view is not None and lab.model.state.view.env_steps == LEARNED)
    assert state is not None
    return lab


def _look(lab: LabPage, qtbot: QtBot, at: int) -> None:
    qtbot.waitUntil(lambda: lab.past.model.at == at and lab.past.model.state().env_steps == at)
    qtbot.waitUntil(lambda: lab.past.model.state().view is not None)


def _drag(timeline: Timeline, ticks: list[int]) -> None:
    places = [QPoint(round(timeline.x_of(tick)), 26) for tick in ticks]
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(timeline, place)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=places[-1])


def test_that_dragging_the_timeline_shows_the_table_of_that_moment(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    now = np.array(lab.model.state.view.arrays["q"])  # type: ignore[union-attr]
    _drag(lab.transport.timeline, [3_500, 2_500, 1_000])
    qtbot.waitUntil(lambda: lab.past.active and lab.past.model.state().tick is not None)
    at = lab.past.model.at
    assert abs(at - 1_000) < 10
    _look(lab, qtbot, at)
    shown = lab.past.model.state()
    assert shown.view is not None and not np.array_equal(shown.view.arrays["q"], now)
    assert int(shown.view.arrays["visits"].sum()) == at
    assert lab.past.pill.isVisible() and lab.past.frame.isVisible()
    assert not lab.form.isEnabled()
    assert lab.transport.run.text() == "Replay"
    qtbot.keyClick(lab.stage, Qt.Key.Key_Escape)
    assert not lab.past.active and not lab.past.frame.isVisible()
    np.testing.assert_array_equal(lab.stage.content.q, now)  # type: ignore[union-attr]


def test_that_arrow_keys_step_through_the_past_and_undo_each_update_exactly(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    qtbot.keyClick(lab.stage, Qt.Key.Key_Left)
    _look(lab, qtbot, LEARNED - 1)
    later = lab.past.model.state()
    assert later.view is not None and later.tick is not None
    undone = before_tick(later.view, later.tick)
    qtbot.keyClick(lab.stage, Qt.Key.Key_PageUp)
    _look(lab, qtbot, LEARNED - 2)
    earlier = lab.past.model.state().view
    assert earlier is not None
    np.testing.assert_array_equal(undone.arrays["q"], earlier.arrays["q"])
    np.testing.assert_array_equal(undone.arrays["visits"], earlier.arrays["visits"])
    assert undone.scalars["state"] == earlier.scalars["state"] or earlier.scalars["state"] == -1
    qtbot.keyClick(lab.stage, Qt.Key.Key_Right)
    _look(lab, qtbot, LEARNED - 1)
    qtbot.keyClick(lab.stage, Qt.Key.Key_Home)
    _look(lab, qtbot, 0)
    assert int(lab.past.model.state().view.arrays["visits"].sum()) == 0  # type: ignore[union-attr]
    qtbot.keyClick(lab.stage, Qt.Key.Key_End)
    assert not lab.past.active


def test_that_space_in_the_past_replays_what_happened_and_learns_nothing(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    lab.model.set_speed(60.0)
    lab.past.model.go(2_000)
    _look(lab, qtbot, 2_000)
    qtbot.keyClick(lab.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lab.past.model.at >= 2_010)
    assert lab.model.state.env_steps == LEARNED and lab.model.state.phase == "paused"
    qtbot.keyClick(lab.stage, Qt.Key.Key_Space)
    assert not lab.past.model.replaying and lab.past.active


def test_that_learning_on_from_the_past_forks_and_keeps_the_first_run(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    first = lab.model.state.run_id
    lab.past.model.go(1_500)
    _look(lab, qtbot, 1_500)
    qtbot.mouseClick(lab.transport.fork, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.model.state.run_id not in (first, ""))
    qtbot.waitUntil(lambda: lab.model.state.phase == "running" and lab.model.state.env_steps > 1_500)
    assert not lab.past.active
    assert lab.model.state.env_steps < LEARNED


def test_that_a_running_run_is_paused_before_it_is_looked_back_on(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    lab.model.set_speed(60.0)
    lab.model.run()
    qtbot.waitUntil(lambda: lab.model.state.phase == "running")
    qtbot.keyClick(lab.stage, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: lab.past.active)
    assert lab.model.state.phase == "paused"
    assert lab.past.model.at == lab.model.state.env_steps - 1


def test_that_a_bookmark_stands_on_the_timeline_and_its_flag_leads_back(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    lab.past.model.go(2_345)
    _look(lab, qtbot, 2_345)
    lab.past.model.set_bookmark("hugs the cliff")
    qtbot.waitUntil(lambda: len(lab.past.model.bookmarks) == 1)
    lab.past.model.leave()
    timeline = lab.transport.timeline
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(round(timeline.x_of(2_345)) + 4, 26))
    _look(lab, qtbot, 2_345)
    lab.past.model.remove_bookmark(2_345)
    qtbot.waitUntil(lambda: not lab.past.model.bookmarks)


def test_that_a_bookmark_beyond_the_end_stands_at_the_end_and_says_so() -> None:
    flags = flags_of(({"at": 900, "note": "late"},), -1, 500)
    assert flags[0].at == 500 and "beyond" in flags[0].text


def test_that_a_click_on_a_triangle_explains_that_value_back_to_a_reward(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    content = lab.stage.content
    assert content is not None
    visits = content.visits
    state, action = (int(each) for each in np.argwhere((visits > 30) & (np.arange(4)[None] == 1))[0])
    box = lab.stage.cell_box(int(content.world.layout.cell_of_state[state]))
    spot = box.center()
    spot.setX(spot.x() + box.width() * 0.3)
    qtbot.mouseClick(lab.stage, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    panel = lab.why.panel
    qtbot.waitUntil(lambda: len(panel.findChildren(FactRow)) > 4)
    assert lab.why.drawer.is_open
    value = content.q[state, action]
    assert f"{value:.2f}".replace("-", "\u2212") in panel.title.text()
    newest = panel._updates[0]
    assert (newest["state"], newest["action"], newest["new"]) == (state, action, value)
    qtbot.waitUntil(lambda: panel._chain.complete or len(panel._chain.links) >= 12)
    for link, following in zip(panel._chain.links, panel._chain.links[1:], strict=False):
        assert following.row["new"] == pytest.approx(link.row["bootstrap"])
    qtbot.mouseClick(panel.go, Qt.MouseButton.LeftButton)
    _look(lab, qtbot, int(newest["tick"]) + 1)


def test_that_projector_mode_keeps_the_past_and_closes_the_drawer(learned: LabPage, qtbot: QtBot) -> None:
    lab = learned
    lab.past.model.go(3_000)
    _look(lab, qtbot, 3_000)
    lab.why.explain(0, 0)
    theme().set_projector(True)
    assert not lab.why.drawer.is_open and lab.past.frame.isVisible() and not lab.past.pill.isVisible()
