"""Random numbers of a deep run: begun anew at every checkpoint, and left alone by whoever only looks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper

_PURPOSE = 0xC4EC


def begin_games(model: BaseAlgorithm, seed: int, checkpoint: int) -> None:
    """Begin new games with new random numbers, both made of the run's seed and the checkpoint's number.

    Emulators cannot all be saved, and generators lie in many places (Python, NumPy, PyTorch, the action space, each
    game). A run that does this at each of its checkpoints needs none of them to go on exactly.

    Args:
        model: The learner, between two updates.
        seed: Seed of the run.
        checkpoint: Number of the checkpoint, 0 for the beginning.
    """
    env = model.env
    assert env is not None
    memory: Any = getattr(model, "replay_buffer", None)
    if memory is not None:
        # What comes next belongs to other games.
        memory.cut()
    drawn = np.random.SeedSequence([seed, checkpoint, _PURPOSE]).generate_state(1, np.uint32)
    model.set_random_seed(int(drawn[0] % np.uint32(2**31 - 1)))
    games: Any = _innermost(env)
    # Ours make their seeds of this number.
    games.checkpoint = checkpoint
    games.take_finished()
    first: Any = env.reset()
    model._last_obs = first
    model._last_episode_starts = np.ones(env.num_envs, np.bool_)


def _innermost(env: VecEnv) -> VecEnv:
    while isinstance(env, VecEnvWrapper):
        env = env.venv
    return env


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Draw whatever is drawn inside the block, and leave all generators as they were: looking must not change a run."""
    numpy_state = np.random.get_state()  # noqa: NPY002 - the generator SB3 draws from
    torch_state = torch.get_rng_state()
    # Asked of the device only where one is in use: asking would start it.
    started = bool(torch.cuda.is_initialized())  # type: ignore[no-untyped-call]
    device_states = torch.cuda.get_rng_state_all() if started else []
    try:
        yield
    finally:
        np.random.set_state(numpy_state)  # noqa: NPY002
        torch.set_rng_state(torch_state)
        if device_states:
            torch.cuda.set_rng_state_all(device_states)
