"""What stands under and over the stage when it is read from ten metres: header, lens, the update in big figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from arena.texts import localized
from gui.language import language, number, tr
from gui.panels.formulas import digits, symbols_now, with_numbers
from gui.panels.narration import sentence
from gui.state.run_state import RunState
from gui.state.run_words import agent_title
from gui.theme import color, font
from gui.widgets.stage.lens import Lens

_TEXT, _FORMULA, _RESULT = 32, 36, 56
_LEAST_FORMULA = 30
_NARROW = 600


class ProjectorHeader(QWidget):
    """World and agent at the left, episode and return at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.setFixedHeight(52)

    def show_state(self, state: RunState) -> None:
        """Show where a run stands."""
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        state = self._state
        world = localized(state.world.title, language().code) if state.world is not None else ""
        last = state.view.scalars.get("last_return", 0.0) if state.view is not None and state.episodes else None
        x = self._words(painter, 22.0, [(world, True), (agent_title(state.agent) if state.agent else "", False)])
        right = [(tr("lab.projector.episode"), False), (number(state.episodes + 1), True)]
        if last is not None:
            right += [(tr("lab.projector.return"), False), (number(last, 0 if last == round(last) else 1), True)]
        width = self._width(right)
        if x + width < self.width() - 44:
            self._words(painter, self.width() - 22 - width, right)

    @staticmethod
    def _width(words: list[tuple[str, bool]]) -> float:
        return sum(QFontMetricsF(font(_TEXT, bold=bold)).horizontalAdvance(text) + 14 for text, bold in words) - 14

    def _words(self, painter: QPainter, x: float, words: list[tuple[str, bool]]) -> float:
        # One line for all of them: centred each for itself, Chinese words would hang lower than figures.
        line = self.height() / 2 + QFontMetricsF(font(_TEXT)).capHeight() / 2
        for text, bold in words:
            made = font(_TEXT, bold=bold)
            painter.setFont(made)
            painter.setPen(color("text" if bold else "dim"))
            width = QFontMetricsF(made).horizontalAdvance(text)
            painter.drawText(QPointF(x, line), text)
            x += width + 14
        return x


class _Update(QWidget):
    """The sentence, the rule with numbers, and the result, from above; what is too wide takes another line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_state(self, state: RunState) -> None:
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        state = self._state
        change = state.tick.changes[-1] if state.tick is not None and state.tick.changes else None
        y = self._sentence(painter, sentence(state))
        told = change is not None and state.beat >= 3
        formula = with_numbers(state.agent, change) if change is not None and told else symbols_now(state)
        y = self._formula(painter, formula.split("    ")[0], y)
        if change is not None and told:
            self._result(painter, change, y, shown=state.beat >= 4)

    def _sentence(self, painter: QPainter, text: str) -> float:
        painter.setFont(font(_TEXT))
        painter.setPen(color("dim"))
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        box = QRectF(0, 0, self.width(), self.height())
        taken = painter.boundingRect(box, flags, text)
        painter.drawText(box, flags, text)
        # Lines are kept for it: what stands below does not jump with every step.
        lines = 2 if self.width() > _NARROW else 4
        return max(lines * QFontMetricsF(font(_TEXT)).lineSpacing(), taken.height()) + 6

    def _formula(self, painter: QPainter, text: str, y: float) -> float:
        lines, pixels = formula_lines(text, self.width())
        painter.setFont(font(pixels, mono=True))
        painter.setPen(color("text"))
        height = 52.0 if len(lines) == 1 else pixels * 1.3
        for line in lines:
            painter.drawText(QRectF(0, y, self.width(), height), Qt.AlignmentFlag.AlignVCenter, line)
            y += height
        return y + 4

    def _result(self, painter: QPainter, change: Mapping[str, Any], y: float, *, shown: bool) -> None:
        old, new = float(change["old"]), float(change["new"])
        sign, ink = ("▲", "good") if new > old else ("▼", "bad") if new < old else ("=", "dim")
        decimals = digits(change)
        text = f"{number(old, decimals, grouped=False)} → {number(new, decimals, grouped=False) if shown else '?'}"
        made = font(_RESULT, bold=True, mono=True)
        room, width = self.width() - 72.0, QFontMetricsF(made).horizontalAdvance(text)
        if width > room:
            made, width = font(_RESULT * room / width, bold=True, mono=True), room
        painter.setFont(made)
        painter.setPen(color("text"))
        painter.drawText(QRectF(0, y, room, 76), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if shown:
            painter.setFont(font(44))
            painter.setPen(color(ink))
            painter.drawText(QRectF(width + 20, y, 60, 76), Qt.AlignmentFlag.AlignVCenter, sign)


def formula_lines(text: str, width: float) -> tuple[list[str], float]:
    """Return a formula in as many lines as it needs to stay readable, and the size of its letters in pixels.

    Args:
        text: The formula; lines are broken between its terms.
        width: Pixels there are.
    """
    wide = QFontMetricsF(font(_FORMULA, mono=True)).horizontalAdvance(text)
    if wide <= width or _FORMULA * width / wide >= _LEAST_FORMULA:
        # Fonts come in whole pixels.
        return [text], min(_FORMULA, math.floor(_FORMULA * width / max(wide, 1.0)))
    metrics = QFontMetricsF(font(_LEAST_FORMULA, mono=True))
    lines = [""]
    for term in text.split(" "):
        longer = f"{lines[-1]} {term}" if lines[-1] else term
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(f"  {term}")
        else:
            lines[-1] = longer
    return lines, _LEAST_FORMULA


class ProjectorDock(QWidget):
    """Lens and update, side by side under a wide world, above each other beside another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lens = Lens()
        self.what = _Update()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(22, 8, 22, 4)
        self._row.setSpacing(36)
        self._row.addWidget(self.lens)
        self._row.addWidget(self.what, 1)

    def set_beside(self, beside: bool) -> None:
        """Lie beside the world or under it."""
        direction = QBoxLayout.Direction.TopToBottom if beside else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != direction:
            self._row.setDirection(direction)
            self._row.setSpacing(16 if beside else 36)

    def sizeHint(self) -> QSize:
        return QSize(900, 272)

    def show_state(self, state: RunState) -> None:
        """Show the newest update."""
        self.what.show_state(state)
