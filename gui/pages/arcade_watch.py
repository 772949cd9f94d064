"""The watched game and what can be seen inside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.language import number, tr
from gui.panels.arcade.action_bars import ActionBars
from gui.panels.arcade.ages_strip import AgesStrip
from gui.panels.arcade.breakout_hands import BreakoutHands
from gui.panels.arcade.game_screen import GameScreen
from gui.panels.arcade.inside_view import LAYERS as INSIDE_LAYERS
from gui.panels.arcade.inside_view import InsideView
from gui.panels.arcade.moments_list import MomentsList
from gui.panels.arcade.score_panel import ScorePanel
from gui.panels.arcade.seen_input import SeenInput
from gui.panels.arcade.three_ages import ROWS as BREAKOUT_ROWS
from gui.panels.arcade.value_trace import ValueTrace
from gui.state.watch_model import WatchModel
from gui.state.watch_state import WatchState, age_words, ages_of
from gui.theme import color, theme
from gui.widgets.card import Card
from gui.widgets.drawer import Drawer
from gui.widgets.link_button import LinkButton
from gui.widgets.switch import Switch
from gui.widgets.text_label import TextLabel

COLUMN, PANEL = 252, 392
"""Widths of the column beside the game and of the panel at the right, in pixels."""

ROWS = {"Breakout": BREAKOUT_ROWS}
"""Rows of the screen that are shown, where not all are."""

ALWAYS = ("frame", "preferences", "values", "rewards", "input", "objects", "bricks")

_GAP, _EDGE = 14, 16


class WatchView(QWidget):
    """Screen at the left, what one may do beside it, what it thinks at the right.

    Args:
        model: The watched game.
        parent: Qt parent.

    Attributes:
        key_pressed: A key pressed on the screen.
        key_released: The same, let go.
    """

    key_pressed = Signal(QKeyEvent)
    key_released = Signal(QKeyEvent)

    def __init__(self, model: WatchModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._empty = ""
        self._make_parts()
        self._lay_out()
        self.drawer = Drawer(self, "arcade.inside", extent=560)
        self.inside = InsideView()
        scroll = QScrollArea()
        scroll.setWidget(self.inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.drawer.body.addWidget(scroll)
        self._connect()
        model.want("watch", ALWAYS)
        theme().changed.connect(self.restyle)
        self.restyle()

    def _make_parts(self) -> None:
        self.game = GameScreen()
        self.score = ScorePanel()
        self.big_score = ScorePanel()
        self.big_score.known.hide()
        self.critic = Switch("arcade.eyes.critic", tip_key="arcade.eyes.critic.tip")
        self.actor = Switch("arcade.eyes.actor", tip_key="arcade.eyes.actor.tip")
        self.ghosts = Switch("arcade.eyes.ghosts", tip_key="arcade.eyes.ghosts.tip")
        self.moments = MomentsList()
        self.edit_words = TextLabel("arcade.edit.words", 13, "dim", wrap=True)
        self.hands = BreakoutHands(self)
        self.bars = ActionBars()
        self.trace = ValueTrace()
        self.seen = SeenInput()
        self.ages = AgesStrip()
        self.link = LinkButton("arcade.inside.link", tip_key="arcade.inside.link.tip")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.column = QWidget()
        self.column.setFixedWidth(COLUMN)
        cards = QVBoxLayout(self.column)
        cards.setContentsMargins(0, 10, 0, 10)
        cards.setSpacing(10)
        self.eyes_card, self.moments_card = Card("arcade.eyes"), Card("arcade.moments")
        self.edit_card, self.score_card = Card("arcade.edit"), Card("arcade.score")
        self.score_card.body.addWidget(self.score)
        for switch in (self.critic, self.actor, self.ghosts):
            self.eyes_card.body.addWidget(switch)
        self.moments_card.body.addWidget(self.moments)
        self.edit_card.body.addWidget(self.edit_words)
        for card in (self.score_card, self.eyes_card, self.moments_card, self.edit_card):
            cards.addWidget(card)
        cards.addStretch(1)
        # Game and cards stay side by side in the middle of whatever room there is.
        row.addStretch(1)
        row.addWidget(self.game)
        row.addSpacing(_GAP)
        row.addWidget(self.column)
        row.addStretch(1)
        row.addWidget(self._panel())

    def _panel(self) -> QWidget:
        inner = QWidget()
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(inner)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(8)
        self.bars_card, self.value_card = Card("arcade.bars"), Card("arcade.value")
        self.seen_card, self.ages_card = Card("arcade.seen"), Card("arcade.ages")
        self.big_card = Card("arcade.score")
        for card, widget in (
            (self.big_card, self.big_score), (self.bars_card, self.bars), (self.value_card, self.trace),
            (self.seen_card, self.seen), (self.ages_card, self.ages),
        ):  # fmt: skip
            card.body.addWidget(widget)
            column.addWidget(card)
        column.addWidget(self.link)
        column.addStretch(1)
        self.panel = QScrollArea()
        self.panel.setWidget(inner)
        self.panel.setWidgetResizable(True)
        self.panel.setFrameShape(QScrollArea.Shape.NoFrame)
        self.panel.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.panel.setFixedWidth(PANEL)
        return self.panel

    def _connect(self) -> None:
        model = self.model
        self.game.key_pressed.connect(self.key_pressed)
        self.game.key_released.connect(self.key_released)
        self.game.pressed.connect(self.hands.press)
        self.game.dragged.connect(self.hands.drag)
        self.game.released.connect(self.hands.release)
        self.hands.wanted.connect(model.edit)
        self.moments.chosen.connect(model.show_step)
        self.ages.chosen.connect(model.use)
        self.ghosts.toggled.connect(self._show_ghosts)
        for switch in (self.critic, self.actor):
            switch.toggled.connect(self._want_lights)
        self.link.clicked.connect(self.drawer.toggle_drawer)
        self.drawer.opened.connect(lambda: model.want("inside", INSIDE_LAYERS))
        self.drawer.closed.connect(lambda: model.want("inside", ()))
        self.inside.map.picked.connect(model.pick)

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _want_lights(self) -> None:
        lights = (("saliency_critic", self.critic), ("saliency_actor", self.actor))
        self.model.want("lights", (name for name, switch in lights if switch.isChecked()))

    def _show_ghosts(self, on: bool) -> None:
        self.model.want("ghosts", ("ghosts",) if on else ())
        self.model.use(self.model.state.file, self.younger() if on else ())

    def younger(self) -> tuple[str, ...]:
        """Return the files of two younger selves: the first, and one between it and who plays."""
        ages = ages_of(self.model.state.ready)
        playing = self.model.state.file
        files = [str(age["file"]) for age in ages]
        at = files.index(playing) if playing in files else len(files)
        before = files[:at]
        return tuple(dict.fromkeys((before[0], before[len(before) // 2]))) if before else ()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, state: WatchState) -> None:
        """Hand a state to every part that can be seen."""
        ready = state.ready
        rows = next((rows for name, rows in ROWS.items() if ready is not None and name in ready.env_id), None)
        self.game.show_rows(rows)
        self._arrange()
        self.game.show_state(state, critic=self.critic.isChecked(), actor=self.actor.isChecked())
        self.game.show_problem(self._problem(state))
        self.hands.show_state(state)
        (self.big_score if theme().projector else self.score).show_state(state)
        self.bars.show_state(state)
        self.trace.show_state(state)
        if not theme().projector:
            self.moments.show_state(state)
            self.seen.show_state(state)
            self.ages.show_state(state)
        if self.drawer.is_open:
            self.inside.show_state(state)
        self._show_captions(state)

    def _show_captions(self, state: WatchState) -> None:
        ready = state.ready
        probabilities = ready is None or ready.preferences == "probabilities"
        self.bars_card.set_caption("π(a|s)" if probabilities else "Q(s, a)")
        self.value_card.set_caption(tr("arcade.value.figure", value=number(state.scalar("value"), 2)))
        age = state.scalar("weights_env_steps", -1.0)
        self.ages_card.set_caption(tr("arcade.ages.now", age=age_words(age)) if age >= 0 else "", mono=False)
        layers = () if ready is None else ready.layers
        lights = "saliency_critic" in layers
        self.critic.setVisible(lights)
        self.actor.setVisible(lights)
        several = len(ages_of(ready)) > 1
        self.ghosts.setVisible(several)
        self.eyes_card.setVisible((lights or several) and not theme().projector)
        self.edit_card.setVisible(self.hands.possible and not theme().projector)
        self.ages_card.setVisible(several and not theme().projector)
        self.link.setVisible("filters" in layers and not theme().projector)

    def show_empty(self, words: str) -> None:
        """Say why there is nobody to watch; empty where there is somebody."""
        self._empty = words
        self.show_state(self.model.state)

    def _problem(self, state: WatchState) -> str:
        failure = state.failure
        return self._empty if failure is None else tr(failure.key, **failure.params)

    def restyle(self) -> None:
        """Lay out for the desk or for the last row: there only score, bars and value stand beside the game."""
        big = theme().projector
        for widget in (self.eyes_card, self.moments_card, self.edit_card, self.seen_card, self.ages_card, self.link):
            widget.setVisible(not big)
        # One column beside the game: two would take the room it needs to be seen from there.
        self.column.setVisible(not big)
        self.big_card.setVisible(big)
        self.panel.setFixedWidth(theme().px(PANEL * 0.72) if big else PANEL)
        palette = self.panel.palette()
        palette.setColor(self.panel.backgroundRole(), QColor(color("surface")))
        self.panel.setPalette(palette)
        viewport = self.panel.viewport()
        viewport.setPalette(palette)
        viewport.setAutoFillBackground(True)
        if big:
            self.drawer.close_drawer()
        self.show_state(self.model.state)

    def _arrange(self) -> None:
        """Give the game the largest whole-number size there is room for."""
        beside = self.panel.width() + 2 * _EDGE + (0 if theme().projector else COLUMN + _GAP)
        self.game.fit(self.width() - beside, self.height() - 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        painter.fillRect(self.width() - self.panel.width() - 1, 0, 1, self.height(), color("line"))
        painter.end()
