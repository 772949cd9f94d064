"""The page Experiments with a real worker, real clicks and real keys."""

from __future__ import annotations

import csv
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from agents.experiments.plan import Candidate
from agents.runtime.client import WorkerClient
from arena.texts import LANGUAGES
from gui.dialogs.close_question import CloseQuestion
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.experiments import ExperimentsPage
from gui.settings_store import SettingsStore
from gui.state.compared_settings import FIRST, ComparedSettings
from gui.state.scene import SCENES
from gui.widgets.chooser import Chooser

PATIENCE = 150.0
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def kept(dressed: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExperimentsPage]:
    """One window with one worker for the whole file: a worker takes seconds to load."""
    window = MainWindow(SettingsStore(tmp_path_factory.mktemp("home")))
    window.resize(1280, 800)
    window.show()
    window.show_page("experiments")
    page = window.page("experiments")
    assert isinstance(page, ExperimentsPage)
    deadline = time.monotonic() + PATIENCE
    while page.model.state.phase != "idle" and time.monotonic() < deadline:
        dressed.processEvents()
        time.sleep(0.01)
    yield page
    window.close_now()
    WorkerClient.drop_spare()
    assert page.model._leaving.gone


@pytest.fixture
def page(kept: ExperimentsPage, qtbot: QtBot) -> ExperimentsPage:
    """The page as it opens, but for its worker and what was run last."""
    assert kept.model.state.phase == "idle"
    kept.modes.choose_next(-1)
    kept.settings._all[:] = FIRST
    kept.settings._chosen = 0
    kept.settings.changed.emit()
    budget = kept.column.budget
    budget.seeds.setText("12")
    budget.episodes.setText("60")
    budget.judged.clear()
    return kept


