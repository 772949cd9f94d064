"""A small deep model made of plain bytes, so that its folder can be tested without PyTorch."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.models.card import Card, Evaluation
from agents.models.folder import write_model
from agents.models.manifest import WEIGHTS, Age, Manifest, Observation
from arena.runs.run_config import now_utc

SHAPES = {"action_net.weight": (2, 8), "action_net.bias": (2,)}


def tensor_file(tensors: Mapping[str, tuple[tuple[int, ...], float]]) -> bytes:
    """A ``safetensors`` file by hand: each tensor is one number again and again."""
    header: dict[str, Any] = {}
    body = b""
    for name, (shape, value) in tensors.items():
        count = 1
        for side in shape:
            count *= side
        data = struct.pack("<f", value) * count
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + body


def weights(value: float = 0.5) -> bytes:
    return tensor_file({name: (shape, value) for name, shape in SHAPES.items()})


def manifest(name: str = "mine", **changed: Any) -> Manifest:
    made = Manifest(
        name=name,
        family="deep",
        agent="ppo",
        origin="trained",
        env_id="CartPole-v1",
        observation=Observation(kind="vector", shape=(4,), dtype="float32"),
        actions=("LEFT", "RIGHT"),
        network={"kind": "mlp", "layers": [8]},
        hyperparameters={"gamma": 0.99, "learning_rate": {"kind": "linear", "start": 3e-4, "end": 0.0}},
        seed=3,
        env_steps=2000,
        created=now_utc(),
        ages=(Age(env_steps=0, file="ages/000000000.safetensors"), Age(env_steps=2000, file=WEIGHTS, score=20.0)),
    )
    return replace(made, **changed)


def evaluation() -> Evaluation:
    return Evaluation(
        seed=0,
        deterministic=False,
        scores=(1.0, 2.0, 3.0),
        mean=2.0,
        median=2.0,
        std=1.0,
        iqm=2.0,
        iqm_low=1.0,
        iqm_high=3.0,
    )


def card() -> Card:
    return Card(
        title={"en": "Pole", "zh_TW": "平衡桿", "zh_CN": "平衡杆"},
        env_steps=2000,
        seed=3,
        wall_seconds=12.5,
        machine={"processor": "any", "threads": 1},
        evaluation=evaluation(),
        ages=((0, evaluation()),),
        limits=("no_optimizer",),
    )


def small_model(folder: Path, **changed: Any) -> Manifest:
    files = {WEIGHTS: weights(), "ages/000000000.safetensors": weights(0.0)}
    return write_model(folder, manifest(folder.name, **changed), card(), files)
