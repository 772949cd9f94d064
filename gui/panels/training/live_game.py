"""The network in training plays: its game, small, with the age of what plays."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.language import language, number, tr
from gui.state.watch_state import WatchState
from gui.theme import font, theme

USUAL = QSize(160, 198)
"""Size of a game's picture before the first has come: Breakout's without what is black below its paddle."""

_STAMP = 24

_SCORE_ROWS = 17
"""Rows of the screen in which Breakout writes its score."""


class LiveGame(QWidget):
    """A game's picture; whole pixels where they fit, smaller where they do not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: QImage | None = None
        self._score: float | None = None
        self._stamp = ""
        self._words = ""
        self._rows: tuple[int, int] | None = (0, USUAL.height())
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.update)
        self.retranslate()
        self.fit(USUAL.width(), USUAL.height())

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("train.game"))
        self.update()

    def show_rows(self, rows: tuple[int, int] | None) -> None:
        """Show only the rows from the first to before the second; ``None`` for all."""
        self._rows = rows

    def show_state(self, state: WatchState, stamp: str, words: str) -> None:
        """Show the game of now.

        Args:
            state: What is watched.
            stamp: Which weights play, in the language in use.
            words: Why there is no picture, in the language in use; empty where there is one.
        """
        frame = state.array("frame")
        self._frame = None
        if frame is not None:
            data = np.ascontiguousarray(frame)
            height, width = data.shape[:2]
            # A QImage only looks at the numbers; the copy is what may outlive them.
            self._frame = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self._score = None if frame is None else state.scalar("score")
        self._stamp, self._words = stamp, words
        self.setAccessibleDescription(stamp or words)
        self.update()

    @property
    def _source(self) -> QRectF:
        whole = QSize(USUAL) if self._frame is None else self._frame.size()
        top, bottom = self._rows or (0, whole.height())
        return QRectF(0, top, whole.width(), min(bottom, whole.height()) - top)

    def fit(self, width: int, height: int) -> None:
        """Take the largest whole-number size that fits into a room; a picture larger than that is made smaller."""
        source = self._source
        factor = min(width / source.width(), height / source.height())
        if factor >= 1:
            factor = int(factor)
        self.setFixedSize(max(40, int(source.width() * factor)), max(40, int(source.height() * factor)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        painter.fillRect(box, QColor("#000000"))
        if self._frame is not None:
            smaller = box.width() < self._source.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
            painter.drawImage(box, self._frame, self._source)
        if self._words:
            painter.setPen(QColor("#E9EEF3"))
            painter.setFont(font(theme().px(13.5)))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(box.adjusted(16, 16, -16, -16), flags, self._words)
        elif self._stamp:
            self._paint_stamp(painter, box)
        painter.end()

    def _paint_stamp(self, painter: QPainter, box: QRectF) -> None:
        # Over the score the game itself writes, which is said again here: nothing that moves is covered.
        tall = float(theme().px(_STAMP))
        if self._rows is not None:
            tall = max(tall, _SCORE_ROWS * box.width() / self._source.width())
        head = QRectF(0, 0, box.width(), tall)
        painter.fillRect(head, QColor(0, 0, 0, 235))
        painter.setFont(font(theme().px(12.5)))
        painter.setPen(QColor("#E9EEF3"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        inside = head.adjusted(8, 0, -8, 0)
        painter.drawText(inside, middle, self._stamp)
        if self._score is not None:
            painter.setFont(font(theme().px(13), semibold=True, mono=True))
            painter.drawText(inside, middle | int(Qt.AlignmentFlag.AlignRight), number(self._score))
