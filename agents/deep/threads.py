"""How many threads a gradient step gets, and how they wait for each other; no learning library is imported here.

Measured (``benchmarks/learning_threads.py``) on two cores with other programs at work: two threads learn from a batch
of 32 pictures at 0.11 times the speed of one, from one of 256 at 0.38 times, because at each of hundreds of small steps
the thread that has a core spins until the other gets one. Threads that sleep while they wait cost little (0.82 times).
"""

from __future__ import annotations

import os
from typing import Any

MOST_THREADS = 4
"""More threads than this wait for each other longer than they save on batches of 256 pictures."""

MOST_ALONE = 64
"""A batch of at most so many pictures is through before a second thread is worth waiting for."""

_UNKNOWN = 1_024
"""Pictures at once of an agent that learns from whole games."""


def let_threads_sleep() -> None:
    """Let PyTorch's threads sleep while they wait for each other, unless somebody chose otherwise.

    Call it before PyTorch is loaded: its threads read this once.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def usual_threads(kind: str, config: Any, cores: int) -> int:
    """Return the threads of a gradient step where nobody says otherwise.

    The window, the watched game and the games that are played need a core as well: one is left to them.

    Args:
        kind: Of the place, see :mod:`agents.deep.place_kind`.
        config: Settings of the agent.
        cores: Cores this process may use.
    """
    if kind != "pixels" or pictures_at_once(config) <= MOST_ALONE:
        return 1
    return max(1, min(MOST_THREADS, cores - 1))


def pictures_at_once(config: Any) -> int:
    """Return how many observations an agent learns from in one gradient step.

    Args:
        config: Its settings.
    """
    if hasattr(config, "batch_size"):
        return int(config.batch_size)
    if hasattr(config, "n_steps"):
        return int(config.n_envs * config.n_steps)
    return _UNKNOWN


def cores_here() -> int:
    """Return the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
