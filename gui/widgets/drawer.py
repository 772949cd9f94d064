"""A drawer: slides in from the right or from below over its host, Esc closes it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.theme import color, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_SLIDE_MS = 160


class Drawer(QWidget):
    """A panel that lies over its host while it is open.

    Args:
        host: The widget it covers a part of; it follows its size.
        title_key: Translation key of the heading.
        edge: Where it comes from.
        extent: Its width (from the right) or height (from below) in pixels of the ordinary layout; never more than the
            host has.

    Attributes:
        opened: Emitted when it opens.
        closed: Emitted when it begins to close.
    """

    opened = Signal()
    closed = Signal()

    def __init__(
        self, host: QWidget, title_key: str, *, edge: Literal["right", "bottom"] = "right", extent: int = 400
    ) -> None:
        super().__init__(host)
        self._host, self._title_key, self._edge, self._extent = host, title_key, edge, extent
        self._open = False
        self._came_from: QWidget | None = None
        self._title = TextLabel(title_key, 16, semibold=True)
        self._close = PillButton("shell.drawer.close", "close", "quiet", icon_only=True, small=True)
        self._close.clicked.connect(self.close_drawer)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(18, 12, 14, 14)
        outer.setSpacing(10)
        self._heading = QHBoxLayout()
        self._heading.addWidget(self._title)
        self._heading.addStretch(1)
        self._heading.addWidget(self._close)
        outer.addLayout(self._heading)
        self._body = QVBoxLayout()
        outer.addLayout(self._body, 1)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._settled)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        host.installEventFilter(self)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.update)
        self.retranslate()
        self.hide()

    @property
    def body(self) -> QVBoxLayout:
        """Where its widgets go."""
        return self._body

    @property
    def heading(self) -> QHBoxLayout:
        """The row of its heading, for a search field or a button beside the title (insert before the last item)."""
        return self._heading

    @property
    def is_open(self) -> bool:
        """Whether it is open or opening."""
        return self._open

    def open_drawer(self) -> None:
        """Slide in and take the keyboard."""
        if self._open:
            return
        self._open = True
        self._came_from = QApplication.focusWidget()
        start = self._out() if self.isHidden() else self.pos()
        self.setGeometry(QRect(start, self._place().size()))
        self.show()
        self.raise_()
        self._go(self._place().topLeft())
        first = self._body.itemAt(0)
        inside = first.widget() if first is not None else None
        (inside if inside is not None and inside.focusPolicy() else self._close).setFocus(
            Qt.FocusReason.PopupFocusReason
        )
        self.opened.emit()

    def close_drawer(self) -> None:
        """Slide out and give the keyboard back to where it was."""
        if not self._open:
            return
        self._open = False
        self._go(self._out())
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def toggle_drawer(self) -> None:
        """Open it if it is closed, else close it."""
        if self._open:
            self.close_drawer()
        else:
            self.open_drawer()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr(self._title_key))

    def _place(self) -> QRect:
        width, height = self._host.width(), self._host.height()
        extent = theme().px(self._extent)
        if self._edge == "right":
            return QRect(width - min(extent, width), 0, min(extent, width), height)
        return QRect(0, height - min(extent, height), width, min(extent, height))

    def _out(self) -> QPoint:
        place = self._place()
        return QPoint(self._host.width(), 0) if self._edge == "right" else QPoint(place.x(), self._host.height())

    def _go(self, where: QPoint) -> None:
        self._slide.stop()
        if theme().reduced_motion or not self._host.isVisible():
            self.move(where)
            self._settled()
            return
        self._slide.setStartValue(self.pos())
        self._slide.setEndValue(where)
        self._slide.start()

    def _settled(self) -> None:
        self.setVisible(self._open)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self._open:
            self._slide.stop()
            self.setGeometry(self._place())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_drawer()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        painter.setPen(QPen(color("line"), 1.0))
        if self._edge == "right":
            painter.drawLine(0, 0, 0, self.height())
        else:
            painter.drawLine(0, 0, self.width(), 0)
        painter.end()
