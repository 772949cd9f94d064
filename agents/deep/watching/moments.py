"""The moments of a game worth jumping to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.watching.recording import Recording

EACH = 3
"""Moments of each kind."""

APART = 15
"""Decisions between two of them, about a second of the game."""


def moments_of(recording: Recording, *, gamma: float, clipped: bool, kind: str) -> tuple[dict[str, Any], ...]:
    """Find them.

    With V what the network says, r the reward it learns from (clipped to its sign where training clips it) and no
    value after a lost life or the end, the TD error of a decision is δ = r + γ V(s′) − V(s).

    Args:
        recording: The game so far.
        gamma: Discount the network was trained with.
        clipped: Whether training clips rewards to their sign.
        kind: ``probabilities`` or ``values``: what the preferences are.

    Returns:
        ``kind``, ``step`` and ``amount`` each, the best of a kind first. ``drop``: how far the value fell in the
        decision before. ``surprise``: |δ|. ``unsure``: entropy of the probabilities in nats; of action values that of
        their softmax over their own spread. ``reward``: raw. ``tunnel``: 1.
    """
    count = recording.newest
    if count == 0:
        return ()
    rewards, lost, forced = (recording[name][:count] for name in ("rewards", "life_lost", "forced"))
    ends = lost.copy()
    ends[-1] |= recording.over
    values = recording["values"].astype(np.float64)
    then = np.where(ends, 0.0, values[1:])
    error = (np.sign(rewards) if clipped else rewards) + gamma * then - values[:count]
    # Who answers only with probabilities has no value that could fall.
    judged = bool(np.abs(values).max() > 0)
    found = []
    if judged:
        found += _best("drop", np.concatenate(([0.0], values[:count] - then)), count)
        found += _best("surprise", np.abs(error), count)
    # Where FIRE is pressed for it, what it would do means nothing.
    found += _best("unsure", np.where(forced, 0.0, _entropy(recording["preferences"][:count], kind)), count)
    found += _best("reward", rewards.astype(np.float64), count)
    above = np.flatnonzero(recording["above_wall"])
    if len(above):
        found.append({"kind": "tunnel", "step": int(above[0]), "amount": 1.0})
    return tuple(found)


def _entropy(preferences: NDArray[np.float32], kind: str) -> NDArray[np.float64]:
    p = preferences.astype(np.float64)
    if kind == "values":
        spread = np.ptp(p, axis=1, keepdims=True)
        p = np.exp((p - p.max(axis=1, keepdims=True)) / max(float(np.median(spread)), 1e-9))
        p /= p.sum(axis=1, keepdims=True)
    entropy: NDArray[np.float64] = -(p * np.log(np.maximum(p, 1e-12))).sum(axis=1)
    return entropy


def _best(kind: str, amounts: NDArray[np.float64], count: int) -> list[dict[str, Any]]:
    left = amounts.copy()
    found: list[dict[str, Any]] = []
    while len(found) < EACH and left.size and (step := int(left.argmax())) >= 0 and left[step] > 0:
        found.append({"kind": kind, "step": min(step, count), "amount": float(left[step])})
        left[max(0, step - APART) : step + APART + 1] = 0
    return found
