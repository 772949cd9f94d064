"""What to say where memory ran out in spite of the estimate made before: a size that fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agents.deep.memory_needed import free_memory, memory_needed
from agents.deep.places import Place
from arena.errors import RunError

_SIZES = ("buffer_size", "n_steps", "episode_limit")
"""Settings that make a run larger; each agent has one of them."""


def out_of_memory(config: Any, place: Place) -> RunError:
    """Return the error for a run that did not get the memory it asked for.

    Args:
        config: Settings of the agent.
        place: Where it learns.
    """
    needed, free = memory_needed(config, place), free_memory()
    # Others took what was free when the run began: half of what it needed then is a size to try.
    left = min(free // 2, needed // 2) if free else needed // 2
    name = next(name for name in _SIZES if hasattr(config, name))
    return RunError(
        "error.deep.out_of_memory",
        needed=f"{needed / 1e9:.2f}",
        left=f"{free / 1e9:.2f}",
        name=name,
        value=_largest(config, place, name, left),
    )


def _largest(config: Any, place: Place, name: str, left: int) -> int:
    low, high = 1, int(getattr(config, name))
    while low < high:
        middle = (low + high + 1) // 2
        if memory_needed(replace(config, **{name: middle}), place) <= left:
            low = middle
        else:
            high = middle - 1
    return low
