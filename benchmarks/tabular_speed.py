"""Q-learning flat out beside the usual Gymnasium loop, in one process, pairwise.

Run: ``python benchmarks/tabular_speed.py [--seconds 2] [--pairs 5]``. Prints steps/s of both and the median ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time

import gymnasium as gym
import numpy as np

from agents.catalog import agent
from agents.tabular.arrays import new_records
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world

WORLDS = ("CliffWalking-v1", "FrozenLake-v1", "Taxi-v4")


def ours(world_id: str, name: str, seconds: float) -> float:
    """Return steps/s of our kernel in slices of the size the worker uses."""
    entry = agent(name)
    model = make_world(world_id).model
    who: TabularLearner = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=model, hyperparameters={}, seed=0
    )
    records = new_records()
    who.advance(1_000, new_stop(), records)
    started, first, now = time.perf_counter(), who.tick, 0.0
    while now < seconds:
        records.used[:] = 0
        who.advance(who.tick + 300_000, new_stop(), records)
        now = time.perf_counter() - started
    return (who.tick - first) / now


def usual(world_id: str, seconds: float) -> float:
    """Return steps/s of Q-learning as tutorials write it: a numpy table and ``env.step``."""
    env = gym.make(world_id, max_episode_steps=1000)
    luck = np.random.default_rng(0)
    q = np.zeros((env.observation_space.n, env.action_space.n))  # type: ignore[attr-defined]
    alpha, gamma, epsilon = 0.5, 0.99, 0.1
    state, _ = env.reset(seed=0)
    started, steps, now = time.perf_counter(), 0, 0.0
    while now < seconds:
        for _ in range(500):
            action = env.action_space.sample() if luck.random() < epsilon else int(q[state].argmax())
            after, reward, terminated, truncated, _ = env.step(action)
            target = float(reward) + gamma * (0.0 if terminated else q[after].max())
            q[state, action] += alpha * (target - q[state, action])
            state = env.reset()[0] if terminated or truncated else after
            steps += 1
        now = time.perf_counter() - started
    return steps / now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args()
    for world_id in WORLDS:
        pairs = [
            (ours(world_id, "q_learning", given.seconds), usual(world_id, given.seconds)) for _ in range(given.pairs)
        ]
        fast = statistics.median(a for a, _ in pairs)
        slow = statistics.median(b for _, b in pairs)
        ratio = statistics.median(a / b for a, b in pairs)
        best = max(a for a, _ in pairs)
        print(
            f"{world_id:16} q_learning {fast / 1e6:6.1f} M steps/s (best {best / 1e6:.1f}),"
            f" usual loop {slow / 1e6:.3f}, ratio {ratio:.0f}x"
        )
    for name in ("sarsa", "expected_sarsa", "monte_carlo"):
        speeds = [ours("CliffWalking-v1", name, given.seconds) for _ in range(given.pairs)]
        print(f"CliffWalking-v1  {name:14} {statistics.median(speeds) / 1e6:6.1f} M steps/s")


if __name__ == "__main__":
    main()
