"""When synthetic teachers are asked: how many questions are due by a moment of the clock."""

from __future__ import annotations

import math

from agents.preference.config import PreferenceConfig

HALF_LIFE = 5_000_000
"""Steps of the policy in which the rate of questions falls to a half (Christiano et al. 2017, appendix A.2)."""

ASKING = 0.6
"""Share of a run in which an even schedule asks; the rest is for the policy to make the best of the answers."""


def questions_due(config: PreferenceConfig, env_steps: int, horizon: int) -> int:
    """Return how many questions should have been asked by now.

    Args:
        config: Settings.
        env_steps: The clock; 0 before the policy learns.
        horizon: Clock at which the run is through.
    """
    budget = config.label_budget
    if config.offline == "on":
        return budget
    first = min(config.first_labels, budget)
    if config.schedule == "even":
        share = env_steps / max(1.0, ASKING * horizon)
    else:
        # The integral of 5·10⁶ / (T + 5·10⁶), which is the paper's rate.
        share = math.log1p(env_steps / HALF_LIFE) / math.log1p(max(1, horizon) / HALF_LIFE)
    return first + math.floor(min(1.0, share) * (budget - first))
