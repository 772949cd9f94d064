"""Checkpoints of a deep run of any algorithm: weights, optimiser, counters, and the replay buffer if there is one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm

from agents.deep.checkpoint import checkpoints, load_checkpoint, save_checkpoint
from agents.deep.training.replay_segments import forget_segments, load_replay, save_replay
from arena.errors import RunError

COUNTERS = (
    "num_timesteps", "_n_updates", "_n_calls", "_episode_num", "exploration_rate", "_current_progress_remaining",
)  # fmt: skip
"""What SB3's algorithms count; each has those it needs."""

REPLAY = "replay"
"""Folder of the replay buffer's segments, beside the checkpoints."""


def save_run(folder: Path, model: BaseAlgorithm, state: Mapping[str, Any]) -> Path:
    """Write a checkpoint and drop the oldest.

    Args:
        folder: Folder of checkpoints.
        model: The learner, between two updates.
        state: Plain values of the run; ``env_steps`` among them names the checkpoint.

    Raises:
        RunError: If it cannot be written; the older ones are as they were.
    """
    counters = {name: getattr(model, name) for name in COUNTERS if hasattr(model, name)}
    replay = None
    if isinstance(model, OffPolicyAlgorithm) and model.replay_buffer is not None:
        replay = save_replay(folder / REPLAY, model.replay_buffer)
    path = save_checkpoint(folder, model, {**state, "counters": counters, "replay": replay})  # type: ignore[arg-type]
    with contextlib.suppress(RunError, OSError, ValueError, KeyError):
        # What is left over costs room and nothing else.
        forget_segments(folder / REPLAY, checkpoints(folder))
    return path


def load_newest(folder: Path, model: BaseAlgorithm) -> tuple[dict[str, Any], list[Path]]:
    """Set a learner back to the newest checkpoint that can be used.

    Args:
        folder: Folder of checkpoints.
        model: A learner made with the same settings.

    Returns:
        The plain values given to :func:`save_run`, and the newer checkpoints that are damaged.

    Raises:
        RunError: If there is none, or none that can be used.
    """
    kept = checkpoints(folder)
    damaged: list[Path] = []
    for path in reversed(kept):
        try:
            return _load(path, model), damaged
        except RunError:
            damaged.append(path)
    raise RunError("error.run.damaged", file=str(kept[-1] if kept else folder))


def _load(path: Path, model: BaseAlgorithm) -> dict[str, Any]:
    state = load_checkpoint(path, model)  # type: ignore[arg-type]
    try:
        replay = state.pop("replay")
        if replay is not None:
            assert isinstance(model, OffPolicyAlgorithm)
            load_replay(path.parent / REPLAY, replay, model.replay_buffer)
        for name, value in state.pop("counters").items():
            if name in COUNTERS:
                setattr(model, name, value)
    except (KeyError, TypeError, AttributeError, AssertionError) as problem:
        raise RunError("error.run.damaged", file=str(path)) from problem
    return state
