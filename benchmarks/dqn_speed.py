"""Our DQN on Breakout's pixels beside Stable-Baselines3's own set-up, pairwise in one process; and what it remembers.

Run: ``nice -n 5 python benchmarks/dqn_speed.py [--steps 2000] [--pairs 3] [--threads 1] [--fill]``. Prints steps/s by
the clock and per second of processor time, and the median ratio of the pairs. Both learn from 32 steps every 4 steps
once 1,000 are remembered; what is measured comes after that. "SB3" is what RL Baselines3 Zoo runs: one Gymnasium
environment in ``AtariWrapper``, ``VecFrameStack``, ``DQN`` with ``CnnPolicy``. "full" is ours with the same network and
settings in eight games, "half" with the network that ``dqn-breakout`` has. ``--fill`` plays 100,000 random steps into
the memory and prints how many bytes the process grew by.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import ale_py
import gymnasium
import numpy as np
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.env_util import make_atari_env
from stable_baselines3.common.vec_env import VecEnv, VecFrameStack

from agents.configuration import build
from agents.deep.algorithms import algorithm_for
from agents.deep.config import DqnConfig
from agents.deep.places import place_of

GAME = "BreakoutNoFrameskip-v4"
REMEMBERED = 1_000
SETTINGS = {"learning_starts": REMEMBERED, "buffer_size": 10_000, "batch_size": 32, "train_freq": 4}


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def learn(model: BaseAlgorithm, steps: int) -> tuple[float, float]:
    """Return steps per second and per second of processor time, with learning under way."""
    model.learn(2 * REMEMBERED)
    wall, processor = time.perf_counter(), processor_seconds()
    before = model.num_timesteps
    model.learn(steps, reset_num_timesteps=False)
    done = model.num_timesteps - before
    speed = done / (time.perf_counter() - wall), done / (processor_seconds() - processor)
    assert model.env is not None
    model.env.close()
    return speed


def original(steps: int, threads: int) -> tuple[float, float]:
    gymnasium.register_envs(ale_py)
    torch.set_num_threads(threads)
    games: VecEnv = VecFrameStack(make_atari_env(GAME, n_envs=1, seed=1), n_stack=4)
    model = DQN(
        "CnnPolicy", games, buffer_size=10_000, learning_starts=REMEMBERED, batch_size=32, train_freq=4,
        gradient_steps=1, learning_rate=1e-4, target_update_interval=1_000, seed=1, device="cpu",
    )  # fmt: skip
    return learn(model, steps)


def ours(width: float, steps: int, threads: int) -> tuple[float, float]:
    torch.set_num_threads(1)
    config = build(DqnConfig, {**SETTINGS, "width": width})
    return learn(algorithm_for(config, place_of(GAME, {}), seed=1, threads=threads), steps)


def resident() -> int:
    """Return the bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fill() -> None:
    """Fill a memory of 100,000 steps with random play."""
    config = build(DqnConfig, {})
    model = algorithm_for(config, place_of(GAME, {}), seed=1)
    games, memory = model.env, getattr(model, "replay_buffer", None)
    assert games is not None and memory is not None
    luck, before = np.random.default_rng(0), resident()
    seen = games.reset()
    for _ in range(memory.buffer_size):
        actions = luck.integers(0, 4, games.num_envs)
        then, rewards, dones, infos = games.step(actions)
        memory.add(seen, then, actions, rewards, dones, infos)
        seen = then
    steps = memory.buffer_size * games.num_envs
    grown = resident() - before
    games.close()
    plain = steps * 2 * 4 * 84 * 84
    print(f"{steps:,} steps remembered: {memory.nbytes / 1e9:.2f} GB of arrays, process grown by {grown / 1e9:.2f} GB;"
          f" two stacks a step would be {plain / 1e9:.2f} GB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--fill", action="store_true")
    given = parser.parse_args()
    if given.fill:
        fill()
        return
    found: dict[str, list[tuple[float, float]]] = {"SB3": [], "full": [], "half": []}
    for _ in range(given.pairs):
        found["SB3"].append(original(given.steps, given.threads))
        found["full"].append(ours(1.0, given.steps, given.threads))
        found["half"].append(ours(0.5, given.steps, given.threads))
    for name, speeds in found.items():
        wall, processor = (statistics.median(values) for values in zip(*speeds, strict=True))
        ratios = [
            statistics.median(mine[k] / theirs[k] for mine, theirs in zip(speeds, found["SB3"], strict=True))
            for k in range(2)
        ]
        print(f"{name:5} {wall:7.1f} steps/s, {processor:7.1f} per processor second;"
              f" {ratios[0]:.2f}x and {ratios[1]:.2f}x SB3")  # fmt: skip


if __name__ == "__main__":
    main()
