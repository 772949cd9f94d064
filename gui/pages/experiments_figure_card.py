"""A figure of the book as a card to choose."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agents.experiments.reproduction.book import BookFigure
from gui.language import tr
from gui.theme import CAPTION, TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_MARGIN = 11


class FigureCard(PaintedButton):
    """Its title, where it stands in the book, and one line on what it shows.

    Args:
        figure: The figure.
        parent: Qt parent.
    """

    def __init__(self, figure: BookFigure, parent: QWidget | None = None) -> None:
        self.figure = figure
        super().__init__("reproduce." + figure.name + ".title", parent=parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def retranslate(self) -> None:
        super().retranslate()
        self.setAccessibleDescription(f"{self._source()}. {self._line()}")

    def _source(self) -> str:
        return tr("reproduce.source", source=self.figure.source)

    def _line(self) -> str:
        return tr("reproduce." + self.figure.name + ".line")

    def _lines_box(self, width: float) -> QRectF:
        metrics = QFontMetricsF(font(theme().px(CAPTION)))
        inside = QRectF(0, 0, max(60.0, width - 2 * theme().px(_MARGIN)), 1000)
        return metrics.boundingRect(inside, int(Qt.TextFlag.TextWordWrap), self._line())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(theme().px(_MARGIN) * 2 + theme().px(22) + self._lines_box(width).height())

    def sizeHint(self) -> QSize:
        return QSize(theme().px(300), self.heightForWidth(theme().px(300)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box, px = QRectF(self.rect()), theme().px
        edge = color("accent") if self.isChecked() else color("dim") if self.hovered else color("line")
        rounded(painter, box, 8, color("raised") if self.isChecked() else color("surface"), edge)
        inside = box.adjusted(px(_MARGIN), px(_MARGIN) - 2, -px(_MARGIN), -px(_MARGIN))
        head = QRectF(inside.left(), inside.top(), inside.width(), px(20))
        painter.setFont(font(px(CAPTION - 0.5)))
        painter.setPen(color("dim"))
        source = self._source()
        painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, source)
        room = head.width() - painter.fontMetrics().horizontalAdvance(source) - 10
        face = font(px(TEXT), semibold=True)
        painter.setFont(face)
        painter.setPen(color("text"))
        title = QFontMetricsF(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font(px(CAPTION)))
        painter.setPen(color("dim"))
        below = inside.adjusted(0, px(22), 0, px(_MARGIN))
        painter.drawText(below, int(Qt.TextFlag.TextWordWrap), self._line())
        if self.ring:
            focus_ring(painter, box, 8)
        painter.end()
