"""One place on both sides: its values, and how far they are apart."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.panels.twins.strokes import stroke
from gui.theme import CAPTION, TEXT, color, font, theme
from gui.widgets.stage.content import Content
from gui.widgets.stage.names import action_glyph, state_name

_ROW = 21


class TwinComparison(QWidget):
    """A little table: for each action the value left, right, and right minus left; it paints itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contents: tuple[Content | None, Content | None] = (None, None)
        self._states = (-1, -1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 3 * _ROW)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(340, 6 * _ROW + 4)

    def show_place(self, contents: tuple[Content | None, Content | None], states: tuple[int, int]) -> None:
        """Show a place.

        Args:
            contents: What both stages show.
            states: Its state on either side, −1 where there is none.
        """
        self._contents, self._states = contents, states
        self.setAccessibleName(self.text())
        self.update()

    def text(self) -> str:
        """Return what it shows in words."""
        shown = self._rows()
        if not shown:
            return tr("twins.compare.hint")
        return f"{self._title()}: " + ", ".join(" ".join(row) for row in shown)

    def _title(self) -> str:
        for content, state in zip(self._contents, self._states, strict=True):
            if content is not None and state >= 0:
                return state_name(content.world, state)
        return ""

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """Return for each action its sign, both values and the difference; a value nobody tried is a dash."""
        known = [c for c, s in zip(self._contents, self._states, strict=True) if c is not None and s >= 0]
        if not known:
            return []
        world = known[0].world
        decimals = max(content.decimals for content in known) + 1
        rows = []
        for action in range(world.actions):
            values = [self._value(side, action) for side in (0, 1)]
            texts = ["–" if np.isnan(value) else number(value, decimals, grouped=False) for value in values]
            apart = values[1] - values[0]
            sign = "+" if apart > 0 else ""
            told = "" if np.isnan(apart) else f"{sign}{number(apart, decimals, grouped=False)}"
            rows.append((action_glyph(world, action), texts[0], texts[1], told))
        return rows

    def _value(self, side: int, action: int) -> float:
        content, state = self._contents[side], self._states[side]
        if content is None or state < 0 or action >= content.world.actions or not content.visits[state, action]:
            return float("nan")
        return float(content.q[state, action])

    def _best(self, side: int) -> float:
        content, state = self._contents[side], self._states[side]
        if content is None or state < 0:
            return float("nan")
        tried = content.visits[state] > 0
        return float(content.q[state][tried].max()) if tried.any() else float("nan")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self._rows()
        if not rows:
            painter.setFont(font(TEXT - 1))
            painter.setPen(color("dim"))
            flags = int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), flags, tr("twins.compare.hint"))
            return
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(font(TEXT - 1, semibold=True))
        painter.setPen(color("text"))
        first = 84.0
        step = (self.width() - first) / 3
        painter.drawText(QRectF(0, 0, first, _ROW), middle, self._title())
        painter.setFont(font(CAPTION))
        for column in (0, 1):
            x = first + column * step
            painter.setPen(stroke(column, 2.4))
            painter.drawLine(round(x + step - 30), _ROW // 2, round(x + step), _ROW // 2)
        painter.setPen(color("dim"))
        painter.drawText(QRectF(first + 2 * step, 0, step, _ROW), middle | right, tr("twins.compare.apart"))
        best = [self._best(side) for side in (0, 1)]
        for index, (glyph, *texts) in enumerate(rows):
            y = (index + 1) * _ROW
            painter.setFont(font(TEXT - 1))
            painter.setPen(color("dim"))
            painter.drawText(QRectF(0, y, first, _ROW), middle, glyph)
            for column, text in enumerate(texts):
                bold = column < 2 and self._value(column, index) == best[column]
                painter.setFont(font(TEXT - 1, bold=bold, mono=True))
                painter.setPen(color("text" if column < 2 else "dim"))
                painter.drawText(QRectF(first + column * step, y, step, _ROW), middle | right, text)
