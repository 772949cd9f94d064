"""Scores as bars under each other: a model among random moves, a person and DQN."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.theme import color, font, theme
from gui.widgets.painted_button import rounded

_ROW, _WIDEST, _FIGURE = 24, 210, 56


class ModelBars(QWidget):
    """Bars as long as the scores are large; it paints itself.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scores: dict[str, float] = {}
        self._title = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(4 * _ROW)
        language().changed.connect(self._describe)
        theme().changed.connect(self.update)

    def show_scores(self, scores: Mapping[str, float], title: str = "") -> None:
        """Show these.

        Args:
            scores: By name of what is known; the model's own under the empty name.
            title: The model's name.
        """
        self._scores, self._title = dict(scores), title
        self._describe()

    def rows(self) -> list[tuple[str, float, bool]]:
        """Return name, score and whether it is the model's, smallest first."""
        ordered = sorted(self._scores.items(), key=lambda pair: pair[1])
        return [(tr("model.reference." + name) if name else self._title, score, not name) for name, score in ordered]

    def _describe(self) -> None:
        self.setAccessibleName(tr("library.scores"))
        self.setAccessibleDescription(", ".join(f"{name} {number(score, 1)}" for name, score, _ in self.rows()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rows = self.rows()
        most = max([score for _, score, _ in rows], default=1.0) or 1.0
        for place, (name, score, own) in enumerate(rows):
            top = place * _ROW
            painter.setFont(font(12.5, semibold=own))
            painter.setPen(color("text" if own else "dim"))
            shown = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, _WIDEST - 8)
            painter.drawText(QRectF(0, top, _WIDEST - 8, _ROW), Qt.AlignmentFlag.AlignVCenter, shown)
            room = self.width() - _WIDEST - _FIGURE
            length = max(3.0, room * max(0.0, score) / most)
            rounded(painter, QRectF(_WIDEST, top + 5, length, _ROW - 10), 4, color("accent" if own else "line"))
            painter.setFont(font(12.5, semibold=own, mono=True))
            painter.setPen(color("text" if own else "dim"))
            at = QRectF(_WIDEST + length + 8, top, _FIGURE, _ROW)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, number(score, 1))
        painter.end()
