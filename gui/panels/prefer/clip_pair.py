"""Two clips side by side, in step, over and over, and a line to look at any step of both."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.prefer.clip_drawing import ClipDrawing
from gui.panels.prefer.clip_screen import ClipScreen
from gui.theme import color, theme
from gui.widgets.painted_button import rounded

_TICK_MS = 16

_REST_SECONDS = 0.5
"""The end stays so long before both begin again: without it nobody sees where a clip ends."""


class ClipLine(QWidget):
    """Where both clips are; dragged, they stand still at what is under the pointer.

    Attributes:
        moved: Step under the pointer.
        let_go: The pointer was let go.
    """

    moved = Signal(int)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps, self._at = 1, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Set tooltip and accessible name in the language in use."""
        self.setAccessibleName(tr("prefer.line"))
        self.setToolTip(tr("prefer.line.tip"))

    def sizeHint(self) -> QSize:
        return QSize(240, theme().px(18))

    def show_at(self, at: float, steps: int) -> None:
        """Show where both are.

        Args:
            at: Step, with the part of it that has passed.
            steps: Of the longer one.
        """
        self._at, self._steps = at, max(1, steps)
        self.update()

    def _bar(self) -> QRectF:
        return QRectF(10, self.height() / 2 - 2, self.width() - 20, 4)

    def _told(self, x: float) -> None:
        bar = self._bar()
        share = max(0.0, min(1.0, (x - bar.x()) / max(1.0, bar.width())))
        self.moved.emit(round(share * (self._steps - 1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._told(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._told(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.let_go.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar = self._bar()
        rounded(painter, bar, 2, color("line"))
        share = min(1.0, self._at / max(1, self._steps - 1))
        rounded(painter, QRectF(bar.x(), bar.y(), bar.width() * share, bar.height()), 2, color("dim"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("text"))
        painter.drawEllipse(QRectF(bar.x() + bar.width() * share - 5, bar.center().y() - 5, 10, 10))
        painter.end()


class ClipPair(QWidget):
    """Two clips in step.

    Args:
        clock: Tells the time in seconds.

    Attributes:
        chosen: ``left`` or ``right`` was clicked.
        key_pressed: A key, while this has the focus.
        seen: Both have been shown to their end once.
    """

    chosen = Signal(str)
    key_pressed = Signal(QKeyEvent)
    seen = Signal()

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._began = clock()
        self._held = False
        self._through = False
        self.left, self.right = ClipScreen("prefer.left"), ClipScreen("prefer.right")
        self.empty = ClipScreen("prefer.clips")
        self.line = ClipLine()
        # No grid: what spans both of its columns takes the gap between them away.
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme().px(20))
        self._row.addWidget(self.left, 1)
        self._row.addWidget(self.right, 1)
        column.addLayout(self._row, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.line)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.left.chosen.connect(lambda: self.chosen.emit("left"))
        self.right.chosen.connect(lambda: self.chosen.emit("right"))
        self.line.moved.connect(self.hold)
        self.line.let_go.connect(self.go_on)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Both get the same room to the pixel, or whole scales could make one picture larger than the other.
        gap = theme().px(20)
        self._row.setSpacing(gap + (self.width() - gap) % 2)
        # At once: until the event loop came to it, one of them would be painted a whole scale larger.
        if layout := self.layout():
            layout.activate()
        super().resizeEvent(event)

    @property
    def steps(self) -> int:
        """Steps of the longer clip, 0 without clips."""
        there = [one.drawing.steps for one in (self.left, self.right) if one.drawing is not None]
        return max(there, default=0)

    @property
    def there(self) -> bool:
        """Whether there are two clips."""
        return self.left.drawing is not None and self.right.drawing is not None

    def show_pair(self, left: ClipDrawing | None, right: ClipDrawing | None, words: str = "") -> None:
        """Show two clips from their beginning, or words where there are none."""
        self.left.show_clip(left)
        self.right.show_clip(right)
        self.empty.show_clip(None, words)
        self.empty.setVisible(not self.there)
        for screen in (self.left, self.right):
            screen.setVisible(self.there)
        self.light("")
        self._held = self._through = False
        self._began = self._clock()
        self.line.setVisible(self.there)
        self._timer.setInterval(_TICK_MS)
        self._timer.start() if self.there else self._timer.stop()
        self.tick()

    def light(self, answer: str) -> None:
        """Light the frame of the one that was chosen; both if they are equally good."""
        self.left.light(answer in ("left", "equal"))
        self.right.light(answer in ("right", "equal"))

    def hold(self, step: int) -> None:
        """Stand still at a step of both."""
        self._held = True
        self._show(float(max(0, min(step, self.steps - 1))))

    def go_on(self) -> None:
        """Go on from where both stand."""
        if self._held:
            self._held = False
            self._began = self._clock() - max(self.left.step, self.right.step) / self._pace

    @property
    def held(self) -> bool:
        """Whether both stand still."""
        return self._held

    @property
    def _pace(self) -> float:
        drawing = self.left.drawing or self.right.drawing
        return 1.0 if drawing is None else drawing.pace

    def tick(self) -> None:
        """Show both where they are by now."""
        if not self.there or self._held:
            return
        passed = (self._clock() - self._began) * self._pace
        length = self.steps + _REST_SECONDS * self._pace
        if passed >= self.steps and not self._through:
            self._through = True
            self.seen.emit()
        self._show(min(passed % length, self.steps - 1.0))

    def _show(self, at: float) -> None:
        self.left.show_step(int(at))
        self.right.show_step(int(at))
        self.line.show_at(at, self.steps)
        self.line.setToolTip(tr("prefer.line.at", step=number(int(at) + 1), steps=number(self.steps)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)
