"""Clips and runs for tests of labels: small, and each different."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from arena.preferences.clip import Clip
from arena.preferences.label import Pair
from arena.preferences.label_store import LabelStore
from arena.runs.run_folder import RunFolder
from tests.arena.runs.run_samples import CONFIG


def clip(number: int = 0, **changed: Any) -> Clip:
    """Make a clip of a world of states."""
    fields: dict[str, Any] = {
        "env_id": "Arena/GridWorld-v0",
        "env_kwargs": {"map": "cliff"},
        "kind": "states",
        "env_step": 100 + number,
        "game": number % 4,
        "observations": np.arange(5) + number,
        "actions": np.array([0, 1, 2, 3, number % 4]),
        "rewards": np.array([-1, -1, -1, -1, number], np.float32),
    }
    return Clip(**{**fields, **changed})


def picture_clip() -> Clip:
    """Make a clip of a game as pixels."""
    chance = np.random.default_rng(3)
    return clip(
        env_id="BreakoutNoFrameskip-v4",
        env_kwargs={},
        kind="pixels",
        observations=chance.integers(0, 255, (5, 4, 8, 8), np.uint8),
        pictures=chance.integers(0, 255, (5, 21, 16, 3), np.uint8),
    )


def run(root: Path, seed: int = 1) -> RunFolder:
    """Make a run folder."""
    return RunFolder.create(root, replace(CONFIG, seed=seed))


def asked(store: LabelStore, run_id: str, count: int) -> list[Pair]:
    """Put ``count`` pairs of a run into a store."""
    clips = [clip(number) for number in range(count + 1)]
    store.add_clips(run_id, clips)
    return [
        store.add_pair(Pair(run_id=run_id, left=left.clip_id, right=right.clip_id, env_step=200 + number))
        for number, (left, right) in enumerate(zip(clips, clips[1:], strict=False))
    ]
