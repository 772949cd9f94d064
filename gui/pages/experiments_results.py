"""The right side of the page: the picture of an experiment, the scores, and the sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agents.experiments.conclusion_words import sentence, span_words, sweep_sentence
from agents.experiments.names import names_of
from agents.experiments.plan import Candidate
from agents.experiments.sweep import Varied
from gui.language import number, tr
from gui.panels.figure_words import decimals_for
from gui.panels.score_strip import ScoreStrip
from gui.panels.seed_curves import SeedCurves
from gui.panels.sweep_curve import SweepCurve
from gui.panels.sweep_heatmap import SweepHeatmap
from gui.state.experiment_state import ExperimentState
from gui.state.run_words import world_title
from gui.widgets.card import Card
from gui.widgets.text_label import TextLabel


def setting_names(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Return a short name for each setting, in the language in use."""
    return names_of(candidates, say=tr, title=lambda each: world_title(each.env_id, each.env_kwargs))


def span_of(state: ExperimentState) -> str:
    """Return what settings are judged by, in words; empty before there is a picture."""
    if state.report is None:
        return ""
    span = state.report.span
    return span_words(span["unit"], span["count"], span["whole"], say=tr)


def unit_of(state: ExperimentState) -> str:
    """Return ``episodes`` or ``steps``."""
    return "steps" if state.plan is not None and state.plan.steps else "episodes"


class Results(QWidget):
    """What both kinds of results share: cards one below the other, and a sentence.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.told = TextLabel("", 15.5, wrap=True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict = Card()
        self.verdict.body.addWidget(self.told)

    def show_state(self, state: ExperimentState) -> None:
        """Show what is known."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Show the sentence; an empty one hides its card."""
        self.told.set_text(text)
        self.verdict.setAccessibleName(text)
        self.verdict.setVisible(bool(text))


class CompareResults(Results):
    """Curves, strip, sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = SeedCurves()
        self.strip = ScoreStrip()
        self.curves_card = Card("experiments.curves")
        self.curves_card.body.addWidget(self.curves)
        self.strip_card = Card("experiments.strip")
        self.strip_card.body.addWidget(self.strip)
        self.column.addWidget(self.curves_card, 1)
        self.column.addWidget(self.strip_card)
        self.column.addWidget(self.verdict)

    def show_state(self, state: ExperimentState) -> None:
        """Show an experiment."""
        report, names = state.report, setting_names(state.candidates)
        empty = report is None or report.done == 0
        self.curves.show_report(None if empty else report, names, unit_of(state))
        self.strip.show_report(None if empty else report, names)
        self.strip_card.setVisible(not empty)
        self.curves_card.set_caption("")
        if report is None or empty:
            self.say("")
            return
        width = int(report.arrays["last"][0])
        points = tr("experiments.curves.points", count=number(width))
        self.curves_card.set_caption(tr("experiments.curves.caption") if width == 1 else points, mono=False)
        self.strip_card.set_caption(tr("experiments.strip.caption", span=span_of(state)), mono=False)
        given_up = [tr(problem["key"], **problem["params"]) for problem in report.problems]
        found = state.conclusion
        decimals = decimals_for(found.mean if math.isnan(found.difference) else found.difference, found.low, found.high)
        told = sentence(found, names, span_of(state), say=tr, number=lambda value: number(value, decimals))
        self.say(" ".join([told, *given_up]))


class SweepResults(Results):
    """One curve or one heatmap, and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve = SweepCurve()
        self.heatmap = SweepHeatmap()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.curve)
        self.stack.addWidget(self.heatmap)
        self.card = Card("experiments.sweep.title")
        self.card.body.addWidget(self.stack)
        self.column.addWidget(self.card, 1)
        self.column.addWidget(self.verdict)
        self.varied: tuple[Varied, ...] = ()

    def begin(self, varied: tuple[Varied, ...]) -> None:
        """Know what the next experiment varies."""
        self.varied = varied

    def show_state(self, state: ExperimentState) -> None:
        """Show a sweep."""
        report, varied = state.report, self.varied
        empty = report is None or report.done == 0
        titles = [tr("setting." + each.name + ".title") for each in varied]
        if len(varied) == 2:
            self.stack.setCurrentWidget(self.heatmap)
            self.heatmap.show_report(None if empty else report, (titles[0], titles[1]), varied)
        else:
            self.stack.setCurrentWidget(self.curve)
            values = varied[0].values if varied else ()
            self.curve.show_report(None if empty else report, "".join(titles), values)
        key = "experiments.strip.caption" if len(varied) == 2 else "experiments.curve.caption"
        self.card.set_caption("" if empty else tr(key, span=span_of(state)), mono=False)
        if report is None or empty:
            self.say("")
            return
        names = setting_names(state.candidates)
        best = report.perhaps_best[0] if report.perhaps_best else 0
        mean, low, high = report.arrays["score"][best].tolist()
        text, seeds = number(mean, decimals_for(mean, low, high)), int(report.arrays["seeds"][best])
        told = sweep_sentence(report.perhaps_best, names, mean, seeds, span_of(state), say=tr, number=lambda _: text)
        given_up = [tr(problem["key"], **problem["params"]) for problem in report.problems[:1]]
        self.say(" ".join([told, *given_up]))
