"""One answer to a scene's question: chosen before it is known, marked right or wrong once it is."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.icons import paint_icon
from gui.language import tr
from gui.theme import TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

Verdict = Literal["", "right", "wrong"]

_LEFT, _PADDING = 30, 4


class AnswerButton(PaintedButton):
    """A circle and a text that may take several lines; checkable.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._verdict: Verdict = ""
        super().__init__("", parent=parent)
        self.setCheckable(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def retranslate(self) -> None:
        # Its text is the scene's, set by whoever shows the scene: taking it away here would leave a blank answer.
        self.restyle()

    def show_answer(self, text: str, verdict: Verdict) -> None:
        """Show a text in the language in use, and whether it is right once that is known."""
        self.setText(text)
        self._verdict = verdict
        told = {"": "", "right": tr("scene.note.right"), "wrong": tr("scene.note.wrong")}[verdict]
        self.setAccessibleName(f"{text} {told}".strip())
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetricsF(font(theme().px(TEXT - 0.5)))
        room = QRectF(0, 0, max(40, width - theme().px(_LEFT) - 8), 2_000)
        return round(metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.text()).height()) + 2 * _PADDING

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(120, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.heightForWidth(max(120, self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.hovered or self._verdict == "right":
            rounded(painter, box, 7, color("raised"), color("good") if self._verdict == "right" else None)
        mark = theme().px(16)
        self._paint_mark(painter, QRectF(8, (self.height() - mark) / 2, mark, mark))
        painter.setFont(font(theme().px(TEXT - 0.5), semibold=self.isChecked() or self._verdict == "right"))
        painter.setPen(color("text"))
        left = theme().px(_LEFT)
        words = QRectF(left, 0, self.width() - left - 4, self.height())
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.ring:
            focus_ring(painter, box, 7)
        painter.end()

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        if self._verdict:
            right = self._verdict == "right"
            paint_icon(painter, "check" if right else "close", box, color("good" if right else "bad"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("accent" if self.isChecked() else "dim"), 1.6))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent"))
            inset = box.width() * 0.3
            painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
