"""A hundred seeds of cliff walking, 500 episodes each, beside the usual Gymnasium loop.

Run: ``python benchmarks/many_seeds.py [--seeds 100] [--episodes 500] [--repeats 5]``. Prints seconds with one
thread and with one for each core, and what the usual loop needs for as much, measured on a few seeds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import gymnasium as gym
import numpy as np

from agents.experiments.many_seeds import new_outcome, run
from agents.experiments.plan import Candidate, Plan
from agents.tabular.warm_up import warm_up

SETTINGS = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1}


def ours(plan: Plan, threads: int) -> tuple[float, float]:
    """Return seconds from plan to all returns, and the mean return of the last 100 episodes."""
    started = time.perf_counter()
    outcome = run(new_outcome(plan), threads=threads)
    return time.perf_counter() - started, float(outcome.returns[0, :, -100:].mean())


def usual(seeds: int, episodes: int) -> tuple[float, float]:
    """Return seconds and mean return of Q-learning as tutorials write it: a numpy table and ``env.step``."""
    env = gym.make("CliffWalking-v1", max_episode_steps=1000)
    started, last = time.perf_counter(), []
    for seed in range(seeds):
        luck = np.random.default_rng(seed)
        q = np.zeros((env.observation_space.n, env.action_space.n))  # type: ignore[attr-defined]
        state, _ = env.reset(seed=seed)
        for episode in range(episodes):
            total, over = 0.0, False
            while not over:
                action = env.action_space.sample() if luck.random() < SETTINGS["epsilon"] else int(q[state].argmax())
                after, reward, terminated, truncated, _ = env.step(action)
                target = float(reward) + SETTINGS["gamma"] * (0.0 if terminated else q[after].max())
                q[state, action] += SETTINGS["alpha"] * (target - q[state, action])
                over, total, state = terminated or truncated, total + float(reward), after
            state, _ = env.reset()
            if episode >= episodes - 100:
                last.append(total)
    return time.perf_counter() - started, statistics.fmean(last)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    warm_up()
    candidate = Candidate(env_id="CliffWalking-v1", hyperparameters=SETTINGS)
    plan = Plan(candidates=(candidate,), seeds=given.seeds, episodes=given.episodes)
    for threads in sorted({1, os.cpu_count() or 1}):
        times = [ours(plan, threads) for _ in range(given.repeats)]
        print(
            f"{given.seeds} seeds x {given.episodes} episodes, {threads} threads: median"
            f" {statistics.median(t for t, _ in times):.3f} s, best {min(times)[0]:.3f} s; last 100: {times[0][1]:.1f}"
        )
    few = max(1, min(5, given.seeds))
    seconds, mean = usual(few, given.episodes)
    print(f"usual Gymnasium loop: {seconds * given.seeds / few:.1f} s (from {few} seeds); last 100: {mean:.1f}")


if __name__ == "__main__":
    main()
