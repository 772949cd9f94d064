"""Panels of the page Experiments without a worker: labels that never overlap, figures worth reading."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from pytestqt.qtbot import QtBot

from agents.catalog import TABULAR
from agents.configuration import settings_of
from agents.experiments.reproduction.book import BOOK, BookFigure
from agents.experiments.sweep import Varied, read_varied
from arena.protocol.experiment_messages import ExperimentReported
from gui.pages.experiments_varied import VariedForm, suggested_values
from gui.panels.book_marks import mark_labels
from gui.panels.figure_words import decimals_for
from gui.panels.score_strip import ScoreStrip
from gui.panels.seed_curves import SeedCurves, spread
from gui.panels.setting_ink import DARK, LIGHT, paint_marker, setting_pen
from gui.panels.sweep_curve import SweepCurve
from gui.panels.sweep_heatmap import SweepHeatmap
from gui.theme import color, font, theme


def report(settings: int, points: int = 20, seeds: int = 10, *, gap: float = 3.0) -> ExperimentReported:
    """A picture of settings that differ by ``gap`` each, the last one best."""
    luck = np.random.default_rng(0)
    level = -100.0 + gap * np.arange(settings)
    mean = level[:, None] - 50.0 * np.exp(-np.arange(points) / 3.0)
    scores = level[:, None] + luck.normal(0, 1, (settings, seeds))
    score = np.stack([scores.mean(1), scores.mean(1) - 0.5, scores.mean(1) + 0.5], axis=1)
    return ExperimentReported(
        done=settings * seeds, wanted=settings * seeds, ended=True, perhaps_best=(settings - 1,),
        span={"unit": "episodes", "count": 5, "whole": False},
        arrays={
            "last": np.arange(1, points + 1), "mean": mean, "low": mean - 1, "high": mean + 1, "scores": scores,
            "score": score, "iqm": score, "seeds": np.full(settings, seeds), "optimum": np.full(settings, -13.0),
        },
    )  # fmt: skip


def colors_in(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 1) for y in range(0, image.height(), 2)}


@pytest.mark.parametrize(
    "wanted", [{0: 50.0}, {0: 50.0, 1: 51.0, 2: 52.0}, {0: 0.0, 1: 0.0}, {0: 100.0, 1: 99.0, 2: 1.0, 3: 100.0, 4: 98.0}]
)
def test_that_labels_lie_apart_in_order_and_within_bounds(wanted: dict[int, float]) -> None:
    placed = spread(wanted, 15.0, 0.0, 100.0)
    order = sorted(wanted, key=lambda name: wanted[name])
    assert sorted(placed.values()) == [placed[name] for name in order]
    gaps = np.diff(sorted(placed.values()))
    assert (gaps >= 15.0 - 1e-9).all()
    assert min(placed.values()) >= 7.5 and max(placed.values()) <= 92.5


@pytest.mark.parametrize(
    ("value", "low", "high", "decimals"),
    [(-50.2, -51.4, -49.0, 1), (-17.2, -17.25, -17.15, 2), (-531, -569, -470, 0), (0.73, 0.731, 0.733, 3),
     (0.5, -math.inf, math.inf, 2), (-13.0, -13.0, -13.0, 1), (1e-9, 0.0, 1e-9, 3)],
)  # fmt: skip
def test_that_a_figure_has_the_decimals_its_interval_leaves_meaning(
    value: float, low: float, high: float, decimals: int
) -> None:
    assert decimals_for(value, low, high) == decimals


@pytest.mark.parametrize("entry", TABULAR, ids=lambda entry: entry.id)
def test_that_every_setting_of_every_agent_has_values_worth_trying(entry: object) -> None:
    for item in settings_of(entry.config_class()):  # type: ignore[attr-defined]
        values = read_varied(f"{item.name}={suggested_values(item)}", [entry.id]).values  # type: ignore[attr-defined]
        assert len(values) >= (1 if item.choices else 3)


def test_that_what_was_chosen_to_vary_comes_back_with_an_agent_that_has_it(qtbot: QtBot) -> None:
    form = VariedForm()
    qtbot.addWidget(form)
    for agent, first in (("q_learning", "alpha"), ("value_iteration", "gamma"), ("sarsa", "alpha")):
        form.show_agent(agent, {})
        assert form.first.value == first
        assert [each.name for each in form.varied()] == [first]


@pytest.mark.parametrize("wish", ["dark", "light"])
def test_that_six_settings_differ_in_colour_dash_and_marker_and_can_be_read(wish: str) -> None:
    theme().set_wish(wish)
    inks = DARK if wish == "dark" else LIGHT
    page = color("page")

    def luminance(ink: QColor) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in ink.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for ink in inks:
        light, dark = sorted((luminance(QColor(ink)), luminance(page)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, ink
    assert len({tuple(setting_pen(place).dashPattern()) for place in range(6)}) == 6
    markers = set()
    for place in range(6):
        image = QImage(24, 24, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        paint_marker(painter, place, QPointF(12, 12), 16)
        painter.end()
        markers.add(bytes(1 if byte else 0 for byte in image.convertToFormat(QImage.Format.Format_Grayscale8).bits()))
    assert len(markers) == 6


def test_that_six_curves_and_scores_are_painted_and_named(qtbot: QtBot) -> None:
    curves, strip = SeedCurves(), ScoreStrip()
    names = tuple(f"Setting {place}" for place in range(6))
    for panel in (curves, strip):
        qtbot.addWidget(panel)
        panel.resize(700, 400)
    curves.show_report(report(6), names, "episodes")
    strip.show_report(report(6), names)
    for panel in (curves, strip):
        painted = colors_in(panel.grab().toImage())
        assert {ink.lower() for ink in DARK} <= painted
    assert curves.read_at(19)[0][1].startswith("Setting 0: −100.")
    assert strip.figures(5).startswith("−85")
    curves.show_report(report(6, points=1), names, "episodes")
    assert curves.grab().width() > 0
    curves.look_at(0)
    assert curves.accessibleDescription().startswith("episode 1; Setting 0")


def test_that_words_stand_side_by_side_numbers_to_scale_and_wide_ones_by_logarithm(qtbot: QtBot) -> None:
    curve = SweepCurve()
    qtbot.addWidget(curve)
    curve.resize(700, 400)
    for values, even in ((("a", "b", "c"), True), ((0.0, 1.0, 10.0), False), ((1, 10, 100), True), ((0.5,), True)):
        curve.show_report(report(len(values)), "thing", values)
        gaps = np.diff(curve._x(curve._plot()))
        assert (gaps.size == 0 or np.ptp(gaps) < 1e-6) == even
        assert curve.grab().width() > 0
    curve.show_report(report(3), "thing", (30.0, 10.0, 20.0))
    qtbot.keyClick(curve, Qt.Key.Key_Home)
    assert curve.accessibleDescription().startswith("thing 10: ")
    qtbot.keyClick(curve, Qt.Key.Key_Right)
    assert curve.accessibleDescription().startswith("thing 20: ")
    qtbot.keyClick(curve, Qt.Key.Key_End)
    assert curve.accessibleDescription().startswith("thing 30: ")


def test_that_a_cell_that_was_given_up_has_no_number(qtbot: QtBot) -> None:
    heatmap = SweepHeatmap()
    qtbot.addWidget(heatmap)
    heatmap.resize(700, 400)
    made = report(4)
    made.arrays["score"][1] = np.nan
    made.arrays["seeds"][1] = 0
    varied = (Varied(name="alpha", values=(0.1, 0.2)), Varied(name="exploration", values=("softmax", "epsilon_greedy")))
    heatmap.show_report(made, ("α", "way"), varied)
    assert heatmap.grab().width() > 0
    assert heatmap.name_of(1) == "α 0.1, way epsilon_greedy"
    heatmap.look_at(1)
    assert heatmap.accessibleDescription() == "α 0.1, way epsilon_greedy: "
    assert heatmap.place_under(QPointF(-5, -5)) == -1


def test_that_a_report_of_other_settings_than_expected_is_an_invitation_not_a_crash(qtbot: QtBot) -> None:
    for panel in (SweepCurve(), SweepHeatmap(), SeedCurves()):
        qtbot.addWidget(panel)
        panel.resize(500, 300)
        assert len(colors_in(panel.grab().toImage())) > 3
    curve = SweepCurve()
    qtbot.addWidget(curve)
    curve.show_report(report(3), "thing", (1, 2))
    assert curve.grab().width() > 0


@pytest.mark.parametrize("figure", BOOK, ids=lambda figure: figure.name)
def test_that_no_number_of_the_book_is_written_over_another(figure: BookFigure, qtbot: QtBot) -> None:
    plot = QRectF(54, 14, 640, 330)
    first, last = 1.0, max((each.span or (0.0, each.value))[1] for each in figure.published) + 1.0
    low, high = figure.view
    marks = []
    for each in figure.published:
        start, end = each.span or (each.value - each.tolerance, each.value + each.tolerance)
        left, right = (plot.left() + (x - first) / (last - first) * plot.width() for x in (start, end))
        height = each.value if each.height is None else each.height
        middle = plot.bottom() - (height - low) / (high - low) * plot.height()
        if each.span is not None or each.height is not None:
            marks.append((each, QRectF(left, middle - 6, max(12.0, right - left), 12)))
    labels = mark_labels(plot, marks, QFontMetricsF(font(12, semibold=True)))
    assert len(labels) == len(marks) > 0
    assert not [1 for a, b in combinations(labels, 2) if a.intersects(b)]
    assert all(plot.left() < label.left() and label.bottom() <= plot.bottom() for label in labels)


def test_that_bands_of_two_seeds_do_not_flatten_the_curves(qtbot: QtBot) -> None:
    curves = SeedCurves()
    qtbot.addWidget(curves)
    for seeds, whole in ((2, False), (10, True)):
        wide = report(2, seeds=seeds)
        wide.arrays["low"][:], wide.arrays["high"][:] = wide.arrays["mean"] - 400.0, wide.arrays["mean"] + 400.0
        curves.show_report(wide, ("one", "other"), "episodes")
        low, high, _ = curves._range()
        assert (low < -300.0 and high > 200.0) == whole
        assert low < wide.arrays["mean"][:, 2:].min() and high >= -13.0
