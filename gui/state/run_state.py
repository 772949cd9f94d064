"""What the window knows of one run at one instant; panels get it whole and only look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.protocol.messages import Failed, TickHappened, View, Warned
from arena.protocol.world_codec import ShownWorld

BLOCK_COLUMNS = ("first_episode", "episodes", "tick", "return_mean", "return_min", "return_max", "length_mean")
"""Columns of :attr:`RunState.blocks`."""


@dataclass(frozen=True, kw_only=True)
class RunState:
    """One immutable picture of a run.

    Attributes:
        phase: As in ``PhaseChanged``; ``none`` before there is a run, ``not_responding`` when the worker is silent.
        reason: Translation key of why, or empty.
        reason_params: Placeholder values of the reason.
        run_id: Name of the run's folder.
        folder: Path of the run's folder.
        agent: Catalog id of the agent.
        own: What is known of somebody's own agent, ``None`` for those of the catalog.
        seed: Seed of the run.
        world: The world, ``None`` until the worker has built it.
        solution_q: ``float64 [S, A]`` exact optimum, empty until known.
        optimum: Expected return of the optimal policy from the start.
        hyperparameters: Field values now in force.
        mover: ``agent``, ``random`` or ``person``.
        speed: As in ``SetSpeed``.
        env_steps: The clock.
        at: The same while a moment of the past is shown; −1 for now.
        now: The run's clock while a moment of the past is shown.
        episodes: Episodes ended.
        updates: Table updates done.
        epsilon: Exploration rate now, −1 where there is none.
        steps_per_second: Measured speed.
        largest_change: Largest change since the last aggregate.
        distance: Largest distance to the exact solution, −1 if unknown.
        distances: ``float64 [N, 2]`` tick and distance to the exact solution, over the run.
        view: Newest table that was asked for; what the stage shows.
        before: The table as it was before the step in ``tick``, while its beats are being shown; else ``None``.
        tick: Newest recorded step; ``None`` while it runs too fast to record.
        beat: Beats of ``tick`` already shown: 0 none, 1 draw, 2 move, 3 target, 4 new value (all of it).
        covered: Whether the next number or move is covered (key C).
        blocks: ``float64 [N, 7]`` rows of the return curve, see :data:`BLOCK_COLUMNS`.
        warnings: Newest last.
        failure: Why the run cannot go on.
    """

    phase: str = "none"
    reason: str = ""
    reason_params: Mapping[str, Any] = field(default_factory=dict)
    run_id: str = ""
    folder: str = ""
    agent: str = ""
    own: Mapping[str, Any] | None = None
    seed: int = 0
    world: ShownWorld | None = None
    solution_q: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    optimum: float = float("nan")
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    mover: str = "agent"
    speed: float = 4.0
    env_steps: int = 0
    at: int = -1
    now: int = 0
    episodes: int = 0
    updates: int = 0
    epsilon: float = -1.0
    steps_per_second: float = 0.0
    largest_change: float = 0.0
    distance: float = -1.0
    distances: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    view: View | None = None
    before: View | None = None
    tick: TickHappened | None = None
    beat: int = 4
    covered: bool = False
    blocks: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 7)))
    warnings: tuple[Warned, ...] = ()
    failure: Failed | None = None
