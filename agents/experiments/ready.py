"""Settings made ready to be run: the world built once, the hyper-parameters completed, the optimum known."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from agents.experiments.plan import Candidate, Plan
from agents.own.library import is_own
from agents.runtime.replay import learner_for
from agents.runtime.settings import settings_for
from agents.runtime.spec import RunSpec
from agents.tabular.arrays import new_records
from agents.tabular.exact import optimal_return, solve
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.environments.world import World
from arena.errors import UsageError
from arena.runs.run_config import RunConfig, now_utc

SETTLED = 1e-6
"""An exact solution whose last sweep changed more is none: the world has no finite one."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A setting that can be run.

    Attributes:
        candidate: As it was asked for.
        world: Its world; shared by all settings in it.
        config: What ``arena train --seed 0`` would begin with.
    """

    candidate: Candidate
    world: World
    config: RunConfig

    def learner(self, seed: int) -> TabularLearner:
        """Make the learner of one seed, as it is before its first step."""
        return learner_for(replace(self.config, seed=seed), self.world)

    def optimum(self) -> float:
        """Return what the best policy earns from the start; NaN where the world has no finite solution."""
        gamma = float(self.config.hyperparameters.get("gamma", 1.0))
        solution = solve(self.world.model, gamma)
        return optimal_return(self.world.model, solution.q) if solution.residual <= SETTLED else math.nan

    @property
    def optimum_key(self) -> str:
        """Two settings with the same key have the same optimum."""
        gamma = float(self.config.hyperparameters.get("gamma", 1.0))
        return json.dumps([self.candidate.env_id, dict(self.candidate.env_kwargs), gamma], sort_keys=True, default=str)


def make_ready(plan: Plan) -> tuple[Ready, ...]:
    """Make all settings of a plan ready.

    Raises:
        UsageError: Something in it does not exist or does not fit, or an agent learns without playing episodes.
        MapError: If a map file is broken.
    """
    plan.check()
    world_of = _worlds()
    ready = tuple(ready_in(candidate, world_of(candidate)) for candidate in plan.candidates)
    for one in {each.candidate.agent: each for each in ready}.values():
        must_play(one)
    return ready


def ready_in(candidate: Candidate, world: World) -> Ready:
    """Complete a setting in its world.

    Raises:
        UsageError: If there is no such agent, or it cannot be run here.
        ConfigError: If the agent does not know or allow a value.
    """
    if is_own(candidate.agent):
        raise UsageError("error.own.experiments")
    spec = RunSpec(
        env_id=candidate.env_id,
        env_kwargs=candidate.env_kwargs,
        agent=candidate.agent,
        hyperparameters=candidate.hyperparameters,
    )
    config = RunConfig(
        env_id=world.env_id,
        env_kwargs=world.env_kwargs,
        agent=candidate.agent,
        hyperparameters=settings_for(spec, world),
        seed=0,
        created=now_utc(),
    )
    return Ready(candidate=candidate, world=world, config=config)


def _worlds() -> Callable[[Candidate], World]:
    kept: dict[str, World] = {}

    def world_of(candidate: Candidate) -> World:
        key = json.dumps([candidate.env_id, dict(candidate.env_kwargs)], sort_keys=True, default=str)
        if key not in kept:
            kept[key] = make_world(candidate.env_id, candidate.env_kwargs)
        return kept[key]

    return world_of


def must_play(ready: Ready) -> None:
    """Refuse an agent that computes without playing: it earns no returns, and luck has no part in it.

    Raises:
        UsageError: If its first tick is no step of an episode.
    """
    learner = ready.learner(0)
    learner.advance(1, new_stop(), new_records())
    counters: Any = learner.counters
    if learner.tick and counters["episode"] == 0 and counters["episode_step"] == 0:
        raise UsageError("error.experiments.no_episodes", agent=ready.candidate.agent)
