"""The scene in the Lab: its note among the cards, its hidden controls, the way to its moment, and how to save one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from agents.runtime.deep_runs import is_deep_agent
from arena.scenes.scene_file import Scene
from arena.texts import localized
from gui.language import language, number, tr
from gui.pages.lab_top_bar import world_id
from gui.panels.scene_note import SceneNote
from gui.state.run_state import RunState
from gui.state.run_words import agent_title, world_title
from gui.state.scene_opening import SceneOpening
from gui.state.scene_present import scene_at_moment, scene_of
from gui.theme import theme
from gui.widgets.pill_button import PillButton

if TYPE_CHECKING:
    from gui.pages.lab import LabPage


_CARDS = ("what_happened", "returns", "table")


_NOT_OF_NETWORKS = ("mover", "run_to", "speed", "timeline")
"""A network learns from many steps of many games at once: there is no single step to make by hand, slow down or
go back to."""


def departure(scene: Scene, state: RunState) -> str:
    """Return what a scene's note was written for, where that is no longer what is shown; else an empty text."""
    world = state.world
    if world is None:
        return ""
    if world_id(world.env_id, world.env_kwargs) != world_id(scene.env_id, scene.env_kwargs):
        then = world_title(scene.env_id, scene.env_kwargs)
        return tr("scene.note.other_world", then=then, now=localized(world.title, language().code))
    if state.agent != scene.agent:
        return tr("scene.note.other_agent", then=agent_title(scene.agent), now=agent_title(state.agent))
    return ""


