"""How probable an answer is under a predictor of rewards, and what it costs to be wrong."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

Tensor = torch.Tensor


def clip_scores(rewards: Tensor, counted: Tensor) -> tuple[Tensor, Tensor]:
    """Return Σ r̂ of every clip and its length.

    Args:
        rewards: r̂ of every step, ``float [..., N, T]``.
        counted: Which of the T steps the clip has, ``bool [N, T]``; shorter clips are filled up at the end.

    Returns:
        ``float [..., N]`` and ``float [N]``.
    """
    inside = counted.to(rewards.dtype)
    return (rewards * inside).sum(dim=-1), inside.sum(dim=-1)


def preference_logit(left: Tensor, right: Tensor, left_steps: Tensor, right_steps: Tensor) -> Tensor:
    """Return how much better the left clip is, Σ r̂(left) − Σ r̂(right): the logit of Christiano et al. 2017, eq. 1.

    Adding a constant to r̂ must not change any answer. Where clips differ in length it would, so each sum is brought to
    the length of the longer clip first: mean times that length. Clips of one length are compared as in the paper.

    Args:
        left: Σ r̂ of the left clips, ``float [..., N]``.
        right: The same of the right ones.
        left_steps: Their lengths, ``float [N]``, at least 1.
        right_steps: The same of the right ones.
    """
    longer = torch.maximum(left_steps, right_steps)
    return left * (longer / left_steps) - right * (longer / right_steps)


def preference_probability(logit: Tensor, error_rate: float) -> Tensor:
    """Return P̂[σ¹ ≻ σ²] with a share of answers that are given at random (eq. 1 and its last paragraph).

    Args:
        logit: As :func:`preference_logit`.
        error_rate: Share of random answers; 0.1 in the paper.
    """
    return (1.0 - error_rate) * torch.sigmoid(logit) + 0.5 * error_rate


def preference_losses(logit: Tensor, mu: Tensor, error_rate: float) -> Tensor:
    """Return −μ(1) log P̂[σ¹ ≻ σ²] − μ(2) log P̂[σ² ≻ σ¹] of each pair (Christiano et al. 2017, eq. 2).

    Args:
        logit: As :func:`preference_logit`, ``float [..., N]``.
        mu: μ(1), ``float [N]``: 1 for left, 0 for right, ½ for equally good.
        error_rate: As :func:`preference_probability`.
    """
    if error_rate <= 0.0:
        # −μ log σ(d) − (1−μ) log σ(−d), without the logarithm of a number that was rounded to 0.
        return functional.softplus(-logit) + (1.0 - mu) * logit
    floor = math.log(0.5 * error_rate)
    sure = math.log1p(-error_rate)
    lowest = torch.full_like(logit, floor)
    left = torch.logaddexp(sure + functional.logsigmoid(logit), lowest)
    right = torch.logaddexp(sure + functional.logsigmoid(-logit), lowest)
    return -(mu * left + (1.0 - mu) * right)
