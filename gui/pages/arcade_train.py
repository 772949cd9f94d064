"""A network in training: its game, its score, how it grew, and what happens inside the learner."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from arena.protocol.watch_messages import REAL_TIME, WatchReady
from gui.language import language, number, tr
from gui.pages.arcade_train_cards import TrainCards
from gui.pages.arcade_watch import ROWS
from gui.panels.arcade.ages_strip import AgesStrip
from gui.panels.training.figure_card import FigureCard
from gui.panels.training.live_game import LiveGame
from gui.panels.training.score_curve import ScoreCurve
from gui.panels.training.training_banner import TrainingBanner
from gui.state.training_forecast import clock_words, forecast
from gui.state.training_model import TrainingModel
from gui.state.training_state import TrainingState
from gui.state.watch_model import WatchModel
from gui.state.watch_state import WatchState, age_words
from gui.theme import FIGURE, color, theme
from gui.widgets.card import Card
from gui.widgets.link_button import LinkButton
from gui.widgets.text_label import Ink, TextLabel

PANEL = 372
"""Width of the panel at the right, in pixels."""

_GAP, _EDGE, _TICK_MS = 8, 16, 1_000

_AGE = 76
"""Width of an age in the strip."""

_THREE = 3
"""So many ages are shown side by side."""

_FAR = 32
"""Size of the score in projector mode, before everything there grows."""

_LEAST_CURVE = 404
"""The curve is never narrower than this for the sake of a larger game."""


class TrainView(QWidget):
    """Game and score above, figures and ages below, the learner at the right.

    Args:
        model: The run.
        live: Its game, played by a worker of its own with the run's weights.
        parent: Qt parent.

    Attributes:
        closer_wanted: The run is to be watched closely.
        three_wanted: Three of its ages are to be watched side by side.
        toggled: Train or pause, by key.
        stepped: One update, by key.
    """

    closer_wanted = Signal()
    three_wanted = Signal()
    toggled = Signal()
    stepped = Signal()

    def __init__(self, model: TrainingModel, live: WatchModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.live = model, live
        self._make_parts()
        self._lay_out()
        self.banner = TrainingBanner(self)
        self._connect()
        self._second = QTimer(self)
        self._second.setInterval(_TICK_MS)
        self._second.timeout.connect(self._tick)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.restyle()

    def _make_parts(self) -> None:
        self.game = LiveGame()
        self.curve = ScoreCurve()
        self.now, self.speed = FigureCard("train.now"), FigureCard("train.speed")
        self.time, self.save = FigureCard("train.time"), FigureCard("train.next_save")
        self.ages = AgesStrip()
        self.ages_words = TextLabel("train.ages.words", 13, "dim", wrap=True)
        self.closer = LinkButton("train.closer", tip_key="train.closer.tip")
        self.three = LinkButton("train.three", tip_key="arcade.three.tip")
        self.ahead = TextLabel("", 12.5, "warning", wrap=True)
        self.cards = TrainCards()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(_EDGE, _GAP, _EDGE, _GAP)
        left.setSpacing(_GAP)
        top = QHBoxLayout()
        top.setSpacing(_GAP)
        top.addWidget(self.game, 0, Qt.AlignmentFlag.AlignTop)
        self.curve_card = Card("train.curve")
        self.curve_card.body.addWidget(self.curve, 1)
        self.curve_card.body.addWidget(self.ahead)
        top.addWidget(self.curve_card, 1)
        left.addLayout(top, 1)
        self.figures = QWidget()
        figures = QHBoxLayout(self.figures)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(_GAP)
        for card in (self.now, self.speed, self.time, self.save):
            figures.addWidget(card, 1)
        left.addWidget(self.figures)
        self.ages_card = Card("train.ages")
        ages = QHBoxLayout()
        ages.setSpacing(16)
        ages.addWidget(self.ages)
        side = QVBoxLayout()
        side.addWidget(self.ages_words)
        links = QHBoxLayout()
        links.setSpacing(18)
        links.addWidget(self.closer)
        links.addWidget(self.three)
        links.addStretch(1)
        side.addLayout(links)
        side.addStretch(1)
        ages.addLayout(side, 1)
        self.ages_card.body.addLayout(ages)
        left.addWidget(self.ages_card)
        row.addLayout(left, 1)
        self.panel = QScrollArea()
        self.panel.setWidget(self.cards)
        self.panel.setWidgetResizable(True)
        self.panel.setFrameShape(QScrollArea.Shape.NoFrame)
        self.panel.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.panel.setFixedWidth(PANEL)
        row.addWidget(self.panel)

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(lambda _: self._follow())
        self.live.changed.connect(lambda _: self._show_game())
        self.ages.chosen.connect(self.live.use)
        self.closer.clicked.connect(self.closer_wanted)
        self.three.clicked.connect(self.three_wanted)
        self.banner.resume_wanted.connect(model.resume)
        self.banner.back_wanted.connect(model.run)
        self.banner.stop_wanted.connect(model.kill)
        self.cards.switches.live_wanted.connect(model.set_hyperparameter)
        language().changed.connect(self.show_all)
        theme().changed.connect(self.restyle)

    # ── the game beside it ─────────────────────────────────────────────────────────────────────────────────────────

    def _follow(self) -> None:
        """Have the run's weights play, as soon as there are some and somebody looks; show what is new."""
        state = self.model.state
        if state.folder and self.live.path not in ("", state.folder):
            self.live.close()
        if self.isVisible() and state.newest is not None and self.live.path != state.folder:
            self.live.set_speed(REAL_TIME)
            self.live.open(state.folder)
            self.live.want("train", ("frame",))
        self._play_or_rest()
        self.show_all()

    def _play_or_rest(self) -> None:
        """Play while somebody looks, once anything was learned: nobody wants to see a beginner's first minute."""
        state = self.model.state
        learned = state.env_steps > 0 or (state.ready is not None and bool(state.ready.begun_with))
        wanted = self.isVisible() and (learned or self.live.state.file != "")
        if self.live.state.ready is None or self.live.state.failure is not None:
            return
        if wanted and self.live.state.phase == "paused":
            self.live.run()
        elif not wanted and self.live.state.phase == "running":
            self.live.pause()

    def _show_game(self) -> None:
        self._play_or_rest()
        state, live = self.model.state, self.live.state
        words = ""
        if live.failure is not None:
            words = tr(live.failure.key, **live.failure.params)
        elif live.array("frame") is None:
            words = tr("train.game.starting" if state.newest is not None else "train.game.none")
        rows = next((rows for name, rows in ROWS.items() if name in state.env_id), None)
        self.game.show_rows(rows if state.env_id else (0, 198))
        self.game.show_state(live, self._stamp(state, live), words)
        self._arrange()
        self._show_ages(state)

    @staticmethod
    def _stamp(state: TrainingState, live: WatchState) -> str:
        if live.file:
            return tr("train.game.age", age=age_words(live.scalar("weights_env_steps")))
        if state.newest_at < 0:
            return ""
        return tr("train.game.newest", seconds=number(max(0.0, time.monotonic() - state.newest_at)))

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_all(self) -> None:
        """Hand the state to every part that can be seen."""
        state = self.model.state
        self.banner.show_state(state)
        if not self.isVisible():
            return
        self.curve.show_state(state)
        games = tr("train.curve.caption", games=number(min(100, state.episodes))) if len(state.rows) else ""
        self.curve_card.set_caption(games, mono=False)
        self._show_forecast(state)
        self._show_figures(state)
        if not theme().projector:
            self.cards.show_state(state)
        self._show_game()

    def _show_forecast(self, state: TrainingState) -> None:
        coming = forecast(state) if state.phase == "running" else None
        if coming is None:
            known = len(state.published) > 0
            self.ahead.set_text(tr("train.forecast.others") if known else "")
        else:
            minutes = number(max(1.0, round(coming.seconds / 60)))
            self.ahead.set_text(tr("train.forecast", score=number(coming.score), minutes=minutes))
        self.ahead.setVisible(bool(self.ahead.text()))

    def _show_figures(self, state: TrainingState) -> None:
        score = state.score
        if score is None:
            self.now.show_figure("–", "", tr("train.now.none"))
        else:
            mean, low, high = score
            spread = max(mean - low, high - mean)
            self.now.show_figure(
                number(mean, 1), f"± {number(spread, 1)}" if spread >= 0 else "", *self._compared(state, low, high)
            )
        running = state.phase == "running"
        speed = number(state.steps_per_second) if running and state.steps_per_second > 0 else "–"
        doing = tr("train.speed." + state.doing) if running else tr("train.speed.resting")
        self.speed.show_figure(speed, tr("train.speed.unit"), doing)
        self._show_clocks(state, running)

    @staticmethod
    def _compared(state: TrainingState, low: float, high: float) -> tuple[str, Ink]:
        """Return in words how the score compares, and the ink; only what the band is clear of is claimed."""
        person, chance = state.reference("person"), state.reference("random")
        if person is not None and low > person:
            return tr("train.now.person"), "good"
        if chance is not None and low > chance:
            return tr("train.now.above"), "dim"
        if chance is not None and high < chance:
            return tr("train.now.below"), "dim"
        return (tr("train.now.random") if chance is not None else ""), "dim"

    def _show_clocks(self, state: TrainingState, running: bool) -> None:
        horizon = 0 if state.ready is None else state.ready.horizon
        left = state.seconds_left
        about = tr("train.time.of", time=clock_words(state.seconds + left)) if running and left >= 0 else ""
        share = tr("train.time.share", share=number(100.0 * state.env_steps / horizon, 0)) if horizon else ""
        passed = max(0.0, time.monotonic() - state.told_at) if running and state.told_at >= 0 else 0.0
        self.time.show_figure(clock_words(state.seconds + min(passed, 2.0)), about, share)
        soon = clock_words(max(0.0, state.save_in - passed)) if running and state.save_in >= 0 else "–"
        ago = ""
        if state.saved_at >= 0:
            ago = tr("train.save.ago", ago=clock_words(time.monotonic() - state.saved_at))
        self.save.show_figure(soon, "", ago)

    def _show_ages(self, state: TrainingState) -> None:
        ages = state.shown_ages
        self.ages.show_state(WatchState(ready=WatchReady(ages=ages), file=self.live.state.file))
        self.ages.setFixedWidth(_AGE * max(1, len(self.ages.buttons)))
        self.closer.setEnabled(state.newest is not None)
        self.three.setVisible(len(ages) >= _THREE)

    def _tick(self) -> None:
        self._show_figures(self.model.state)
        self._show_game()

    # ── layout ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def restyle(self) -> None:
        """Lay out for the desk or for the last row: there only game, curve and figures remain."""
        big = theme().projector
        for widget in (self.panel, self.ages_card, self.speed, self.save):
            widget.setVisible(not big)
        self.now.figure.set_size(_FAR if big else FIGURE - 3)
        palette = self.panel.palette()
        palette.setColor(self.panel.backgroundRole(), QColor(color("surface")))
        self.panel.setPalette(palette)
        self.panel.viewport().setPalette(palette)
        self.panel.viewport().setAutoFillBackground(True)
        self.show_all()
        self._arrange()

    def _arrange(self) -> None:
        """Give the game the largest whole-number size that leaves room for the curve."""
        big = theme().projector
        below = self.figures.sizeHint().height() + (0 if big else self.ages_card.sizeHint().height() + _GAP)
        width = self.width() - (0 if big else PANEL) - 2 * _EDGE - _GAP - theme().px(_LEAST_CURVE)
        self.game.fit(width, self.height() - below - 3 * _GAP)
        self.banner.place(self.width() - (0 if big else PANEL))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.looking = True
        self._second.start()
        if self.live.state.failure is not None:
            # Another try: what stood in its way may be gone.
            self.live.path = ""
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # Training goes on; looking at it costs it nothing while nobody does.
        self.model.looking = False
        self._second.stop()
        self._play_or_rest()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.toggled.emit()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Period, Qt.Key.Key_PageDown):
            self.stepped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        if self.panel.isVisible():
            painter.fillRect(self.width() - self.panel.width() - 1, 0, 1, self.height(), color("line"))
        painter.end()
