"""What an algorithm has to remember across a checkpoint besides weights, optimiser, global draws and replay memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from stable_baselines3.common.base_class import BaseAlgorithm

from arena.errors import RunError


def state_of(model: BaseAlgorithm) -> dict[str, Any]:
    """Return it as plain values, ready for JSON: counters, ε, and where the draws of random actions stand.

    Args:
        model: As :func:`agents.deep.algorithms.algorithm_for` makes it.
    """
    state: dict[str, Any] = {"num_timesteps": model.num_timesteps, "n_updates": int(model._n_updates)}
    for name in ("_n_calls", "exploration_rate", "_episode_num"):
        if hasattr(model, name):
            state[name] = getattr(model, name)
    state["actions_drawn"] = model.action_space.np_random.bit_generator.state
    return state


def put_state(model: BaseAlgorithm, state: Mapping[str, Any]) -> None:
    """Take over what :func:`state_of` returned.

    Raises:
        RunError: If it does not belong to such an algorithm.
    """
    try:
        model.action_space.np_random.bit_generator.state = dict(state["actions_drawn"])
        model.num_timesteps = int(state["num_timesteps"])
        model._n_updates = int(state["n_updates"])
        for name, kind in (("_n_calls", int), ("exploration_rate", float), ("_episode_num", int)):
            if hasattr(model, name):
                setattr(model, name, kind(state[name]))
    except (KeyError, TypeError, ValueError) as problem:
        raise RunError("error.run.arrays", name="algorithm") from problem


def begin_games(model: BaseAlgorithm, checkpoint: int) -> None:
    """Begin the games that follow a checkpoint, in a run that goes on as in one that is resumed.

    Args:
        model: The algorithm, between two rollouts.
        checkpoint: Number of the checkpoint.
    """
    env: Any = model.env
    env.checkpoint = checkpoint
    model._last_obs = env.reset()
    model._last_episode_starts = np.ones(env.num_envs, np.bool_)
    memory = getattr(model, "replay_buffer", None)
    if memory is not None:
        memory.cut()
