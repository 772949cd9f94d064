"""A short remark at the bottom of the window, with something to press if need be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.theme import TEXT, color, font, theme
from gui.widgets.link_button import LinkButton
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton

_SHOWN_MS = 6000
_BOTTOM = 22
_WIDEST = 620


class Toast(QWidget):
    """Lies over its host; goes by itself after some seconds, but not while the pointer or the keyboard is on it.

    Args:
        host: The widget over whose bottom it lies.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._act: Callable[[], None] | None = None
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._action = LinkButton("")
        self._action.clicked.connect(self._pressed)
        self._dismiss = PillButton("shell.toast.dismiss", "close", "quiet", icon_only=True, small=True)
        self._dismiss.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self._action)
        row.addWidget(self._dismiss)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._time_over)
        host.installEventFilter(self)
        theme().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    @property
    def action(self) -> LinkButton:
        """What can be pressed, hidden if there is nothing."""
        return self._action

    def say(self, text: str, action_text: str = "", act: Callable[[], None] | None = None) -> None:
        """Show a remark in place of the one before.

        Args:
            text: In the language in use.
            action_text: What the button says; without it there is none.
            act: What the button does.
        """
        self._act = act
        self._label.setWordWrap(False)
        self._label.setText(text)
        self._label.setWordWrap(self._label.sizeHint().width() > _WIDEST)
        self._label.setMinimumWidth(_WIDEST if self._label.wordWrap() else 0)
        self._action.setText(action_text)
        self._action.setAccessibleName(action_text)
        self._action.restyle()
        self._action.setVisible(bool(action_text))
        self.setAccessibleName(text)
        self._lay()
        self.show()
        self.raise_()
        self._clock.start(_SHOWN_MS)

    def _pressed(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()

    def _time_over(self) -> None:
        if self.underMouse() or self._action.hasFocus() or self._dismiss.hasFocus():
            self._clock.start(_SHOWN_MS)
        else:
            self.hide()

    def _restyle(self) -> None:
        self._label.setFont(font(theme().px(TEXT)))
        self._lay()

    def _lay(self) -> None:
        self.adjustSize()
        self.move((self._host.width() - self.width()) // 2, self._host.height() - self.height() - _BOTTOM)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._lay()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), 10, color("raised"), color("dim"))
        painter.end()
