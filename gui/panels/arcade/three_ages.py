"""One agent at three ages in the same game, side by side: what learning did to it, before a word is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.arcade.game_screen import GameScreen
from gui.state.watch_state import WatchState, age_words, ages_of, score_of
from gui.theme import color, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_EDGE, _GAP = 20, 22
_WORDS, _BIG_WORDS = 172, 210
"""Height of everything but the screens, at the desk and in projector mode, where less is said in bigger letters."""

_WORDS_OF = {
    "objects": "arcade.three.told",
    "vector": "arcade.three.numbers",
    "states": "arcade.three.numbers",
}
"""What it was told, by what it sees."""

ROWS = (0, 198)
"""Rows of Breakout's screen that are shown: below the paddle it is black."""


_OLDER = 1.02
"""So much older the newest weights of a run are, where they are an age of their own."""


def three_of(ages: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
    """Return the first age, the newest, and the one between them whose score lies nearest to the middle of theirs."""
    if len(ages) < 3:
        return ()
    inner, known = ages[1:-1], [score for score in map(score_of, ages) if score is not None]
    told = [(score, age) for age in inner if (score := score_of(age)) is not None]
    if not told:
        return (ages[0], inner[len(inner) // 2], ages[-1])
    # What nobody knows of the first or the newest is taken for the worst and the best that is known.
    ends = (_known(ages[0], min(known)), _known(ages[-1], max(known)))
    _, between = min(told, key=lambda pair: abs(pair[0] - sum(ends) / 2))
    return (ages[0], between, ages[-1])


def _known(age: Mapping[str, Any], otherwise: float) -> float:
    score = score_of(age)
    return otherwise if score is None else score


def with_newest(state: WatchState) -> tuple[Mapping[str, Any], ...]:
    """Return the ages there are, and after them the weights of a run that is not over, if they are older than those."""
    ages = ages_of(state.ready)
    steps = state.scalar("weights_env_steps", -1.0)
    if state.file or not ages or steps <= float(ages[-1]["env_steps"]) * _OLDER:
        return ages
    return (*ages, {"env_steps": steps, "file": "", "score": -1.0})


class AgeScreen(QWidget):
    """One of the three: its game, how long it had learned, and what it scores.

    Attributes:
        chosen: This one is to be looked at.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.game = GameScreen()
        self.game.setCursor(Qt.CursorShape.PointingHandCursor)
        self.age = TextLabel("", 20, semibold=True)
        self.score = TextLabel("", 14, "dim")
        self.look = PillButton("arcade.three.look", "search", "plain", tip_key="arcade.three.look.tip", small=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.game, self.age, self.score, self.look):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.look.clicked.connect(self.chosen)
        self.game.pressed.connect(lambda _: self.chosen.emit())

    def show_age(self, age: Mapping[str, Any]) -> None:
        """Say how old it is and what it scores."""
        self.age.set_text(tr("arcade.three.age", age=age_words(float(age["env_steps"]))))
        score = score_of(age)
        self.score.set_text("" if score is None else tr("arcade.three.score", score=number(score, 1)))


class ThreeAges(QWidget):
    """The three of them; a key pressed on any belongs to the game.

    Attributes:
        chosen: Emitted with the file of the age that is to be looked at.
        key_pressed: A key pressed on a screen.
    """

    chosen = Signal(str)
    key_pressed = Signal(QKeyEvent)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WatchState()
        self._three: tuple[Mapping[str, Any], ...] = ()
        self.title = TextLabel("arcade.three.title", 19, semibold=True)
        self.words = TextLabel("arcade.three.words", 14, "dim")
        self.screens = tuple(AgeScreen() for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 14, _EDGE, 8)
        column.setSpacing(4)
        column.addStretch(1)
        for label in (self.title, self.words):
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        row.addStretch(1)
        for place, screen in enumerate(self.screens):
            row.addWidget(screen)
            screen.chosen.connect(lambda place=place: self._choose(place))
            screen.game.key_pressed.connect(self.key_pressed)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        language().changed.connect(self._say)

    @property
    def files(self) -> tuple[str, ...]:
        """Weights of the three, youngest first; empty where there are no three ages."""
        return tuple(str(age["file"]) for age in self._three)

    def know(self, state: WatchState) -> bool:
        """Take the ages there are; return whether there are three."""
        three = three_of(with_newest(state))
        if three != self._three or state.ready is not self._state.ready:
            self._state, self._three = state, three
            for screen in self.screens:
                breakout = state.ready is not None and "Breakout" in state.ready.env_id
                screen.game.show_rows(ROWS if breakout else None)
            self._say()
        return bool(three)

    def _say(self) -> None:
        ready = self._state.ready
        seen = "pixels" if ready is None else ready.observation
        self.words.set_key(_WORDS_OF.get(seen, "arcade.three.words"))
        for screen, age in zip(self.screens, self._three, strict=False):
            screen.show_age(age)

    def _choose(self, place: int) -> None:
        if place < len(self.files):
            self.chosen.emit(self.files[place])

    def show_state(self, state: WatchState) -> None:
        """Show the three screens of the moment: the newest age plays, the others are its ghosts."""
        self._state = state
        ghosts = state.array("ghosts")
        younger = [None, None] if ghosts is None or len(ghosts) != 2 else list(ghosts)
        for screen, picture in zip(self.screens, [*younger, state.array("frame")], strict=True):
            screen.game.show_picture(picture)
            screen.game.show_problem("" if picture is not None else tr("arcade.starting"))
        self._arrange()

    def _arrange(self) -> None:
        big = theme().projector
        room = (self.width() - 2 * _EDGE - 2 * _GAP) // 3
        for screen in self.screens:
            screen.game.fit(room, self.height() - (_BIG_WORDS if big else _WORDS))
            screen.look.setVisible(not big)
        self.words.setVisible(not big)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        painter.end()
