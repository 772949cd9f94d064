"""Plain Stable-Baselines3 loads what is exported, in a process that has none of our code, with the same answers."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium import spaces

from agents.deep.asking import answer
from agents.deep.networks import policy_for
from agents.deep.weights import weights_of
from agents.models.manifest import Observation
from agents.models.sb3_export import export_sb3
from arena.errors import ModelError
from tests.agents.models import small_model as small

LOADS = """
import json, sys
import numpy as np
import torch
torch.set_num_threads(1)
from stable_baselines3 import A2C, DQN, PPO
from sb3_contrib import QRDQN, TRPO
told = []
for name, file, seen in json.loads(sys.argv[1]):
    model = {"ppo": PPO, "a2c": A2C, "dqn": DQN, "qr_dqn": QRDQN, "trpo": TRPO}[name].load(file, device="cpu")
    seen = np.load(seen)
    tensor = model.policy.obs_to_tensor(seen)[0]
    with torch.no_grad():
        if name == "dqn":
            found = model.policy.q_net(tensor)
        elif name == "qr_dqn":
            found = model.policy.quantile_net(tensor).mean(dim=1)
        else:
            found = model.policy.get_distribution(tensor).distribution.probs
    told.append({"preferences": found.tolist(), "best": model.predict(seen, deterministic=True)[0].tolist(),
                 "steps": model.num_timesteps})
assert not [name for name in sys.modules if name.split(".")[0] in ("agents", "arena")]
print(json.dumps(told))
"""

PICTURES = Observation(kind="pixels", shape=(4, 84, 84), dtype="uint8")
NUMBERS = Observation(kind="vector", shape=(4,), dtype="float32")
CASES: dict[str, tuple[str, Observation, dict[str, Any]]] = {
    "ppo half as wide": ("ppo", PICTURES, {"kind": "nature", "width": 0.5}),
    "ppo": ("ppo", PICTURES, {"kind": "nature", "width": 1.0}),
    "dqn half as wide": ("dqn", PICTURES, {"kind": "nature", "width": 0.5, "dueling": False}),
    "ppo of numbers": ("ppo", NUMBERS, {"kind": "mlp", "layers": [16, 8]}),
    "a2c of numbers": ("a2c", NUMBERS, {"kind": "mlp", "layers": [8]}),
    "trpo of numbers": ("trpo", NUMBERS, {"kind": "mlp", "layers": [8]}),
    "dqn of numbers": ("dqn", NUMBERS, {"kind": "mlp", "layers": [16], "dueling": False}),
    "qr-dqn of numbers": ("qr_dqn", NUMBERS, {"kind": "mlp", "layers": [16], "quantiles": 5}),
}


def test_that_plain_sb3_loads_what_was_exported_and_answers_the_same(tmp_path: Path) -> None:
    jobs, expected = [], []
    draws = np.random.default_rng(5)
    for number, (agent, seen_as, network) in enumerate(CASES.values()):
        torch.manual_seed(number)
        pictures = seen_as is PICTURES
        space = spaces.Box(0, 255, (4, 84, 84), np.uint8) if pictures else spaces.Box(-1, 1, (4,))
        actions = ("NOOP", "FIRE", "RIGHT", "LEFT") if pictures else ("LEFT", "RIGHT")
        policy = policy_for(agent, space, len(actions), network)
        manifest = small.manifest(
            agent=agent,
            observation=seen_as,
            network=network,
            actions=actions,
            env_id="BreakoutNoFrameskip-v4" if pictures else "CartPole-v1",
            hyperparameters={"gamma": 0.98, "learning_rate": {"kind": "linear", "start": 1e-3, "end": 0.0}},
        )
        file = tmp_path / f"{number}.zip"
        export_sb3(manifest, weights_of(policy), file)
        _holds_nothing_of_ours(file)
        seen = (
            draws.integers(0, 256, (8, 4, 84, 84), np.uint8)
            if pictures
            else draws.normal(size=(8, 4)).astype("float32")
        )
        np.save(tmp_path / f"{number}.npy", seen)
        jobs.append([agent, str(file), str(tmp_path / f"{number}.npy")])
        expected.append(answer(policy, seen))
    done = subprocess.run(
        [sys.executable, "-I", "-c", LOADS, json.dumps(jobs)], capture_output=True, text=True, timeout=250, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    for name, told, own in zip(CASES, json.loads(done.stdout), expected, strict=True):
        assert np.abs(np.array(told["preferences"]) - own.preferences).max() < 1e-5, name
        assert told["best"] == own.best().tolist(), name
        assert told["steps"] == 2000


def _holds_nothing_of_ours(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        data = json.loads(archive.read("data"))
    kinds = json.dumps(data)
    assert "agents." not in kinds and "arena." not in kinds


def test_that_training_can_go_on_in_sb3_with_the_settings_it_had(tmp_path: Path) -> None:
    from stable_baselines3 import PPO

    policy = policy_for("ppo", spaces.Box(-1, 1, (4,)), 2, {"kind": "mlp", "layers": [8]})
    manifest = small.manifest(hyperparameters={"n_steps": 32, "batch_size": 16, "gamma": 0.9})
    export_sb3(manifest, weights_of(policy), tmp_path / "x.zip")
    model = PPO.load(tmp_path / "x.zip", env=gym.make("CartPole-v1"), device="cpu")
    assert (model.n_steps, model.batch_size, model.gamma) == (32, 16, 0.9)
    model.learn(64, reset_num_timesteps=False)
    assert model.num_timesteps == 2000 + 64


@pytest.mark.parametrize(
    ("agent", "network"),
    [("grpo", {"kind": "mlp", "layers": [8]}), ("dqn", {"kind": "mlp", "layers": [8], "dueling": True})],
)
def test_that_what_sb3_has_not_is_refused_in_a_sentence(tmp_path: Path, agent: str, network: dict[str, Any]) -> None:
    policy = policy_for(agent, spaces.Box(-1, 1, (4,)), 2, network)
    with pytest.raises(ModelError, match="mine"):
        export_sb3(small.manifest(agent=agent, network=network), weights_of(policy), tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()
