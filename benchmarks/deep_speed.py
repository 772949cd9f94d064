"""Our PPO on Breakout's pixels beside Stable-Baselines3's own set-up, in one process, pairwise; and the games alone.

Run: ``nice -n 5 python benchmarks/deep_speed.py [--updates 2] [--pairs 3] [--threads 2]``. Prints steps/s by the clock
and per second of processor time (all threads and processes), which other programs disturb less, and the median ratio of
the pairs.

"SB3" is what RL Baselines3 Zoo runs: eight Gymnasium environments in ``AtariWrapper`` stepped in turn,
``VecFrameStack``, ``PPO`` with ``CnnPolicy``. "full" is ours with the same network, games and hyper-parameters; "half"
is what ``ppo-breakout`` is trained with.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import ale_py
import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_atari_env
from stable_baselines3.common.vec_env import VecEnv, VecFrameStack

from agents.deep.learner import learner_of
from agents.deep.recipes import PpoRecipe, recipe
from arena.environments.atari.games import AtariGames
from arena.environments.atari.recipe import recipe_for
from arena.environments.atari.seeds import seeds_of
from arena.environments.atari.served_game import ServedGame

GAME = "BreakoutNoFrameskip-v4"


class Speed(NamedTuple):
    """Steps per second by the clock, and per second of processor time."""

    wall: float
    processor: float


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(work: Callable[[], int]) -> Speed:
    wall, processor = time.perf_counter(), processor_seconds()
    steps = work()
    return Speed(steps / (time.perf_counter() - wall), steps / (processor_seconds() - processor))


def learn(model: PPO, updates: int) -> Speed:
    steps = model.n_steps * model.n_envs
    model.learn(steps)  # the first update makes buffers and picks convolution code
    speed = measured(lambda: (model.learn(updates * steps, reset_num_timesteps=False), updates * steps)[1])
    assert model.env is not None
    model.env.close()
    return speed


def original(updates: int, threads: int) -> Speed:
    gymnasium.register_envs(ale_py)
    torch.set_num_threads(threads)
    games: VecEnv = VecFrameStack(make_atari_env(GAME, n_envs=8, seed=1), n_stack=4)
    model = PPO(
        "CnnPolicy", games, n_steps=128, batch_size=256, n_epochs=4, learning_rate=2.5e-4, clip_range=0.1,
        ent_coef=0.01, vf_coef=0.5, seed=1, device="cpu",
    )  # fmt: skip
    return learn(model, updates)


def ours(of: PpoRecipe, updates: int, threads: int) -> Speed:
    torch.set_num_threads(1)
    return learn(learner_of(of, learning_threads=threads), updates)


def games_alone(steps: int) -> Speed:
    games = AtariGames(recipe_for(GAME), 16)
    games.reset(seeds_of(1, 0, 16))
    luck = np.random.default_rng(0)

    def play() -> int:
        for _ in range(steps):
            games.send(luck.integers(0, 4, 16))
            games.recv()
        return 16 * steps

    speed = measured(play)
    games.close()
    return speed


def emulator_alone(steps: int) -> Speed:
    game = ServedGame(recipe_for(GAME), 1)
    luck = np.random.default_rng(0)

    def play() -> int:
        for action in luck.integers(0, 4, steps):
            if game.act(int(action)).ends_game:
                game.next_game()
        return steps

    return measured(play)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    half = recipe("ppo-breakout")
    full = replace(half, games=8, rollout=128, width=1.0)
    found: dict[str, list[Speed]] = {"SB3": [], "full": [], "half": []}
    for _ in range(given.pairs):
        found["SB3"].append(original(given.updates, given.threads))
        found["full"].append(ours(full, given.updates, given.threads))
        found["half"].append(ours(half, given.updates, given.threads))
    for name, speeds in found.items():
        wall, processor = (statistics.median(values) for values in zip(*speeds, strict=True))
        ratios = [
            statistics.median(mine[k] / theirs[k] for mine, theirs in zip(speeds, found["SB3"], strict=True))
            for k in range(2)
        ]
        print(
            f"{name:5} {wall:7.1f} steps/s, {processor:7.1f} per processor second;"
            f" {ratios[0]:.2f}x and {ratios[1]:.2f}x SB3"
        )
    games, emulator = games_alone(300), emulator_alone(1_500)
    print(f"games alone {games.wall:7.0f} steps/s, {games.processor:7.0f} per processor second")
    print(f"one emulator without pictures {emulator.wall:7.0f} steps/s, {emulator.processor:7.0f} per processor second")


if __name__ == "__main__":
    main()
