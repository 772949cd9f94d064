"""Checkpoints of a deep run of any algorithm: weights, optimiser, counters, and the replay buffer if there is one."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm

from agents.deep.checkpoint import More, checkpoints, load_checkpoint, load_more, save_checkpoint
from agents.deep.grpo import GRPO
from agents.deep.weights import load_weights, weights_of
from arena.errors import RunError
from arena.runs.safe_file import told_plainly

COUNTERS = (
    "num_timesteps", "_n_updates", "_n_calls", "_episode_num", "exploration_rate", "_current_progress_remaining",
)  # fmt: skip
"""What SB3's algorithms count; each has those it needs."""

REFERENCE = "reference.safetensors"
"""What GRPO must not drift away from; the policy the run began with, wherever that came from."""

REPLAY = "replay"
"""Folder of the replay buffers, one for each checkpoint, named as it is and beside them; they share their segments."""


def save_run(folder: Path, model: BaseAlgorithm, state: Mapping[str, Any], more: More | None = None) -> Path:
    """Write a checkpoint and drop the oldest.

    Args:
        folder: Folder of checkpoints.
        model: The learner, between two updates.
        state: Plain values of the run; ``env_steps`` among them names the checkpoint.
        more: What belongs to it besides, see :func:`agents.deep.checkpoint.save_checkpoint`.

    Raises:
        RunError: If it cannot be written; the older ones are as they were.
    """
    counters = {name: getattr(model, name) for name in COUNTERS if hasattr(model, name)}
    replays = isinstance(model, OffPolicyAlgorithm)
    if replays:
        # First: a checkpoint without its replay buffer would be none.
        _save_replay(folder, model, f"{state['env_steps']:012d}")
    reference = {REFERENCE: weights_of(model.reference)} if isinstance(model, GRPO) else {}
    plain = {**state, "counters": counters, "replay": replays}
    path = save_checkpoint(folder, model, plain, {**reference, **(more or {})})  # type: ignore[arg-type]
    with contextlib.suppress(OSError):
        _forget_replays(folder)
    return path


def _save_replay(folder: Path, model: BaseAlgorithm, name: str) -> None:
    memory: Any = model.replay_buffer  # type: ignore[attr-defined]
    older = [path for path in checkpoints(folder) if path.name < name]
    before = folder / REPLAY / older[-1].name if older else None
    unfinished = folder / REPLAY / f".{name}.tmp"
    with told_plainly(folder):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
    memory.save_segments(unfinished, before if before is not None and before.is_dir() else None)
    with told_plainly(folder):
        target = folder / REPLAY / name
        shutil.rmtree(target, ignore_errors=True)
        unfinished.replace(target)


def _forget_replays(folder: Path) -> None:
    kept = {path.name for path in checkpoints(folder)}
    # What is left over costs room and nothing else.
    for path in (folder / REPLAY).iterdir() if (folder / REPLAY).is_dir() else ():
        if path.name not in kept:
            shutil.rmtree(path)


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
        if state.pop("replay"):
            memory: Any = model.replay_buffer  # type: ignore[attr-defined]
            memory.load_segments(path.parent / REPLAY / path.name)
        reference = load_more(path, REFERENCE) if isinstance(model, GRPO) else None
        if isinstance(model, GRPO) and reference is not None:
            load_weights(model.reference, reference, str(path))
        for name, value in state.pop("counters").items():
            if name in COUNTERS:
                setattr(model, name, value)
    except (KeyError, TypeError, AttributeError) as problem:
        raise RunError("error.run.damaged", file=str(path)) from problem
    return state
