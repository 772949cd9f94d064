"""What the window knows of a network in training at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.protocol.messages import Failed, View
from arena.protocol.training_messages import SCORE_COLUMNS, TrainingReady

FAULTS = (
    "phase.reason.bad_loss",
    "phase.reason.bad_observation",
    "phase.reason.bad_reward",
    "phase.reason.bad_weight",
)
"""Reasons that mean that something is no number any more; training goes on from the last checkpoint."""


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """One immutable picture of a training run; panels get it whole and only look.

    Attributes:
        phase: As in ``PhaseChanged``; ``none`` before there is a run.
        reason: Translation key of why it paused, or empty.
        reason_params: Its placeholder values.
        ready: What is trained, ``None`` until games and network are built.
        agent: Catalog id.
        hyperparameters: Field values now in force.
        pending: Settings asked for and not yet in force, by name.
        env_steps: The clock.
        episodes: Whole games ended.
        updates: Gradient steps done.
        rows: ``float64 [N, 7]`` of the score curve, see ``SCORE_COLUMNS``.
        curves: What the learner said over the run, by SB3's tag: ``float64 [N, 2]`` env_steps and value.
        values: Newest value of each tag.
        steps_per_second: Speed of late.
        seconds_left: Until the horizon; −1 if unknown.
        seconds: Seconds it has trained.
        saved_at: Clock of this machine at the last checkpoint; −1 if there is none.
        save_in: Seconds until the next one; −1 if unknown.
        doing: ``playing`` or ``learning``.
        told_at: Clock of this machine when it last told how it goes.
        ages: Weights kept, oldest first.
        newest: The newest weights: ``env_steps`` and ``score``; ``None`` until there are some.
        newest_at: Clock of this machine when they came; −1 before.
        view: Newest view that was asked for.
        failure: Why the run cannot go on.
    """

    phase: str = "none"
    reason: str = ""
    reason_params: Mapping[str, Any] = field(default_factory=dict)
    ready: TrainingReady | None = None
    agent: str = ""
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    pending: Mapping[str, Any] = field(default_factory=dict)
    env_steps: int = 0
    episodes: int = 0
    updates: int = 0
    rows: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, len(SCORE_COLUMNS))))
    curves: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    steps_per_second: float = 0.0
    seconds_left: float = -1.0
    seconds: float = 0.0
    saved_at: float = -1.0
    save_in: float = -1.0
    doing: str = "playing"
    told_at: float = -1.0
    ages: tuple[Mapping[str, Any], ...] = ()
    newest: Mapping[str, Any] | None = None
    newest_at: float = -1.0
    view: View | None = None
    failure: Failed | None = None

    @property
    def folder(self) -> str:
        """Run folder, empty before there is one."""
        return "" if self.ready is None else self.ready.folder

    @property
    def env_id(self) -> str:
        """Where it learns, empty before it is known."""
        return "" if self.ready is None else str(self.ready.config["env_id"])

    @property
    def faulty(self) -> bool:
        """Whether it stands still because something is no number any more."""
        return self.phase == "paused" and self.reason in FAULTS

    @property
    def score(self) -> tuple[float, float, float] | None:
        """Mean score of the last games and the ends of its 95 % interval; ``None`` before a game has ended."""
        if not len(self.rows):
            return None
        mean, low, high = (float(self.rows[-1, SCORE_COLUMNS.index(name)]) for name in _SCORE)
        return mean, low, high

    @property
    def shown_ages(self) -> tuple[Mapping[str, Any], ...]:
        """The ages there are, and after them the newest weights, whose file is empty."""
        return self.ages if self.newest is None else (*self.ages, self.newest)

    def reference(self, name: str) -> float | None:
        """Return a score to compare with (``random``, ``person``), ``None`` where none is known."""
        known = {} if self.ready is None else self.ready.reference
        return float(known[name]) if name in known else None

    @property
    def published(self) -> NDArray[np.float64]:
        """What others have published of this agent here: ``float64 [N, 2]`` env_steps and score."""
        known = () if self.ready is None else self.ready.reference.get("published", ())
        return np.asarray(known, np.float64).reshape(-1, 2)

    def array(self, name: str) -> NDArray[Any] | None:
        """Return an array of the newest view, ``None`` where it has none of that name."""
        return None if self.view is None else self.view.arrays.get(name)

    def scalar(self, name: str, otherwise: float = -1.0) -> float:
        """Return a number of the newest view."""
        return otherwise if self.view is None else float(self.view.scalars.get(name, otherwise))

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column of the score rows, ``float64 [N]``."""
        return self.rows[:, SCORE_COLUMNS.index(name)]


_SCORE = ("score_mean", "score_low", "score_high")
