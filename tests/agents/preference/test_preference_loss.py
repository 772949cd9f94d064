"""The loss is the paper's, also where numbers are large, and its gradient is right."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from agents.preference.preference_loss import (
    clip_scores,
    preference_logit,
    preference_losses,
    preference_probability,
)


def reference_losses(logit: np.ndarray, mu: np.ndarray, error: float) -> np.ndarray:
    """Eq. 1 and 2 of Christiano et al. 2017 in float64, with the softmax written out."""
    left = np.exp(logit) / (np.exp(logit) + 1.0)
    probability = (1.0 - error) * left + error / 2.0
    return -(mu * np.log(probability) + (1.0 - mu) * np.log(1.0 - probability))


@pytest.mark.parametrize("error", [0.0, 0.1, 0.5])
def test_that_the_loss_is_the_papers(error: float) -> None:
    luck = np.random.default_rng(0)
    logit, mu = luck.normal(0, 4, 200), luck.choice([0.0, 0.5, 1.0], 200)
    found = preference_losses(torch.from_numpy(logit), torch.from_numpy(mu), error).numpy()
    assert np.allclose(found, reference_losses(logit, mu, error), atol=1e-9)
    assert np.allclose(
        preference_probability(torch.from_numpy(logit), error).numpy(),
        (1 - error) / (1 + np.exp(-logit)) + error / 2,
        atol=1e-12,
    )


@pytest.mark.parametrize("error", [0.0, 0.1])
def test_that_the_gradient_is_that_of_small_differences(error: float) -> None:
    logit = torch.linspace(-6, 6, 25, dtype=torch.float64, requires_grad=True)
    mu = torch.tensor([0.0, 0.5, 1.0, 0.3, 1.0] * 5, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda values: preference_losses(values, mu, error), (logit,))


@pytest.mark.parametrize("error", [0.0, 0.1])
def test_that_nothing_overflows_where_the_model_is_very_sure_and_very_wrong(error: float) -> None:
    logit = torch.tensor([1e4, -1e4, 1e4, -1e4], requires_grad=True)
    mu = torch.tensor([0.0, 1.0, 0.5, 1.0])
    losses = preference_losses(logit, mu, error)
    losses.sum().backward()
    assert torch.isfinite(losses).all()
    assert torch.isfinite(logit.grad).all()
    if error:
        # With a share of random answers no single answer can cost more than its logarithm.
        assert losses.max() <= -np.log(error / 2) + 1e-5


def test_that_a_tie_costs_least_where_both_are_equally_good() -> None:
    mu = torch.full((3,), 0.5)
    losses = preference_losses(torch.tensor([-1.0, 0.0, 1.0]), mu, 0.1)
    assert losses[1] < losses[0]
    assert torch.isclose(losses[1], torch.tensor(np.log(2.0), dtype=torch.float32), atol=1e-6)


def test_that_a_constant_added_to_every_reward_changes_no_answer_also_for_clips_of_different_length() -> None:
    rewards = torch.randn(2, 4, 7)
    counted = torch.arange(7) < torch.tensor([[7], [3], [5], [1]])

    def logits(values: torch.Tensor) -> torch.Tensor:
        sums, steps = clip_scores(values, counted)
        return preference_logit(sums[:, :2], sums[:, 2:], steps[:2], steps[2:])

    assert torch.allclose(logits(rewards), logits(rewards + 5.0), atol=1e-4)


def test_that_clips_of_one_length_are_compared_by_their_sums() -> None:
    rewards = torch.randn(3, 2, 5)
    sums, steps = clip_scores(rewards, torch.ones(2, 5, dtype=torch.bool))
    logit = preference_logit(sums[:, :1], sums[:, 1:], steps[:1], steps[1:])
    assert torch.allclose(logit[:, 0], rewards[:, 0].sum(1) - rewards[:, 1].sum(1), atol=1e-6)
