"""Where a network looks: how much its answer moves when a spot of the picture is blurred (Greydanus et al. 2018)."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from agents.deep.watching.insight import Insight

STRIDE = 5
"""Pixels between the middles of two spots (Greydanus et al. 2018, sect. 3)."""

MASK_SIGMA = 5.0
"""Width of a spot: σ² = 25."""

BLUR_SIGMA = 3.0
"""How far the picture is blurred within it."""

BATCH = 32
"""Pictures asked about at once: few enough to leave the processor to others in between."""

_QUIET = 0.2
"""A picture that moves the answer by less than this share of what one lately did is not shown at full brightness."""


@cache
def spots(side: int) -> NDArray[np.float32]:
    """Return the masks M(i, j), ``float32 [N, side, side]``, 1 in their middle, row by row."""
    middles = np.arange(side % STRIDE // 2 + STRIDE // 2 - 2, side, STRIDE)
    line = np.exp(-((np.arange(side) - middles[:, None]) ** 2) / (2.0 * MASK_SIGMA**2)).astype(np.float32)
    made: NDArray[np.float32] = (line[:, None, :, None] * line[None, :, None, :]).reshape(-1, side, side)
    return made


def perturbed(observation: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the observation once for each spot, blurred there in all its pictures (eq. 1).

    Φ(I, i, j) = I ⊙ (1 − M(i, j)) + A(I, σ) ⊙ M(i, j), with A the Gaussian blur.

    Args:
        observation: ``uint8 [stack, side, side]``.

    Returns:
        ``uint8 [N, stack, side, side]``.
    """
    side = observation.shape[-1]
    blurred = np.stack([cv2.GaussianBlur(picture, (0, 0), BLUR_SIGMA) for picture in observation.astype(np.float32)])
    change = blurred - observation
    made = observation + spots(side)[:, None] * change[None]
    rounded: NDArray[np.uint8] = np.clip(np.rint(made), 0, 255).astype(np.uint8)
    return rounded


def saliency(
    insight: Insight, observation: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Return how much each spot of a picture matters to the actor and to the critic.

    S_π = ½ ‖π_u(I) − π_u(Φ)‖² over the logits (eq. 2), S_V = ½ (V(I) − V(Φ))². For action values they are Q and max Q.

    Args:
        insight: The network.
        observation: ``uint8 [stack, side, side]``.

    Returns:
        ``float32 [rows, columns]`` each, one number a spot; the critic's is ``None`` without a critic.
    """
    logits, value = insight.scores(observation[None])
    actor, critic = [], []
    changed = perturbed(observation)
    for begin in range(0, len(changed), BATCH):
        moved_logits, moved_value = insight.scores(changed[begin : begin + BATCH])
        actor.append(0.5 * ((moved_logits - logits) ** 2).sum(axis=1))
        if value is not None and moved_value is not None:
            critic.append(0.5 * (moved_value - value) ** 2)
    rows = round(len(changed) ** 0.5)
    for_actor = np.concatenate(actor).astype(np.float32).reshape(rows, rows)
    return for_actor, np.concatenate(critic).astype(np.float32).reshape(rows, rows) if critic else None


class Brightness:
    """Turns numbers without a scale into brightness from 0 to 1, steady from picture to picture."""

    def __init__(self) -> None:
        self._largest = 0.0

    def of(self, numbers: NDArray[np.float32], side: int) -> NDArray[np.float32]:
        """Return the map as large as the picture, ``float32 [side, side]``, smooth between the spots."""
        top = float(numbers.max(initial=0.0))
        self._largest = max(top, 0.98 * self._largest)
        scale = max(top, _QUIET * self._largest)
        shown = cv2.resize(numbers / scale if scale > 0 else numbers, (side, side), interpolation=cv2.INTER_LINEAR)
        clipped: NDArray[np.float32] = np.clip(shown, 0.0, 1.0).astype(np.float32)
        return clipped
