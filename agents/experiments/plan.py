"""What an experiment is: which settings, how many seeds, for how long. Plain values; no learning library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.catalog import agent
from agents.configuration import build
from arena.errors import UsageError

MOST_COMPARED = 6
"""Settings that are compared as curves: more than six cannot be told apart by eye."""

MOST_CELLS = 400
"""Settings of a sweep."""

MOST_SEEDS = 10_000
MOST_EPISODES = 1_000_000
MOST_STEPS = 10**12

MOST_VALUES = 50_000_000
"""Numbers an experiment may hold in memory: returns of all settings, seeds and rows."""

JUDGED_EPISODES = 100
"""Episodes at the end that a setting is judged by, where nobody says otherwise."""

STEP_ROWS = 100
"""Rows of a curve over steps."""

JUDGED_STEP_ROWS = 10
"""Rows at the end that a setting run for steps is judged by: a tenth of its time."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One setting that is run with many seeds.

    Attributes:
        env_id: Gymnasium id of the world.
        env_kwargs: Its arguments.
        agent: Catalog id.
        hyperparameters: Field values by name; what is missing is suggested by the world, else default.
    """

    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str = "q_learning"
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Refuse settings that the agent does not know or allow.

        Raises:
            UsageError: If there is no such agent.
            ConfigError: As :func:`agents.configuration.build`.
        """
        build(agent(self.agent).config_class(), self.hyperparameters)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An experiment to run.

    Attributes:
        candidates: The settings.
        seeds: How many runs of each; their seeds are 0 to ``seeds − 1``, the same for all settings.
        episodes: Episodes of a run; 0 where ``steps`` counts.
        steps: Steps (``env_steps``) of a run; 0 where ``episodes`` counts.
        judged: Episodes at the end that a setting is judged by; 0 for the usual ones.
    """

    candidates: tuple[Candidate, ...]
    seeds: int = 100
    episodes: int = 500
    steps: int = 0
    judged: int = 0

    @property
    def judged_episodes(self) -> int:
        """Episodes at the end that a setting is judged by; never more than half of a run nobody said it of."""
        usual = max(1, min(JUDGED_EPISODES, self.episodes // 2))
        return min(self.judged or usual, max(self.episodes, 1))

    def check(self) -> None:
        """Refuse an experiment that cannot be run, before anything is computed.

        Raises:
            UsageError: Nothing to run, too much to run, or a setting that does not fit.
        """
        if not self.candidates:
            raise UsageError("error.experiments.nothing")
        _within("seeds", self.seeds, 1, MOST_SEEDS)
        _within("cells", len(self.candidates), 1, MOST_CELLS)
        if self.steps:
            _within("steps", self.steps, 1, MOST_STEPS)
        else:
            _within("episodes", self.episodes, 1, MOST_EPISODES)
            _within("judged", self.judged_episodes, 1, self.episodes)
        # A thousand single rows and at most nine hundred more for each further power of ten.
        rows = STEP_ROWS if self.steps else min(self.episodes, 4_000)
        if len(self.candidates) * self.seeds * rows > MOST_VALUES:
            raise UsageError("error.experiments.too_big")
        for candidate in self.candidates:
            candidate.check()

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Plan:
        """Make a plan of what :meth:`plain` returned."""
        candidates: Sequence[Mapping[str, Any]] = plain["candidates"]
        return cls(**{**plain, "candidates": tuple(Candidate(**each) for each in candidates)})


def _within(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise UsageError("error.experiments." + what, value=f"{value:,}", low=low, high=f"{high:,}")
