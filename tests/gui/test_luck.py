"""From the Lab to many seeds with one key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.pages.experiments import ExperimentsPage
from gui.pages.lab import LabPage


def test_that_one_key_runs_many_seeds_of_what_the_lab_shows(window: MainWindow, lab: LabPage, qtbot: QtBot) -> None:
    lab.model.set_hyperparameter("alpha", 0.25)
    qtbot.waitUntil(lambda: lab.model.state.hyperparameters.get("alpha") == 0.25)
    page = window.page("experiments")
    assert isinstance(page, ExperimentsPage)
    page.column.budget.seeds.setText("6")
    page.column.budget.episodes.setText("40")
    qtbot.keyClick(lab.stage, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.current is page
    (only,) = page.settings.all
    assert (only.agent, only.hyperparameters["alpha"]) == ("q_learning", 0.25), "not beside examples nobody chose"
    qtbot.waitUntil(lambda: page.model.state.report is not None and page.model.state.report.ended)

    window.show_page("lab")
    lab.model.set_hyperparameter("alpha", 0.75)
    qtbot.waitUntil(lambda: lab.model.state.hyperparameters.get("alpha") == 0.75)
    qtbot.keyClick(lab.stage, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert [each.hyperparameters["alpha"] for each in page.settings.all] == [0.25, 0.75]
    qtbot.waitUntil(lambda: page.model.state.phase == "idle")
