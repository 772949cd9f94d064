"""The one-step temporal-difference family: one update, three ways to value the next state.

Q(s,a) ← Q(s,a) + α [ r + γ·B(s') − Q(s,a) ] with
B = max_a' Q(s',a') for Q-learning (Watkins 1989; Sutton & Barto 2018, eq. 6.8),
B = Q(s',a') of the action taken for SARSA (Rummery & Niranjan 1994; eq. 6.7),
B = Σ π(a'|s') Q(s',a') for Expected SARSA (van Seijen et al. 2009; eq. 6.9),
and B = 0 where the episode terminated.
"""

from __future__ import annotations

from agents.tabular.compiled import inlined

LARGEST = 4e307
"""Up to here a value may move toward any target that is no larger: the difference of the two is still a number."""


@inlined
def target_of(reward: float, gamma: float, bootstrap: float) -> float:
    """Return the TD target r + γ·B."""
    return reward + gamma * bootstrap


@inlined
def moved(old: float, step_size: float, target: float) -> float:
    """Return the value after moving by the step size toward its target: old + α (target − old)."""
    return old + step_size * (target - old)
