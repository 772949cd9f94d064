"""The Lab's top bar: which world, which agent, who moves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agents.catalog import CATALOG
from arena.environments.registry import world_choices
from arena.texts import localized
from gui.language import language, tr
from gui.state.arcade_games import GAMES, OTHER, game_line, game_title
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.pill_button import PillButton

MOVERS = ("agent", "person", "random")


def world_id(env_id: str, env_kwargs: Mapping[str, Any]) -> str:
    """Return a name for a world in a menu; options other than the map do not make another one."""
    return json.dumps([env_id, env_kwargs.get("map", "")])


class LabTopBar(QWidget):
    """Choosers and the buttons at their right.

    Attributes:
        world_chosen: Environment id and arguments.
        other_wanted: A world is to be chosen by its id.
        agent_chosen: Catalog id.
        mover_chosen: ``agent``, ``random`` or ``person``.
        settings_wanted: The settings button was pressed.
        projector_wanted: The projector button was pressed.
    """

    world_chosen = Signal(str, dict)
    other_wanted = Signal()
    agent_chosen = Signal(str)
    mover_chosen = Signal(str)
    settings_wanted = Signal()
    projector_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.world = Chooser("lab.world", tip_key="lab.world.tip")
        self.agent = Chooser("lab.agent", tip_key="lab.agent.tip")
        self.mover = Chooser("lab.mover", tip_key="lab.mover.tip")
        self.settings = PillButton("lab.settings", "settings", "quiet", tip_key="lab.settings.tip")
        self.picture = PillButton("lab.picture", "picture", "quiet", tip_key="lab.picture.tip")
        self.projector = PillButton("lab.projector", "projector", "quiet", tip_key="lab.projector.tip")
        self._worlds = {world_id(choice.env_id, choice.env_kwargs): choice for choice in world_choices()}
        self._other: tuple[str, str] | None = None
        self._shown = ""
        self._buttons = [self.picture, self.projector, self.settings]
        self._own: tuple[Choice, ...] = ()
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(10)
        for widget in (self.world, self.agent, self.mover, self.settings):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.picture)
        row.addWidget(self.projector)
        self.world.changed.connect(self._choose_world)
        self.agent.changed.connect(self.agent_chosen)
        self.mover.changed.connect(self.mover_chosen)
        self.settings.clicked.connect(self.settings_wanted)
        self.projector.clicked.connect(self.projector_wanted)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Offer the choices in the language in use."""
        code = language().code
        choices = [
            Choice(
                name,
                localized(choice.title, code),
                localized(choice.teaches, code),
                tr("lab.world.maps") if "map" in choice.env_kwargs else tr("lab.world.gymnasium"),
            )
            for name, choice in self._worlds.items()
        ]
        choices += [Choice(world_id(game, {}), game_title(game), game_line(game), tr("arcade.games")) for game in GAMES]
        choices.append(Choice(OTHER, tr("place.chooser"), tr("place.chooser.tip"), tr("arcade.games")))
        if self._other is not None:
            choices.append(Choice(*self._other, "", tr("lab.world.own")))
        self.world.set_choices(choices)
        self.agent.set_choices(
            [
                *(Choice(entry.id, tr(entry.title_key), tr(entry.title_key + ".summary")) for entry in CATALOG),
                *self._own,
            ]
        )
        self.mover.set_choices(
            [Choice(name, tr("lab.mover." + name), tr("lab.mover." + name + ".tip")) for name in MOVERS]
        )

    def set_own(self, choices: Iterable[tuple[str, str, str, str]]) -> None:
        """Offer somebody's own agents after those of the catalog.

        Args:
            choices: Id, text in the language in use, tip and section of each.
        """
        self._own = tuple(Choice(*choice) for choice in choices)
        self.retranslate()

    def show_world(self, env_id: str, env_kwargs: Mapping[str, Any], title: str) -> None:
        """Show a world as chosen, also one that is not among those that ship."""
        name = world_id(env_id, env_kwargs)
        if name not in self._worlds:
            self._other = (name, title)
            self.retranslate()
        self._shown = name
        self.world.set_value(name)

    def add_button(self, button: PillButton) -> None:
        """Put one more button at the right, before the last one."""
        self._row.insertWidget(self._row.count() - 1, button)
        self._buttons.append(button)

    def event(self, event: QEvent) -> bool:
        # Shown, hidden, renamed or resized: what there is room for is looked at again.
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Leave the words off some buttons where there is no room for all: what is chosen must be read in full."""
        items = (self._row.itemAt(place) for place in range(self._row.count()))
        inside = [item.widget() for item in items if item is not None]
        widgets = [widget for widget in inside if widget is not None and not widget.isHidden()]
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._row.spacing() * len(widgets)
        needed = sum(
            widget.width_with(icon_only=False) if isinstance(widget, PillButton) else widget.sizeHint().width()
            for widget in widgets
        )
        for button in self._buttons:
            short = needed > room and button in widgets
            button.set_icon_only(short)
            if short:
                needed -= button.width_with(icon_only=False) - button.width_with(icon_only=True)

    def _choose_world(self, id: str) -> None:
        if id == OTHER:
            self.world.set_value(self._shown)
            self.other_wanted.emit()
            return
        choice = self._worlds.get(id)
        if choice is not None:
            self.world_chosen.emit(choice.env_id, dict(choice.env_kwargs))
        else:
            env_id, _ = json.loads(id)
            self.world_chosen.emit(env_id, {})
