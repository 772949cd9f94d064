"""What of a place r̂ hangs on in a step: the numbers that speak most for it or against it, as bars to both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.environments.atari.breakout_memory import COLUMNS, FIELDS, ROWS
from gui.language import language, number, tr
from gui.theme import CAPTION, color, font, theme
from gui.widgets.painted_button import rounded

MOST = 6
"""Bars shown: of a hundred bricks nobody can compare more."""

_ROW, _NAME, _FIGURE = 19, 0.44, 52

_BRICKS = ROWS * COLUMNS
_KEYS = {
    "ball_in_play": "prefer.field.ball_in_play",
    "ball_x": "prefer.field.ball_x",
    "ball_y": "prefer.field.ball_y",
    "ball_dx": "prefer.field.ball_dx",
    "ball_dy": "prefer.field.ball_dy",
    "paddle_x": "prefer.field.paddle_x",
    "paddle_dx": "prefer.field.paddle_dx",
    "ball_from_paddle": "prefer.field.ball_from_paddle",
}


class FieldBars(QWidget):
    """The bars of one step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: NDArray[np.float64] = np.zeros((0, 0))
        self._most = 1.0
        self._breakout = False
        self._step = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.setAccessibleName(tr("prefer.fields"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, theme().px(MOST * _ROW + 4))

    def show_fields(self, fields: NDArray[np.floating] | None, *, breakout: bool) -> None:
        """Show what the numbers of a clip do to r̂.

        Args:
            fields: ``[T, F]``; ``None`` while nothing is known.
            breakout: They are Breakout's objects, whose names are known.
        """
        good = fields is not None and fields.ndim == 2 and bool(np.isfinite(fields).all())
        self._fields = np.asarray(fields, np.float64) if good else np.zeros((0, 0))
        self._breakout = breakout and self._fields.shape[1:] == (len(FIELDS),)
        if self._breakout:
            # A wall of bricks is one thing to a person; each row of it is still told apart.
            rows = self._fields[:, -_BRICKS:].reshape(len(self._fields), ROWS, COLUMNS).sum(axis=2)
            self._fields = np.concatenate((self._fields[:, :-_BRICKS], rows), axis=1)
        # One scale for the whole clip: a step in which nothing matters must look so.
        self._most = max(float(np.abs(self._fields).max(initial=0.0)), 1e-9)
        self.update()

    def show_step(self, step: int) -> None:
        """Show a step of the clip; one that is over stays at its last."""
        step = max(0, min(step, len(self._fields) - 1))
        if step != self._step:
            self._step = step
            self.update()

    def rows(self) -> list[tuple[str, float]]:
        """Return name and effect of the numbers that matter most in this step, the largest effect first."""
        if not self._fields.size:
            return []
        here = self._fields[min(self._step, len(self._fields) - 1)]
        order = np.argsort(-np.abs(here), kind="stable")[:MOST]
        return [(self._name(int(index)), float(here[index])) for index in order]

    def _name(self, index: int) -> str:
        if not self._breakout:
            return tr("prefer.field.number", number=number(index + 1))
        known = len(FIELDS) - _BRICKS
        if index < known:
            return tr(_KEYS[FIELDS[index][0]])
        return tr("prefer.field.bricks", row=number(index - known + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        painter.setFont(font(px(CAPTION - 0.5)))
        rows = self.rows()
        if not rows:
            painter.setPen(color("dim"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("prefer.line.reward.none"))
            painter.end()
            return
        name, figure = self.width() * _NAME, px(_FIGURE)
        bars = QRectF(name + 6, 0, self.width() - name - figure - 12, self.height())
        for place, (text, effect) in enumerate(rows):
            top = 2 + place * px(_ROW)
            painter.setPen(color("text"))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(name))
            side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, top, name, px(_ROW)), side, shown)
            length = abs(effect) / self._most * bars.width() / 2
            left = bars.center().x() - (length if effect < 0 else 0)
            rounded(
                painter,
                QRectF(left, top + 4, max(1.0, length), px(_ROW) - 8),
                2,
                color("good" if effect > 0 else "bad"),
            )
            painter.setPen(color("dim"))
            side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(self.width() - figure, top, figure, px(_ROW)), side, _signed(effect))
        painter.end()


def _signed(value: float) -> str:
    text = number(abs(value), 3)
    return f"+{text}" if value > 0 else f"\u2212{text}"
