"""What a person must know of a run before anything else, in one sentence over the page; details folded."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.language import language
from gui.theme import CAPTION, RADIUS, TEXT, color, font
from gui.widgets.link_button import LinkButton
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_WIDE = 860


class RunBanner(QWidget):
    """One sentence with the next action. What it says of which state is up to those who derive from it.

    Args:
        resume_key: Text of the button that goes on in a new worker.
        top: Pixels below the host's upper edge.
        parent: Whatever it lies over.

    Attributes:
        resume_wanted: Go on in a new worker.
        stop_wanted: End a worker that does not answer.
    """

    resume_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, resume_key: str, top: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._top = top
        self._host_width = 900
        self._edge = "line"
        self.text = TextLabel("", TEXT, wrap=True)
        self.resume = PillButton(resume_key, "run", "plain", small=True)
        self.stop = PillButton("lab.banner.stop", "close", "plain", small=True)
        self.more = LinkButton("lab.banner.details")
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(font(CAPTION, mono=True))
        self.details.setFixedHeight(150)
        self.details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        self.row = QHBoxLayout()
        self.row.addWidget(self.text, 1)
        for widget in (self.more, self.resume, self.stop):
            self.row.addWidget(widget)
        column.addLayout(self.row)
        column.addWidget(self.details)
        self.resume.clicked.connect(self.resume_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.more.clicked.connect(self._fold)
        language().changed.connect(self.retranslate)
        self.hide()

    def retranslate(self) -> None:
        """Say it in the language in use."""
        raise NotImplementedError

    def _fold(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.place(self._host_width)

    def place(self, width: int) -> None:
        """Lie over the top of a host that wide: what is below must not move or change its size for a message."""
        self._host_width = width
        self.setFixedWidth(max(200, min(width - 48, _WIDE)))
        self.adjustSize()
        self.move((width - self.width()) // 2, self._top)
        self.raise_()

    def say(self, said: str, details: str, edge: str) -> None:
        """Show a sentence, or hide.

        Args:
            said: The sentence, empty for none.
            details: What is folded, empty for nothing.
            edge: Name of the colour at its edge: ``bad``, ``warning``, or ``line`` where nothing is wrong.
        """
        self._edge = edge
        self.setVisible(bool(said))
        self.more.setVisible(bool(details))
        if not said or not details:
            self.details.hide()
        if not said:
            return
        self.text.set_text(said)
        if self.details.toPlainText() != details:
            self.details.setPlainText(details)
        self.place(self._host_width)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, RADIUS, color("raised"), color(self._edge))
        if self._edge != "line":
            painter.fillRect(QRectF(1, RADIUS, 4, self.height() - 2 * RADIUS), color(self._edge))
        painter.end()
