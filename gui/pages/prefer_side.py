"""The side column: how far one is, and, only after an answer, what the model had thought and what the answer did."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.training.small_curve import SmallCurve
from gui.state.preference_state import PreferenceState, Reveal
from gui.theme import color, theme
from gui.widgets.card import Card
from gui.widgets.painted_button import rounded
from gui.widgets.text_label import TextLabel

WIDTH = 357

FEWEST_HELD_OUT = 4
"""A share of fewer answers than this says nothing: "0 % of 1 answer" is read as a verdict."""


class BudgetBar(QWidget):
    """Answers given of those that are wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(120, theme().px(8))

    def show_share(self, share: float) -> None:
        """Show a share from 0 to 1."""
        self._share = max(0.0, min(1.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar = QRectF(self.rect())
        rounded(painter, bar, bar.height() / 2, color("line"))
        if self._share > 0:
            done = QRectF(bar.x(), bar.y(), max(bar.height(), bar.width() * self._share), bar.height())
            rounded(painter, done, bar.height() / 2, color("accent"))
        painter.end()


class PreferSide(QWidget):
    """Cards beside the clips.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = PreferenceState()
        self._now = 0.0
        self._make_cards()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(12)
        for card in (self.answers, self.agreement, self.why, self.agent):
            column.addWidget(card)
        column.addStretch(1)
        self.setFixedWidth(WIDTH)
        language().changed.connect(self._again)

    def _make_cards(self) -> None:
        self.answers = Card("prefer.answers")
        self.bar, self.saved = BudgetBar(), TextLabel("", 13, "dim", wrap=True)
        self.answers.body.addWidget(self.bar)
        self.answers.body.addWidget(self.saved)
        self.agreement = Card("prefer.agreement")
        self.share = TextLabel("", 26, "text", bold=True, mono=True)
        self.share_words = TextLabel("", 13, "dim", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.share)
        row.addWidget(self.share_words, 1)
        self.agreement.body.addLayout(row)
        self.curve = SmallCurve(0.0, 100.0, begin_key="prefer.curve.begin")
        self.agreement.body.addWidget(self.curve)
        self.why = Card("prefer.why")
        self.guess = TextLabel("", 14, "text", wrap=True)
        self.because = TextLabel("", 13, "dim", wrap=True)
        self.changed = TextLabel("", 13, "dim", wrap=True)
        for label in (self.guess, self.because, self.changed):
            self.why.body.addWidget(label)
        self.agent = Card("prefer.agent")
        self.left = TextLabel("", 22, "text", bold=True, mono=True)
        self.left_words = TextLabel("", 13, "dim", wrap=True)
        self.returns = TextLabel("", 13, "dim", wrap=True)
        for label in (self.left, self.left_words, self.returns):
            self.agent.body.addWidget(label)

    def _again(self) -> None:
        self.show_state(self._state, self._now)

    def show_state(self, state: PreferenceState, now: float) -> None:
        """Show what is known.

        Args:
            state: It.
            now: This machine's clock in seconds.
        """
        self._state, self._now = state, now
        done = len(state.counted) + state.unsaved
        self.answers.set_caption(tr("prefer.done", done=number(done), budget=number(state.budget)))
        self.bar.show_share(done / state.budget if state.budget else 0.0)
        self.saved.set_text(self._saved(state, now))
        self._show_agreement(state)
        self._show_reveal(state.reveal)
        self._show_agent(state)

    def _saved(self, state: PreferenceState, now: float) -> str:
        told = [tr("prefer.saving" if state.unsaved else "prefer.saved" if state.counted else "prefer.none_yet")]
        pace = state.a_minute(now)
        if pace:
            told.append(tr("prefer.pace", count=number(round(pace))))
        if state.question is not None:
            told.append(tr("prefer.next_ready" if state.waiting else "prefer.next_soon"))
        if state.skipped:
            told.append(tr("prefer.skipped", count=number(state.skipped)))
        return " · ".join(told)

    def _show_agreement(self, state: PreferenceState) -> None:
        fits = state.fits
        known = fits[np.isfinite(fits[:, 1]) & (fits[:, 2] >= FEWEST_HELD_OUT)] if len(fits) else fits
        self.curve.setVisible(len(known) > 1)
        if not len(known):
            self.share.set_text("–")
            self.share_words.set_key("prefer.agreement.none")
            return
        labels, accuracy, held_out = known[-1]
        self.share.set_text(tr("prefer.percent", share=number(round(100 * accuracy))))
        self.share_words.set_key("prefer.agreement.words", count=number(int(held_out)))
        self.curve.show_points(np.column_stack([known[:, 0], 100 * known[:, 1]]), float(labels))

    def _show_reveal(self, reveal: Reveal | None) -> None:
        self.why.setVisible(reveal is not None)
        if reveal is None:
            return
        question, guess = reveal.question, reveal.question.guess
        if guess is None:
            self.guess.set_key("prefer.guess.none")
        else:
            side = tr("prefer.guess.left" if guess >= 0.5 else "prefer.guess.right")
            share = number(round(100 * max(guess, 1 - guess)))
            key = {True: "prefer.guess.agreed", False: "prefer.guess.differed", None: "prefer.guess.open"}[
                reveal.agreed
            ]
            self.guess.set_key(key, side=side, share=share)
        left = sum(vote > 0.5 for vote in question.votes)
        self.because.set_key(
            "prefer.because." + question.offer.why,
            members=number(len(question.votes)), left=number(left), right=number(len(question.votes) - left),
        )  # fmt: skip
        self.changed.set_text(_ripple(reveal))

    def _show_agent(self, state: PreferenceState) -> None:
        progress = state.progress
        self.agent.setVisible(progress is not None)
        if progress is None:
            return
        shares = (progress.left_share_before, progress.left_share)
        about_left = all(map(math.isfinite, shares))
        self.left.setVisible(about_left)
        self.left_words.setVisible(about_left)
        if about_left:
            before, now = (number(round(100 * share)) for share in shares)
            self.left.set_text(tr("prefer.agent.left", before=before, now=now))
            self.left_words.set_key("prefer.agent.left.words")
        lines = []
        if math.isfinite(progress.predicted_return):
            lines.append(tr("prefer.agent.predicted", value=f"{progress.predicted_return:.1f}"))
        if math.isfinite(progress.true_return):
            lines.append(tr("prefer.agent.true", value=f"{progress.true_return:.1f}"))
        if math.isfinite(progress.correlation):
            lines.append(tr("prefer.agent.correlation", value=f"{progress.correlation:.2f}"))
        if math.isfinite(progress.kl):
            lines.append(tr("prefer.agent.kl", value=f"{progress.kl:.3f}"))
        self.returns.set_text("\n".join(lines) or tr("prefer.agent.none"))


def _ripple(reveal: Reveal) -> str:
    """Say what the answer changed, as far as that is known."""
    if reveal.told is None:
        return tr("prefer.ripple.learning")
    cells = reveal.told.ripple.get("cells")
    amount = reveal.told.ripple.get("amount")
    seconds = f"{reveal.told.seconds:.1f}"
    if cells:
        return tr("prefer.ripple.cells", count=number(len(cells)), seconds=seconds)
    if isinstance(amount, int | float):
        return tr("prefer.ripple.amount", amount=f"{amount:.2f}", seconds=seconds)
    return tr("prefer.ripple.seconds", seconds=seconds)
