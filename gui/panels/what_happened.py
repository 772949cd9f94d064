"""What just happened: the four beats, one sentence, the rule, the same with numbers, and the result in big figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agents.runtime.deep_runs import is_deep_agent
from gui.language import language, number, tr
from gui.panels.formulas import digits, symbols_now, with_numbers
from gui.panels.narration import sentence
from gui.state.run_state import RunState
from gui.theme import CAPTION, FIGURE, TEXT, color, font, theme
from gui.widgets.fitted_line import FittedLine, fitted
from gui.widgets.link_button import LinkButton
from gui.widgets.painted_button import rounded
from gui.widgets.text_label import TextLabel

_FIELD = "−000.00"
"""What an ordinary value needs at most."""

_BEATS = ("lab.beat.choose", "lab.beat.move", "lab.beat.target", "lab.beat.learn")


class Beats(QWidget):
    """Four chips; the beats shown are filled, the newest with the accent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beat = 0
        language().changed.connect(self.updateGeometry)
        theme().changed.connect(self.update)

    def show_beat(self, beat: int) -> None:
        """Show beats up to this one; 0 for none."""
        if beat != self._beat:
            self._beat = beat
            self.setAccessibleName(tr(_BEATS[beat - 1]) if beat else "")
            self.update()

    def _font(self) -> QFont:
        return font(CAPTION, semibold=True)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font())
        width = sum(metrics.horizontalAdvance(f"{i} {tr(key)}") + 24 for i, key in enumerate(_BEATS, 1))
        return QSize(round(width), 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        metrics = QFontMetricsF(self._font())
        x = 0.0
        for index, key in enumerate(_BEATS, 1):
            text = f"{index} {tr(key)}"
            width = metrics.horizontalAdvance(text) + 18
            box = QRectF(x, 0.5, width, 21)
            newest = index == self._beat
            rounded(painter, box, 5, color("accent" if newest else "raised"))
            painter.setPen(color("on_accent" if newest else "text" if index < self._beat else "dim"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            x += width + 6


class Result(QWidget):
    """Old value, arrow, new value, and whether it rose; fields of fixed width, so that nothing jitters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._change: Mapping[str, Any] | None = None
        self._shown = True
        self.setMinimumHeight(34)
        theme().changed.connect(self.updateGeometry)

    def show_change(self, change: Mapping[str, Any] | None, *, shown: bool) -> None:
        """Show an update; covered, its result is a question mark."""
        self._change, self._shown = change, shown
        if change is not None and shown:
            self.setAccessibleName(f"{number(change['old'], 2)} → {number(change['new'], 2)}")
        self.update()

    def _pixels(self) -> float:
        return 56 if theme().projector else FIGURE

    def _face(self, *values: str) -> QFont:
        """Return the font in which both fields, the arrow and the sign have room; the same for all short numbers."""
        made = font(self._pixels(), semibold=True, mono=True)
        widest = max((_FIELD, *values), key=len)
        return fitted(made, f"{widest} → {widest}  ▲", self.width(), smallest=0.5)

    def sizeHint(self) -> QSize:
        return QSize(260, round(self._pixels() * 1.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._change is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        old, new = float(self._change["old"]), float(self._change["new"])
        decimals = digits(self._change)
        text = number(old, decimals, grouped=False)
        made = self._face(text, number(new, decimals, grouped=False))
        painter.setFont(made)
        field = QFontMetricsF(made).horizontalAdvance(_FIELD)
        gap = made.pixelSize() * 0.5
        middle = Qt.AlignmentFlag.AlignVCenter
        height = self.height()
        width = QFontMetricsF(made).horizontalAdvance(text)
        painter.setPen(color("text"))
        painter.drawText(QRectF(0, 0, max(field, width), height), middle, text)
        x = min(field, max(width, field * 0.72)) + gap
        painter.setPen(color("dim"))
        painter.drawText(QRectF(x, 0, field, height), middle, "→")
        x += QFontMetricsF(made).horizontalAdvance("→") + gap
        painter.setPen(color("text"))
        text = number(new, decimals, grouped=False) if self._shown else "?"
        painter.drawText(QRectF(x, 0, field * 1.2, height), middle, text)
        if self._shown:
            sign, name = ("▲", "good") if new > old else ("▼", "bad") if new < old else ("=", "dim")
            x += QFontMetricsF(made).horizontalAdvance(text) + gap
            painter.setFont(font(made.pixelSize() * 0.8))
            painter.setPen(color(name))
            painter.drawText(QRectF(x, 0, 80, height), middle, sign)


class WhatHappened(QWidget):
    """The panel.

    Attributes:
        why_wanted: State and action whose value is to be explained.
    """

    why_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._tight = False
        self.beats = Beats()
        self.sentence = TextLabel("", TEXT, wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.rule = FittedLine("", TEXT - 1, mono=True)
        self.numbers = FittedLine("", TEXT - 1, "dim", mono=True)
        self.result = Result()
        self.why = LinkButton("why.link", tip_key="why.link.tip")
        self.why.clicked.connect(self._ask_why)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.addWidget(self.beats)
        top.addStretch(1)
        self._rows.addLayout(top)
        self._rows.addWidget(self.sentence, 1)
        for widget in (self.rule, self.numbers):
            self._rows.addWidget(widget)
        bottom = QHBoxLayout()
        bottom.addWidget(self.result, 1)
        bottom.addWidget(self.why, 0, Qt.AlignmentFlag.AlignBottom)
        self._rows.addLayout(bottom)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.restyle()

    def _ask_why(self) -> None:
        change = self._newest()
        if change is not None:
            self.why_wanted.emit(int(change["state"]), int(change["action"]))

    def _newest(self) -> Mapping[str, Any] | None:
        tick = self._state.tick
        return tick.changes[-1] if tick is not None and tick.changes else None

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        big = theme().projector
        self._rows.setSpacing(10 if big else 1 if self._tight else 3)
        self.sentence.set_size(TEXT - 2 if self._tight and not big else TEXT)
        self.sentence.setMinimumHeight(0 if big else 38)
        self.beats.setVisible(not big)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tight = False
        self.restyle()
        self._tighten()

    def _tighten(self) -> None:
        """Write smaller from here on if a sentence does not fit: three lines would lie over what is around them."""
        if self._tight or theme().projector:
            return
        asked = self._rows.heightForWidth(self.width())
        if asked > self.height() > 0:
            self._tight = True
            self.restyle()

    def show_state(self, state: RunState) -> None:
        """Show the newest step of a run as far as its beats go."""
        self._state = state
        tick = state.tick
        words = sentence(state)
        if words != self.sentence.text():
            self.sentence.set_text(words)
            self._tighten()
        self.beats.show_beat(0 if tick is None else state.beat)
        # A network has no single steps whose beats could be told.
        self.beats.setVisible(not theme().projector and not is_deep_agent(state.agent))
        self.rule.set_text(symbols_now(state))
        change = self._newest()
        told = change is not None and state.beat >= 3
        self.numbers.set_text(with_numbers(state.agent, change) if change is not None and told else "")
        self.why.setVisible(change is not None and told and tick is not None and tick.tick["state"] >= 0)
        self.result.show_change(change if told else None, shown=state.beat >= 4)
