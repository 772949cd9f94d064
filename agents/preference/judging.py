"""How good the reward model is, said of labels it has not seen; and what one fit changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.preference.config import PreferenceConfig
from agents.preference.ensemble import Ensemble
from agents.preference.fitting import reserve_of, shares_of
from agents.preference.labelled_clips import Answers, ClipShelf

BINS = 5
"""Bins of the calibration."""

MOST_CELLS = 24
"""Changed cells that are told."""

_LEAST_CHANGE = 0.02


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How the model does on labels that those who are asked have not learned from.

    Attributes:
        accuracy: Share of the labels with a winner that were predicted; NaN where there is none.
        held_out: How many those are.
        calibration: Middle of the bin, share that preferred the left clip, number of labels; bins without any left out.
    """

    accuracy: float
    held_out: int
    calibration: tuple[tuple[float, ...], ...]


def verdict_on(ensemble: Ensemble, shelf: ClipShelf, answers: Answers) -> Verdict:
    """Ask about each label only those members that never learned from it ("out of bag", Breiman 1996).

    Args:
        ensemble: As it was fitted to these answers.
        shelf: The clips.
        answers: The answers.
    """
    unseen = _unseen(answers, ensemble.config, ensemble.seed)
    usable = np.flatnonzero(unseen.any(axis=0) & (np.abs(answers.mu - 0.5) > 1e-6))
    if not len(usable):
        return Verdict(accuracy=float("nan"), held_out=0, calibration=())
    chosen = [answers.judged[index] for index in usable]
    count = len(chosen)
    clips = shelf.batch([each.left for each in chosen] + [each.right for each in chosen])
    said = ensemble.probabilities(ensemble.scores(clips), np.arange(count), np.arange(count) + count).members
    asked = unseen[:, usable]
    probability = (said * asked).sum(axis=0) / asked.sum(axis=0)
    return _verdict(probability, answers.mu[usable])


def _verdict(probability: NDArray[Any], mu: NDArray[Any]) -> Verdict:
    right = np.asarray((probability > 0.5) == (mu > 0.5))
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    calibration = tuple(
        ((index + 0.5) / BINS, float(mu[bins == index].mean()), float((bins == index).sum()))
        for index in range(BINS)
        if (bins == index).any()
    )
    return Verdict(accuracy=float(right.mean()), held_out=len(mu), calibration=calibration)


def _unseen(answers: Answers, config: PreferenceConfig, seed: int) -> NDArray[np.bool_]:
    times, _ = shares_of(answers, config, seed)
    return np.asarray((times == 0.0) | reserve_of(answers, config, seed))


def ripple_of(before: NDArray[np.float32] | None, after: NDArray[np.float32], unit: float) -> Mapping[str, Any]:
    """Return what a fit changed.

    Args:
        before: r̂ before it, ``float32 [S]`` over all states, or of some steps; ``None`` before the first fit.
        after: The same after it.
        unit: Of r̂: smaller changes than a fiftieth of it are none.

    Returns:
        ``cells``: ``[index, before, after]`` of those that changed most, and ``amount``, the mean change.
    """
    old = np.zeros_like(after) if before is None else before
    apart = np.abs(after - old)
    most = np.argsort(-apart, kind="stable")[:MOST_CELLS]
    cells = [
        [int(index), float(old[index]), float(after[index])] for index in most if apart[index] > _LEAST_CHANGE * unit
    ]
    return {"cells": cells, "amount": float(apart.mean()) if len(apart) else 0.0}
