"""What stands under and over the stage when it is read from ten metres: header, lens, the update in big figures."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from arena.texts import localized
from gui.language import language, number, tr
from gui.panels.formulas import digits, symbols_now, with_numbers
from gui.panels.narration import sentence
from gui.state.run_state import RunState
from gui.theme import color, font
from gui.widgets.stage.lens import Lens

_TEXT, _FORMULA, _RESULT = 32, 36, 56


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
        x = self._words(painter, 22.0, [(world, True), (tr("agent." + state.agent) if state.agent else "", False)])
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
    """The sentence, the rule with numbers, and the result; shrunk together only if the window is narrow."""

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
        painter.setFont(font(_TEXT))
        painter.setPen(color("dim"))
        text_box = QRectF(0, 0, self.width(), 88)
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        painter.drawText(text_box, flags, sentence(state))
        told = change is not None and state.beat >= 3
        formula = with_numbers(state.agent, change) if change is not None and told else symbols_now(state)
        formula = formula.split("    ")[0]
        self._fitted(painter, formula, _FORMULA, QRectF(0, 92, self.width(), 52), bold=False)
        if change is None or not told:
            return
        shown = state.beat >= 4
        old, new = float(change["old"]), float(change["new"])
        sign, ink = ("▲", "good") if new > old else ("▼", "bad") if new < old else ("=", "dim")
        decimals = digits(change)
        text = f"{number(old, decimals, grouped=False)} → {number(new, decimals, grouped=False) if shown else '?'}"
        width = self._fitted(painter, text, _RESULT, QRectF(0, 148, self.width() - 80, 76), bold=True)
        if shown:
            painter.setFont(font(44))
            painter.setPen(color(ink))
            painter.drawText(QRectF(width + 24, 148, 80, 76), Qt.AlignmentFlag.AlignVCenter, sign)

    @staticmethod
    def _fitted(painter: QPainter, text: str, pixels: float, box: QRectF, *, bold: bool) -> float:
        made = font(pixels, bold=bold, mono=True)
        width = QFontMetricsF(made).horizontalAdvance(text)
        if width > box.width():
            made = font(pixels * box.width() / width, bold=bold, mono=True)
            width = box.width()
        painter.setFont(made)
        painter.setPen(color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return width


class ProjectorDock(QWidget):
    """Lens and update side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lens = Lens()
        self.what = _Update()
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 8, 22, 4)
        row.setSpacing(36)
        row.addWidget(self.lens)
        row.addWidget(self.what, 1)

    def sizeHint(self) -> QSize:
        return QSize(900, 272)

    def show_state(self, state: RunState) -> None:
        """Show the newest update."""
        self.what.show_state(state)
