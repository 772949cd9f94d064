"""The arcade: a network plays, and what it sees, wants and expects is shown beside the game."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from agents.runtime.client import WorkerClient
from arena.environments.registry import is_table
from gui.export.picture_desk import PicturePart
from gui.language import language, tr
from gui.pages.arcade_by_hand import GamesByHandFile
from gui.pages.arcade_choices import player_entries, players, world_entries
from gui.pages.arcade_keys import ArcadeKeys
from gui.pages.arcade_recording import ArcadeRecording
from gui.pages.arcade_top_bar import ArcadeTopBar
from gui.pages.arcade_training import ArcadeTraining, agent_entries
from gui.pages.arcade_transport import ArcadeTransport
from gui.pages.arcade_watch import WatchView
from gui.pages.page import Navigator, Page
from gui.panels.arcade.three_ages import ThreeAges
from gui.panels.other_world.world_by_id import WorldByIdDialog
from gui.state.arcade_games import OTHER, PIXELS, is_network
from gui.state.run_state import RunState
from gui.state.watch_model import WatchModel
from gui.state.watch_state import WatchState
from gui.theme import color, theme
from gui.widgets.pill_button import PillButton


class ArcadePage(Page):
    """The page; it owns the watched game and hands every state to its parts."""

    id = "arcade"
    title_key = "page.arcade"

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(navigator, parent)
        self.model = WatchModel(self)
        self.top = ArcadeTopBar()
        self.watch = WatchView(self.model)
        self.three = ThreeAges()
        self.transport = ArcadeTransport()
        self.training = ArcadeTraining(self)
        self.keys = ArcadeKeys(self.model, self.transport.faster)
        self.again = PillButton("arcade.again", "reset", "primary", parent=self.watch)
        self.again.hide()
        self.train_here = PillButton("train.here", "run", "primary", parent=self.watch)
        self.train_here.hide()
        self.by_hand = GamesByHandFile(self.model, navigator, self)
        self.recording = ArcadeRecording(self.model, navigator, self.watch)
        self._begun = False
        self._three_first = False
        self._env_id = ""
        self._player = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.watch)
        self.stack.addWidget(self.three)
        column.addWidget(self.stack, 1)
        column.addWidget(self.transport)
        column.addWidget(self.training.widget, 1)
        self.training.widget.hide()
        self._connect()
        self._offer_pictures()
        self.restyle()

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show)
        model.warned.connect(self._warned)
        self.top.world_chosen.connect(self._choose_world)
        self.top.agent_chosen.connect(self._choose_player)
        self.top.mode_chosen.connect(self.show_mode)
        self.top.mover_chosen.connect(self._choose_mover)
        self.top.settings_wanted.connect(self.training.drawer.toggle_drawer)
        self.top.projector_wanted.connect(lambda: theme().set_projector(True))
        self.transport.toggled.connect(model.toggle)
        self.transport.stepped.connect(model.step)
        self.transport.new_game.connect(self._new_game)
        self.transport.speed_chosen.connect(model.set_speed)
        self.transport.moved.connect(model.show_step)
        self.watch.key_pressed.connect(self.keys.press)
        self.watch.key_released.connect(self.keys.release)
        self.three.key_pressed.connect(self.keys.press)
        self.three.chosen.connect(self.show_one)
        self.top.ages_wanted.connect(self.show_three)
        self.again.clicked.connect(self._watch_again)
        self.train_here.clicked.connect(self._train_here)
        language().changed.connect(self._retranslated)
        theme().changed.connect(self.restyle)

    def _offer_pictures(self) -> None:
        watch = self.watch
        parts = [
            PicturePart(name_key="arcade.screen", file_part="game", widget=watch.game),
            PicturePart(name_key="arcade.bars", file_part="actions", widget=watch.bars_card),
            PicturePart(name_key="arcade.value", file_part="value", widget=watch.value_card),
            PicturePart(name_key="arcade.seen", file_part="input", widget=watch.seen_card),
            PicturePart(name_key="arcade.inside", file_part="inside", widget=watch.drawer),
        ]
        training = self.training.parts
        self.pictures.know(
            parts=lambda: training if self.mode == "train" else parts, state=RunState, button=self.top.picture
        )
        self.top.picture.clicked.connect(self.pictures.pop_up)
        for part in (*parts, *training):
            self.pictures.offer_on(part)

    # ── what the window asks ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def mode(self) -> str:
        """``watch`` or ``train``."""
        return self.top.mode.value

    def show_mode(self, mode: str) -> None:
        """Watch somebody trained, or train; a run in training goes on while something else is watched."""
        self._stand_in(mode)
        if mode == "train":
            self.model.pause()
            self.training.enter()
        elif not self.model.watching:
            self.show_world(self._env_id or PIXELS, {})
        self.offer()

    def _stand_in(self, mode: str) -> None:
        self.top.show_mode(mode)
        for widget in (self.stack, self.transport):
            widget.setVisible(mode == "watch")
        self.training.widget.setVisible(mode == "train")
        self._show_page_of(self.stack.currentWidget())

    def _train_here(self) -> None:
        self._stand_in("train")
        self.training.begin(self._env_id, self.training.agent)
        self.offer()

    def busy(self) -> bool:
        return self.training.model.busy

    def show_run(self, folder: str) -> None:
        self.training.resume(folder)
        self.show_mode("train")

    def shown(self) -> None:
        if self.mode == "train":
            self.training.enter()
            return
        if not self.model.path and not self._env_id:
            self.show_world(PIXELS, {})
        self.watch.game.setFocus()

    def shutdown(self) -> None:
        self.training.shutdown()
        self.model.shutdown()
        WorkerClient.drop_spare()

    def fill_run_menu(self, menu: QMenu) -> None:
        menu.addAction(tr("arcade.menu.play") + "\tSpace", self.model.toggle)
        menu.addAction(tr("arcade.on") + "\t→", lambda: self.model.step(1))
        menu.addAction(tr("arcade.back") + "\t←", lambda: self.model.step(-1))
        menu.addSeparator()
        menu.addAction(tr("arcade.new_game") + "\tN", self._new_game)
        self.by_hand.add_to(menu)
        menu.addSeparator()
        menu.addAction(tr("train.menu.run"), self.training.model.toggle)
        menu.addAction(tr("train.step"), self.training.model.step)
        menu.addAction(tr("train.save"), self.training.model.checkpoint)

    def show_world(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        self._stand_in("watch")
        self._env_id = env_id
        there = [player for player in players() if player.env_id == env_id]
        if there:
            self.watch_model(str(there[0].folder))
            # Minute one is never one agent alone: what learning did is seen at once.
            self._three_first = True
            return
        self._player = ""
        self.model.close()
        self.offer()

    def play_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        self.show_world(env_id, env_kwargs)
        self._three_first = False
        if self.model.watching:
            self._choose_mover("person")

    def record_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        self.play_by_hand(env_id, env_kwargs)
        if self.model.watching:
            self.recording.begin(env_id, env_kwargs)

    def run_folder(self) -> str:
        if self.mode == "train":
            return self.training.model.state.folder
        path = self.model.path
        return path if path and (Path(path) / "config.json").is_file() else ""

    def watch_model(self, path: str) -> None:
        self._begun = self._three_first = False
        self._stand_in("watch")
        self._show_page_of(self.watch)
        known = next((player for player in players() if player.folder == Path(path)), None)
        self._player = "" if known is None else known.name
        self._env_id = self._env_id if known is None else known.env_id
        self.watch.ghosts.setChecked(False)
        self.model.open(path)
        self.offer()

    def watch_ages(self, path: str) -> None:
        """Watch three ages of a model, or of a run as far as it has come, side by side in the same game."""
        self.watch_model(path)
        self._three_first = True

    def offer(self) -> None:
        """Offer the worlds and agents there are in this mode."""
        there = players()
        trained = {run.env_id for run in self.navigator.index.runs if is_network(run.agent)}
        if self.mode == "train":
            training = self.training
            known = json.dumps([training.env_id, {}])
            self.top.offer(world_entries(there, training.env_id, trained), agent_entries(), known, training.agent)
            return
        world = json.dumps([self._env_id, {}])
        self.top.offer(
            world_entries(there, self._env_id, trained), player_entries(there, self._env_id), world, self._player
        )
        nobody = not any(player.env_id == self._env_id for player in there) and not self.model.watching
        self.watch.show_empty(tr("arcade.empty") if nobody else "")
        self.train_here.setVisible(nobody)
        if nobody:
            self._put_on_game(self.train_here)

    def show_three(self) -> None:
        """Show its three ages side by side in the same game."""
        if not self.three.know(self.model.state):
            return
        self._three_first = False
        self.watch.ghosts.setChecked(False)
        young, middle, newest = self.three.files
        self.model.want("three", ("ghosts",))
        self.model.use(newest, (young, middle))
        self.model.new_game()
        self._show_page_of(self.three)

    def show_one(self, file: str) -> None:
        """Look at one age of it; no file means the newest weights of a run."""
        self.model.want("three", ())
        self.model.use(file, ())
        self._show_page_of(self.watch)
        self.watch.game.setFocus()

    def _show_page_of(self, part: QWidget | None) -> None:
        if part is not None:
            self.stack.setCurrentWidget(part)
        self.top.ages.setVisible(part is self.watch and bool(self.three.files) and self.mode == "watch")

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose_world(self, id: str) -> None:
        if id == OTHER:
            self.offer()
            dialog = WorldByIdDialog(self.window(), self.navigator.worlds)
            dialog.chosen.connect(lambda env_id: self._choose_world(json.dumps([env_id, {}])))
            dialog.open()
            return
        env_id, env_kwargs = json.loads(id)
        if self.mode == "train" and not is_table(env_id):
            self.training.begin(env_id, self.training.agent)
        elif env_id != self._env_id:
            self.navigator.world_wanted.emit(env_id, env_kwargs)
            # Where another page shows it, this one still shows what it showed.
            self.offer()

    def _choose_player(self, name: str) -> None:
        if self.mode == "train":
            self.training.begin(self.training.env_id, name)
            return
        player = next((player for player in players() if player.name == name), None)
        if player is not None:
            self.watch_model(str(player.folder))
            self.watch.game.setFocus()

    def _choose_mover(self, mover: str) -> None:
        self.keys.let_go()
        self.model.set_mover(mover)
        self.watch.game.setFocus()

    def _new_game(self) -> None:
        self.model.new_game()
        self.watch.game.setFocus()

    def _watch_again(self) -> None:
        self._begun = False
        self.model.again()

    def _warned(self, key: str, params: dict[str, Any]) -> None:
        self.navigator.say.emit(tr(key, **params))

    def _retranslated(self) -> None:
        self.offer()
        self._show(self.model.state)

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, state: WatchState) -> None:
        if state.ready is not None and not self._begun:
            # Whoever opens a game wants to see it played.
            self._begun = True
            self._env_id = state.ready.env_id
            self.offer()
            if self.mode == "watch":
                self.model.run()
        shown = self.stack.currentWidget()
        if shown is self.three:
            self.three.show_state(state)
        else:
            self._look_for_ages(state)
            self.watch.show_state(state)
        self.transport.show_state(state)
        self.top.mover.set_value(state.mover)
        failed = state.phase == "failed"
        self.again.setVisible(failed)
        if failed:
            self._put_on_game(self.again)

    def _look_for_ages(self, state: WatchState) -> None:
        """Offer its ages as soon as there are three; a run in training gets more of them."""
        there = self.three.know(state)
        if there and self._three_first:
            self.show_three()
        elif there == self.top.ages.isHidden():
            self._show_page_of(self.stack.currentWidget())

    def _put_on_game(self, button: PillButton) -> None:
        box = self.watch.game.geometry()
        button.adjustSize()
        button.move(box.x() + 24, box.y() + 24)
        button.raise_()

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        self.top.setVisible(not theme().projector)
        self.three.restyle()
        self.watch.game.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        painter.fillRect(self.top.geometry(), color("surface"))
        painter.end()
