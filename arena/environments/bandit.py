"""A k-armed bandit: one state, k arms, each of which pays by luck (Sutton & Barto 2018, sect. 2.1, 2.3).

A pull is an episode. The means of the arms are drawn from a normal distribution once, by the number of the task; what a
pull pays lies around its mean as often as in a normal distribution, in sixteen equally likely steps, so that the world
has transition arrays as any other.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from arena.environments.grid.cells import START
from arena.environments.registry import environment
from arena.environments.world import Transition, TransitionModel, World, WorldLayout
from arena.errors import UsageError
from arena.texts import LANGUAGES, render

ENV_ID = "Arena/Bandit-v0"

MOST_ARMS = 10

ARM_KEYS = (
    "action.arm_1", "action.arm_2", "action.arm_3", "action.arm_4", "action.arm_5", "action.arm_6", "action.arm_7",
    "action.arm_8", "action.arm_9", "action.arm_10",
)  # fmt: skip
"""Translation key of each arm."""

STEPS = 16
"""Equally likely rewards of an arm."""

_LIMITS = {"arms": (2, MOST_ARMS, 10), "task": (0, 2**31 - 1, 0), "spread": (0, 100, 1)}
"""Smallest, largest and usual value of each argument."""


def bandit(env_kwargs: Mapping[str, Any]) -> World:
    """Make a bandit.

    Args:
        env_kwargs: ``arms`` (2 to 10), ``task`` (a whole number: which means), ``spread`` (standard deviation of what
            one arm pays); all may be missing or ``None``.

    Raises:
        UsageError: If an argument is unknown or not allowed.
    """
    for name in env_kwargs:
        if name not in _LIMITS:
            raise UsageError("error.env.argument", name=name, known=", ".join(_LIMITS))
    given = {name: value for name, value in env_kwargs.items() if value is not None}
    arms, task = int(_number(given, "arms", whole=True)), int(_number(given, "task", whole=True))
    noise = rewards_around_zero(_number(given, "spread"))
    table: dict[int, dict[int, list[Transition]]] = {
        0: {
            arm: [(1.0 / STEPS, 0, round(mean + part, 6), True) for part in noise]
            for arm, mean in enumerate(arm_means(arms, task))
        }
    }
    title_key = environment(ENV_ID).title_key
    return World(
        env_id=ENV_ID,
        env_kwargs=given,
        title={code: render(title_key, language=code) for code in LANGUAGES},
        teaches={code: render(f"{title_key}.teaches", language=code) for code in LANGUAGES},
        model=TransitionModel.from_table(table, {0: 1.0}, 1, goals=()),
        layout=_layout(arms),
        suggested={"gamma": 1.0, "alpha": 0.1, "epsilon": 0.1},
    )


def arm_means(arms: int, task: int) -> tuple[float, ...]:
    """Return what each arm of a task pays on average, to two decimals."""
    luck, normal = random.Random(task), NormalDist()
    # Python keeps the numbers of random() for a seed from version to version; those of its other draws it does not.
    return tuple(round(normal.inv_cdf(max(luck.random(), 1e-12)), 2) for _ in range(arms))


def rewards_around_zero(spread: float) -> tuple[float, ...]:
    """Return the equally likely differences from an arm's mean; their standard deviation is ``spread``."""
    if spread == 0:
        return (0.0,) * STEPS
    normal = NormalDist()
    parts = [normal.inv_cdf((i + 0.5) / STEPS) for i in range(STEPS)]
    scale = (sum(part * part for part in parts) / STEPS) ** 0.5
    return tuple(part / scale * spread for part in parts)


def _number(given: Mapping[str, Any], name: str, *, whole: bool = False) -> float:
    low, high, usual = _LIMITS[name]
    value = given.get(name, usual)
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
        if not low <= number <= high or (whole and number != int(number)):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise UsageError("error.env.range", name=name, value=value, low=f"{low:g}", high=f"{high:g}") from None
    return number


def _layout(arms: int) -> WorldLayout:
    return WorldLayout(
        rows=1,
        columns=1,
        kinds=(START,),
        marks=("",),
        winds=((0, 0),),
        cell_of_state=np.zeros(1, np.int32),
        context_of_state=np.zeros(1, np.int32),
        state_at=np.zeros((1, 1), np.int32),
        action_keys=ARM_KEYS[:arms],
        action_steps=(None,) * arms,
    )
