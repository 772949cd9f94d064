"""Models made for tests of the library: real folders, with weights of a few numbers."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from agents.models.card import Card, Evaluation
from agents.models.folder import write_model
from agents.models.library import models_folder
from agents.models.manifest import WEIGHTS, Manifest, Observation


def small_weights() -> bytes:
    """A file of weights with four numbers in it."""
    header = json.dumps({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    return struct.pack("<Q", len(header)) + header + struct.pack("<4f", 1, 2, 3, 4)


def evaluation(scores: Sequence[float], epsilon: float = 0.0) -> Evaluation | None:
    """Figures of some scores, none for none."""
    if not scores:
        return None
    mean = sum(scores) / len(scores)
    return Evaluation(
        seed=0,
        deterministic=False,
        scores=tuple(map(float, scores)),
        mean=mean,
        median=float(sorted(scores)[len(scores) // 2]),
        std=12.5,
        iqm=mean + 1,
        iqm_low=mean - 10,
        iqm_high=mean + 12,
        epsilon=epsilon,
    )


def make_model(
    name: str,
    *,
    agent: str = "ppo",
    env_id: str = "BreakoutNoFrameskip-v4",
    origin: str = "trained",
    scores: Sequence[float] = (31.0, 42.0, 18.0),
    env_steps: int = 250_000,
    title: Mapping[str, str] | None = None,
    created: str = "2026-11-21T12:00:00+00:00",
) -> Path:
    """Write a model of one's own and return its folder."""
    folder = models_folder() / name
    manifest = Manifest(
        name=name,
        family="deep",
        agent=agent,
        origin=origin,
        env_id=env_id,
        recipe_version=1,
        observation=Observation(kind="pixels", shape=(4, 84, 84), dtype="uint8"),
        actions=("NOOP", "FIRE", "RIGHT", "LEFT"),
        network={"kind": "nature", "width": 0.5},
        seed=3,
        env_steps=env_steps,
        created=created,
        versions={"torch": "2.13.0"},
    )
    card = Card(
        title=dict(title or {}),
        env_steps=env_steps,
        seed=3,
        wall_seconds=7200.0,
        # Of values alone the best is taken but for a few random moves.
        evaluation=evaluation(scores, epsilon=0.01 if agent == "dqn" else 0.0),
        limits=("half_width", "one_game", "no_optimizer"),
    )
    write_model(folder, manifest, card, {WEIGHTS: small_weights()})
    return folder