def window_of(page: ExperimentsPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def finished(page: ExperimentsPage, qtbot: QtBot) -> None:
    def over() -> bool:
        state = page.model.state
        return state.phase == "idle" and state.report is not None and state.report.ended

    qtbot.waitUntil(over)


def run(page: ExperimentsPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.column.budget.go, LEFT)
    assert page.model.state.running
    finished(page, qtbot)


def type_into(qtbot: QtBot, field: QWidget, text: str) -> None:
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(chooser: Chooser, id: str) -> None:
    next(action for action in chooser.menu.actions() if action.data() == id).trigger()


def test_that_ctrl_4_goes_there_and_one_key_runs_it(page: ExperimentsPage, qtbot: QtBot) -> None:
    window = window_of(page)
    window.show_page("start")
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.current is page
    assert page.column.budget.go.hasFocus()
    qtbot.keyClick(page.column.budget.go, Qt.Key.Key_Return)
    finished(page, qtbot)
    assert "12 seeds" in page.compare.told.text()


def test_that_a_click_runs_every_setting_and_says_what_may_be_concluded(page: ExperimentsPage, qtbot: QtBot) -> None:
    type_into(qtbot, page.column.budget.episodes, "300")
    finished(page, qtbot)  # Enter in a field runs it, too
    assert page.compare.told.text().startswith("SARSA is better than Q-learning in the last 100 episodes")
    assert page.compare.told.text().endswith("with 12 seeds this is hardly luck.")
    assert page.column.budget.status.text() == "24 runs, all finished."
    assert re.fullmatch(r"−\d+\.\d \[−\d+\.\d, −\d+\.\d\]", page.compare.strip.figures(1))
    assert "SARSA" in page.compare.strip.accessibleDescription()


def test_that_arrow_keys_and_pointer_read_the_curves_off(page: ExperimentsPage, qtbot: QtBot) -> None:
    run(page, qtbot)
    curves = page.compare.curves
    curves.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(curves, Qt.Key.Key_End)
    assert curves.accessibleDescription().startswith("episode 60; Q-learning: −")
    qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.accessibleDescription().startswith("episode 59; ")
    qtbot.mouseMove(curves, QPoint(curves.width() // 2, 100))
    assert 20 < curves.at < 40


def test_that_settings_are_added_copied_changed_and_removed_with_the_mouse(page: ExperimentsPage, qtbot: QtBot) -> None:
    column, settings = page.column, page.settings
    qtbot.mouseClick(column.add, LEFT)
    assert [each.agent for each in settings.all] == ["q_learning", "sarsa", "expected_sarsa"]
    qtbot.mouseClick(column.cards[2].copy, LEFT)
    assert settings.chosen == 3 and column.cards[3].inside.isVisible()
    type_into(qtbot, column.cards[3].fields["alpha"].field, "0.1")
    assert settings.all[3].hyperparameters["alpha"] == 0.1
    qtbot.mouseClick(column.cards[1].head, LEFT)
    qtbot.mouseClick(column.cards[1].remove, LEFT)
    assert [each.agent for each in settings.all] == ["q_learning", "expected_sarsa", "expected_sarsa"]
    assert not column.cards[3].isVisible()
    run(page, qtbot)
    names = page.compare.curves._names
    assert names == ("Q-learning", "Expected SARSA α\u00a00.5", "Expected SARSA α\u00a00.1")


def test_that_no_more_than_six_settings_fit_and_the_last_one_stays(page: ExperimentsPage, qtbot: QtBot) -> None:
    for _ in range(6):
        qtbot.mouseClick(page.column.add, LEFT)
    assert len(page.settings.all) == 6
    assert not page.column.add.isEnabled()
    assert not page.column.cards[0].copy.isEnabled()
    assert not page.take_setting(Candidate(env_id="FrozenLake-v1", env_kwargs={}, agent="sarsa", hyperparameters={}))
    assert "six settings" in window_of(page).toast.text
    for _ in range(6):
        page.settings.remove(0)
    assert len(page.settings.all) == 1
    assert not page.column.cards[0].remove.isVisible()


def test_that_a_value_that_is_not_allowed_is_refused_beside_its_field(page: ExperimentsPage, qtbot: QtBot) -> None:
    field = page.column.cards[0].fields["alpha"]
    type_into(qtbot, field.field, "2")
    assert "alpha cannot be 2" in field.problem
    assert "alpha" not in page.settings.all[0].hyperparameters
    type_into(qtbot, field.field, "0.25")
    assert field.problem == ""
    assert page.settings.all[0].hyperparameters["alpha"] == 0.25


def test_that_fields_show_what_the_world_suggests(page: ExperimentsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.settings.values(0)["gamma"] == 1.0)
    field = page.column.cards[0].fields["gamma"].field
    assert isinstance(field, QLineEdit) and field.text() == "1"


def test_that_what_cannot_be_run_is_said_on_its_card_and_when_it_is_run(page: ExperimentsPage, qtbot: QtBot) -> None:
    page.take_setting(Candidate(env_id="CliffWalking-v1", env_kwargs={}, agent="value_iteration", hyperparameters={}))
    card = page.column.cards[2]
    qtbot.waitUntil(lambda: "luck has no part in it" in card.problem.text())
    qtbot.mouseClick(page.column.budget.go, LEFT)
    qtbot.waitUntil(lambda: "luck has no part" in page.column.budget.status.text())
    assert not page.model.state.running


@pytest.mark.parametrize(("field", "text"), [("seeds", "0"), ("seeds", "many"), ("episodes", "1e9"), ("judged", "61")])
def test_that_impossible_amounts_are_told_and_cannot_be_run(
    field: str, text: str, page: ExperimentsPage, qtbot: QtBot
) -> None:
    before = page.model.number
    type_into(qtbot, getattr(page.column.budget, field), text)
    assert page.column.budget.problem.isVisible()
    assert not page.column.budget.go.isEnabled()
    assert page.model.number == before


def test_that_cancelling_keeps_what_has_finished_and_says_so(page: ExperimentsPage, qtbot: QtBot) -> None:
    budget = page.column.budget
    budget.seeds.setText("5000")
    budget.episodes.setText("500")
    qtbot.mouseClick(budget.go, LEFT)
    qtbot.waitUntil(lambda: page.model.state.report is not None and page.model.state.report.done > 4)
    assert budget.progress.isVisible() and budget.go.text() == "Cancel"
    assert page.compare.told.text()  # a picture while it runs
    qtbot.mouseClick(budget.go, LEFT)
    finished(page, qtbot)
    report = page.model.state.report
    assert report is not None and report.stopped and 4 < report.done < report.wanted
    assert budget.status.text().startswith(f"Cancelled: the {report.done:,} of 10,000 runs")
    assert budget.go.text() == "Run 5,000 seeds of each"


def test_that_a_killed_worker_is_told_the_picture_stays_and_it_runs_again(qtbot: QtBot) -> None:
    window = MainWindow(SettingsStore())
    qtbot.addWidget(window)
    window.show()
    window.show_page("experiments")
    page = window.page("experiments")
    assert isinstance(page, ExperimentsPage)
    page.column.budget.seeds.setText("5000")
    qtbot.mouseClick(page.column.budget.go, LEFT)
    qtbot.waitUntil(lambda: page.model.state.report is not None)
    client = page.model._client
    assert client is not None
    os.kill(client.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    qtbot.waitUntil(lambda: page.model.state.phase == "died")
    assert "SIGKILL" in page.column.budget.status.text() or sys.platform == "win32"
    # A run can be resumed, an experiment cannot.
    assert "Resume" not in page.column.budget.status.text() and "again" in page.column.budget.status.text()
    assert page.compare.told.text()
    page.save_results("anywhere.csv")
    assert "run the experiment again" in window_of(page).toast.text
    page.column.budget.seeds.setText("3")
    run(page, qtbot)
    assert page.column.budget.status.text() == "6 runs, all finished."
    last = page.model._client
    window.close()
    assert last is not None and not last.alive


def test_that_a_sweep_over_one_parameter_is_a_curve_that_keys_read_off(page: ExperimentsPage, qtbot: QtBot) -> None:
    page.modes.choose_next(1)
    type_into(qtbot, page.column.varied.first_values, "0.1, 0.5, 0.9")
    run(page, qtbot)
    assert page.sweep.stack.currentWidget() is page.sweep.curve
    assert "α\u00a00." in page.sweep.told.text()
    curve = page.sweep.curve
    curve.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(curve, Qt.Key.Key_Right)
    assert re.match(r"Step size α 0\.1: −\d+", curve.accessibleDescription())
    page.modes.choose_next(-1)
    page.modes.choose_next(1)
    assert page.sweep.told.text()  # each kind keeps its picture


def test_that_a_sweep_over_two_parameters_is_a_map_with_its_best_cell(page: ExperimentsPage, qtbot: QtBot) -> None:
    page.modes.choose_next(1)
    varied = page.column.varied
    choose(varied.second, "epsilon")
    type_into(qtbot, varied.first_values, "0.2:0.8:0.3")
    type_into(qtbot, varied.second_values, "0.05, 0.4")
    run(page, qtbot)
    heatmap = page.sweep.heatmap
    assert page.sweep.stack.currentWidget() is heatmap
    report = page.model.state.report
    assert report is not None and report.done == 3 * 2 * 12
    best = report.perhaps_best[0]
    assert report.arrays["score"][best, 0] == report.arrays["score"][:, 0].max()
    assert "0.05" in heatmap.name_of(best)
    qtbot.mouseMove(heatmap, heatmap._cell(heatmap._plot(), 3).center().toPoint())
    assert heatmap.at == 3
    assert heatmap.accessibleDescription().startswith("Step size α 0.5, Exploration ε 0.4: −")
    heatmap.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(heatmap, Qt.Key.Key_Down)
    assert heatmap.at == 2
    choose(varied.second, "")


def test_that_values_that_are_no_values_are_told_while_they_are_typed(page: ExperimentsPage, qtbot: QtBot) -> None:
    page.modes.choose_next(1)
    before = page.model.number
    type_into(qtbot, page.column.varied.first_values, "0.1, 3")
    assert "alpha cannot be 3" in page.column.varied.problem.text()
    assert page.column.varied.problem.isVisible()
    qtbot.mouseClick(page.column.budget.go, LEFT)
    assert page.model.number == before
    type_into(qtbot, page.column.varied.first_values, "0.1, 0.3")
    assert not page.column.varied.problem.isVisible()


def test_that_a_changed_setting_makes_the_picture_one_of_the_past(page: ExperimentsPage, qtbot: QtBot) -> None:
    run(page, qtbot)
    type_into(qtbot, page.column.cards[0].fields["epsilon"].field, "0.3")
    assert page.column.budget.status.text().startswith("Something has changed")
    type_into(qtbot, page.column.cards[0].fields["epsilon"].field, "0.1")
    page.settings.replace(0, FIRST[0])
    assert page.column.budget.status.text().endswith("all finished.")


def test_that_figures_are_copied_and_returns_saved(page: ExperimentsPage, qtbot: QtBot, tmp_path: Path) -> None:
    run(page, qtbot)
    qtbot.mouseClick(page.copy, LEFT)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines[:3]] == ["setting", "Q-learning", "SARSA"]
    assert lines[-1] == page.compare.told.text()
    with qtbot.waitSignal(page.model.saved):
        page.save_results(str(tmp_path / "returns.csv"))
    with (tmp_path / "returns.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 2 * 12 * 60
    assert "returns.csv" in window_of(page).toast.text
    with qtbot.waitSignal(page.model.refused):
        page.save_results(str(tmp_path / "missing" / "returns.csv"))
    assert "missing" in window_of(page).toast.text or "returns.csv" in window_of(page).toast.text


def test_that_the_labs_setting_is_taken_once(
    page: ExperimentsPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    assert page.navigator.scene_in_lab() is None
    assert not page.column.from_lab.isVisible()
    scene = next(each for each in SCENES if each.env_kwargs.get("map") == "windy")
    monkeypatch.setattr(page.navigator, "scene_in_lab", lambda: scene)
    page.shown()
    qtbot.mouseClick(page.column.from_lab, LEFT)
    taken = page.settings.all[2]
    assert (taken.env_kwargs, taken.agent) == ({"map": "windy"}, scene.agent)
    assert page.settings.chosen == 2
    qtbot.mouseClick(page.column.from_lab, LEFT)
    assert len(page.settings.all) == 3


def words_on(page: ExperimentsPage) -> list[str]:
    shown: list[str] = []
    for widget in page.findChildren(QWidget):
        if isinstance(widget, (QLabel, QAbstractButton)):
            shown.append(widget.text())
        shown += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    return [text for text in shown if text]


def test_that_every_language_is_spoken_without_gaps(page: ExperimentsPage, qtbot: QtBot) -> None:
    run(page, qtbot)
    seen = set()
    for code in LANGUAGES:
        language().choose(code)
        told = words_on(page)
        assert not [text for text in told if re.search(r"\{\w+\}|experiments\.|conclusion\.|setting\.", text)]
        seen.add(page.compare.told.text())
    assert len(seen) == 3


def test_that_what_can_be_reached_by_keyboard_has_a_name(page: ExperimentsPage) -> None:
    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
        if not widget.focusProxy() and widget.isEnabled()
    ]
    assert not nameless


def test_that_nothing_ticks_once_everything_is_told(page: ExperimentsPage, qtbot: QtBot) -> None:
    run(page, qtbot)
    qtbot.waitUntil(lambda: not page.model._timer.isActive() and not page._check.isActive())


def test_that_copies_and_removals_keep_what_is_known_of_the_others() -> None:
    settings = ComparedSettings()
    settings.learn([{"alpha": 0.1}, {"alpha": 0.2}], [{"place": 1, "key": "error.agent.unknown", "params": {}}])
    assert settings.duplicate(0)
    assert [settings.known(n).values.get("alpha") for n in range(3)] == [0.1, 0.1, 0.2]
    assert settings.known(2).problem[0] == "error.agent.unknown"
    settings.remove(0)
    assert [settings.known(n).values.get("alpha") for n in range(2)] == [0.1, 0.2]
    settings.replace(1, FIRST[0])
    assert not settings.known(1).values


def test_that_closing_while_it_runs_asks_what_would_be_lost(page: ExperimentsPage, qtbot: QtBot) -> None:
    page.column.budget.seeds.setText("5000")
    page.column.budget.episodes.setText("500")
    qtbot.mouseClick(page.column.budget.go, LEFT)
    qtbot.waitUntil(lambda: "left" in page.column.budget.status.text())
    window = window_of(page)
    window.close()
    question = window.findChild(CloseQuestion)
    assert question is not None
    assert any("what it has found so far is lost" in label.text() for label in question.findChildren(QLabel))
    qtbot.mouseClick(question.stay, LEFT)
    assert window.isVisible() and page.busy()
    qtbot.mouseClick(page.column.budget.go, LEFT)
    finished(page, qtbot)
