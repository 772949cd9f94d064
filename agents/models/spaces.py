"""What a model sees as the space a network is built for, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from agents.models.manifest import Observation


def observation_of(kind: str, space: spaces.Space[Any]) -> Observation:
    """Return a space as plain values.

    Args:
        kind: Kind of the place.
        space: Its observations; bounds of numbers, which no network reads, are not kept.
    """
    if isinstance(space, spaces.Discrete):
        return Observation(kind=kind, shape=(int(space.n),), dtype="int64")
    assert isinstance(space, spaces.Box)
    return Observation(kind=kind, shape=tuple(int(side) for side in space.shape), dtype=str(space.dtype))


def space_of(seen: Observation) -> spaces.Box | spaces.Discrete:
    """Return the space plain values describe."""
    if seen.dtype == "int64":
        return spaces.Discrete(seen.shape[0])
    if seen.dtype == "uint8":
        return spaces.Box(0, 255, seen.shape, np.uint8)
    return spaces.Box(-np.inf, np.inf, seen.shape, np.float32)
