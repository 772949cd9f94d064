"""REINFORCE with a network (Williams 1992; Sutton & Barto 2018, sect. 13.3 and 13.4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.deep.whole_episodes import WholeEpisodes


class DeepReinforce(WholeEpisodes):
    """∇J(θ) ≈ mean over all steps of (G_t − b) ∇ ln π(a_t|s_t; θ), one gradient step for a batch of whole episodes.

    G_t is the discounted reward to go. γᵗ before it is left out, as everybody does: else late steps would hardly count.

    Attributes:
        baseline: ``mean``: b is the mean G of the batch; ``none``: b = 0.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.baseline = "mean"
        super().__init__(*args, **kwargs)

    def train(self) -> None:
        """Take one gradient step from the episodes just played."""
        assert self.episodes is not None
        self.policy.set_training_mode(True)
        self._update_learning_rate(self.policy.optimizer)
        returns = self.episodes.returns(self.gamma)
        expected = returns[self.episodes.played].mean() if self.baseline == "mean" else np.float32(0.0)
        self.advantages = np.where(self.episodes.played, returns - expected, 0.0).astype(np.float32)
        judged = self._played(self.advantages)
        policy_loss = entropy_loss = 0.0
        self.policy.optimizer.zero_grad()
        for seen, actions, steps, share in self._parts(np.arange(len(judged))):
            _, log_probs, entropy = self.policy.evaluate_actions(seen, actions)
            assert entropy is not None
            push = -(judged[steps] * log_probs).mean()
            undecided = -entropy.mean()
            (share * (push + self.ent_coef * undecided)).backward()  # type: ignore[no-untyped-call]
            policy_loss += share * push.item()
            entropy_loss += share * undecided.item()
        self._gradient_step()
        self._n_updates += 1
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/policy_loss", policy_loss)
        self.logger.record("train/entropy_loss", entropy_loss)
        self.logger.record("train/loss", policy_loss + self.ent_coef * entropy_loss)
