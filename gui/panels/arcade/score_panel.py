"""The raw score, big, and what to hold it against."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.state.watch_state import WatchState
from gui.widgets.text_label import TextLabel

BALLS = 5
"""Balls of a game of Breakout."""


class ScorePanel(QWidget):
    """Score, ball and game; below it random play, a person, and this agent so far."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WatchState()
        self.score = TextLabel("", 40, mono=True, bold=True)
        self.ball = TextLabel("", 13.5, "dim")
        self.game = TextLabel("", 13.5, "dim")
        self.known = TextLabel("", 13, "dim", wrap=True)
        self.remark = TextLabel("", 13, "warning", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.score)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.ball)
        words.addWidget(self.game)
        words.addStretch(1)
        row.addLayout(words, 1)
        column.addLayout(row)
        column.addWidget(self.known)
        column.addWidget(self.remark)
        language().changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: WatchState) -> None:
        """Show the score of the moment."""
        self._state = state
        person = state.mover == "person"
        self.score.set_text(number(state.scalar("score")))
        lives = int(state.scalar("lives", -1.0))
        breakout = state.ready is not None and "Breakout" in state.ready.env_id
        self.ball.set_text(tr("arcade.score.ball", ball=max(1, BALLS + 1 - lives), balls=BALLS) if breakout else "")
        self.ball.setVisible(breakout and lives > 0)
        self.game.set_text(tr("arcade.score.game", game=number(max(1.0, state.scalar("game", 1.0)))))
        self.known.set_text(self._known(state))
        self.remark.set_text(tr("arcade.score.edited") if state.edited else tr("arcade.score.person") if person else "")
        self.remark.setVisible(bool(self.remark.text()))

    def _known(self, state: WatchState) -> str:
        reference = {} if state.ready is None else state.ready.reference
        parts = []
        if "random" in reference:
            parts.append(tr("arcade.score.random", score=number(float(reference["random"]), 1)))
        if "person" in reference:
            parts.append(tr("arcade.score.human", score=number(float(reference["person"]), 1)))
        scores = state.scores
        if len(scores):
            spread = 1.96 * float(np.std(scores, ddof=1)) / len(scores) ** 0.5 if len(scores) > 1 else 0.0
            mean = number(float(scores.mean()), 1)
            parts.append(tr("arcade.score.agent", score=mean, spread=number(spread, 1), games=len(scores)))
        return " · ".join(parts)
