"""Every learner against the exact solution on random worlds.

Run: ``python benchmarks/learners_exact.py [--worlds 200]``. Q-learning is compared with the optimum, SARSA, Expected
SARSA and Monte Carlo with the best ε-soft policy (ε = 0.2), value iteration with both tables. Regret is how much less
the learned policy earns from the start, as a share of the best value (of 1 where that is smaller).
"""

from __future__ import annotations

import argparse

import numpy as np

from agents.catalog import CATALOG, agent
from agents.tabular.arrays import new_records
from agents.tabular.exact import greedy_policy, policy_values, solve, start_value
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.world import Transition, TransitionModel

GAMMA = 0.9
EPSILON = 0.2
ANNEALING = ((0.1, 200_000), (0.01, 1_000_000), (0.001, 3_000_000), (0.0002, 6_000_000))
"""(step size, ticks): a constant step never settles where outcomes are luck, so it is made smaller in stages."""


def random_world(seed: int, states: int = 12, actions: int = 4) -> TransitionModel:
    """Make a world of random outcomes and rewards in [−1, 1]; every step ends the episode with probability 0.1."""
    luck = np.random.default_rng(seed)
    end = states - 1
    table: dict[int, dict[int, list[Transition]]] = {}
    for s in range(end):
        table[s] = {}
        for a in range(actions):
            first, second = luck.integers(0, end, 2)
            p, r = luck.uniform(0.2, 0.7), luck.uniform(-1, 1, 3)
            table[s][a] = [
                (p, int(first), float(r[0]), False),
                (0.9 - p, int(second), float(r[1]), False),
                (0.1, end, float(r[2]), True),
            ]
    table[end] = {a: [(1.0, end, 0.0, True)] for a in range(actions)}
    return TransitionModel.from_table(table, {s: 1 / end for s in range(end)}, 400)


def learned(name: str, model: TransitionModel, seed: int) -> TabularLearner:
    """Train one learner with falling step sizes and return it."""
    entry = agent(name)
    hyper: dict[str, object] = {"gamma": GAMMA}
    if name != "value_iteration":
        hyper |= {"alpha": 0.1, "epsilon": 0.5 if name == "q_learning" else EPSILON}
    who: TabularLearner = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=model, hyperparameters=hyper, seed=seed
    )
    records = new_records()
    for alpha, ticks in ANNEALING:
        if name != "value_iteration":
            who.set("alpha", alpha)
        until = who.tick + ticks
        while who.tick < until and not who.finished:
            records.used[:] = 0
            who.advance(until, new_stop(), records)
    return who


def regret(name: str, model: TransitionModel, seed: int) -> float:
    """Return the regret of one learner in one world as a share."""
    epsilon = 0.0 if name in ("q_learning", "value_iteration") else EPSILON
    best = start_value(model, solve(model, GAMMA, epsilon).v)
    policy = greedy_policy(learned(name, model, seed).q, epsilon)
    worth = start_value(model, policy_values(model, policy, GAMMA, horizon=2_000))
    return (best - worth) / max(1.0, abs(best))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    given = parser.parse_args()
    for entry in CATALOG:
        shares = np.array([regret(entry.id, random_world(seed), seed) for seed in range(given.worlds)])
        print(
            f"{entry.id:16} {given.worlds} worlds, regret: mean {shares.mean():.4%}"
            f", p95 {np.quantile(shares, 0.95):.4%}"
            f", max {shares.max():.4%}, worlds above 1 %: {(shares > 0.01).sum()}"
        )


if __name__ == "__main__":
    main()
