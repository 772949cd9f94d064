"""Whether a run fits into memory: asked before it begins, and answered with a size that does."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from agents.deep.places import Place
from arena.errors import RunError

SHARE = 0.5
"""Part of the free memory a run may take: the rest is for the window and for whatever else is open."""

_LIBRARIES = 500_000_000
"""Bytes PyTorch and the network take."""

_BESIDE = 32
"""Bytes of action, reward and the like in one remembered step."""

_GAME = {"pixels": 10_000_000, "objects": 60_000_000, "states": 1_000, "vector": 1_000_000}
"""Bytes of one game, by kind of place."""

_SIZES = ("buffer_size", "n_envs", "n_steps")
"""Settings that make a run larger, the one that makes most of it first."""


def free_memory() -> int:
    """Return how many bytes of memory are free, as far as the system says."""
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return min(int(line.split()[1]) * 1024, _granted())
    except (OSError, ValueError, IndexError):
        pass
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return 2**63


def _granted() -> int:
    """Return the bytes left to the container this runs in, where there is one."""
    try:
        most = Path("/sys/fs/cgroup/memory.max").read_text("ascii").strip()
        used = Path("/sys/fs/cgroup/memory.current").read_text("ascii").strip()
        return 2**63 if most == "max" else max(0, int(most) - int(used))
    except (OSError, ValueError):
        return 2**63


def memory_needed(config: Any, place: Place) -> int:
    """Return about how many bytes a run takes.

    Args:
        config: Settings of the agent.
        place: Where it learns.
    """
    space = place.under(config).observation_space
    seen = int(np.prod(space.shape)) * int(np.dtype(space.dtype).itemsize) if space.shape else 8
    step = seen + _BESIDE
    kept = 2 * step * config.buffer_size if hasattr(config, "buffer_size") else 0
    # A rollout is held twice while it is learned from: SB3 lays it out anew.
    kept += 2 * step * config.n_envs * getattr(config, "n_steps", getattr(config, "episode_limit", 0))
    return _LIBRARIES + int(config.n_envs * _GAME[place.kind]) + int(kept)


def refuse_too_large(config: Any, place: Place, free: int | None = None) -> None:
    """Refuse a run that would take more than half of the free memory.

    Args:
        config: Settings of the agent.
        place: Where it learns.
        free: Bytes that are free; what the system says where not given.

    Raises:
        RunError: If it would; the sentence names a size that fits.
    """
    left = int((free_memory() if free is None else free) * SHARE)
    needed = memory_needed(config, place)
    if needed <= left:
        return
    raise too_large(config, place, left, "error.deep.too_large")


def too_large(config: Any, place: Place, left: int, key: str) -> RunError:
    """Return the error that names a size that fits into so many bytes.

    Args:
        config: Settings of the agent.
        place: Where it learns.
        left: Bytes there are for it.
        key: Translation key of the sentence.
    """
    name, value = fitting(config, place, left)
    return RunError(key, needed=_gigabytes(memory_needed(config, place)), left=_gigabytes(left), name=name, value=value)


def fitting(config: Any, place: Place, left: int) -> tuple[str, int]:
    """Return the setting to make smaller, and a value with which the run takes no more than so many bytes.

    Args:
        config: Settings of the agent.
        place: Where it learns.
        left: Bytes there are for it.
    """
    name = next(name for name in _SIZES if hasattr(config, name))
    low, high = 1, int(getattr(config, name))
    while low < high:
        middle = (low + high + 1) // 2
        if memory_needed(replace(config, **{name: middle}), place) <= left:
            low = middle
        else:
            high = middle - 1
    return name, _rounded(low)


def _rounded(value: int) -> int:
    """Cut a number to two digits: 87,654 says less than 87,000."""
    unit: int = 10 ** max(0, len(str(value)) - 2)
    return value // unit * unit


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f}"
