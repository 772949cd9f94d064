"""The ages of an agent: press one, and that self plays on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.language import number, tr
from gui.state.watch_state import WatchState, age_words, ages_of, score_of
from gui.theme import color, font, mixed, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_HEIGHT, _MOST = 70, 6


class AgeButton(PaintedButton):
    """One age: a bar as high as its score, the score, and how many steps it had learned.

    Args:
        age: ``env_steps``, ``file`` and ``score``.
        range: Scores an empty and a full bar stand for.
        parent: Qt parent.
    """

    def __init__(self, age: Mapping[str, Any], range: tuple[float, float], parent: QWidget) -> None:
        self.file = str(age["file"])
        self._steps, self._score = float(age["env_steps"]), score_of(age)
        low, high = range
        self._share = 0.0 if self._score is None else (self._score - low) / max(high - low, 1e-9)
        super().__init__("", parent=parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def retranslate(self) -> None:
        super().retranslate()
        score = "?" if self._score is None else number(self._score, 1)
        words = tr("arcade.age.tip", age=age_words(self._steps), score=score)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(48), theme().px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px, on = theme().px, self.isChecked()
        box = QRectF(self.rect())
        rounded(painter, box, 6, color("raised") if self.hovered else None, color("accent" if on else "line"))
        foot = px(18)
        room = box.adjusted(6, px(22), -6, -foot - 2)
        bar = QRectF(room.x(), room.bottom() - room.height() * self._share, room.width(), room.height() * self._share)
        if self._share > 0:
            rounded(painter, bar, 2, color("accent") if on else mixed(color("raised"), color("accent"), 0.45))
        painter.setFont(font(px(13), semibold=True, mono=True))
        painter.setPen(color("text" if on else "dim"))
        figure = "?" if self._score is None else number(self._score)
        painter.drawText(QRectF(0, 3, box.width(), px(18)), int(Qt.AlignmentFlag.AlignCenter), figure)
        painter.setFont(font(px(12)))
        painter.drawText(
            QRectF(0, box.height() - foot - 2, box.width(), foot), int(Qt.AlignmentFlag.AlignCenter),
            age_words(self._steps) if self.file else tr("train.ages.newest"),
        )  # fmt: skip
        if self.ring:
            focus_ring(painter, box, 6)
        painter.end()


class AgesStrip(QWidget):
    """The ages side by side, oldest at the right.

    Attributes:
        chosen: Emitted with the file of the age that was pressed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._shown: tuple[str, ...] = ()

    @property
    def buttons(self) -> list[AgeButton]:
        """The ages shown, youngest first."""
        items = (self._row.itemAt(place) for place in range(self._row.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, AgeButton)]

    def show_state(self, state: WatchState) -> None:
        """Show the ages there are, and which plays."""
        ages = _few(ages_of(state.ready))
        files = tuple(f"{age['file']} {age.get('score')}" for age in ages)
        if files != self._shown:
            self._shown = files
            self._fill(ages)
        playing = state.file or (str(ages[-1]["file"]) if ages else "")
        for button in self.buttons:
            button.setChecked(button.file == playing)

    def _fill(self, ages: tuple[Mapping[str, Any], ...]) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        known = [score for score in map(score_of, ages) if score is not None]
        # Where there are scores below 0, an empty bar is the worst of them.
        reach = (min([0.0, *known]), max(known, default=0.0))
        for age in ages:
            button = AgeButton(age, reach, self)
            button.clicked.connect(lambda _=False, file=button.file: self.chosen.emit(file))
            self._row.addWidget(button)


def _few(ages: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
    """Return at most six ages: the first, the last, and some between."""
    if len(ages) <= _MOST:
        return ages
    places = sorted({round(i * (len(ages) - 1) / (_MOST - 1)) for i in range(_MOST)})
    return tuple(ages[place] for place in places)
