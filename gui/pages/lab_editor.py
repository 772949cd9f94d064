"""The map editor in the Lab: it lies over the Lab's middle, for a new world or for the one that is running."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject

from arena.scenes.scene_file import GRID_WORLD
from gui.panels.map_editor.editor import MapEditor
from gui.widgets.pill_button import PillButton

if TYPE_CHECKING:
    from gui.pages.lab import LabPage


class LabEditor(QObject):
    """Opens the editor, and does what is wished there.

    Args:
        lab: The page; its parts are there already.
    """

    def __init__(self, lab: LabPage) -> None:
        super().__init__(lab)
        self._lab = lab
        self._editor: MapEditor | None = None
        self.button = PillButton("lab.edit_world", "pencil", "quiet", tip_key="lab.edit_world.tip")
        lab.top.add_button(self.button)
        self.button.clicked.connect(self.open)

    @property
    def editor(self) -> MapEditor | None:
        """The editor, once it was opened."""
        return self._editor

    @property
    def is_open(self) -> bool:
        """Whether it lies over the Lab."""
        return self._editor is not None and self._editor.isVisible()

    def has_unsaved(self) -> bool:
        """Whether closing now would lose a drawing."""
        return self._editor is not None and self._editor.has_unsaved()

    def open(self) -> None:
        """Draw on from the world that is shown; of a world that is no map, on the drawing worked on last."""
        world = self._lab.model.state.world
        is_map = world is not None and world.env_id == GRID_WORLD
        self.open_map(str(world.env_kwargs.get("map", "")) if world is not None and is_map else "", running=is_map)

    def open_map(self, text_or_name: str, *, running: bool = False) -> None:
        """Lay the editor over the Lab.

        Args:
            text_or_name: A map's text, file or name; empty for the one worked on last.
            running: It is the world of the run that is open, which may be changed while it runs.
        """
        editor = self._made()
        editor.open_map(text_or_name, running=running)
        editor.setGeometry(self._lab.middle.rect())
        editor.show()
        editor.raise_()
        editor.setFocus()

    def _made(self) -> MapEditor:
        if self._editor is None:
            self._editor = MapEditor(parent=self._lab.middle)
            self._editor.world_wanted.connect(self._use)
            self._editor.change_wanted.connect(self._change)
            self._editor.closed.connect(self._close)
            self._lab.middle.installEventFilter(self)
        return self._editor

    def _use(self, env_kwargs: Mapping[str, Any]) -> None:
        self._close()
        self._lab.top.world_chosen.emit(GRID_WORLD, dict(env_kwargs))

    def _change(self, text: str) -> None:
        self._lab.past.model.leave()
        self._lab.model.edit_world({"map": text})
        self._close()

    def _close(self) -> None:
        if self._editor is not None:
            self._editor.hide()
        self._lab.stage.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._editor is not None:
            self._editor.setGeometry(self._lab.middle.rect())
        return super().eventFilter(watched, event)
