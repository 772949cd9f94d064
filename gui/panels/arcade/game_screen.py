"""The game: its picture scaled by a whole number, and what may lie over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.language import language, tr
from gui.state.watch_state import WatchState
from gui.theme import color, font, theme

SCREEN = (160, 210)
"""Width and height of an Atari screen."""

CRITIC, ACTOR = QColor("#FF9F2E"), QColor("#4FB8FF")
"""Colours of the two lights: what the value hangs on, and what the move hangs on."""

GHOSTS = (QColor("#B98CFF"), QColor("#5FD6A2"), QColor("#FFD166"))
"""Younger selves, youngest first."""


class GameScreen(QWidget):
    """Shows a game; keys pressed here belong to it.

    Attributes:
        key_pressed: A key the game or its page may have a use for.
        key_released: The same, let go.
        pressed: A place of the screen was pressed, in pixels of the game.
        dragged: The pointer went on to another place with the button down.
        released: The button was let go.
    """

    key_pressed = Signal(QKeyEvent)
    key_released = Signal(QKeyEvent)
    pressed = Signal(QPointF)
    dragged = Signal(QPointF)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WatchState()
        self._frame: QImage | None = None
        self._lights: list[QImage] = []
        self._selves: list[QImage] = []
        self._problem = ""
        self._rows: tuple[int, int] | None = None
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fit(*SCREEN)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("arcade.screen"))
        self.update()

    # ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, state: WatchState, *, critic: bool = False, actor: bool = False) -> None:
        """Show a picture of the game, and lights over it where asked for and known.

        Args:
            state: What is watched.
            critic: Light what the value hangs on.
            actor: Light what the move hangs on.
        """
        self._state = state
        frame = state.array("frame")
        self.show_picture(frame)
        self._lights = []
        for name, wanted, hue in (("saliency_critic", critic, CRITIC), ("saliency_actor", actor, ACTOR)):
            light = state.array(name)
            if wanted and light is not None:
                self._lights.append(_light(light, hue))
        ghosts = state.array("ghosts")
        self._selves = []
        if ghosts is not None and frame is not None and ghosts.shape[1:] == frame.shape:
            wall = _BRICKS_END if state.ready is not None and "Breakout" in state.ready.env_id else 0
            self._selves = [_self(ghost, frame, GHOSTS[i % len(GHOSTS)], wall) for i, ghost in enumerate(ghosts)]
        self.update()

    def show_picture(self, frame: NDArray[np.uint8] | None) -> None:
        """Show a picture alone, ``uint8 [H, W, 3]``."""
        self._frame = None if frame is None else _picture(frame)
        self.update()

    def show_problem(self, words: str) -> None:
        """Say why there is no game; empty for nothing."""
        self._problem = words
        self.update()

    # ── where it lies ──────────────────────────────────────────────────────────────────────────────────────────────

    def show_rows(self, rows: tuple[int, int] | None) -> None:
        """Show only the rows from the first to before the second; ``None`` for all."""
        self._rows = rows
        self.update()

    @property
    def _source(self) -> QRectF:
        """Return the part of the game's picture that is shown, in its own pixels."""
        width, height = SCREEN if self._frame is None else (self._frame.width(), self._frame.height())
        top, bottom = self._rows or (0, height)
        return QRectF(0, top, width, min(bottom, height) - top)

    @property
    def size_of_picture(self) -> tuple[int, int]:
        """Width and height of what is shown, in pixels of the game."""
        return int(self._source.width()), int(self._source.height())

    @property
    def factor(self) -> float:
        """How many pixels of the window a pixel of the game has at each side; whole, unless the picture is larger."""
        width, height = self.size_of_picture
        return _whole(min((self.width() + 1) / width, (self.height() + 1) / height))

    def fit(self, width: int, height: int) -> None:
        """Take the largest whole-number size that fits into a room; a picture larger than that is made smaller.

        Args:
            width: Of the room, in pixels of the window.
            height: Of the room.
        """
        own_width, own_height = self.size_of_picture
        factor = _whole(max(_SMALLEST, min(width / own_width, height / own_height)))
        self.setFixedSize(int(own_width * factor), int(own_height * factor))

    def picture_box(self) -> QRectF:
        """Return where the picture lies."""
        width, height = self.size_of_picture
        return QRectF(0, 0, width * self.factor, height * self.factor)

    def place_of(self, where: QPointF) -> QPointF:
        """Return a place of the widget in pixels of the game."""
        return QPointF(where.x() / self.factor, where.y() / self.factor + self._source.y())

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.key_pressed.emit(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.key_released.emit(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.picture_box().contains(event.position()):
            self.pressed.emit(self.place_of(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(self.place_of(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.picture_box()
        painter.fillRect(box, QColor("#000000"))
        if self._frame is not None:
            # Nearest neighbour by a whole number: a pixel of 1977 is a square.
            source = self._source
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.factor < 1)
            for picture in (self._frame, *self._selves):
                painter.drawImage(box, picture, source)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for light in self._lights:
                painter.drawImage(box, light, self._within(light))
        if self._frame is None or self._problem:
            self._paint_words(painter, box)
        if self._ring and self.hasFocus():
            painter.setPen(QPen(color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.end()

    def _within(self, light: QImage) -> QRectF:
        """Return the shown part of the picture in the coarser pixels of a light."""
        whole, source = self._frame or light, self._source
        across, down = light.width() / whole.width(), light.height() / whole.height()
        return QRectF(source.x() * across, source.y() * down, source.width() * across, source.height() * down)

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        words = self._problem or (tr("arcade.starting") if self._state.phase == "starting" else tr("arcade.nothing"))
        painter.fillRect(box, QColor(0, 0, 0, 190))
        painter.setPen(QColor("#E9EEF3"))
        painter.setFont(font(theme().px(15)))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box.adjusted(24, 24, -24, -24), flags, words)


def _picture(frame: NDArray[np.uint8]) -> QImage:
    data = np.ascontiguousarray(frame)
    height, width = data.shape[:2]
    # A QImage only looks at the numbers; the copy is what may outlive them.
    return QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _light(strength: NDArray[np.float32], hue: QColor) -> QImage:
    """Return a layer of light whose opacity is the strength, ``float32 [h, w]`` in 0–1."""
    height, width = strength.shape
    rgba = np.empty((height, width, 4), np.uint8)
    rgba[..., :3] = (hue.red(), hue.green(), hue.blue())
    rgba[..., 3] = (np.clip(strength, 0.0, 1.0) * 205).astype(np.uint8)
    return QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _self(ghost: NDArray[np.uint8], frame: NDArray[np.uint8], hue: QColor, wall: int) -> QImage:
    """Return where another game's screen differs and is no background there, in one colour."""
    away = np.abs(ghost.astype(np.int16) - _background(ghost).astype(np.int16)).max(axis=2)
    differs = np.any(ghost != frame, axis=2) & (away > 24)
    # Bricks still standing in the other game would hide those that stand here; what moves is what counts.
    differs[:wall] = False
    height, width = differs.shape
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[differs] = (hue.red(), hue.green(), hue.blue(), 200)
    return QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _background(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the colour most of a picture has, ``uint8 [3]``."""
    some = frame[::8, ::8].reshape(-1, 3)
    colors, times = np.unique(some, axis=0, return_counts=True)
    found: NDArray[np.uint8] = colors[int(times.argmax())]
    return found


def _whole(factor: float) -> float:
    return float(int(factor)) if factor >= 1 else factor


_SMALLEST = 0.2

_BRICKS_END = 93
"""First row of the screen below Breakout's bricks."""
