"""The card of a model: what it is, how it was made, every score it had, and what it cannot do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agents.models.library import ModelEntry
from gui.language import number, tr
from gui.panels.library.score_bars import ModelBars
from gui.panels.library.score_plot import ModelScores
from gui.panels.training.score_curve import ScoreCurve
from gui.state.model_words import (
    AGES,
    day_of,
    hours_words,
    learning_of,
    model_agent,
    model_title,
    model_world,
    plays_game,
    references,
    score_words,
    steps_words,
)
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_WIDTH, _HEIGHT = 680, 700


class ModelCardDialog(QDialog):
    """Shows a card; nothing is changed here.

    Args:
        parent: The window.
        entry: The model.

    Attributes:
        wanted: Emitted with ``play``, ``ages``, ``evaluate`` or ``export``; the dialog is closed then.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget, entry: ModelEntry) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(model_title(entry))
        self.scores, self.bars, self.curve = ModelScores(), ModelBars(), ScoreCurve()
        self.ages = PillButton("library.ages", "layers", "plain", tip_key="arcade.three.tip", small=True)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(24, 20, 24, 12)
        self._column.setSpacing(8)
        self._head()
        self._evaluation()
        self._learning()
        self._facts()
        self._ages()
        self._limits()
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addLayout(self._buttons())
        # As high as what it says, as far as the window is.
        needed = self._inside.heightForWidth(_WIDTH) if self._inside.hasHeightForWidth() else _HEIGHT
        self.resize(_WIDTH, min(_HEIGHT, max(360, needed + 70)))

    def _text(self, text: str, size: float = 13, ink: str = "dim", *, semibold: bool = False) -> TextLabel:
        label = TextLabel("", size, ink, wrap=True, semibold=semibold)  # type: ignore[arg-type]
        label.set_text(text)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(label)
        return label

    def _heading(self, key: str) -> None:
        self._column.addSpacing(8)
        self._column.addWidget(TextLabel(key, 12.5, "dim", semibold=True))

    def _head(self) -> None:
        entry = self.entry
        self._text(model_title(entry), 20, "text", semibold=True)
        origin = entry.origin if entry.origin in ("shipped", "imported") else "own"
        told = tr("library.line", world=model_world(entry), agent=model_agent(entry))
        self._text(tr("library.head", line=told, origin=tr("model.origin." + origin)))

    def _evaluation(self) -> None:
        games = self.entry.card.evaluation
        self._heading("library.scores")
        if games is None:
            self._text(tr("library.card.unplayed"), ink="text")
            self._here()
            return
        self._text(score_words(games), 14, "text")
        self.scores.show_scores(
            games.scores, references(self.entry.manifest.env_id), (games.iqm, games.iqm_low, games.iqm_high)
        )
        self._column.addWidget(self.scores)
        how = "library.card.deterministic" if games.deterministic else "library.card.drawn"
        figures = {"seed": games.seed, "median": number(games.median, 1), "std": number(games.std, 1)}
        if games.epsilon:
            # Whoever knows values only has no probabilities to draw from.
            told = tr("library.card.nearly_best", share=number(100 * games.epsilon, 0), **figures)
        else:
            told = tr(how, **figures)
        self._text(told if not games.cut else told + " " + tr("library.card.cut", n=games.cut), 12)
        if games.played:
            self._text(tr("library.card.played", day=day_of(games.played)), 12)
        known = references(self.entry.manifest.env_id)
        if known:
            self.bars.show_scores({**known, "": games.mean}, model_title(self.entry))
            self._column.addWidget(self.bars)
        self._here()

    def _here(self) -> None:
        """Tell of the games a model that ships has played on this computer."""
        games = self.entry.here
        if games is None:
            return
        self._text(
            tr("library.card.here", day=day_of(games.played), seed=games.seed, score=score_words(games),
               median=number(games.median, 1), std=number(games.std, 1)),
            ink="text",
        )  # fmt: skip

    def _learning(self) -> None:
        """Draw how it learned, beside what others have published of such an agent."""
        if not self.entry.card.curve:
            return
        self._heading("library.card.curve")
        state = learning_of(self.entry)
        self.curve.setFixedHeight(190)
        self.curve.show_state(state)
        self._column.addWidget(self.curve)
        words = tr("library.card.curve.words")
        self._text(f"{words} {tr('train.forecast.others')}" if len(state.published) else words, 12)

    def _facts(self) -> None:
        entry = self.entry
        card, manifest = entry.card, entry.manifest
        unknown = tr("library.card.unknown")
        machine = ", ".join(f"{value}" for value in card.machine.values()) or manifest.versions.get("cpu", "")
        facts = [
            ("library.fact.steps", steps_words(card.env_steps)),
            ("library.fact.seed", unknown if card.seed is None else str(card.seed)),
            ("library.fact.time", hours_words(card.wall_seconds) or unknown),
            ("library.fact.machine", machine or unknown),
            ("library.fact.created", day_of(manifest.created)),
            ("library.fact.sees", tr("library.sees." + manifest.observation.kind)),
            ("library.fact.actions", ", ".join(manifest.actions)),
            ("library.fact.teacher", card.distilled_from),
            ("library.fact.source", card.source),
            ("library.fact.versions", ", ".join(f"{name} {said}" for name, said in sorted(manifest.versions.items()))),
            ("library.fact.licence", tr("library.licence." + ("shipped" if entry.origin == "shipped" else
                                       "imported" if manifest.origin == "imported" else "own"))),
            ("library.fact.folder", str(entry.folder)),
        ]  # fmt: skip
        self._heading("library.card.facts")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (key, text) in enumerate((key, text) for key, text in facts if text):
            grid.addWidget(TextLabel(key, 13, "dim"), row, 0, Qt.AlignmentFlag.AlignTop)
            value = TextLabel("", 13, "text", wrap=True)
            value.set_text(text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(value, row, 1)
        self._column.addLayout(grid)

    def _ages(self) -> None:
        played = {steps: found.mean for steps, found in self.entry.card.ages}
        ages = {age.env_steps: played.get(age.env_steps, age.score) for age in self.entry.manifest.ages}
        if not ages:
            return
        self._heading("library.card.ages")
        said = [
            tr("library.age", steps=steps_words(steps), score=number(score, 1)) if score >= 0 else steps_words(steps)
            for steps, score in sorted(ages.items())
        ]
        self._text(" · ".join(said), ink="text")
        if len(self.entry.manifest.ages) >= AGES:
            self.ages.clicked.connect(lambda: self._want("ages"))
            self._column.addWidget(self.ages, 0, Qt.AlignmentFlag.AlignLeft)

    def _limits(self) -> None:
        if self.entry.card.limits:
            self._heading("library.card.limits")
        for name in self.entry.card.limits:
            self._text("• " + tr("model.limit." + name), ink="text")

    def _buttons(self) -> QHBoxLayout:
        self.play = PillButton("library.play", "run", "primary")
        self.evaluate = PillButton("library.evaluate", "experiments", "plain")
        self.export = PillButton("library.export", "save", "plain")
        close = PillButton("shell.dialog.close", kind="plain")
        for button, what in ((self.play, "play"), (self.evaluate, "evaluate"), (self.export, "export")):
            button.clicked.connect(lambda _=False, what=what: self._want(what))
        self.evaluate.setVisible(plays_game(self.entry))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(24, 10, 24, 16)
        row.setSpacing(8)
        row.addWidget(self.evaluate)
        row.addWidget(self.export)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.play)
        self.play.setFocus(Qt.FocusReason.OtherFocusReason)
        return row

    def _want(self, what: str) -> None:
        self.accept()
        self.wanted.emit(what)
