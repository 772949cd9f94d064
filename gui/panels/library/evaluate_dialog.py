"""Evaluate: whole games of a model while one looks on, every score a dot, beside random moves, a person and DQN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from agents.models.library import ModelEntry
from arena.errors import ArenaError
from arena.runs.locations import home
from gui.language import number, tr
from gui.panels.library.score_bars import ModelBars
from gui.panels.library.score_plot import ModelScores
from gui.state.model_errand import ModelErrand
from gui.state.model_words import model_agent, model_title, model_world, references
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.stepper import Stepper
from gui.widgets.text_label import TextLabel

_GAMES = 30
_MOST = 200


class EvaluateModelDialog(QDialog):
    """Plays in a process of its own; closing the dialog ends it.

    Args:
        parent: The window.
        entry: The model.

    Attributes:
        kept: Emitted after the games were kept on its card, or beside it.
    """

    kept = Signal()

    def __init__(self, parent: QWidget, entry: ModelEntry) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("library.evaluate.title"))
        self.setMinimumWidth(640)
        self.errand = ModelErrand(self)
        self.errand.told.connect(self._told)
        self.errand.done.connect(self._done)
        self.errand.failed.connect(self._failed)
        self._known = references(entry.manifest.env_id)
        self._scores: list[float] = []
        self.figures: dict[str, Any] = {}
        self.games = Stepper("library.evaluate.games", 1, _MOST)
        self.games.set_value(_GAMES)
        self.how = Segmented(
            [("drawn", "library.evaluate.drawn"), ("best", "library.evaluate.best")], name_key="library.evaluate.how"
        )
        self.how.set_value("drawn")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("library.evaluate.progress"))
        self.said = TextLabel("library.evaluate.line", 13, "dim", wrap=True)
        self.where = TextLabel("", 12.5, "dim", wrap=True)
        self.where.hide()
        self.plot = ModelScores()
        self.plot.show_scores((), self._known)
        self.bars = ModelBars()
        self.begin = PillButton("library.evaluate.begin", "run", "primary")
        self.leave = PillButton("shell.dialog.close", kind="plain")
        self.begin.clicked.connect(self._toggle)
        self.leave.clicked.connect(self.reject)
        self._lay_out()
        self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(10)
        heading = TextLabel("", 18, semibold=True)
        heading.set_text(model_title(self.entry))
        column.addWidget(heading)
        told = TextLabel("", 13, "dim")
        told.set_text(tr("library.line", world=model_world(self.entry), agent=model_agent(self.entry)))
        column.addWidget(told)
        choice = QHBoxLayout()
        choice.setSpacing(12)
        choice.addWidget(TextLabel("library.evaluate.games", 13, "dim"))
        choice.addWidget(self.games)
        choice.addStretch(1)
        choice.addWidget(self.how)
        column.addLayout(choice)
        column.addWidget(self.bar)
        column.addWidget(self.said)
        column.addWidget(self.where)
        column.addWidget(self.plot)
        column.addWidget(self.bars)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.begin)
        column.addLayout(buttons)

    # ── doing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _toggle(self) -> None:
        if self.errand.busy:
            self.errand.cancel()
            self._ready("library.evaluate.cancelled", games=len(self._scores))
            return
        self._scores, self.figures = [], {}
        self.where.hide()
        self.plot.show_scores((), self._known)
        self.bars.show_scores({})
        self.bar.setRange(0, 0)
        self.said.set_key("library.evaluate.loading")
        self.begin.set_text_key("library.cancel")
        self.begin.set_icon_name("close")
        for field in (self.games, self.how):
            field.setEnabled(False)
        wanted = {"folder": str(self.entry.folder), "episodes": int(self.games.value), "seed": 0}
        self.errand.start("evaluate", {**wanted, "deterministic": self.how.value == "best"})

    def _told(self, told: Mapping[str, Any]) -> None:
        if "score" in told:
            self._scores.append(float(told["score"]))
        self.bar.setRange(0, int(self.games.value))
        self.bar.setValue(len(self._scores))
        self.plot.show_scores(self._scores, self._known)
        mean = sum(self._scores) / len(self._scores) if self._scores else 0.0
        self.said.set_key(
            "library.evaluate.playing",
            done=len(self._scores),
            wanted=int(self.games.value),
            mean=number(mean, 1) if self._scores else "–",
        )

    def _done(self, figures: Mapping[str, Any]) -> None:
        self.figures = dict(figures)
        scores = [float(score) for score in figures["scores"]]
        self.plot.show_scores(scores, self._known, (figures["iqm"], figures["iqm_low"], figures["iqm_high"]))
        self.bars.show_scores({**self._known, "": float(figures["mean"])}, model_title(self.entry))
        said = {
            name: number(float(figures[name]), 1) for name in ("mean", "median", "std", "iqm", "iqm_low", "iqm_high")
        }
        self._ready("library.evaluate.done", games=len(scores), **said)
        self._say_where(figures)

    def _say_where(self, figures: Mapping[str, Any]) -> None:
        problem = figures["problem"]
        if problem is not None:
            self.where.set_key(problem["key"], **problem["params"])
        else:
            self.where.set_key("library.kept." + figures["kept"], folder=str(home() / "evaluations"))
        self.where.set_ink("dim" if problem is None else "warning")
        self.where.show()
        if figures["kept"] in ("card", "beside"):
            self.kept.emit()

    def _failed(self, problem: ArenaError) -> None:
        self._ready(problem.key, **problem.params)

    def _ready(self, key: str, **params: object) -> None:
        self.said.set_key(key, **params)
        self.bar.setRange(0, 1)
        self.bar.setValue(1 if self.figures else 0)
        self.begin.set_text_key("library.evaluate.begin")
        self.begin.set_icon_name("run")
        for field in (self.games, self.how):
            field.setEnabled(True)

    def done(self, result: int) -> None:
        """Close; what still plays is ended."""
        self.errand.cancel()
        super().done(result)
