"""How many seeds and episodes, and the button that runs them: what the whole page is for."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from agents.experiments.plan import MOST_EPISODES, MOST_SEEDS, Plan
from gui.language import language, number, tr
from gui.state.experiment_state import ExperimentState
from gui.theme import CAPTION, TEXT, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

SEEDS, EPISODES = 100, 500

_RUN = ("experiments.run.one", "experiments.run")
_RUN_EACH = ("experiments.run.each.one", "experiments.run.each")


class Budget(QWidget):
    """Seeds, episodes, what is judged, run or cancel, progress.

    Args:
        only_seeds: Ask for seeds and nothing else.
        parent: Qt parent.

    Attributes:
        run_wanted: The button was pressed (or Enter in a field) and all numbers are good.
        cancel_wanted: Stop it.
        changed: A number was changed.
    """

    run_wanted = Signal()
    cancel_wanted = Signal()
    changed = Signal()

    def __init__(self, *, only_seeds: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._only_seeds = only_seeds
        self._running = False
        self._runs = 0
        self.seeds, self.episodes, self.judged = QLineEdit(str(SEEDS)), QLineEdit(str(EPISODES)), QLineEdit()
        self._fields = (
            (self.seeds, "experiments.seeds", "experiments.seeds.tip"),
            (self.episodes, "experiments.episodes", "experiments.episodes.tip"),
            (self.judged, "experiments.judged", "experiments.judged.tip"),
        )
        self.go = PillButton("experiments.run", "run", "primary", tip_key="experiments.run.tip")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.status = TextLabel("", CAPTION, "dim", wrap=True)
        self.problem = TextLabel("", CAPTION, "bad", wrap=True)
        self.problem.hide()
        self._lay_out()
        self.go.clicked.connect(self._press)
        for field, _, _ in self._fields:
            field.textChanged.connect(lambda _: self._typed())
            field.returnPressed.connect(self._enter)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.retranslate)
        self.retranslate()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        for column, (field, key, _) in enumerate(self._fields):
            title = TextLabel(key, CAPTION, "dim")
            grid.addWidget(title, 0, column)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, 1)
            if self._only_seeds and column:
                title.hide()
                field.hide()
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(0, 4, 0, 0)
        column_of_all.setSpacing(8)
        column_of_all.addLayout(grid)
        column_of_all.addWidget(self.problem)
        column_of_all.addWidget(self.go)
        column_of_all.addWidget(self.progress)
        column_of_all.addWidget(self.status)
        policy = self.go.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.go.setSizePolicy(policy)

    # ── numbers ────────────────────────────────────────────────────────────────────────────────────────────────────

    def amounts(self) -> tuple[int, int, int] | None:
        """Return seeds, episodes and episodes judged by (0: the usual ones); ``None`` if one is no such number."""
        seeds = _whole(self.seeds.text(), MOST_SEEDS)
        episodes = _whole(self.episodes.text(), MOST_EPISODES)
        if seeds is None or episodes is None:
            return None
        judged = _whole(self.judged.text(), episodes) if self.judged.text().strip() else 0
        return None if judged is None else (seeds, episodes, judged)

    def show_runs(self, settings: int) -> None:
        """Know how many settings there are to run."""
        self._runs = settings
        self._show_numbers()

    def _typed(self) -> None:
        self._show_numbers()
        self.changed.emit()

    def _show_numbers(self) -> None:
        amounts = self.amounts()
        if amounts is None:
            self.problem.set_key("experiments.amounts", seeds=number(MOST_SEEDS), episodes=number(MOST_EPISODES))
        else:
            usual = Plan(candidates=(), episodes=amounts[1]).judged_episodes
            self.judged.setPlaceholderText(str(usual))
        self.problem.setVisible(amounts is None)
        self._show_button()

    def _show_button(self) -> None:
        amounts = self.amounts()
        if self._running:
            self.go.set_kind("plain")
            self.go.set_icon_name("close")
            self.go.set_text_key("experiments.cancel")
            self.go.set_tip_key("experiments.cancel.tip")
            self.go.setEnabled(True)
            return
        self.go.set_kind("primary")
        self.go.set_icon_name("run")
        seeds = number(amounts[0]) if amounts is not None else "…"
        one, several = _RUN if self._runs < 2 else _RUN_EACH
        self.go.set_text_key(one if amounts is not None and amounts[0] == 1 else several, seeds=seeds)
        self.go.set_tip_key("experiments.run.tip")
        self.go.setEnabled(amounts is not None)

    # ── what happens ───────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, state: ExperimentState, *, stale: bool = False) -> None:
        """Show how far it is.

        Args:
            state: The experiment.
            stale: Whether what stands at the left is no longer what was run.
        """
        self._running = state.running
        self.progress.setVisible(state.running)
        self.progress.setValue(round(1000 * state.share))
        self.status.set_text(tr("experiments.stale") if stale and not state.problem else status_text(state))
        self.status.setVisible(bool(self.status.text()))
        self.status.set_ink("bad" if state.problem else "dim")
        self._show_button()

    def _press(self) -> None:
        if self._running:
            self.cancel_wanted.emit()
        elif self.amounts() is not None:
            self.run_wanted.emit()

    def _enter(self) -> None:
        if not self._running:
            self._press()

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for field, key, tip in self._fields:
            field.setAccessibleName(tr(key))
            field.setToolTip(tr(tip))
            field.setFixedHeight(theme().px(TEXT) + 18)
        self.progress.setAccessibleName(tr("experiments.progress"))
        self._show_numbers()


def _whole(text: str, most: int) -> int | None:
    """Return the whole number from 1 to ``most`` a text spells; thousands may be set apart."""
    plain = text.strip().replace(",", "").replace("_", "").replace(" ", "")
    return int(plain) if plain.isascii() and plain.isdigit() and 1 <= int(plain) <= most else None


def _time(seconds: float) -> str:
    if seconds < 90:
        return tr("experiments.time.seconds", count=max(1, round(seconds)))
    return tr("experiments.time.minutes", count=number(round(seconds / 60)))


def status_text(state: ExperimentState) -> str:
    """Return how far an experiment is, in the language in use."""
    if state.problem:
        return tr(state.problem, **state.params)
    if state.phase == "compiling":
        return tr("experiments.compiling")
    if state.phase == "starting" and state.asked:
        return tr("experiments.starting")
    if state.phase == "silent":
        return tr("experiments.silent")
    report = state.picture
    if report is None:
        return tr("experiments.starting") if state.running else ""
    told = {"done": number(report.done), "wanted": number(report.wanted)}
    if state.phase == "stopping":
        return tr("experiments.stopping")
    if state.running and math.isfinite(state.seconds_left):
        return tr("experiments.running.left", **told, time=_time(state.seconds_left))
    if state.running:
        return tr("experiments.running", **told)
    return tr("experiments.stopped" if report.stopped else "experiments.finished", **told)
