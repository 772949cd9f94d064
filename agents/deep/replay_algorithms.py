"""DQN and QR-DQN: SB3's algorithms, whose target network can be turned off and, for DQN, asked the double way.

Neither is written again here: both ask the target network for the worth of the next situation in one place, and it is
there that another judge is put while they learn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from sb3_contrib import QRDQN
from stable_baselines3 import DQN

from agents.deep.threaded import Threaded

Judge = Callable[[torch.Tensor], torch.Tensor]
"""What the next situations are worth, by action."""


def doubled(online: Judge, target: Judge) -> Judge:
    """Return a judge for double DQN (van Hasselt et al. 2016, eq. 4): θ chooses the action, θ⁻ says its worth.

    Args:
        online: The network that learns.
        target: The network of before.
    """

    def judge(seen: torch.Tensor) -> torch.Tensor:
        chosen = online(seen).argmax(dim=1, keepdim=True)
        return target(seen).gather(1, chosen)

    return judge


class SwitchableDQN(Threaded, DQN):
    """SB3's DQN (Mnih et al. 2015).

    Attributes:
        uses_target: Whether the next situation is judged by θ⁻; else by θ itself, and the aim moves with each step.
        double: Whether θ chooses the next action that θ⁻ judges.
    """

    uses_target: bool = True
    double: bool = False

    def train(self, *args: Any, **kwargs: Any) -> None:
        """Learn as SB3's DQN does, with the judge that is switched on."""
        kept = self.q_net_target
        judge: Any = kept if self.uses_target else self.q_net
        self.q_net_target = doubled(self.q_net, judge) if self.double else judge  # type: ignore[assignment]
        try:
            super().train(*args, **kwargs)
        finally:
            self.q_net_target = kept


class SwitchableQRDQN(Threaded, QRDQN):
    """SB3-Contrib's QR-DQN (Dabney et al. 2018).

    Attributes:
        uses_target: As :class:`SwitchableDQN` has it.
    """

    uses_target: bool = True

    def train(self, *args: Any, **kwargs: Any) -> None:
        """Learn as SB3-Contrib's QR-DQN does, with the judge that is switched on."""
        kept = self.quantile_net_target
        self.quantile_net_target = kept if self.uses_target else self.quantile_net
        try:
            super().train(*args, **kwargs)
        finally:
            self.quantile_net_target = kept
