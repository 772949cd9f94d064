"""Gradient steps per second of a picture network with each number of threads, for batches as agents learn from them.

Run: ``python benchmarks/learning_threads.py [--batches 32 64 256] [--width 0.5] [--seconds 3] [--pairs 3]``. All
numbers of threads take turns, each measurement in a process of its own, once as PyTorch comes (its threads spin while
they wait) and once with ``OMP_WAIT_POLICY=PASSIVE`` (they sleep). Other programs at work are part of what is measured:
run it while nothing else runs, and while something does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch
from gymnasium import spaces
from torch.nn import functional

from agents.deep.networks import policy_for

WAITS = ("spin", "sleep")


def steps_per_second(batch: int, threads: int, width: float, seconds: float) -> float:
    """Learn from one batch again and again: forward, backward, step of the fused optimiser."""
    torch.set_num_threads(threads)
    pictures = spaces.Box(0, 255, (4, 84, 84), np.uint8)
    policy = policy_for("dqn", pictures, 4, {"kind": "nature", "width": width})
    policy.set_training_mode(True)
    seen = torch.randint(0, 256, (batch, 4, 84, 84), dtype=torch.uint8)
    aims = torch.zeros((batch, 4))

    def learn() -> None:
        loss = functional.smooth_l1_loss(policy.q_net(seen), aims)  # type: ignore[operator]
        policy.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        policy.optimizer.step()

    for _ in range(3):
        learn()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        learn()
        count += 1
    return count / (time.perf_counter() - began)


def in_a_process(wait: str, words: list[str]) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if wait == "sleep":
        environment["OMP_WAIT_POLICY"] = "PASSIVE"
    said = subprocess.run(
        [sys.executable, __file__, "--alone", *words], env=environment, capture_output=True, text=True, check=True
    )
    return float(said.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 64, 256])
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, 2, os.cpu_count() or 1}))
    parser.add_argument("--width", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        print(steps_per_second(given.batches[0], given.threads[0], given.width, given.seconds))
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for batch in given.batches:
        found: dict[tuple[int, str], list[float]] = {}
        for _ in range(given.pairs):
            for threads in given.threads:
                for wait in WAITS[: 1 if threads == 1 else 2]:
                    words = ["--batches", str(batch), "--threads", str(threads)]
                    words += ["--width", str(given.width), "--seconds", str(given.seconds)]
                    found.setdefault((threads, wait), []).append(in_a_process(wait, words))
        for (threads, wait), speeds in found.items():
            median = statistics.median(speeds)
            ratio = statistics.median(mine / one for mine, one in zip(speeds, found[1, WAITS[0]], strict=True))
            print(
                f"batch {batch:4}, {threads} threads, {wait:5}: {median:7.2f} steps/s, {ratio:5.2f} times those of one"
                f" ({min(speeds):.2f} to {max(speeds):.2f})"
            )


if __name__ == "__main__":
    main()
