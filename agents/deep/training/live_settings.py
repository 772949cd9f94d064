"""The settings a deep run has now, what may be changed of them, and what is to be changed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stable_baselines3.common.base_class import BaseAlgorithm

from agents.configuration import build, settings_of, values_of
from agents.deep.algorithms import change_settings
from agents.deep.training.table_shown import TableShown
from arena.errors import ConfigError
from arena.protocol.messages import Event, HyperparameterChanged


class LiveSettings:
    """The settings of one run.

    Args:
        config: Those it begins with.

    Attributes:
        config: Those in force.
    """

    def __init__(self, config: Any) -> None:
        self.config = config
        self._pending: list[HyperparameterChanged] = []

    def checked(self, name: str, value: object) -> Any:
        """Return the configuration a setting's new value makes, if it may be changed so while it learns.

        Raises:
            ConfigError: If it may not.
        """
        known = {item.name: item for item in settings_of(self.config)}
        made = build(type(self.config), {**values_of(self.config), name: value})
        if known[name].live == "never":
            raise ConfigError("error.setting.not_live", field=name)
        return made

    def take(self, config: Any, model: BaseAlgorithm, table: TableShown | None) -> None:
        """Let other settings count from here on.

        Args:
            config: The settings.
            model: The learner.
            table: How its network is shown over states, whose exact values depend on the discount.
        """
        before, self.config = self.config, config
        change_settings(model, config)
        if table is not None and before.gamma != config.gamma:
            table.discount(config.gamma)

    def read_back(
        self, values: Mapping[str, object], events: Sequence[Event], env_steps: int, model: BaseAlgorithm,
        table: TableShown | None,
    ) -> None:  # fmt: skip
        """Take the settings of a checkpoint, and keep in mind what was changed after it.

        Args:
            values: Settings by name, as they were when the checkpoint was written.
            events: Live changes of the whole run, in their order.
            env_steps: Clock of the checkpoint.
            model: The learner.
            table: As in :meth:`take`.

        Raises:
            ConfigError: If they are none.
        """
        self.take(build(type(self.config), values), model, table)
        self._pending = []
        for event in events:
            # A dot: a setting of something around the agent, which keeps it itself.
            if not isinstance(event, HyperparameterChanged) or "." in event.name:
                continue
            if event.env_steps > env_steps:
                self._pending.append(event)
            elif event.env_steps == env_steps:
                # Made after the checkpoint was written, or before: doing it again leaves the same settings.
                self.take(self.checked(event.name, event.value), model, table)

    def due(self, env_steps: int) -> list[HyperparameterChanged]:
        """Return the changes that were made at this clock by the run this one does again, and forget them."""
        due = [event for event in self._pending if event.env_steps <= env_steps]
        self._pending = [event for event in self._pending if event.env_steps > env_steps]
        return due

    def forget_due(self) -> None:
        """Forget what was changed after the checkpoint: it led to where nobody wants to go again."""
        self._pending = []
