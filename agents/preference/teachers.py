"""Teachers that are programs: an oracle that knows the true reward, and five ways of being worse than that.

The flaws are those of B-Pref (Lee et al. 2021, "B-Pref: Benchmarking preference-based reinforcement learning",
sect. 3): stochastic (β), mistakes (ε), skipped questions, clips held equal, and a short memory (γ). What a teacher
draws is settled by its seed and the two clips, so the same question gets the same answer whenever it is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.preference.bootstrap import label_keys, uniform
from agents.preference.left_half import in_left_half
from agents.preference.teacher_plan import TeacherPlan
from arena.environments.world import World
from arena.preferences.clip import Clip
from arena.preferences.label import Answer

Floats = NDArray[np.float64]

_CHOICE, _MISTAKE = 11, 12

EXACT = 1e-6
"""Sums of an oracle that differ by no more than this differ by rounding only."""


@dataclass(frozen=True, kw_only=True)
class SyntheticTeacher:
    """Compares clips by a number of each step, which the true reward is unless told otherwise.

    With all flaws at their defaults this is the oracle: it prefers the clip with the larger sum and says so where both
    are the same.

    Attributes:
        name: As stored with the labels.
        worth: Returns the number of each step of a clip, ``float [T]``.
        beta: How surely the better clip is chosen, P = 1 / (1 + exp(−β (Σ¹ − Σ²))); infinite for always.
        mistakes: Share ε of answers that are turned round.
        skip_below: Pairs where neither sum is above this are not answered ("cannot tell").
        equal_within: Sums that differ by no more than this are held equal.
        memory: γ of the myopic teacher: a step t before the last counts γᵗ; 1 for all alike.
        unit: What sums are divided by before β is applied.
        seed: Of the draws.
    """

    name: str = "oracle"
    worth: Callable[[Clip], Floats]
    beta: float = math.inf
    mistakes: float = 0.0
    skip_below: float = -math.inf
    equal_within: float = EXACT
    memory: float = 1.0
    unit: float = 1.0
    seed: int = 0

    def answer(self, left: Clip, right: Clip) -> Answer:
        """Return which clip is better."""
        sums = self._sum(left), self._sum(right)
        if max(sums) < self.skip_below:
            return "unclear"
        apart = sums[0] - sums[1]
        if abs(apart) <= self.equal_within:
            return "equal"
        prefers_left = apart > 0.0
        if math.isfinite(self.beta):
            # Written so that nothing overflows.
            prefers_left = self._drawn(left, right, _CHOICE) < 0.5 * (
                1.0 + math.tanh(0.5 * self.beta * apart / self.unit)
            )
        if self._drawn(left, right, _MISTAKE) < self.mistakes:
            prefers_left = not prefers_left
        return "left" if prefers_left else "right"

    def _sum(self, clip: Clip) -> float:
        values = np.asarray(self.worth(clip), np.float64)
        if self.memory < 1.0:
            values = values * self.memory ** np.arange(len(values) - 1, -1, -1)
        return float(values.sum())

    def _drawn(self, left: Clip, right: Clip, purpose: int) -> float:
        return float(uniform(label_keys([left.clip_id + right.clip_id]), self.seed, purpose)[0])


def true_reward(clip: Clip) -> Floats:
    """Return the true reward of each step."""
    return clip.rewards.astype(np.float64)


def teacher_of(
    plan: TeacherPlan, sums: Floats, seed: int, worth: Callable[[Clip], Floats] = true_reward
) -> SyntheticTeacher:
    """Return the teacher a plan describes.

    Thresholds are in units of what clips bring, as in B-Pref, where they follow the policy's average return.

    Args:
        plan: The plan.
        sums: What some clips bring, ``float [N]``.
        seed: Of its draws.
        worth: What it goes by.
    """
    spread = float(np.std(sums)) if len(sums) else 0.0
    unit = spread if spread > 0.0 else 1.0
    middle = float(np.mean(sums)) if len(sums) else 0.0
    return SyntheticTeacher(
        name=plan.kind,
        worth=worth,
        mistakes=plan.turned_round,
        beta=plan.beta if plan.kind == "noisy" else math.inf,
        memory=plan.memory if plan.kind == "myopic" else 1.0,
        skip_below=middle + plan.skip * unit if plan.kind == "skip" else -math.inf,
        equal_within=plan.equal * unit if plan.kind == "equal" else EXACT,
        unit=unit,
        seed=seed,
    )


def worth_for(criterion: str, world: World | None) -> Callable[[Clip], Floats]:
    """Return what a teacher goes by.

    Args:
        criterion: One of :data:`agents.preference.teacher_plan.CRITERIA`.
        world: The world of states, if this is one; else these are Breakout's objects, or the criterion is the reward.
    """
    return true_reward if criterion == "reward" else in_left_half(world)
