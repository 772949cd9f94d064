"""The timeline of a run: where one stands in its learning, and what is worth going back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.language import language, number, tr
from gui.theme import CAPTION, color, font, theme
from gui.widgets.stage.scale import next_step

_SIDE = 16
_LINE_Y = 26
_LINE = 6
_PROJECTOR_HEIGHT = 38
_HANDLE = 8
_FLAG_NEAR = 7
_LONGEST_NOTE = 28


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A moment marked on the timeline.

    Attributes:
        at: Tick.
        text: What stands beside it.
        ink: Name of its colour in the palette.
    """

    at: int
    text: str
    ink: str


class Timeline(QWidget):
    """A line from the run's beginning to now; dragging looks at that moment.

    Attributes:
        moved: The tick a person moved to.
        left: A person moved to the end: now.
    """

    moved = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first, self._now, self._at = 0, 0, -1
        self._flags: tuple[Flag, ...] = ()
        self._unit = "timeline.updates"
        self._dragging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        language().changed.connect(self._retell)
        theme().changed.connect(self.updateGeometry)
        theme().changed.connect(self.update)
        self._retell()

    def show_run(self, first: int, now: int, at: int, flags: Sequence[Flag], *, sweeps: bool = False) -> None:
        """Show where one stands.

        Args:
            first: Tick the run begins with.
            now: Its clock.
            at: Moment of the past that is looked at; −1 for now.
            flags: Moments marked.
            sweeps: Count sweeps instead of updates.
        """
        shown = (first, max(now, first), at, tuple(flags), "timeline.sweeps" if sweeps else "timeline.updates")
        if shown != (self._first, self._now, self._at, self._flags, self._unit):
            self._first, self._now, self._at, self._flags, self._unit = shown
            self._retell()
            self.update()

    def _retell(self) -> None:
        self.setAccessibleName(tr("timeline.name"))
        here = self._at if self._at >= 0 else self._now
        self.setAccessibleDescription(tr("timeline.here", at=number(here), now=number(self._now)))

    # ── geometry ───────────────────────────────────────────────────────────────────────────────────────────────────

    def x_of(self, tick: int) -> float:
        """Return where a tick lies, in pixels."""
        span = max(1, self._now - self._first)
        return _SIDE + (tick - self._first) / span * (self.width() - 2 * _SIDE)

    def tick_at(self, x: float) -> int:
        """Return the tick at a place; near a flag, that flag's."""
        for flag in self._flags:
            if abs(self.x_of(flag.at) - x) <= _FLAG_NEAR:
                return flag.at
        share = (x - _SIDE) / max(1, self.width() - 2 * _SIDE)
        return self._first + round(min(1.0, max(0.0, share)) * (self._now - self._first))

    # ── a person ───────────────────────────────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._now > self._first:
            self._dragging = True
            self._move(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragging:
            self._move(x)
        flag = next((each for each in self._flags if abs(self.x_of(each.at) - x) <= _FLAG_NEAR), None)
        text = number(self.tick_at(x)) if flag is None else f"{flag.text} · {number(flag.at)}"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def _move(self, x: float) -> None:
        tick = self.tick_at(x)
        if tick >= self._now:
            self.left.emit()
        else:
            self.moved.emit(tick)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self._at if self._at >= 0 else self._now
        page = max(1, (self._now - self._first) // 20)
        by = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if event.key() == Qt.Key.Key_Home:
            self.moved.emit(self._first)
        elif event.key() in (Qt.Key.Key_End, Qt.Key.Key_Escape):
            self.left.emit()
        elif by is None:
            event.ignore()
        elif here + by >= self._now:
            self.left.emit()
        else:
            self.moved.emit(max(self._first, here + by))

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def sizeHint(self) -> QSize:
        # In the last row nobody reads its small print; where one stands in it can be seen.
        return QSize(600, _PROJECTOR_HEIGHT if theme().projector else 50)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        past = self._at >= 0
        here = self._at if past else self._now
        accent = color("past") if past else color("accent")
        left, right, x = float(_SIDE), float(self.width() - _SIDE), self.x_of(here)
        self._scale(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("line"))
        painter.drawRoundedRect(QRectF(left, _LINE_Y - _LINE / 2, right - left, _LINE), _LINE / 2, _LINE / 2)
        painter.setBrush(accent)
        if self._now > self._first:
            painter.drawRoundedRect(QRectF(left, _LINE_Y - _LINE / 2, max(0.0, x - left), _LINE), _LINE / 2, _LINE / 2)
        self._paint_flags(painter)
        if past:
            # Now is hollow: nobody takes then for now.
            painter.setBrush(color("surface"))
            painter.setPen(QPen(color("accent"), 2.5))
            painter.drawEllipse(QPointF(right, _LINE_Y), 5, 5)
        painter.setPen(QPen(color("surface"), 2))
        painter.setBrush(accent)
        painter.drawEllipse(QPointF(x, _LINE_Y), _HANDLE, _HANDLE)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("accent"), 2))
            painter.drawEllipse(QPointF(x, _LINE_Y), _HANDLE + 3, _HANDLE + 3)
        if not theme().projector:
            self._ends(painter, left, right)

    def _scale(self, painter: QPainter) -> None:
        span = self._now - self._first
        if span < 1:
            return
        step = max(1, round(next_step(span / 20)))
        painter.setPen(QPen(color("dim"), 1))
        tick = (self._first // step + 1) * step
        while tick < self._now:
            x = round(self.x_of(tick)) + 0.5
            painter.drawLine(QPointF(x, _LINE_Y - 10), QPointF(x, _LINE_Y - 6))
            tick += step

    def _paint_flags(self, painter: QPainter) -> None:
        painter.setFont(font(CAPTION))
        metrics = QFontMetricsF(painter.font())
        free_from = 0.0
        for flag in sorted(self._flags, key=lambda each: each.at):
            x = self.x_of(min(flag.at, self._now))
            ink = QColor(color(flag.ink))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            shape = [(-5, 2), (5, 2), (5, 14), (0, 10), (-5, 14)]
            painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in shape]))
            text = metrics.elidedText(
                flag.text, Qt.TextElideMode.ElideRight, metrics.averageCharWidth() * _LONGEST_NOTE
            )
            width = metrics.horizontalAdvance(text)
            if x + 8 >= free_from and x + 8 + width < self.width() and not theme().projector:
                painter.setPen(color("dim"))
                painter.drawText(QRectF(x + 8, 0, width + 4, 16), Qt.AlignmentFlag.AlignVCenter, text)
                free_from = x + 16 + width

    def _ends(self, painter: QPainter, left: float, right: float) -> None:
        painter.setFont(font(CAPTION - 1))
        painter.setPen(color("dim"))
        below = QRectF(left, _LINE_Y + 9, right - left, 15)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, number(self._first))
        now = tr(self._unit, count=number(self._now))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, now)


def flags_of(bookmarks: Sequence[Mapping[str, Any]], first_goal: int, now: int) -> tuple[Flag, ...]:
    """Return the flags of a run: its first arrival at a goal and what somebody kept.

    A bookmark beyond the end (the run was cut back since) stands at the end and says so.

    Args:
        bookmarks: As in ``PastOpened``.
        first_goal: Moment of the first arrival, −1 for none.
        now: The run's clock.
    """
    flags = [Flag(at=first_goal, text=tr("timeline.first_goal"), ink="good")] if 0 <= first_goal <= now else []
    for each in bookmarks:
        note = str(each["note"]) or tr("timeline.bookmark")
        beyond = int(each["at"]) > now
        text = tr("timeline.beyond", note=note) if beyond else note
        flags.append(Flag(at=min(int(each["at"]), now), text=text, ink="warning"))
    return tuple(flags)
