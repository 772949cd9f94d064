"""One of two clips: its picture as large as fits, a frame that lights up when it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, tr
from gui.panels.prefer.clip_drawing import ClipDrawing
from gui.theme import TEXT, color, font, theme
from gui.widgets.painted_button import rounded

_FRAME, _ROOM = 3.0, 6.0

_INK_ON_DARK = "#9BA8B5"
"""Words on the ground of games, which is dark in both palettes."""


class ClipScreen(QWidget):
    """Shows a clip at a step.

    Args:
        name_key: Translation key of its accessible name.

    Attributes:
        chosen: It was clicked.
    """

    chosen = Signal()

    def __init__(self, name_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self._drawing: ClipDrawing | None = None
        self._step = 0
        self._words = ""
        self._lit = False
        self._hovered = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(200, 160))
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr(self._name_key))

    @property
    def drawing(self) -> ClipDrawing | None:
        """What is drawn."""
        return self._drawing

    def show_clip(self, drawing: ClipDrawing | None, words: str = "") -> None:
        """Show a clip from its beginning, or words where there is none."""
        self._drawing, self._words, self._step = drawing, words, 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if drawing is not None else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_step(self, step: int) -> None:
        """Show a step; a clip that is over stays at its last."""
        last = 0 if self._drawing is None else self._drawing.steps - 1
        step = max(0, min(step, last))
        if step != self._step:
            self._step = step
            self.update()

    @property
    def step(self) -> int:
        """The step that is shown."""
        return self._step

    def light(self, on: bool) -> None:
        """Light the frame: this one was chosen."""
        if on != self._lit:
            self._lit = on
            self.update()

    @property
    def lit(self) -> bool:
        """Whether the frame is lit."""
        return self._lit

    def box(self) -> QRectF:
        """Return where the picture lies."""
        edge = _FRAME + _ROOM
        room = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        if self._drawing is None:
            return room
        width, height = self._drawing.shape
        scale = min(room.width() / width, room.height() / height)
        if scale >= 1.0:
            # Whole pixels: a ball of two by four stays one.
            scale = float(int(scale))
        size = width * scale, height * scale
        return QRectF(
            round(room.center().x() - size[0] / 2),
            round(room.center().y() - size[1] / 2),
            round(size[0]),
            round(size[1]),
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._drawing is not None:
            self.chosen.emit()
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.box()
        frame = box.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        there = self._drawing is not None
        edge = "accent" if self._lit or (self._hovered and there) else "line"
        rounded(painter, frame, 9, color("surface"))
        painter.setPen(QPen(color(edge), _FRAME if self._lit else 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 9, 9)
        painter.fillRect(box, color("empty_cell"))
        if self._drawing is not None:
            painter.save()
            painter.setClipRect(box)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            self._drawing.paint(painter, box, self._step)
            painter.restore()
        elif self._words:
            painter.setFont(font(theme().px(TEXT)))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.setPen(QColor(_INK_ON_DARK))
            painter.drawText(box.adjusted(16, 16, -16, -16), flags, self._words)
        painter.end()
