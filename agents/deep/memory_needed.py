"""How much memory a deep run will take, told before it begins."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces

from agents.deep.config import DeepConfig, ReplayConfig, RolloutConfig, WholeEpisodesConfig
from agents.deep.frame_store import capacity_for
from agents.deep.places import Place
from arena.errors import ConfigError

_STEP = 20
"""Bytes of a remembered step besides what is seen: action, reward and the two kinds of end."""


def memory_needed(config: DeepConfig, place: Place) -> int:
    """Return how many bytes the steps take that a run keeps in memory to learn from.

    Args:
        config: Settings of the agent.
        place: Where it learns.
    """
    space = place.under(config).observation_space
    seen = _bytes_of(space)
    if isinstance(config, ReplayConfig):
        return _remembered(config, space, seen)
    if isinstance(config, RolloutConfig):
        # SB3 lays a rollout out anew to draw batches from it.
        return 2 * config.n_steps * config.n_envs * (seen + _STEP)
    assert isinstance(config, WholeEpisodesConfig)
    return 2 * config.episode_limit * config.n_envs * (seen + _STEP)


def _remembered(config: ReplayConfig, space: spaces.Space[object], seen: int) -> int:
    steps = max(config.buffer_size // config.n_envs, 1)
    shape = space.shape or ()
    if len(shape) != 3:
        return steps * config.n_envs * (2 * seen + _STEP)
    numbers = 2 * 8 * shape[0]
    return config.n_envs * (capacity_for(steps, shape[0]) * seen // shape[0] + steps * (numbers + _STEP))


def _bytes_of(space: spaces.Space[object]) -> int:
    return math.prod(space.shape or (1,)) * np.dtype(space.dtype).itemsize


def check_memory(config: DeepConfig, place: Place, free: int | None = None) -> None:
    """Refuse a run whose steps would take more than half of the memory that is free.

    Args:
        config: Settings of the agent.
        place: Where it is to learn.
        free: Bytes that are free; looked up where not given.

    Raises:
        ConfigError: If it would; with the largest size that fits.
    """
    free = free_memory() if free is None else free
    needed = memory_needed(config, place)
    if free <= 0 or needed <= free // 2:
        return
    field = "episode_limit" if isinstance(config, WholeEpisodesConfig) else "n_steps"
    if isinstance(config, ReplayConfig):
        field = "buffer_size"
    size = int(getattr(config, field))
    fits = int(size * (free / 2) / needed)
    while fits > 1 and memory_needed(_with(config, field, fits), place) > free // 2:
        fits = fits * 99 // 100
    raise ConfigError(
        "error.deep.memory",
        field=field,
        value=size,
        needed=f"{needed / 1e9:.2f}",
        free=f"{free / 1e9:.2f}",
        fits=fits,
    )


def _with(config: DeepConfig, field: str, value: int) -> DeepConfig:
    changed: Any = {field: value}
    return replace(config, **changed)


def free_memory() -> int:
    """Return how many bytes programs can still have, 0 where the system does not say."""
    if sys.platform == "win32":
        return _free_on_windows()
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return min(int(line.split()[1]) * 1024, _left_to_container())
    except (OSError, ValueError):
        pass
    try:
        # macOS does not say what is free; half of what is built in is seldom missing.
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (ValueError, OSError):
        return 0


def _left_to_container() -> int:
    """Return the bytes left to the container this runs in, a very large number where there is none."""
    held = Path("/sys/fs/cgroup")
    try:
        most, used = ((held / name).read_text("ascii").strip() for name in ("memory.max", "memory.current"))
        return sys.maxsize if most == "max" else max(int(most) - int(used), 0)
    except (OSError, ValueError):
        return sys.maxsize


class _MemoryStatus(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *(
            (name, ctypes.c_ulonglong)
            for name in ("all", "free", "all_file", "free_file", "all_virtual", "free_virtual")
        ),
        ("free_extended", ctypes.c_ulonglong),
    )


def _free_on_windows() -> int:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 (not there for type checkers elsewhere)
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else 0
