"""Moments of this game worth jumping to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from arena.protocol.watch_messages import REAL_TIME
from gui.state.watch_state import WatchState
from gui.theme import color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded
from gui.widgets.text_label import TextLabel

SIGNS = {"drop": ("▼", "bad"), "surprise": ("!", "warning"), "unsure": ("?", "warning"), "reward": ("▲", "good"),
         "tunnel": ("▲", "good")}  # fmt: skip
"""Sign and ink of each kind; never the colour alone."""


def clock(step: float) -> str:
    """Write a decision's place in a game as minutes and seconds of real time."""
    seconds = int(step / REAL_TIME)
    return f"{seconds // 60}:{seconds % 60:02d}"


class MomentRow(PaintedButton):
    """One moment.

    Args:
        moment: ``kind``, ``step`` and ``amount``.
        parent: Qt parent.
    """

    def __init__(self, moment: Mapping[str, Any], parent: QWidget) -> None:
        self.kind, self.step = str(moment["kind"]), int(moment["step"])
        super().__init__("arcade.moment." + self.kind, tip_key="arcade.moment." + self.kind + ".tip", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, theme().px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px, box = theme().px, QRectF(self.rect())
        if self.hovered:
            rounded(painter, box, 6, color("raised"))
        sign, ink = SIGNS.get(self.kind, ("•", "dim"))
        painter.setFont(font(px(14), bold=True))
        painter.setPen(color(ink))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(4, 0, px(18), box.height()), middle | int(Qt.AlignmentFlag.AlignHCenter), sign)
        painter.setFont(font(px(13.5)))
        painter.setPen(color("text"))
        painter.drawText(QRectF(px(26), 0, box.width() - px(66), box.height()), middle, self.text())
        painter.setFont(font(px(13), mono=True))
        painter.setPen(color("dim"))
        painter.drawText(box.adjusted(0, 0, -4, 0), middle | int(Qt.AlignmentFlag.AlignRight), clock(self.step))
        if self.ring:
            focus_ring(painter, box, 6)
        painter.end()


class MomentsList(QWidget):
    """The moments found so far.

    Attributes:
        chosen: Emitted with the number of the decision.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, int], ...] = ()
        self._empty = TextLabel("arcade.moments.none", 13, "dim", wrap=True)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self._empty)

    @property
    def rows(self) -> list[MomentRow]:
        """The moments shown."""
        items = (self._rows.itemAt(place) for place in range(self._rows.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, MomentRow)]

    def show_state(self, state: WatchState) -> None:
        """List the moments of this game."""
        # The best of each kind; the others have their marks on the line.
        best = list({str(moment["kind"]): moment for moment in reversed(state.moments)}.values())
        best.sort(key=lambda moment: list(SIGNS).index(str(moment["kind"])) if moment["kind"] in SIGNS else len(SIGNS))
        moments = tuple((str(moment["kind"]), int(moment["step"])) for moment in best)
        if moments == self._shown:
            return
        self._shown = moments
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for moment in best:
            row = MomentRow(moment, self)
            row.clicked.connect(lambda _=False, step=row.step: self.chosen.emit(step))
            self._rows.addWidget(row)
        self._empty.setVisible(not moments)
