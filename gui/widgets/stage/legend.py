"""The scale under the stage: what the colours mean, and the signs used in the cells."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, tr
from gui.theme import CAPTION, color, font, theme
from gui.widgets.stage.content import Content
from gui.widgets.stage.names import short_number
from gui.widgets.stage.overlay import last_update
from gui.widgets.stage.scale import ValueScale, colors_at
from gui.widgets.stage.sub_updates import SubUpdates, paint_sign

_FITTED = ("value", "q", "policy")
"""Layers coloured by values; the others have a scale of their own."""

_STEPS = 10
_BAR = 196
_HEIGHT = 24
_MARK = 14


class ScaleLegend(QWidget):
    """Shows the colour scale of a layer; a click on it asks for one that fits the values there are now.

    Attributes:
        fit_wanted: Emitted when the scale was clicked.
    """

    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QRectF()
        self.setMouseTracking(True)
        self._layer = "q"
        self._scale = ValueScale("both")
        self._extra: SubUpdates = ""
        self._range = (0.0, 0.0)
        self._shows, self._arms = "values", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    def show_scale(self, layer: str, scale: ValueScale, content: Content | None = None) -> None:
        """Show the scale a stage uses, and what is drawn with it."""
        self._layer, self._scale = layer, scale
        self._shows = content.shows if content is not None else "values"
        self._arms = content is not None and content.has_arms
        self._range = (scale.low, scale.high)
        self.update()

    def explain(self, extra: SubUpdates) -> None:
        """Say what the marks of :mod:`gui.widgets.stage.sub_updates` mean; nothing where there are none."""
        if extra != self._extra:
            self._extra = extra
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, theme().px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(theme().px(CAPTION)))
        metrics, middle = painter.fontMetrics(), self.height()
        low, high, what = self._words()
        x = 0
        painter.setPen(color("dim"))
        for text in (low,):
            painter.drawText(QRectF(x, 0, 200, middle), Qt.AlignmentFlag.AlignVCenter, text)
            x += metrics.horizontalAdvance(text) + 12
        self._bar = QRectF(x, middle / 2 - 6, _BAR, 12)
        self._paint_bar(painter, self._bar)
        x += _BAR + 10
        text = f"{high}   {what}"
        painter.setPen(color("dim"))
        painter.drawText(QRectF(x, 0, 500, middle), Qt.AlignmentFlag.AlignVCenter, text)
        x += metrics.horizontalAdvance(text) + 24
        self._paint_signs(painter, x)

    def _on_bar(self, at: QPointF) -> bool:
        return self._layer in _FITTED and self._bar.adjusted(-8, -8, 8, 8).contains(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._on_bar(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self.setToolTip(tr("stage.scale.fit.tip") if over else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_bar(event.position()):
            self.fit_wanted.emit()

    def _paint_signs(self, painter: QPainter, left: int) -> None:
        metrics, middle = painter.fontMetrics(), self.height()
        last = tr("stage.signs.last")
        x = self.width() - metrics.horizontalAdvance(last)
        if x - _MARK - 6 < left:
            return
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(x, 0, self.width() - x, middle), flags, last)
        x -= _MARK + 6
        last_update(painter, QRectF(x, (middle - _MARK) / 2, _MARK, _MARK))
        painter.setPen(color("dim"))
        if self._extra:
            text = tr("stage.signs." + self._extra)
            x -= metrics.horizontalAdvance(text) + 14
            painter.drawText(QRectF(x, 0, self.width() - x, middle), Qt.AlignmentFlag.AlignVCenter, text)
            x -= _MARK + 4
            paint_sign(painter, self._extra, QPointF(x + _MARK / 2, middle / 2))
            x -= 8
            painter.setPen(color("dim"))
        # Where there is no room for all of it, whole remarks are left out from the end, not half of one.
        signs = tr("stage.signs." + self._told()).split(" · ")
        while signs and metrics.horizontalAdvance(" · ".join([*signs, ""])) > x - left:
            signs.pop()
        painter.drawText(QRectF(left, 0, x - left, middle), flags, " · ".join([*signs, ""]) if signs else "")

    @property
    def _probable(self) -> bool:
        """Whether what is coloured are probabilities."""
        return self._shows == "probabilities" and (self._layer == "q" or (self._arms and self._layer == "value"))

    def _told(self) -> str:
        """Return what the signs are told of: the layer, or what takes its place."""
        if self._probable:
            return "preferences"
        if self._arms and self._layer in ("q", "value"):
            return "arms"
        if self._shows == "states" and self._layer in ("q", "value"):
            return "states"
        return self._layer

    def _words(self) -> tuple[str, str, str]:
        if self._layer == "visits":
            return tr("stage.scale.rare"), tr("stage.scale.often"), tr("stage.scale.visits")
        if self._layer == "change":
            return tr("stage.scale.down"), tr("stage.scale.up"), tr("stage.scale.change")
        if self._probable or (self._arms and self._layer == "policy"):
            return "0", "1", tr("stage.scale.probability")
        low, high = self._scale.low, self._scale.high
        digits = 0 if self._scale.reach >= 1 else 2
        below = f"≤ {short_number(low, digits)}" if low < 0 else "0"
        above = f"≥ {short_number(high, digits)}" if high > 0 else "0"
        return below, above, tr("stage.scale.return")

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        share = np.linspace(0, 1, _STEPS)
        name = "cividis" if self._layer == "visits" else "blue_orange"
        if self._probable or (self._arms and self._layer == "policy"):
            name = "blue_orange" if theme().projector else "cividis"
            share = 0.5 + 0.5 * share if theme().projector else share
        elif self._layer not in ("visits", "change"):
            name = self._scale.map_name(theme().projector)
        step = box.width() / _STEPS
        if name == "blue_orange" and self._layer not in ("visits", "change") and not self._probable:
            # In projector mode a world of one sign uses half of the map.
            share = (np.linspace(self._scale.low, self._scale.high, _STEPS) / self._scale.reach + 1) / 2
        for index, rgb in enumerate(colors_at(name, share)):
            where = QRectF(box.x() + index * step, box.y(), step + 0.5, box.height())
            painter.fillRect(where, QColor(*map(int, rgb)))
