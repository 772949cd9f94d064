"""Reproduce on the page Experiments with a real worker, real clicks and real keys."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from agents.experiments.reproduction.book import BOOK
from agents.runtime.client import WorkerClient
from arena.texts import LANGUAGES
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.experiments import MODES, ExperimentsPage
from gui.pages.experiments_figure_card import FigureCard
from gui.settings_store import SettingsStore

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


@pytest.fixture
def page(kept: ExperimentsPage) -> ExperimentsPage:
    """Reproduce with cliff walking chosen, as after a click on each."""
    assert kept.model.state.phase == "idle"
    kept.modes.choose_next(MODES.index("reproduce") - MODES.index(kept.modes.value))
    card(kept, "cliff").click()
    return kept


def card(page: ExperimentsPage, name: str) -> FigureCard:
    return next(each for each in page.figures.cards if each.figure.name == name)


def finished(page: ExperimentsPage, qtbot: QtBot) -> None:
    def over() -> bool:
        state = page.model.state
        return state.phase == "idle" and state.drawn is not None and state.drawn.ended

    qtbot.waitUntil(over)


def draw(page: ExperimentsPage, qtbot: QtBot, seeds: int) -> None:
    field = page.figures.budget.seeds
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, str(seeds))
    qtbot.mouseClick(page.figures.budget.go, LEFT)
    assert page.model.state.running
    finished(page, qtbot)


def test_that_every_figure_is_a_card_and_one_of_them_is_chosen(page: ExperimentsPage, qtbot: QtBot) -> None:
    assert [each.figure for each in page.figures.cards] == list(BOOK)
    assert not page.column.isVisible() and page.figures.isVisible()
    qtbot.mouseClick(card(page, "windy"), LEFT)
    assert page.figures.figure.name == "windy"
    assert sum(each.isChecked() for each in page.figures.cards) == 1
    assert page.figures.budget.seeds.text() == str(card(page, "windy").figure.seeds)


def test_that_a_click_draws_the_figure_and_says_whether_it_agrees(page: ExperimentsPage, qtbot: QtBot) -> None:
    draw(page, qtbot, 20)
    assert page.reproduce.told.text().startswith("With 20 seeds our runs agree with the book in all 4 numbers")
    assert [cell.text() for cell in [row[3] for row in page.reproduce.numbers.cells[1:5]]] == ["agrees"] * 4
    assert page.figures.budget.status.text() == "40 runs, all finished."
    image = page.reproduce.plot.grab().toImage()
    assert len({image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(image.height())}) > 20


def test_that_each_figure_keeps_its_picture(page: ExperimentsPage, qtbot: QtBot) -> None:
    draw(page, qtbot, 20)
    told = page.reproduce.told.text()
    qtbot.mouseClick(card(page, "windy"), LEFT)
    assert page.reproduce.told.text() == "" and not page.copy.isEnabled()
    draw(page, qtbot, 10)
    assert "do not fully agree" in page.reproduce.told.text()
    assert page.reproduce.numbers.cells[4][3].text() == "differs"
    qtbot.mouseClick(card(page, "cliff"), LEFT)
    assert page.reproduce.told.text() == told
    page.modes.choose_next(-1)
    page.modes.choose_next(1)
    assert page.reproduce.told.text() == told


def test_that_arrow_keys_and_pointer_read_the_figure_off(page: ExperimentsPage, qtbot: QtBot) -> None:
    draw(page, qtbot, 5)
    plot = page.reproduce.plot
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert re.match(r"episode 500; Q-learning: −\d+", plot.accessibleDescription())
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.accessibleDescription().startswith("episode 490; ")
    qtbot.mouseMove(plot, QPoint(plot.width() // 2, 90))
    assert 15 < plot.at < 35


def test_that_cancelling_keeps_what_has_finished(page: ExperimentsPage, qtbot: QtBot) -> None:
    budget = page.figures.budget
    budget.seeds.setText("10000")
    qtbot.mouseClick(budget.go, LEFT)
    qtbot.waitUntil(lambda: page.model.state.drawn is not None and page.model.state.drawn.done > 4)
    assert budget.progress.isVisible() and budget.go.text() == "Cancel" and page.busy()
    qtbot.mouseClick(budget.go, LEFT)
    finished(page, qtbot)
    drawn = page.model.state.drawn
    assert drawn is not None and drawn.stopped and 4 < drawn.done < drawn.wanted
    assert budget.status.text().startswith("Cancelled")


def test_that_numbers_are_copied_and_points_saved(page: ExperimentsPage, qtbot: QtBot, tmp_path: Path) -> None:
    draw(page, qtbot, 4)
    qtbot.mouseClick(page.copy, LEFT)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1].startswith("SARSA, mean return of the last 100 episodes\t-25\t5\t")
    assert lines[-1] == page.reproduce.told.text()
    with qtbot.waitSignal(page.model.saved):
        page.save_results(str(tmp_path / "cliff.csv"))
    assert len((tmp_path / "cliff.csv").read_text().splitlines()) == 1 + 2 * 50 + 4


def test_that_no_number_of_seeds_is_told_and_cannot_be_run(page: ExperimentsPage) -> None:
    page.figures.budget.seeds.setText("none")
    assert page.figures.budget.problem.isVisible() and not page.figures.budget.go.isEnabled()


def test_that_every_language_is_spoken_without_gaps(page: ExperimentsPage, qtbot: QtBot) -> None:
    draw(page, qtbot, 3)
    seen = set()
    for code in LANGUAGES:
        language().choose(code)
        told: list[str] = []
        for widget in page.findChildren(QWidget):
            told += [widget.text()] if isinstance(widget, (QLabel, QAbstractButton)) else []
            told += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        assert not [text for text in told if re.search(r"\{\w+\}|reproduce\.|experiments\.", text)]
        seen.add(page.reproduce.told.text())
    assert len(seen) == 3
