"""Random numbers of tabular runs: a hash of (seed, purpose, tick, index), so replay needs no generator state.

The hash is SplitMix64 read at a computed position (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
generators"): numbers of one purpose and tick are the same in a run, in its replay and in its twin.
"""

from __future__ import annotations

import numpy as np

from agents.tabular.compiled import called, compiled, inlined

START, EXPLORE, ACTION, OUTCOME, PLAN, TABLE = range(6)
"""Purposes: where an episode starts · the draw against ε · which random or tied action · which outcome · planning ·
which of two tables learns."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2⁻⁵³


@inlined
def _mix(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@compiled
def _hashed(seed: np.uint64) -> np.uint64:
    return _mix(_mix(seed + _GOLDEN))


def key_of(seed: int) -> np.uint64:
    """Return the 64-bit stream position of a seed from 0 to 2⁶⁴ − 1."""
    # Given as unsigned: compiled code takes no plain int from 2⁶³ on.
    return np.uint64(_hashed(np.uint64(seed)))


@inlined
def uniform(key: np.uint64, purpose: int, tick: int, index: int = 0) -> float:
    """Return a number in [0, 1) with 53 random bits.

    Args:
        key: ``uint64`` from :func:`key_of`.
        purpose: One of the purposes of this module, below 8.
        tick: The run's clock.
        index: Which of several numbers of the same purpose and tick.
    """
    position = np.uint64(tick) * np.uint64(8) + np.uint64(purpose)
    z = _mix(np.uint64(key) + _GOLDEN * (position + np.uint64(1)))
    if index != 0:
        z = _mix(z + _GOLDEN * np.uint64(index))
    return np.float64(z >> np.uint64(11)) * _TO_UNIT


@called
def drawn(key: np.uint64, purpose: int, tick: int, index: int) -> float:
    """Return :func:`uniform`, called rather than inlined: quicker to compile where speed is not everything."""
    return uniform(key, purpose, tick, index)
