"""What can be seen of a deep learner: the layers and numbers of a view; looking changes nothing of the run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

from agents.deep.training.faults import bad_weight
from agents.deep.training.luck import undisturbed
from agents.deep.training.rollout_sample import SAMPLE, RolloutSample
from agents.deep.training.table_shown import TableShown
from agents.deep.training.td_errors import td_errors

ROLLOUT_LAYERS = ("ratios", "advantages")


class Looks:
    """Answers view requests.

    Args:
        model: The learner.
        table: How its network is shown over a world's states; ``None`` where there are none.
    """

    def __init__(self, model: BaseAlgorithm, table: TableShown | None) -> None:
        self._model = model
        self._table = table
        self._sample = RolloutSample()
        self._wanted = False
        self._copied_at = 0
        """Updates done when θ⁻ was last copied."""

    def after_step(self) -> None:
        """Note whether the target network was copied since the step before."""
        model = self._model
        interval = getattr(model, "target_update_interval", 0)
        calls = getattr(model, "_n_calls", 0)
        if interval and calls % max(interval // model.n_envs, 1) == 0:
            self._copied_at = model._n_updates

    def before_learning(self) -> None:
        """Take a sample of the rollout, if anybody has asked to see one."""
        if self._wanted and isinstance(self._model, OnPolicyAlgorithm):
            self._sample.take(self._model)

    def after_learning(self) -> None:
        """Note that the policy has changed."""
        self._sample.learned()

    def layers(self, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
        """Return the arrays asked for; those that do not exist here are left out."""
        self._wanted = self._wanted or bool(set(names) & set(ROLLOUT_LAYERS))
        with undisturbed():
            return {name: array for name in names if (array := self._layer(name)) is not None}

    def _layer(self, name: str) -> NDArray[Any] | None:
        model = self._model
        if isinstance(model, OnPolicyAlgorithm):
            if name == "ratios" and self._sample.advantages.size and bad_weight(model) is None:
                return self._sample.ratios(model)
            if name == "advantages" and self._sample.advantages.size:
                return self._sample.advantages
        if name == "td_errors" and isinstance(model, OffPolicyAlgorithm) and filled(model):
            return td_errors(model, _spread(filled(model), SAMPLE))
        return None if self._table is None else self._table.layer(name)

    def scalars(self) -> dict[str, float]:
        """Return the numbers of a view."""
        model = self._model
        found: dict[str, float] = {} if self._table is None else self._table.scalars()
        if hasattr(model, "exploration_rate"):
            found["epsilon"] = float(model.exploration_rate)
        if isinstance(model, OffPolicyAlgorithm) and model.replay_buffer is not None:
            buffer = model.replay_buffer
            found["replay_size"] = float(filled(model) * buffer.n_envs)
            found["replay_capacity"] = float(buffer.buffer_size * buffer.n_envs)
            memory: Any = buffer
            found["replay_bytes"] = float(memory.nbytes)
            found["target_age"] = float(max(0, model._n_updates - self._copied_at))
        return found


def filled(model: OffPolicyAlgorithm) -> int:
    """Return how many steps of all games lie in the replay buffer."""
    buffer = model.replay_buffer
    if buffer is None:
        return 0
    return int(buffer.buffer_size if buffer.full else buffer.pos)


def _spread(rows: int, most: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, rows - 1, min(most, rows)).astype(np.int64))
