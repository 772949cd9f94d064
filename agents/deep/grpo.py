"""GRPO, group relative policy optimisation (Shao et al. 2024, arXiv:2402.03300, sect. 4.1), for games."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.deep.whole_episodes import WholeEpisodes

_LEAST_SPREAD = 1e-8


@dataclass
class _Said:
    """What one update says of itself, a number for each batch."""

    losses: list[float] = field(default_factory=list)
    entropies: list[float] = field(default_factory=list)
    clipped: list[float] = field(default_factory=list)
    kl: list[float] = field(default_factory=list)
    reference_kl: list[float] = field(default_factory=list)


class GRPO(WholeEpisodes):
    """A group of games from the same start is its own critic.

    Of G games that begin with the same seed, game i brings the discounted return R_i. Each of its steps is judged by
    Â_i = (R_i − mean R) / std R. The loss is PPO's clipped one (Schulman et al. 2017, eq. 7), and β times an estimate
    of the KL divergence from a reference policy that is never negative (Shao et al. 2024, eq. 4)::

        π_ref/π − ln(π_ref/π) − 1

    Attributes:
        n_epochs: Times each step is learned from.
        batch_size: Steps in a gradient step.
        normalize_advantage: Whether what beat the group is divided by the group's spread.
        clip_range: ε, by the share of training that is left.
        kl_coef: β.
        reference: The reference policy: the one it began with.
    """

    def __init__(self, *args: Any, n_epochs: int = 2, batch_size: int = 256, **kwargs: Any) -> None:
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.normalize_advantage = True
        self.clip_range: Any = lambda _: 0.2
        self.kl_coef = 0.0
        super().__init__(*args, **kwargs)
        self.reference: ActorCriticPolicy = copy.deepcopy(self.policy)

    def hold_reference(self) -> None:
        """Take the policy as it is now for the reference: for a run that begins with trained weights."""
        self.reference = copy.deepcopy(self.policy)

    def judged(self) -> NDArray[np.float32]:
        """Return Â of every step, ``float32 [T, N]``, 0 where nothing was played."""
        assert self.episodes is not None
        brought = self.episodes.returns(self.gamma)[0].reshape(-1, self.group_size)
        better = brought - brought.mean(axis=1, keepdims=True)
        if self.normalize_advantage:
            better = better / (brought.std(axis=1, keepdims=True) + _LEAST_SPREAD)
        return np.where(self.episodes.played, better.reshape(1, -1), 0.0).astype(np.float32)

    def train(self) -> None:
        """Learn from the episodes just played, several times over."""
        assert self.episodes is not None
        self.policy.set_training_mode(True)
        self._update_learning_rate(self.policy.optimizer)
        self.advantages = self.judged()
        judged, before = self._played(self.advantages), self._played(self.episodes.log_probs)
        band = float(self.clip_range(self._current_progress_remaining))
        said = _Said()
        self.policy.optimizer.zero_grad()
        for _ in range(self.n_epochs):
            # SB3 draws from these global numbers too: the state of one generator is what a checkpoint keeps.
            order = np.random.permutation(len(judged))  # noqa: NPY002
            for first in range(0, len(order), self.batch_size):
                for seen, actions, steps, share in self._parts(order[first : first + self.batch_size]):
                    loss = self._loss(seen, actions, judged[steps], before[steps], band, said)
                    (share * loss).backward()  # type: ignore[no-untyped-call]
                self._gradient_step()
        self._n_updates += self.n_epochs
        self._tell(said)

    def _loss(
        self,
        seen: torch.Tensor,
        actions: torch.Tensor,
        judged: torch.Tensor,
        before: torch.Tensor,
        band: float,
        said: _Said,
    ) -> torch.Tensor:
        _, log_probs, entropy = self.policy.evaluate_actions(seen, actions)
        assert entropy is not None
        ratio = torch.exp(log_probs - before)
        pushed = torch.min(judged * ratio, judged * torch.clamp(ratio, 1 - band, 1 + band))
        undecided = -entropy.mean()
        loss = -pushed.mean() + self.ent_coef * undecided
        if self.kl_coef > 0:
            with torch.no_grad():
                _, referred, _ = self.reference.evaluate_actions(seen, actions)
            apart = torch.exp(referred - log_probs) - (referred - log_probs) - 1
            loss = loss + self.kl_coef * apart.mean()
            said.reference_kl.append(apart.mean().item())
        with torch.no_grad():
            said.kl.append((ratio - 1 - torch.log(ratio)).mean().item())
            said.clipped.append(((ratio - 1).abs() > band).float().mean().item())
        said.entropies.append(undecided.item())
        said.losses.append(loss.item())
        return loss

    def _tell(self, said: _Said) -> None:
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/loss", float(np.mean(said.losses)))
        self.logger.record("train/entropy_loss", float(np.mean(said.entropies)))
        self.logger.record("train/approx_kl", float(np.mean(said.kl)))
        self.logger.record("train/clip_fraction", float(np.mean(said.clipped)))
        if said.reference_kl:
            self.logger.record("train/reference_kl", float(np.mean(said.reference_kl)))
