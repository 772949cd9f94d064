"""What is asked of every agent in an examination, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_SEEDS = 10_000
MOST_EPISODES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What every agent has to do.

    Attributes:
        env_id: Gymnasium id of the world.
        env_kwargs: Its arguments.
        seeds: How often it learns from nothing, with seeds 0, 1, 2 …
        episodes: Episodes each time.
        seconds: Time for all of it; then it is stopped.
        memory: Bytes it may take beyond what its process has at its beginning.
    """

    env_id: str
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    seeds: int = 20
    episodes: int = 500
    seconds: float = 120.0
    memory: int = 2**30

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready to travel."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SeedMark:
    """What one seed came to, computed again from the recorded moves.

    Attributes:
        seed: The seed.
        mean_return: Mean return of all episodes.
        last_return: Mean return of the last tenth of them.
        greedy_return: What the greedy policy of its last table earns from the start; ``None`` where it wrote no ``q``.
        steps: Steps it took.
    """

    seed: int
    mean_return: float
    last_return: float
    greedy_return: float | None
    steps: int


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one agent came to.

    Attributes:
        file: Its file.
        status: ``ok``, ``error`` (its code failed), ``time``, ``memory``, ``died`` (its process ended) or ``no_agent``.
        seeds: What the seeds it finished came to.
        seconds: Time it took.
        key: Translation key of what went wrong, empty for nothing.
        params: Values for its placeholders; ``line`` is the line of the file.
    """

    file: str
    status: str
    seeds: tuple[SeedMark, ...] = ()
    seconds: float = 0.0
    key: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
