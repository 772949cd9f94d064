"""The bar at the bottom of a watched game: play, a decision on or back, how fast, a new game; and the game so far."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from arena.protocol.watch_messages import REAL_TIME
from gui.language import language, tr
from gui.panels.arcade.moments_list import SIGNS, clock
from gui.state.watch_state import WatchState
from gui.theme import color, font, theme
from gui.widgets.painted_button import focus_ring, rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.text_label import TextLabel

SPEEDS: tuple[tuple[str, float], ...] = (
    ("eighth", REAL_TIME / 8),
    ("quarter", REAL_TIME / 4),
    ("real", REAL_TIME),
    ("four", REAL_TIME * 4),
    ("max", 0.0),
)
"""Speeds by name, slow to fast, in decisions a second."""


class GameLine(QWidget):
    """This game from its first decision to the newest, with its moments; press anywhere to see what was there.

    Attributes:
        moved: Emitted with the decision to show.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WatchState()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        self.setAccessibleName(tr("arcade.line"))
        self.setToolTip(tr("arcade.line.tip"))

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(36))

    def show_state(self, state: WatchState) -> None:
        """Show how far the game is, and what is shown of it."""
        self._state = state
        self.update()

    @property
    def _newest(self) -> int:
        return int(self._state.scalar("newest"))

    def _bar(self) -> QRectF:
        return QRectF(16, theme().px(13), self.width() - 32, 4)

    def _x(self, step: float) -> float:
        bar = self._bar()
        return bar.x() + bar.width() * step / max(1, self._newest)

    def _show(self, x: float) -> None:
        bar = self._bar()
        share = min(1.0, max(0.0, (x - bar.x()) / max(1.0, bar.width())))
        self.moved.emit(round(share * self._newest))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._show(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = int(self._state.scalar("step"))
        goal = {
            Qt.Key.Key_Left: at - 1, Qt.Key.Key_Right: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._newest,
            Qt.Key.Key_PageUp: at - 15, Qt.Key.Key_PageDown: at + 15,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if goal is None:
            super().keyPressEvent(event)
            return
        self.moved.emit(min(self._newest, max(0, goal)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar, at = self._bar(), self._state.scalar("step")
        rounded(painter, bar, 2, color("line"))
        rounded(painter, QRectF(bar.x(), bar.y(), self._x(at) - bar.x(), bar.height()), 2, color("accent"))
        painter.setFont(font(theme().px(11), bold=True))
        for moment in self._state.moments:
            sign, ink = SIGNS.get(str(moment["kind"]), ("•", "dim"))
            painter.setPen(color(ink))
            box = QRectF(self._x(float(moment["step"])) - 8, -1, 16, bar.y())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), sign)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        painter.drawEllipse(QRectF(self._x(at) - 6, bar.center().y() - 6, 12, 12))
        painter.setFont(font(theme().px(11.5), mono=True))
        painter.setPen(color("dim"))
        foot = QRectF(bar.x(), bar.bottom() + 3, bar.width(), self.height() - bar.bottom() - 3)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), clock(at))
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), clock(self._newest))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()).adjusted(4, 0, -4, 0), 6)
        painter.end()


class ArcadeTransport(QWidget):
    """Buttons that drive a watched game.

    Attributes:
        toggled: Play or pause.
        stepped: One decision on (1) or back (−1).
        new_game: A new game.
        speed_chosen: Decisions a second.
        moved: The decision to show.
    """

    toggled = Signal()
    stepped = Signal(int)
    new_game = Signal()
    speed_chosen = Signal(float)
    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = PillButton("arcade.play", "run", "primary", tip_key="arcade.play.tip")
        self.back = PillButton("arcade.back", "step_back", "plain", tip_key="arcade.back.tip", icon_only=True)
        self.on = PillButton("arcade.on", "step", "plain", tip_key="arcade.on.tip", icon_only=True)
        self.words = TextLabel("arcade.steps", 13.5, "dim")
        self.speed_name = TextLabel("arcade.speed", 14, "dim")
        self.speed = Segmented(
            [(name, "arcade.speed." + name, "arcade.speed." + name + ".tip") for name, _ in SPEEDS],
            name_key="arcade.speed",
        )
        self.new = PillButton("arcade.new_game", "reset", "plain", tip_key="arcade.new_game.tip")
        self.line = GameLine()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 2)
        rows.setSpacing(4)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for widget in (self.run, self.back, self.on, self.words):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.speed_name)
        row.addWidget(self.speed)
        row.addStretch(1)
        row.addWidget(self.new)
        rows.addLayout(row)
        rows.addWidget(self.line)
        self.run.clicked.connect(self.toggled)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        self.new.clicked.connect(self.new_game)
        self.speed.changed.connect(lambda name: self.speed_chosen.emit(dict(SPEEDS)[name]))
        self.line.moved.connect(self.moved)
        self.speed.set_value("real")
        language().changed.connect(self._fix_width)
        theme().changed.connect(self._fix_width)
        self._fix_width()

    def _fix_width(self) -> None:
        # The button says Play or Pause; it must not move what stands beside it.
        shown = self.run.text()
        widths = []
        for key in ("arcade.play", "arcade.pause"):
            self.run.set_text_key(key)
            widths.append(self.run.sizeHint().width())
        self.run.set_text_key("arcade.pause" if shown == tr("arcade.pause") else "arcade.play")
        self.run.setMinimumWidth(max(widths))
        big = theme().projector
        for widget in (self.words, self.speed_name):
            widget.setVisible(not big)

    def show_state(self, state: WatchState) -> None:
        """Show whether it plays, and where in the game it is."""
        running = state.phase == "running"
        self.run.set_text_key("arcade.pause" if running else "arcade.play")
        self.run.set_icon_name("pause" if running else "run")
        ready = state.ready is not None and state.phase != "failed"
        for widget in (self.run, self.on, self.new, self.line):
            widget.setEnabled(ready)
        self.back.setEnabled(ready and state.scalar("step") > 0)
        name = next((name for name, speed in SPEEDS if speed == state.speed), "")
        if name and name != self.speed.value:
            self.speed.set_value(name)
        self.line.show_state(state)

    def faster(self, by: int) -> None:
        """Choose the next faster (1) or slower (−1) speed."""
        names = [name for name, _ in SPEEDS]
        at = names.index(self.speed.value) + by
        if 0 <= at < len(names):
            self.speed.set_value(names[at])
            self.speed_chosen.emit(SPEEDS[at][1])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        painter.fillRect(0, 0, self.width(), 1, QColor(color("line")))
        painter.end()
