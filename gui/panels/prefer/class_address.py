"""Where phones find the page, for the last row: a QR code as large as fits, and the address to be typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.language import language, number, tr
from gui.theme import color, font, theme

_QUIET = 4
"""Modules of white around a code (ISO/IEC 18004)."""

_ADDRESS, _WORDS, _EDGE = 30.0, 17.0, 24.0


class ClassAddress(QWidget):
    """Covers its host while it is shown; a click, Esc or Enter puts it away.

    Args:
        host: What it covers; it follows its size.

    Attributes:
        put_away: It was closed by a person.
    """

    put_away = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._address, self._here = "", 0
        self._modules: tuple[bytes, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        host.installEventFilter(self)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)
        self.hide()

    @property
    def modules(self) -> tuple[bytes, ...]:
        """Rows of the code, 1 for a dark module."""
        return self._modules

    def show_address(self, address: str, here: int) -> None:
        """Know another address, and how many phones are here.

        Args:
            address: Empty while there is none.
            here: Phones.
        """
        if address != self._address:
            self._address = address
            self._modules = _code(address)
            self.setAccessibleName(address)
        self._here = here
        self.update()

    def come(self) -> None:
        """Cover the host."""
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def _go(self) -> None:
        self.hide()
        self.put_away.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._go()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        px = theme().px
        words = (
            (self._address.lower(), px(_ADDRESS), "text", True),
            (tr("class.address.scan"), px(_WORDS), "dim", False),
            (tr("class.here", count=number(self._here)), px(_WORDS), "accent" if self._here else "dim", False),
        )
        room = sum(size * 1.5 for _, size, _, _ in words)
        side = min(self.width() - 2 * _EDGE, self.height() - room - 2.5 * _EDGE)
        self._paint_code(painter, QRectF((self.width() - side) / 2, _EDGE, side, side))
        top = _EDGE * 1.5 + side
        for text, size, ink, mono in words:
            made = font(size, bold=mono, mono=mono)
            width = QFontMetricsF(made).horizontalAdvance(text)
            painter.setFont(font(size * min(1.0, (self.width() - 2 * _EDGE) / max(1.0, width)), bold=mono, mono=mono))
            painter.setPen(color(ink))
            painter.drawText(QRectF(0, top, self.width(), size * 1.5), Qt.AlignmentFlag.AlignCenter, text)
            top += size * 1.5
        painter.end()

    def _paint_code(self, painter: QPainter, box: QRectF) -> None:
        if not self._modules or box.width() <= 0:
            return
        count = len(self._modules) + 2 * _QUIET
        # Whole pixels: cameras read sharp edges from further away.
        size = max(1, int(box.width() / count))
        left = round(box.center().x() - size * count / 2)
        top = round(box.bottom() - size * count)
        # Black on white in both palettes: many readers know no other.
        painter.fillRect(QRectF(left, top, size * count, size * count), QColor("#FFFFFF"))
        for row, line in enumerate(self._modules):
            for column, dark in enumerate(line):
                if dark:
                    x, y = left + (column + _QUIET) * size, top + (row + _QUIET) * size
                    painter.fillRect(x, y, size, size, QColor("#000000"))


def _code(address: str) -> tuple[bytes, ...]:
    if not address:
        return ()
    import segno

    # Capitals are packed closer than small letters, and larger modules are read from further away; the scheme, an
    # address of numbers and our token mean the same in capitals.
    return tuple(bytes(row) for row in segno.make(address.upper(), error="m", micro=False).matrix)
