"""In how many states two runs would act differently, with the mark that says where."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.theme import color, font, theme
from gui.widgets.stage.difference import Difference
from gui.widgets.stage.overlay import corner_mark

_MARK, _GAP = 15, 7


class DifferenceCount(QWidget):
    """The mark and a sentence; nothing where there is nothing to compare."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = Difference()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.updateGeometry)
        theme().changed.connect(self.updateGeometry)

    def show_difference(self, found: Difference) -> None:
        """Show a comparison."""
        if (found.count, found.of) != (self._found.count, self._found.of):
            self._found = found
            self.setAccessibleName(self.text())
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        """Return the sentence in the language in use."""
        if not self._found.of:
            return ""
        key = "twins.differs" if self._found.count else "twins.same"
        return tr(key, count=number(self._found.count), of=number(self._found.of))

    def _font(self) -> QFont:
        return font(theme().px(13))

    def sizeHint(self) -> QSize:
        px = theme().px
        width = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return QSize(round(width) + px(_MARK + _GAP) + 4, px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._found.of:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(theme().px(_MARK))
        if self._found.count:
            corner_mark(painter, QRectF(1, (self.height() - side) / 2, side, side), side)
        painter.setFont(self._font())
        painter.setPen(color("text"))
        x = side + theme().px(_GAP)
        painter.drawText(QRectF(x, 0, self.width() - x, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
