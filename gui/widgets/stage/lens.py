"""One cell, very big: all its values, readable from the last row."""

from __future__ import annotations

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.state.run_state import RunState
from gui.theme import font, theme
from gui.widgets.cell_art import FLOOR
from gui.widgets.stage.arms import Bar, paint_arms
from gui.widgets.stage.cell_painter import best_actions, pair_colors
from gui.widgets.stage.change_marks import FlashLimit, telling
from gui.widgets.stage.content import Content, newest_tick
from gui.widgets.stage.ink import Shade, ink_on, shades
from gui.widgets.stage.marks import hatch, triangle
from gui.widgets.stage.names import action_glyph, short_number, state_name
from gui.widgets.stage.scale import ValueScale

_SIZE = 260


class Lens(QWidget):
    """Shows the action values of one state as four triangles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: Content | None = None
        self._scale = ValueScale("both")
        self._state = -1
        self._moved: dict[int, int] = {}
        self._told: object = None
        self._limit = FlashLimit()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_cell(self, content: Content | None, scale: ValueScale, at: int, state: RunState) -> None:
        """Show one cell of a run.

        Args:
            content: The numbers.
            scale: The colour scale.
            at: State of the cell; −1 for none. While it runs fast, another one is shown at most three times a second.
            state: The run, for what has just changed.
        """
        other = content is None or self._content is None or content.world is not self._content.world
        self._content, self._scale = content, scale
        slow = telling(state) == "outline"
        if other or slow or (at != self._state and self._limit.allows(time.monotonic())):
            self._state = at
        self._note(state, other or slow)
        self.setAccessibleName(state_name(content.world, self._state) if content is not None else "")
        self.update()

    def _note(self, state: RunState, at_once: bool) -> None:
        """Remember which values of the cell rose or fell with the newest update."""
        tick = newest_tick(state)
        if tick is None or state.beat < 4 or telling(state) == "ring":
            self._moved, self._told = {}, None
            return
        moved = {
            int(change["action"]): (change["new"] > change["old"]) - (change["new"] < change["old"])
            for change in tick.changes
            if int(change["state"]) == self._state
        }
        if tick is self._told or (moved and not at_once and not self._limit.allows(time.monotonic())):
            return
        self._moved, self._told = moved, tick

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 2
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.fillRect(box, QColor(FLOOR))
        content = self._content
        if content is None or self._state < 0:
            return
        colors, beyond = pair_colors(content, self._scale, theme().projector)
        drawn = shades(colors[self._state], beyond[self._state])
        if content.has_arms:
            self._arms(painter, content, drawn, box)
            return
        if content.shows == "states" and content.visits[self._state].any():
            self._one_value(painter, content, drawn[0], box)
            return
        best = best_actions(content, self._state)
        for action, step in enumerate(content.world.layout.action_steps):
            if step is None or content.visits[self._state, action] == 0:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(drawn[action].rgb))
            shape = triangle(step, box)
            painter.drawPolygon(shape)
            if drawn[action].beyond:
                hatch(painter, shape, ink_on(drawn[action]))
            ink = ink_on(drawn[action])
            self._number(painter, action, step, box, ink, bold=action in best and len(best) < 4)
            if self._moved.get(action, 0):
                self._sign(painter, "▲" if self._moved[action] > 0 else "▼", step, box, ink)
        painter.setPen(QPen(QColor(0, 0, 0, 170), 1.0))
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())
        self._extras(painter, box)

    def _arms(self, painter: QPainter, content: Content, drawn: list[Shade], box: QRectF) -> None:
        row, tried = content.q[self._state], content.visits[self._state] > 0
        bars = [
            Bar(
                value=float(value),
                text=short_number(float(value), content.decimals),
                shade=drawn[arm],
                tried=bool(tried[arm]) or content.shows == "probabilities",
                exact=float("nan"),
            )
            for arm, value in enumerate(row)
        ]
        paint_arms(painter, content, "q", box, bars)

    def _one_value(self, painter: QPainter, content: Content, shade: Shade, box: QRectF) -> None:
        painter.fillRect(box, QColor(shade.rgb))
        text = short_number(float(content.q[self._state, 0]), content.decimals)
        painter.setFont(font(box.width() * 0.26, bold=True))
        painter.setPen(ink_on(shade))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _number(
        self, painter: QPainter, action: int, step: tuple[int, int], box: QRectF, ink: QColor, *, bold: bool
    ) -> None:
        assert self._content is not None
        text = short_number(float(self._content.q[self._state, action]), self._content.decimals)
        pixels = box.width() * (0.175 if bold else 0.14)
        wide = QFontMetricsF(font(pixels, bold=bold)).horizontalAdvance(text)
        painter.setFont(font(pixels * min(1.0, box.width() * 0.42 / wide), bold=bold))
        painter.setPen(ink)
        inside, flags = box.width() * 0.03, Qt.AlignmentFlag
        where, how = {
            (-1, 0): (box.adjusted(0, box.height() * 0.1, 0, 0), flags.AlignTop | flags.AlignHCenter),
            (1, 0): (box.adjusted(0, 0, 0, -box.height() * 0.1), flags.AlignBottom | flags.AlignHCenter),
            (0, 1): (box.adjusted(0, 0, -inside, 0), flags.AlignVCenter | flags.AlignRight),
            (0, -1): (box.adjusted(inside, 0, 0, 0), flags.AlignVCenter | flags.AlignLeft),
        }[step]
        painter.drawText(where, how, text)

    @staticmethod
    def _sign(painter: QPainter, sign: str, step: tuple[int, int], box: QRectF, ink: QColor) -> None:
        """Say beside a number whether it rose or fell."""
        size = box.width()
        painter.setFont(font(size * 0.12))
        painter.setPen(ink)
        place = QRectF(0, 0, size * 0.2, size * 0.14)
        # Towards the middle from the upper and the lower number, under the ones at the sides.
        toward = QPointF(0, step[0] * 0.16) if step[0] else QPointF(step[1] * 0.36, 0.13)
        place.moveCenter(box.center() + toward * size)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sign)

    def _extras(self, painter: QPainter, box: QRectF) -> None:
        assert self._content is not None
        world = self._content.world
        extra = [action for action, step in enumerate(world.layout.action_steps) if step is None]
        if not extra:
            return
        lines = [
            f"{action_glyph(world, action)} {short_number(float(self._content.q[self._state, action]), 1)}"
            for action in extra
            if self._content.visits[self._state, action] > 0
        ]
        painter.setFont(font(box.width() * 0.085, bold=True))
        height = painter.fontMetrics().height()
        for index, line in enumerate(lines):
            chip = QRectF(0, 0, box.width() * 0.5, height)
            chip.moveCenter(box.center())
            chip.translate(0, (index - (len(lines) - 1) / 2) * (height + 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#F5F5F2"))
            painter.drawRoundedRect(chip, 6, 6)
            painter.setPen(QColor("#10151A"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, line)
