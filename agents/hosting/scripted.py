"""What a live own agent and the recording of one have in common: arrays by name, and one compiled loop for the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import Records
from agents.tabular.learner import TabularLearner
from agents.tabular.recorded_kernel import Script, advance_recorded
from arena.environments.world import TransitionModel
from arena.errors import RunError

ARRAY = "own_"
"""Before the names of an agent's own arrays in keyframes: they may be called what ours are called."""


def empty_script() -> Script:
    """Return a script of no ticks."""
    return Script(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0))


class ScriptedLearner(TabularLearner):
    """A learner whose moves and writes come from outside.

    Its numbers lie end to end in one pool, the table ``q`` first: so a write is a place and a value.

    Args:
        rule: ``own``.
        config_class: Configuration class of the agent.
        model: The world.
        hyperparameters: Field values by name; the rest keep their defaults.
        seed: Seed of the run's random numbers.

    Raises:
        ConfigError: As :func:`agents.configuration.build`.
    """

    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Name and shape of each array the agent asked for."""

    def begin_in(self, model: TransitionModel) -> None:
        """Know nothing, in a world; the agent's arrays keep their shapes."""
        super().begin_in(model)
        self.lay_out(self.shapes)

    def lay_out(self, arrays: tuple[tuple[str, tuple[int, ...]], ...]) -> None:
        """Make room for an agent's arrays.

        Args:
            arrays: Name and shape of each.
        """
        pairs = self.model.states * self.model.actions
        others = {name: shape for name, shape in arrays if name != "q"}
        self.shapes = arrays
        self.pool = np.zeros(pairs + sum(math.prod(shape) for shape in others.values()))
        self._views: dict[str, NDArray[np.float64]] = {}
        start = pairs
        for name, shape in others.items():
            self._views[ARRAY + name] = self.pool[start : start + math.prod(shape)].reshape(shape)
            start += math.prod(shape)
        shape = (self.model.states, self.model.actions)
        self.tables = self.tables._replace(q=self.pool[:pairs].reshape(shape), backups=np.zeros(shape, np.int64))

    def _write_hyper(self) -> None:
        # The compiled agents' settings mean nothing here.
        pass

    def _buffer_length(self) -> int:
        return 0

    @property
    def epsilon(self) -> float:
        """What the agent calls epsilon; −1 where it has no setting of that name."""
        return 1.0 if self.mover == "random" else float(getattr(self.config, "epsilon", -1.0))

    def perform(
        self, script: Script, place: NDArray[np.int64], limit: int, stop: NDArray[np.void], records: Records
    ) -> int:
        """Do what a script says; see :func:`agents.tabular.recorded_kernel.advance_recorded`."""
        return int(
            advance_recorded(
                self._key, float(self.config.gamma), self._mdp, self.tables, self.pool, script, place, limit, stop,
                records,
            )
        )  # fmt: skip

    # ── what it knows ──────────────────────────────────────────────────────────────────────────────────────────────

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return copies of everything needed to continue exactly, by name."""
        return {**super().arrays(), **{name: view.copy() for name, view in self._views.items()}}

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Continue from arrays that :meth:`arrays` returned.

        Raises:
            RunError: If a name is missing, or a shape, dtype or value is not what this world and agent need.
        """
        for name, view in self._views.items():
            given = arrays.get(name)
            if given is None or given.shape != view.shape or given.dtype != view.dtype or not np.isfinite(given).all():
                raise RunError("error.run.arrays", name=name)
        super().load(arrays)
        for name, view in self._views.items():
            view[...] = arrays[name]