class LabScene(QObject):
    """What the Lab has more when it shows a scene than when it shows any run.

    Args:
        lab: The page; its parts are there already.
    """

    def __init__(self, lab: LabPage) -> None:
        super().__init__(lab)
        self._lab = lab
        self._scene: Scene | None = None
        self._run_id = ""
        self._on_wall = False
        self._hidden: tuple[str, ...] = ()
        self._departed = ""
        self._open = {False: False, True: False}
        self.opening = SceneOpening(lab.model, self)
        self.note = SceneNote()
        self._put_among_cards()
        self.button = PillButton("scene.note.button", "info", "quiet", tip_key="scene.note.button.tip")
        self.button.setCheckable(True)
        lab.top.add_button(self.button)
        self.note.folded.connect(self.fold)
        self.note.all_wanted.connect(self.show_all)
        self.button.clicked.connect(self.fold)
        self.opening.reached.connect(self._reached)
        self.opening.given_up.connect(self._given_up)
        lab.model.changed.connect(self._look)
        lab.stage.key_pressed.connect(self._press)
        language().changed.connect(self._say_again)

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def scene(self) -> Scene | None:
        """The scene that was opened last, unless something else was opened after it."""
        return self._scene

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the controls that are hidden."""
        return self._hidden

    @property
    def note_open(self) -> bool:
        """Whether the note is unfolded; on the wall it is folded until somebody wants it."""
        return self._open[theme().projector]

    def begin(self, scene: Scene) -> None:
        """Show a scene whose run is about to be opened."""
        self._scene, self._run_id = scene, ""
        self._hidden, self._departed = scene.hidden, ""
        self._open = {False: bool(scene.note or scene.question), True: False}
        self.note.show_scene(scene)
        self.opening.begin(scene)
        self.apply()

    def leave(self) -> None:
        """Something is opened that is no scene."""
        self._scene, self._run_id = None, ""
        self._hidden, self._departed = (), ""
        self._open = {False: False, True: False}
        self.opening.drop()
        self.apply()

    def _reached(self) -> None:
        if self._scene is not None and self._scene.covered and not self._lab.model.state.covered:
            self._lab.model.cover()

    def _given_up(self, tick: int) -> None:
        self._lab.navigator.say.emit(tr("scene.moment.missed", moment=number(self.opening.moment), tick=number(tick)))

    def _say_again(self) -> None:
        # A method, no function: a function stays connected to the language, which outlives the page.
        self._look(self._lab.model.state)

    def _look(self, state: RunState) -> None:
        if self._scene is not None and not self._run_id:
            self._run_id = state.run_id
        if self.opening.underway and self.opening.moment > 0 and state.phase != "failed":
            self._lab.reason.set_text(tr("scene.moment.coming", moment=number(self.opening.moment)))
        self._look_whether_it_is_still_that(state)

    def _look_whether_it_is_still_that(self, state: RunState) -> None:
        """Fold the note once another agent learns, or in another world, and have it say what it was written for."""
        if self._scene is None or state.world is None:
            return
        departed = departure(self._scene, state)
        self.note.show_departure(departed)
        if bool(departed) == bool(self._departed):
            return
        self._departed = departed
        self._open = {False: not departed and self._has_note, True: False}
        self.apply()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self) -> None:
        """Fold the note away, or take it out again; the cards it lies over come back."""
        self._open[theme().projector] = not self.note_open and self._has_note
        self.apply()
        self._lab.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_all(self) -> None:
        """Show every control again."""
        self._hidden = ()
        self.note.all.hide()
        self._lab.restyle()

    def _press(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_N and not event.modifiers() and self._scene is not None:
            self.fold()
            event.accept()

    def apply(self) -> None:
        """Show and hide what the scene wants; to be called after everything else was shown or hidden."""
        lab, big = self._lab, theme().projector
        hidden = {*self._hidden, *(_NOT_OF_NETWORKS if is_deep_agent(lab.model.state.agent) else ())}
        for name, widget in self._controls().items():
            widget.setVisible(name not in hidden and not (big and widget in (lab.layers, lab.status)))
        lab.transport.withhold(hidden)
        lab.twins.button.setVisible(not is_deep_agent(lab.model.state.agent))
        self.button.setVisible(self._has_note)
        self.button.setChecked(self.note_open)
        self._place_note(big=big)
        self.note.setVisible(self.note_open)
        if self.note_open:
            # They come back when it is folded; the stage keeps its size.
            lab.returns_card.hide()
        if self.note_open or lab.why.room:
            lab.table_card.hide()
        # With a note there is always a place for it: folding it must not move the stage.
        lab.cards.setVisible(not big and (self._has_note or not set(_CARDS) <= set(self._hidden)))
        lab.dock.setVisible(big and not self.note_open and not lab.twins.comparing)

    @property
    def _has_note(self) -> bool:
        return self._scene is not None and bool(self._scene.note or self._scene.question)

    def _put_among_cards(self) -> None:
        # As wide as the two cards whose place it takes.
        cast(QBoxLayout, self._lab.cards.layout()).addWidget(self.note, 22)

    def _place_note(self, *, big: bool) -> None:
        """Put the note among the cards, or on the wall in the dock's place."""
        lab = self._lab
        if big == self._on_wall:
            return
        self._on_wall = big
        if big:
            column = cast(QBoxLayout, lab.layout())
            column.insertWidget(column.indexOf(lab.transport), self.note)
            self.note.setFixedHeight(lab.dock.sizeHint().height())
        else:
            self.note.setMinimumHeight(0)
            self.note.setMaximumHeight(16_777_215)
            self._put_among_cards()

    def _controls(self) -> Mapping[str, QWidget]:
        """Return the controls that can be hidden and are one widget; the transport knows its own."""
        lab, top = self._lab, self._lab.top
        return {
            "world": top.world,
            "agent": top.agent,
            "mover": top.mover,
            "settings": top.settings,
            "layers": lab.layers,
            "status": lab.status,
            "what_happened": lab.what_card,
            "returns": lab.returns_card,
            "table": lab.table_card,
        }

    # ── saving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def present(self, *, at_moment: bool) -> Scene | None:
        """Return what is shown as a scene; ``None`` before there is a world.

        Args:
            at_moment: At the moment shown, instead of the beginning.

        Raises:
            SceneError: If the way from the beginning to this moment cannot be told.
        """
        state = self._lab.past.model.state()
        shown = scene_of(state, self._scene, same_run=bool(self._run_id) and state.run_id == self._run_id)
        if shown is None:
            return None
        shown = replace(shown, layer=self._lab.layers.value, hidden=self._hidden)
        return scene_at_moment(state, shown) if at_moment else shown
