"""The cards at the right of a training run: each algorithm has those that say something of it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.language import number, tr
from gui.panels.training.guesses import Guesses
from gui.panels.training.policy_moved import PolicyMoved
from gui.panels.training.replay_memory import ReplayMemory
from gui.panels.training.small_curve import SmallCurve
from gui.panels.training.switches import MechanismSwitches
from gui.state.training_state import TrainingState
from gui.widgets.card import Card

ENTROPY, EXPLAINED, EPSILON = "entropy", "train/explained_variance", "rollout/exploration_rate"


class TrainCards(QWidget):
    """Policy or guesses, memory, exploration, critic, and the switches."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moved, self.guesses, self.memory = PolicyMoved(), Guesses(), ReplayMemory()
        self.trying, self.critic = SmallCurve(low=0.0), SmallCurve(low=-1.0, high=1.0)
        self.switches = MechanismSwitches()
        self.moved_card, self.guesses_card = Card("train.moved"), Card("train.guesses")
        self.memory_card, self.trying_card = Card("train.replay"), Card("train.trying")
        self.critic_card, self.switch_card = Card("train.critic"), Card("train.switches")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        for card, widget in (
            (self.moved_card, self.moved), (self.guesses_card, self.guesses), (self.memory_card, self.memory),
            (self.trying_card, self.trying), (self.critic_card, self.critic), (self.switch_card, self.switches),
        ):  # fmt: skip
            card.body.addWidget(widget)
            column.addWidget(card)
        column.addStretch(1)
        self.show_state(TrainingState())

    def show_state(self, state: TrainingState) -> None:
        """Show what the learner says of itself."""
        remembers = "replay" in state.hyperparameters
        plays = state.ready is not None and not remembers
        has_critic = plays and "critic" in state.hyperparameters
        self.moved_card.setVisible(plays)
        self.guesses_card.setVisible(remembers)
        self.memory_card.setVisible(remembers)
        exploration = state.curves.get(EPSILON if remembers else ENTROPY)
        self.trying_card.setVisible(remembers or exploration is not None)
        self.critic_card.setVisible(has_critic)
        self.switch_card.setVisible(state.ready is not None)
        self.moved_card.set_caption("π_new / π_old")
        self.guesses_card.set_caption("r + γ max Q′ − Q")
        if plays:
            self.moved.show_state(state)
        if remembers:
            self.guesses.show_state(state)
            self.memory.show_state(state)
        self.trying.show_points(exploration, state.env_steps)
        self.critic.show_points(state.curves.get(EXPLAINED), state.env_steps)
        self.trying_card.set_caption(self._figure(state, EPSILON if remembers else ENTROPY))
        self.critic_card.set_caption(self._figure(state, EXPLAINED))
        self.switches.show_state(state)

    @staticmethod
    def _figure(state: TrainingState, tag: str) -> str:
        curve = state.curves.get(tag)
        if curve is None or not len(curve):
            return ""
        return tr("train.figure." + tag.rpartition("/")[2], value=number(float(curve[-1, 1]), 2))
