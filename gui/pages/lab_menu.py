"""The Lab's part of the Run menu; its keys act on the stage, so they are only named here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu

from gui.language import tr
from gui.pages.lab_driver import LabDriver
from gui.pages.lab_past import LabPast
from gui.pages.lab_transport import GOALS, MANY_EPISODES
from gui.state.run_model import RunModel

LUCK_KEY = "Ctrl+L"
"""Runs many seeds of what the Lab shows."""


def fill_run_menu(
    menu: QMenu,
    driver: LabDriver,
    model: RunModel,
    past: LabPast,
    faster: Callable[[int], None],
    again: Callable[[], None],
    fit: Callable[[], None],
) -> None:
    """Fill the menu.

    Args:
        menu: The menu, empty.
        driver: What wishes go to.
        model: The run.
        past: Its past.
        faster: Chooses the next faster (1) or slower (−1) speed.
        again: Begins the same run anew.
        fit: Fits the colours to the values there are now.
    """
    menu.addAction(tr("lab.menu.run") + "\t" + tr("key.space"), driver.toggle)
    menu.addAction(tr("lab.step") + "\t→", driver.step)
    menu.addAction(tr("lab.step_back") + "\t←", lambda: past.model.step(-1))
    menu.addAction(tr("lab.menu.beat") + "\tB", driver.step_beat)
    goals = menu.addMenu(tr("lab.run_to"))
    for goal in GOALS:
        kind, count = ("episode", MANY_EPISODES) if goal == "episodes" else (goal, 1)
        goals.addAction(tr("lab.goal." + goal), partial(driver.run_to, kind, count))
    past.fill_menu(menu.addMenu(tr("past.menu")))
    menu.addAction(tr("lab.menu.cover") + "\tC", driver.cover)
    menu.addSeparator()
    menu.addAction(tr("lab.menu.faster") + "\t]", lambda: faster(1))
    menu.addAction(tr("lab.menu.slower") + "\t[", lambda: faster(-1))
    menu.addSeparator()
    menu.addAction(tr("lab.menu.fit"), fit)
    menu.addAction(tr("lab.menu.save"), model.checkpoint)
    menu.addAction(tr("lab.menu.again"), again)
