"""Where a rollout began: what was counted since then is taken back when the rollout is left in its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.deep.training.training_run import TrainingRun


class RolloutBegin:
    """What a run had counted when the rollout began that is being played.

    Args:
        run: The run, between two updates.
    """

    def __init__(self, run: TrainingRun) -> None:
        self._run = run
        self._steps = run.env_steps
        self._games = run.games.plain()
        self._visits = None if run.table is None else run.table.visits.copy()

    def go_back(self) -> None:
        """Set the run's counts back to here; where nothing has been played since, nothing changes."""
        run = self._run
        if run.env_steps == self._steps:
            return
        run.model.num_timesteps = self._steps
        run.games.go_on(self._games)
        if run.table is not None and self._visits is not None:
            run.table.visits[:] = self._visits
        run.clock.restart()
