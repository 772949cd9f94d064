"""The distance to the exact solution as a curve."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from arena.protocol.messages import Metrics
from gui.pages.lab import LabPage
from gui.state.distances import MOST_POINTS, Distances


def test_that_distances_are_thinned_but_keep_their_beginning_and_their_end() -> None:
    kept = Distances()
    rows = np.zeros((0, 2))
    for tick in range(3 * MOST_POINTS):
        rows = kept.with_these(Metrics(env_steps=tick, distance=float(tick)))
    assert len(rows) <= MOST_POINTS and rows[0, 0] == 0.0 and rows[-1, 0] == 3 * MOST_POINTS - 1
    assert (np.diff(rows[:, 0]) > 0).all()


def test_that_a_told_history_comes_first_and_the_unknown_is_left_out() -> None:
    kept = Distances()
    kept.with_these(Metrics(distances=((1.0, 9.0), (2.0, 8.0))))
    rows = kept.with_these(Metrics(env_steps=5, distance=3.0))
    np.testing.assert_array_equal(rows, [[1, 9], [2, 8], [5, 3]])


def test_that_the_card_goes_through_return_length_and_distance(lab: LabPage, qtbot: QtBot) -> None:
    def stays_at(tick: int) -> bool:
        return lab.model.state.env_steps == tick and lab.model.state.phase == "paused"

    for tick in (500, 60_000):  # two stays, so two distances: flat out the whole run may fit between two reports
        lab.model.run_to("tick", tick)
        qtbot.waitUntil(partial(stays_at, tick))
    assert lab.curves.what == "return"
    lab.scenes.fold()
    for expected in ("length", "distance", "return"):
        qtbot.mouseClick(lab.returns_link, Qt.MouseButton.LeftButton)
        assert lab.curves.what == expected
        assert lab.distance.isVisible() == (expected == "distance") != lab.returns.isVisible()
        assert lab.returns_card.caption.text()
    distances = lab.model.state.distances
    assert distances[-1, 1] < distances[0, 1]
