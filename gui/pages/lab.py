"""The Lab: any world, any agent; the world is by far the biggest thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.environments.registry import is_table
from arena.texts import localized
from gui.language import language, number, tr
from gui.pages.lab_banner import reason_text
from gui.pages.lab_cards import place_cards, place_dock
from gui.pages.lab_curves import LabCurves
from gui.pages.lab_editor import LabEditor
from gui.pages.lab_menu import LUCK_KEY, fill_run_menu
from gui.pages.lab_parts import LabParts
from gui.pages.lab_pictures import offer_pictures
from gui.pages.lab_recording import LabRecording
from gui.pages.lab_scene import LabScene
from gui.pages.lab_twins import LabTwins
from gui.pages.page import Navigator
from gui.panels.other_world.world_by_id import WorldByIdDialog
from gui.panels.status_line import status_text
from gui.state.run_state import RunState
from gui.state.scene import SCENES, Scene
from gui.theme import color, theme
from gui.widgets.stage.sub_updates import sub_updates_of

_SPARE_AFTER_MS = 2_000


class LabPage(LabParts):
    """The page; it owns the run model and hands every state to its panels."""

    id = "lab"
    title_key = "page.lab"

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(navigator, parent)
        self._shown_world: object = None
        self._spare = QTimer(self)
        self._spare.setSingleShot(True)
        self._spare.timeout.connect(WorkerClient.prewarm)
        self.curves = LabCurves(self)
        self._connect()
        self.twins = LabTwins(self)
        self.scenes = LabScene(self)
        offer_pictures(self)
        self.editor = LabEditor(self)
        self.recording = LabRecording(self.model, self.navigator, self.middle)
        self._inside.insertWidget(1, self.recording.strip)
        self.restyle()

    def _connect(self) -> None:
        model = self.model
        self.middle.resized.connect(self._arrange)
        model.changed.connect(self._refresh)
        self.past.changed.connect(self._refresh)
        model.warned.connect(self._warned)
        self.top.world_chosen.connect(self._choose_world)
        self.top.other_wanted.connect(self._ask_for_world)
        self.top.agent_chosen.connect(self._choose_agent)
        self.top.mover_chosen.connect(self._choose_mover)
        self.top.settings_wanted.connect(self.settings_drawer.toggle_drawer)
        self.top.projector_wanted.connect(lambda: theme().set_projector(True))
        self.layers.changed.connect(self._choose_layer)
        self.legend.fit_wanted.connect(self._fit_colors)
        luck = QShortcut(QKeySequence(LUCK_KEY), self)
        luck.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        luck.activated.connect(self.navigator.luck_wanted)
        self.transport.toggled.connect(self.driver.toggle)
        self.transport.stepped.connect(self.driver.step)
        self.transport.run_to.connect(self.driver.run_to)
        self.transport.speed_chosen.connect(self.driver.set_speed)
        self.banner.resume_wanted.connect(model.resume)
        self.banner.stop_wanted.connect(model.kill)
        self.stage.key_pressed.connect(self.keys.press)
        self.stage.cell_pinned.connect(lambda _: self._show_lens(self.model.state))
        self.table_link.clicked.connect(self._open_table)
        self.whole_table.state_chosen.connect(self.stage.pin)
        self.whole_table.value_chosen.connect(self._explain_from_table)
        self.stage.value_clicked.connect(self.why.clicked)
        self.what.why_wanted.connect(self.why.explain)
        self.why.pinned.connect(self.stage.pin)
        self.why.room_changed.connect(self._make_room)
        self.form.live_changed.connect(model.set_hyperparameter)
        self.form.restart_wanted.connect(self._restart)
        self.form.left.connect(self.stage.setFocus)
        language().changed.connect(self._retranslated)
        theme().changed.connect(self.restyle)

    # ── what the window asks ───────────────────────────────────────────────────────────────────────────────────────

    def shown(self) -> None:
        if self.model.state.phase == "none":
            self.show_scene(SCENES[0])
        self.stage.setFocus()

    def busy(self) -> bool:
        return self.model.busy or self.twins.busy()

    def shutdown(self) -> None:
        self._spare.stop()
        self.past.close()
        self.twins.shutdown()
        self.model.shutdown()
        WorkerClient.drop_spare()

    def show_scene(self, scene: Scene) -> None:
        self.layers.set_value(scene.layer)
        self.stage.set_layer(scene.layer)
        self._open(
            RunSpec(
                env_id=scene.env_id,
                env_kwargs=scene.env_kwargs,
                agent=scene.agent,
                hyperparameters=scene.hyperparameters,
                seed=scene.seed,
                speed=scene.speed,
            )
        )
        self.scenes.begin(scene)

    def run_folder(self) -> str:
        return self.model.folder

    def show_run(self, folder: str) -> None:
        self.scenes.leave()
        self._open(RunSpec(resume=folder, agent="", speed=4.0))

    def scene(self, *, at_moment: bool = False) -> Scene | None:
        return self.scenes.present(at_moment=at_moment)

    def _open(self, spec: RunSpec) -> None:
        self.scenes.opening.drop()
        self.twins.end()
        self.model.open(spec)
        self.stage.setFocus()

    def fill_run_menu(self, menu: QMenu) -> None:
        fill_run_menu(menu, self.driver, self.model, self.past, self.transport.faster, self._again, self._fit_colors)
        self.twins.fill_menu(menu)
        menu.addAction(tr("lab.menu.luck") + "\t" + LUCK_KEY, self.navigator.luck_wanted.emit)

    # ── choices ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose_world(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        if not is_table(env_id):
            self.navigator.world_wanted.emit(env_id, dict(env_kwargs))
            return
        self.show_world(env_id, env_kwargs)

    def _ask_for_world(self) -> None:
        dialog = WorldByIdDialog(self.window(), self.navigator.worlds)
        dialog.chosen.connect(lambda env_id: self._choose_world(env_id, {}))
        dialog.open()

    def show_world(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        state = self.model.state
        self._open(RunSpec(env_id=env_id, env_kwargs=env_kwargs, agent=state.agent or "q_learning", speed=state.speed))

    def play_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        # Not the agent chosen last: a network has no single step that a person could make.
        self._open(RunSpec(env_id=env_id, env_kwargs=env_kwargs, agent="q_learning", speed=self.model.state.speed))
        self._choose_mover("person")

    def record_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        self.play_by_hand(env_id, env_kwargs)
        self.recording.begin()

    def _choose_agent(self, agent: str) -> None:
        state, (env_id, env_kwargs) = self.model.state, self.model.place
        # Also where the last agent failed before its world was shown: it must not be the last word.
        if env_id:
            self._open(RunSpec(env_id=env_id, env_kwargs=env_kwargs, agent=agent, seed=state.seed, speed=state.speed))

    def _choose_mover(self, mover: str) -> None:
        self.model.set_mover(mover)
        self.stage.setFocus()

    def _choose_layer(self, layer: str) -> None:
        self.stage.set_layer(layer)
        self.legend.show_scale(layer, self.stage.scale, self.stage.content)
        self.stage.setFocus()

    def _fit_colors(self) -> None:
        if self.twins.comparing:
            self.twins.view.fit_colors()
            return
        self.stage.scale.forget()
        self._refresh()

    def _again(self) -> None:
        state = self.model.state
        if state.world is not None:
            self._restart(dict(state.hyperparameters), dict(state.world.env_kwargs), state.seed)

    def _restart(self, hyperparameters: dict[str, Any], env_kwargs: dict[str, Any], seed: int) -> None:
        state = self.model.state
        if state.world is None:
            return
        self._open(
            RunSpec(
                env_id=state.world.env_id,
                env_kwargs=env_kwargs,
                agent=state.agent,
                hyperparameters=hyperparameters,
                seed=seed,
                speed=state.speed,
            )
        )
        self.navigator.say.emit(tr("lab.restarted"))

    def _open_table(self) -> None:
        self.table_drawer.open_drawer()
        self.whole_table.show_state(self.model.state)

    def _explain_from_table(self, state: int, action: int) -> None:
        self.table_drawer.close_drawer()
        self.why.explain(state, action)

    def _make_room(self, pixels: int) -> None:
        self._inside.setContentsMargins(16, 10, 16 + pixels, 10)
        if pixels:
            self.table_card.hide()
        else:
            self.scenes.apply()
        self._inside.activate()
        self._arrange()

    def _warned(self, key: str, params: dict[str, Any]) -> None:
        text = tr(key, **params)
        if "field" in params and self.settings_drawer.is_open:
            self.form.show_problem(str(params.get("field", "")), text)
        else:
            self.navigator.say.emit(text)

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _refresh(self) -> None:
        self.show_state(self.past.model.state())

    def show_state(self, state: RunState) -> None:
        """Hand a state to every panel that can be seen."""
        if self.twins.comparing:
            return
        self.twins.follow(state)
        if state.world is not self._shown_world:
            self._world_changed(state)
        self.stage.show_state(state)
        self.legend.show_scale(self.stage.layer, self.stage.scale, self.stage.content)
        self.legend.explain(sub_updates_of(state.hyperparameters))
        self.banner.show_state(state)
        self.reason.set_text(reason_text(state))
        self.transport.show_state(state)
        self.past.show_state(state)
        self.why.show_state(state)
        self.top.mover.set_value(state.mover)
        self.status.set_text(status_text(state) if state.at < 0 else "")
        if theme().projector:
            self.header.show_state(state)
            self.dock.show_state(state)
            self._show_lens(state)
            return
        self.what.show_state(state)
        self.curves.show_state(state)
        self.table_head.show_state(state)
        if self.table_drawer.is_open:
            self.whole_table.show_state(state)
        self.form.show_state(state)
        self.form.setEnabled(state.at < 0)

    def _world_changed(self, state: RunState) -> None:
        self._shown_world = state.world
        self.top.agent.set_value(state.agent)
        self.scenes.apply()
        if state.world is None:
            return
        world = state.world
        self.top.show_world(world.env_id, world.env_kwargs, localized(world.title, language().code))
        if world.states > 1:
            self.table_link.set_text_key("lab.card.table.all", count=number(world.states))
        else:
            self.table_link.set_text_key("lab.card.table.whole")
        self.stage.show_state(state)
        self._arrange()
        self._spare.start(_SPARE_AFTER_MS)
        self.navigator.index.load()

    def _show_lens(self, state: RunState) -> None:
        at = self.stage.pinned
        if at < 0 and state.tick is not None and state.tick.changes:
            at = int(state.tick.changes[-1]["state"])
        elif at < 0 and state.view is not None:
            at = int(state.view.scalars.get("last_state", -1))
        self.dock.lens.show_cell(self.stage.content, self.stage.scale, at, state)

    def _retranslated(self) -> None:
        self._shown_world = None
        self._refresh()

    # ── layout ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        big = theme().projector
        for widget in (self.top, self._line, self.cards, self.legend, self.layers, self.reason, self.status):
            widget.setVisible(not big)
        for widget in (self.header, self.dock):
            widget.setVisible(big and not self.twins.comparing)
        palette = self._line.palette()
        palette.setColor(self._line.backgroundRole(), color("line"))
        self._line.setPalette(palette)
        if big:
            for drawer in (self.settings_drawer, self.table_drawer, self.why.drawer):
                drawer.close_drawer()
            self.stage.setFocus()
        self.scenes.apply()
        self._make_room(self.why.room)
        self._refresh()

    def _arrange(self) -> None:
        """Put the cards where they leave the larger cells to the stage."""
        self.banner.place(self.middle.width())
        self.past.place()
        if theme().projector:
            taken = self.header.height() + self.transport.height()
            place_dock(self._wall, self.dock, self.stage, QSize(self.width(), self.height() - taken))
            return
        margins = self._inside.contentsMargins()
        room = QSize(self.middle.width() - margins.left() - margins.right(), self.middle.height() - 20 - 36 - 8)
        place_cards(self._body, self._cards_row, self.cards, self.stage, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        if not theme().projector:
            painter.fillRect(self.top.geometry(), color("surface"))
