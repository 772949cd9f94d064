"""What if, in the Lab: the drawer that asks what to change, the two runs side by side, the tree they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QScrollArea

from agents.runtime.client import WorkerClient
from agents.runtime.deep_runs import is_deep_agent
from gui.language import tr
from gui.pages.twin_keys import TwinKeys
from gui.panels.twins.view import TwinView
from gui.panels.what_if.panel import WhatIfPanel
from gui.state.run_family import Family, RunFamily
from gui.state.run_state import RunState
from gui.state.twins import Twins
from gui.theme import theme
from gui.widgets.drawer import Drawer
from gui.widgets.pill_button import PillButton
from gui.widgets.run_tree import RunTree

if TYPE_CHECKING:
    from gui.pages.lab import LabPage

KEY = "Ctrl+T"


class LabTwins(QObject):
    """What the Lab has more while two runs are compared.

    Args:
        lab: The page; its parts are there already.
    """

    def __init__(self, lab: LabPage) -> None:
        super().__init__(lab)
        self._lab = lab
        self.keys = TwinKeys(lab.driver, lab.transport.faster)
        self.button = PillButton("lab.what_if", "branch", "quiet", tip_key="lab.what_if.tip")
        lab.top.add_button(self.button)
        self.view = TwinView(lab.middle, lab.model)
        self.drawer = Drawer(lab.middle, "whatif.title", extent=420)
        self.panel = WhatIfPanel()
        self.drawer.body.addWidget(self.panel)
        self.tree_drawer = Drawer(lab.middle, "family.title", extent=420)
        self.tree = RunTree()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.tree)
        area.viewport().setAutoFillBackground(False)
        self.tree.setAutoFillBackground(False)
        self.tree_drawer.body.addWidget(area)
        self.family = RunFamily(self)
        shortcut = QShortcut(QKeySequence(KEY), lab)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.ask)
        self._connect(lab)

    def _connect(self, lab: LabPage) -> None:
        self.button.clicked.connect(self.ask)
        self.panel.run_both.connect(self._begin)
        self.panel.tree_wanted.connect(self.show_tree)
        self.view.tree_wanted.connect(self.show_tree)
        self.view.opened.connect(self._opened)
        self.view.closed.connect(self._closed)
        self.view.changed.connect(lab.transport.show_state)
        self.view.refused.connect(lab.navigator.say)
        self.family.found.connect(self._found)
        self.tree.run_chosen.connect(self._choose_run)
        for stage in self.view.stages:
            stage.key_pressed.connect(self.keys.press)

    @property
    def comparing(self) -> bool:
        """Whether two runs are shown instead of one."""
        return self.view.comparing

    def busy(self) -> bool:
        """Return whether both are learning."""
        return self.view.twins is not None and self.view.twins.running

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self) -> None:
        """Ask what is to be different from the moment shown on; learning pauses for it."""
        if self.comparing or theme().projector:
            return
        if self.drawer.is_open:
            self.drawer.close_drawer()
            return
        lab = self._lab
        if lab.model.state.world is None or lab.model.state.phase == "failed":
            return
        if is_deep_agent(lab.model.state.agent):
            lab.navigator.say.emit(tr("train.lab.no_fork"))
            return
        if lab.model.state.phase == "running":
            lab.model.pause()
        WorkerClient.prewarm()
        # The moment is the one that is looked at: now, or one of the past.
        state = lab.past.model.state()
        self.ask_at(state, state.at if state.at >= 0 else state.env_steps)

    def ask_at(self, state: RunState, at: int) -> None:
        """Ask what is to be different from a moment on.

        Args:
            state: The run as it was then.
            at: The tick.
        """
        lab = self._lab
        for other in (lab.settings_drawer, lab.table_drawer, lab.why.drawer, self.tree_drawer):
            other.close_drawer()
        self.panel.show_moment(state, at)
        if lab.stage.pinned >= 0 and state.world is not None:
            self.panel.suggest_cell(int(state.world.layout.cell_of_state[lab.stage.pinned]))
        self.drawer.open_drawer()

    def follow(self, state: RunState) -> None:
        """Another moment is looked at, or the run came to rest a little later than it was asked to: that is the one."""
        at = state.at if state.at >= 0 else state.env_steps
        shown = state.view is not None and state.view.env_steps == at
        if self.drawer.is_open and at != self.panel.at and state.phase == "paused" and shown:
            self.panel.show_moment(state, at)

    def _begin(self, at: int, changes: Mapping[str, Any]) -> None:
        self.drawer.close_drawer()
        lab = self._lab
        self.view.layers.set_value(lab.layers.value)
        self.view.pair.start_scale(lab.stage.scale)
        lab.past.model.leave()
        self.view.begin(lab.model.folder, at, changes)
        self._lock(True)
        lab.restyle()

    # ── comparing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _opened(self, twins: Twins) -> None:
        self._lab.driver.twins = twins
        twins.ended.connect(self._ended)
        self._lab.navigator.index.load()
        twins.run()

    def _lock(self, locked: bool) -> None:
        """Both runs are what they are: what would begin another one waits until they are no longer compared."""
        top = self._lab.top
        for widget in (top.world, top.agent, top.mover, top.settings, self.button, self._lab.editor.button):
            widget.setEnabled(not locked)
        self._lab.transport.show_compared(locked)

    def _ended(self, side: int) -> None:
        twins = self.view.twins
        if twins is None:
            return
        done = twins.models[side].state.phase == "finished"
        name = self.view.headers[side].words.text()
        self._lab.navigator.say.emit(tr("twins.ended.finished" if done else "twins.ended.failed", name=name))

    def end(self) -> None:
        """Stop comparing, if two runs are compared."""
        self.view.end()

    def _closed(self) -> None:
        self._lab.driver.twins = None
        self._lock(False)
        self._lab.restyle()
        self._lab.stage.setFocus()

    def shutdown(self) -> None:
        """End what was begun here."""
        self.view.shutdown()
        self.family.finish()

    # ── the tree ───────────────────────────────────────────────────────────────────────────────────────────────────

    def show_tree(self) -> None:
        """Show the family of the run on show."""
        folder = self._lab.model.folder
        if folder:
            self.drawer.close_drawer()
            self.family.find(folder, {state.run_id: state.env_steps for state in self._shown()})
            self.tree_drawer.open_drawer()

    def _shown(self) -> tuple[RunState, ...]:
        twins = self.view.twins
        return twins.states if twins is not None else (self._lab.model.state,)

    def _found(self, _: str, family: Family) -> None:
        self.tree.show_family(frozenset(state.run_id for state in self._shown()), family)

    def _choose_run(self, folder: str) -> None:
        self.tree_drawer.close_drawer()
        if Path(folder) != Path(self._lab.model.folder or "."):
            self._lab.navigator.open_run.emit(folder)

    def fill_menu(self, menu: QMenu) -> None:
        """Put its actions into the window's Run menu."""
        menu.addSeparator()
        menu.addAction(tr("lab.menu.what_if") + "\t" + KEY, self.ask)
        menu.addAction(tr("lab.menu.tree"), self.show_tree)
