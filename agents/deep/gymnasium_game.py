"""One environment of Gymnasium as a network sees it: a row of numbers, or one number, and games that always end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

STEP_LIMIT = 27_000
"""Steps after which a game is truncated where the environment itself never does: as many as an Atari game has."""


def made(env_id: str, env_kwargs: Mapping[str, Any]) -> gymnasium.Env[Any, Any]:
    """Make one environment whose games always end."""
    env = gymnasium.make(env_id, **env_kwargs)
    if env.spec is None or env.spec.max_episode_steps is None:
        env = gymnasium.wrappers.TimeLimit(env, STEP_LIMIT)
    return env


def shown_space(space: spaces.Space[Any]) -> spaces.Box | spaces.Discrete:
    """Return the space of what :func:`shown` makes of an observation."""
    if isinstance(space, spaces.Discrete):
        return spaces.Discrete(int(space.n))
    assert isinstance(space, spaces.Box)
    scale = _scale(space)
    low, high = (np.asarray(bound, np.float32).ravel() * np.float32(scale) for bound in (space.low, space.high))
    return spaces.Box(low, high, dtype=np.float32)


def shown(space: spaces.Space[Any], observation: Any) -> NDArray[np.generic]:
    """Return an observation as a learner sees it: a row of ``float32``, bytes of pictures from 0 to 1; or a number.

    Args:
        space: The environment's own space.
        observation: What it gave.
    """
    if isinstance(space, spaces.Discrete):
        return np.asarray(int(observation) - int(space.start), np.int64)
    return np.asarray(observation, np.float32).ravel() * np.float32(_scale(space))


def _scale(space: spaces.Space[Any]) -> float:
    return 1.0 / 255.0 if space.dtype == np.uint8 else 1.0
