"""The top bar of the arcade: which world, which agent, watch or train, who moves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.language import language, tr
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.pill_button import PillButton

MODES = ("watch", "train")
MOVERS = ("agent", "person", "random")


class ArcadeTopBar(QWidget):
    """Choosers and the buttons at their right.

    Attributes:
        world_chosen: Id of the world's entry.
        agent_chosen: Id of the agent's entry.
        mode_chosen: ``watch`` or ``train``.
        mover_chosen: ``agent``, ``person`` or ``random``.
        ages_wanted: Its three ages are to be shown side by side.
        settings_wanted: The settings button was pressed.
        projector_wanted: The projector button was pressed.
    """

    world_chosen = Signal(str)
    agent_chosen = Signal(str)
    mode_chosen = Signal(str)
    mover_chosen = Signal(str)
    ages_wanted = Signal()
    settings_wanted = Signal()
    projector_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.world = Chooser("lab.world", tip_key="lab.world.tip")
        self.agent = Chooser("lab.agent", tip_key="arcade.agent.tip")
        self.mode = Chooser("train.mode", tip_key="train.mode.tip")
        self.mover = Chooser("lab.mover", tip_key="arcade.mover.tip")
        self.settings = PillButton("lab.settings", "settings", "quiet", tip_key="train.settings.tip")
        self.picture = PillButton("lab.picture", "picture", "quiet", tip_key="lab.picture.tip")
        self.projector = PillButton("lab.projector", "projector", "quiet", tip_key="lab.projector.tip")
        self.ages = PillButton("arcade.three", "layers", "quiet", tip_key="arcade.three.tip")
        self.ages.hide()
        self.row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(10)
        for widget in (self.world, self.agent, self.mode, self.mover, self.settings):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.ages)
        row.addWidget(self.picture)
        row.addWidget(self.projector)
        self.world.changed.connect(self.world_chosen)
        self.agent.changed.connect(self.agent_chosen)
        self.mode.changed.connect(self.mode_chosen)
        self.mover.changed.connect(self.mover_chosen)
        self.ages.clicked.connect(self.ages_wanted)
        self.settings.clicked.connect(self.settings_wanted)
        self.projector.clicked.connect(self.projector_wanted)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Offer modes and who may move in the language in use."""
        self.mover.set_choices([Choice(name, tr("lab.mover." + name), tr("arcade.mover." + name)) for name in MOVERS])
        self.mode.set_choices(
            [Choice(name, tr("train.mode." + name), tr("train.mode." + name + ".tip")) for name in MODES]
        )
        if not self.mover.value:
            self.mover.set_value("agent")
        if not self.mode.value:
            self.show_mode("watch")

    def show_mode(self, mode: str) -> None:
        """Show ``watch`` or ``train`` as chosen, and what belongs to it."""
        self.mode.set_value(mode)
        self.mover.setVisible(mode == "watch")
        self.settings.setVisible(mode == "train")

    def offer(self, worlds: Iterable[Choice], agents: Iterable[Choice], world: str, agent: str) -> None:
        """Offer these worlds and agents.

        Args:
            worlds: Entries of the world chooser.
            agents: Entries of the agent chooser.
            world: Id of the entry shown as chosen.
            agent: The same for the agent.
        """
        self.world.set_choices(worlds)
        self.world.set_value(world)
        self.agent.set_choices(agents)
        self.agent.set_value(agent)
