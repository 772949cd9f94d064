"""How a class voted: four counts with bars, once a pair is closed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from arena.preferences.label import ANSWERS, Votes
from gui.icons import paint_icon
from gui.language import language, number, tr
from gui.theme import color, font, theme
from gui.widgets.painted_button import rounded

ICONS = {"left": "arrow_left", "right": "arrow_right", "equal": "arrow_up", "unclear": "arrow_down"}

_HEIGHT, _ICON, _COUNT, _BAR, _GAP = 54, 22, 24, 10, 18


class VoteBars(QWidget):
    """Counts of each answer, the most frequent in the accent's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._votes = Votes()
        self._winner = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self._name)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(360, theme().px(_HEIGHT))

    def show_votes(self, votes: Votes, winner: str) -> None:
        """Show how a class voted.

        Args:
            votes: The counts.
            winner: Which answer the class gave; empty for none.
        """
        self._votes, self._winner = votes, winner
        self._name()
        self.update()

    def _name(self) -> None:
        counts = [f"{tr('prefer.answer.' + answer)}: {getattr(self._votes, answer)}" for answer in ANSWERS]
        self.setAccessibleName(", ".join(counts))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        width = (self.width() - 3 * px(_GAP)) / 4
        for place, answer in enumerate(("left", "right", "equal", "unclear")):
            count = getattr(self._votes, answer)
            ink = color("accent" if answer == self._winner else "text" if count else "dim")
            x = place * (width + px(_GAP))
            line = self.height() - px(_BAR) - px(6)
            paint_icon(painter, ICONS[answer], QRectF(x, (line - px(_ICON)) / 2, px(_ICON), px(_ICON)), ink)
            painter.setFont(font(px(_COUNT), bold=True, mono=True))
            painter.setPen(ink)
            text = QRectF(x + px(_ICON) + px(8), 0, width - px(_ICON) - px(8), line)
            painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), number(count))
            bar = QRectF(x, line + px(2), width, px(_BAR))
            rounded(painter, bar, bar.height() / 2, color("line"))
            if count:
                share = count / self._votes.total
                done = QRectF(bar.x(), bar.y(), max(bar.height(), bar.width() * share), bar.height())
                rounded(painter, done, bar.height() / 2, ink)
        painter.end()
