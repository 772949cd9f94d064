"""Every learner against the exact solution on random worlds.

Run: ``python benchmarks/learners_exact.py [--worlds 200] [--agents NAME …]``. Learners that value the greedy policy and
sweeps are compared with the optimum; those that value what they do with the best ε-soft policy (ε = 0.2). Regret is how
much less the learned policy earns from the start, as a share of the best value (of 1 where that is smaller). Prediction
has no policy of its own: its figure is the largest |V − V_π|, V_π from the linear equations, as a share of the largest
|V_π| (of 1 where that is smaller); Monte Carlo prediction takes the mean of all returns. REINFORCE and the actor–critic
learn a policy itself: what that earns, with all its dice, is compared with the optimum.
"""

from __future__ import annotations

import argparse

import numpy as np

from agents.catalog import POLICY_LEARNING, PREDICTING, SWEEPING, TABULAR, agent
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


OFF_POLICY = ("q_learning", "double_q_learning", "q_lambda", "dyna_q", *SWEEPING, *POLICY_LEARNING)
"""Agents whose aim is the optimum, not the best policy that explores."""

AVERAGING = "mc_prediction"
"""It needs no step size."""

PATIENCE = ((0.1, 2_000_000), (0.02, 4_000_000))
"""(step size, ticks) of policies learned directly: probabilities move far more slowly than values."""


def settings(name: str) -> dict[str, object]:
    """Return the settings one learner begins with."""
    if name in SWEEPING:
        return {"gamma": GAMMA}
    if name == AVERAGING:
        return {"gamma": GAMMA, "alpha": 0.0}
    if name in (*PREDICTING, *POLICY_LEARNING):
        return {"gamma": GAMMA, "alpha": 0.1}
    return {"gamma": GAMMA, "alpha": 0.1, "epsilon": 0.5 if name in OFF_POLICY else EPSILON}


def learned(name: str, model: TransitionModel, seed: int) -> TabularLearner:
    """Train one learner with falling step sizes and return it."""
    entry = agent(name)
    who: TabularLearner = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=model, hyperparameters=settings(name), seed=seed
    )
    records = new_records()
    for alpha, ticks in PATIENCE if name in POLICY_LEARNING else ANNEALING:
        if name not in (*SWEEPING, AVERAGING):
            who.set("alpha", alpha)
        if name in POLICY_LEARNING:
            who.set("alpha_v", alpha)
        until = who.tick + ticks
        while who.tick < until and not who.finished:
            records.used[:] = 0
            who.advance(until, new_stop(), records)
    return who


def regret(name: str, model: TransitionModel, seed: int) -> float:
    """Return the regret (in prediction: the error) of one learner in one world as a share."""
    who = learned(name, model, seed)
    if name in PREDICTING:
        exact = who.exact_values(solve(model, GAMMA))[:, 0]
        return float(np.abs(who.q[:, 0] - exact).max() / max(1.0, np.abs(exact).max()))
    epsilon = 0.0 if name in OFF_POLICY else EPSILON
    best = start_value(model, solve(model, GAMMA, epsilon).v)
    own = who.policy()
    policy = greedy_policy(who.q, epsilon) if own is None else own
    worth = start_value(model, policy_values(model, policy, GAMMA, horizon=2_000))
    return (best - worth) / max(1.0, abs(best))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--agents", nargs="*", default=[entry.id for entry in TABULAR])
    given = parser.parse_args()
    for name in given.agents:
        shares = np.array([regret(name, random_world(seed), seed) for seed in range(given.worlds)])
        print(
            f"{name:18}{given.worlds} worlds, regret or error: mean {shares.mean():.4%}"
            f", p95 {np.quantile(shares, 0.95):.4%}"
            f", max {shares.max():.4%}, worlds above 1 %: {(shares > 0.01).sum()}"
        )


if __name__ == "__main__":
    main()
