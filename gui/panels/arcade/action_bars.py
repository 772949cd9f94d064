"""What it wants to do: one bar an action, the chosen one bright."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.panels.arcade.action_names import action_word
from gui.state.watch_state import WatchState
from gui.theme import color, font, mixed, theme
from gui.widgets.painted_button import rounded

_ROW, _BAR, _GAP = 26, 14, 10


class ActionBars(QWidget):
    """Probabilities as shares of the whole bar; values between the lowest and the highest of this moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WatchState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.update)
        theme().changed.connect(self.updateGeometry)

    @property
    def _names(self) -> tuple[str, ...]:
        return () if self._state.ready is None else tuple(self._state.ready.action_names)

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(_ROW) * max(4, len(self._names)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def show_state(self, state: WatchState) -> None:
        """Show what the network answered to this moment."""
        changed = self._state.ready is not state.ready
        self._state = state
        if changed:
            self.updateGeometry()
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """Return the bars in words, for a screen reader."""
        preferences = self._state.array("preferences")
        if preferences is None:
            return ""
        pairs = zip(self._names, preferences, strict=False)
        return ", ".join(f"{action_word(name)} {number(float(value), 2)}" for name, value in pairs)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        preferences = self._state.array("preferences")
        names = self._names
        if preferences is None or len(preferences) != len(names):
            painter.setFont(font(theme().px(13)))
            painter.setPen(color("dim"))
            waits = self._state.ready is not None and self._state.scalar("ready", 1.0) <= 0
            words = tr("arcade.bars.loading") if waits else tr("arcade.bars.none")
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft), words)
            painter.end()
            return
        chosen = int(self._state.scalar("action", -1.0))
        shares = self._shares(np.asarray(preferences, np.float64))
        self._paint_rows(painter, names, shares, np.asarray(preferences, np.float64), chosen)
        painter.end()

    def _shares(self, preferences: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
        ready = self._state.ready
        if ready is not None and ready.preferences == "probabilities":
            return [float(value) for value in np.clip(preferences, 0.0, 1.0)]
        low, high = float(preferences.min()), float(preferences.max())
        # The worst action keeps a stump: no bar would read as "impossible".
        return [0.06 + 0.94 * (float(value) - low) / max(high - low, 1e-9) for value in preferences]

    def _paint_rows(
        self,
        painter: QPainter,
        names: tuple[str, ...],
        shares: list[float],
        values: np.ndarray[tuple[int], np.dtype[np.float64]],
        chosen: int,
    ) -> None:
        px = theme().px
        plain, bold = font(px(14)), font(px(14), semibold=True)
        figures = font(px(13), mono=True)
        words = max(QFontMetricsF(bold).horizontalAdvance(action_word(name)) for name in names) + px(_GAP)
        digits = QFontMetricsF(figures).horizontalAdvance("\u221200.00") + px(4)
        for row, (name, share) in enumerate(zip(names, shares, strict=True)):
            box = QRectF(0, row * px(_ROW), self.width(), px(_ROW))
            on = row == chosen
            painter.setFont(bold if on else plain)
            painter.setPen(color("text" if on else "dim"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), action_word(name))
            bar = QRectF(words, box.center().y() - px(_BAR) / 2, self.width() - words - digits - px(_GAP), px(_BAR))
            rounded(painter, bar, 4, color("raised"))
            filled = QRectF(bar.x(), bar.y(), max(3.0, bar.width() * share), bar.height())
            rounded(painter, filled, 4, color("accent") if on else mixed(color("raised"), color("accent"), 0.45))
            painter.setFont(figures)
            painter.setPen(color("text" if on else "dim"))
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(box, right, number(float(values[row]), 2))
