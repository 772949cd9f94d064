"""Fitting the ensemble to the answers, a few milliseconds at a time, and how well that went."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.ppo import torch_threads
from agents.preference import bootstrap
from agents.preference.config import PreferenceConfig
from agents.preference.ensemble import Ensemble
from agents.preference.labelled_clips import Answers, Batch, ClipShelf
from agents.preference.preference_loss import clip_scores, preference_logit, preference_losses
from agents.preference.reward_network import RewardNetwork

SLICE_SECONDS = 0.05
"""A slice of fitting takes about so long: whoever waits for an answer waits no longer."""

LOW_RATIO, HIGH_RATIO = 1.1, 1.5
"""Validation loss is kept between these multiples of the training loss (Christiano et al. 2017, sect. 2.2.3)."""

_STRONGER = 1.1
_LEAST_L2, _MOST_L2 = 1e-6, 1.0
_FEWEST = 8
"""Labels from which a validation loss says anything."""


@dataclass(frozen=True, kw_only=True)
class FitReport:
    """How a fit went.

    Attributes:
        labels: Labels it learned from or was checked with.
        loss: Loss of the last epoch on what members learned from.
        validation_loss: Loss on what each kept to itself; −1 where that is nothing.
        l2: Strength of the regularisation at the end.
        seconds: Spent computing.
        gradient_steps: Done.
    """

    labels: int
    loss: float
    validation_loss: float
    l2: float
    seconds: float
    gradient_steps: int


class Fitting:
    """One fit, from the beginning to the end; the ensemble changes only when it is done.

    Args:
        ensemble: The ensemble.
        shelf: The clips.
        answers: The answers; at least one.
        l2: Regularisation to begin with.
        epochs: How often to go through all of them.
        anew: Whether to begin from the first weights: then the result hangs on the answers alone, not on the order in
            which they came, nor on one that was taken back.
        optimizer_state: Of the fit before, where that is gone on with.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        shelf: ClipShelf,
        answers: Answers,
        *,
        l2: float,
        epochs: int,
        anew: bool,
        optimizer_state: Mapping[str, Any] | None = None,
    ) -> None:
        self.config: PreferenceConfig = ensemble.config
        self.ensemble = ensemble
        self.answers = answers
        self._shelf = shelf
        self._epochs = epochs
        self.l2 = l2 if self.config.regularisation == "on" else 0.0
        self.network: RewardNetwork = ensemble.fresh_network()
        if not anew:
            self.network.load_state_dict(ensemble.network.state_dict())
            self.network.generator.set_state(ensemble.network.generator.get_state())
        self.network.train()
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=self.config.reward_learning_rate, weight_decay=self.l2
        )
        if optimizer_state is not None and not anew:
            self.optimizer.load_state_dict(copy.deepcopy(dict(optimizer_state)))
        times, held = shares_of(answers, self.config, ensemble.seed)
        self._weights, self._held = torch.from_numpy(times), torch.from_numpy(held)
        self._losses = (-1.0, -1.0)
        self._spent = 0.0
        self._steps = 0
        self._work = self._go_through()

    def work(self, seconds: float = SLICE_SECONDS) -> bool:
        """Fit for a while.

        Args:
            seconds: About how long; at least one gradient step is done.

        Returns:
            Whether there is more to do.
        """
        begun = time.perf_counter()
        with torch_threads(1):
            for _ in self._work:
                if time.perf_counter() - begun >= seconds:
                    self._spent += time.perf_counter() - begun
                    return True
        self._spent += time.perf_counter() - begun
        return False

    def finish(self) -> FitReport:
        """Let the ensemble use what was learned; call it when :meth:`work` has nothing more to do."""
        self.ensemble.take(self.network)
        return FitReport(
            labels=len(self.answers),
            loss=self._losses[0],
            validation_loss=self._losses[1],
            l2=self.l2,
            seconds=self._spent,
            gradient_steps=self._steps,
        )

    # ── the work ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _go_through(self) -> Iterator[None]:
        size, count = self.config.pairs_per_step, len(self.answers)
        # Clips of pictures are put together batch by batch: all of them at once are gigabytes.
        whole = self._pairs(np.arange(count)) if self.ensemble.place.kind != "pixels" else None
        for epoch in range(self._epochs):
            for group in self.optimizer.param_groups:
                # Smaller and smaller steps, so that a fit ends at rest and not wherever its last step threw it.
                group["lr"] = self.config.reward_learning_rate * (1.0 - epoch / self._epochs)
            learned, checked = _Mean(), _Mean()
            order = bootstrap.order(self.answers.keys, self.ensemble.seed, epoch) if count > size else np.arange(count)
            for start in range(0, count, size):
                which = order[start : start + size]
                if whole is None:
                    pairs = self._pairs(which)
                else:
                    pairs = whole if len(which) == count else whole.some(np.concatenate((which, which + count)))
                self._learn(pairs, which, learned, checked)
                yield
            self._losses = learned.value, checked.value
            self._adapt(learned.value, checked.value)

    def _pairs(self, which: NDArray[np.int64]) -> Batch:
        chosen = [self.answers.judged[index] for index in which]
        return self._shelf.batch([each.left for each in chosen] + [each.right for each in chosen])

    def _learn(self, clips: Batch, which: NDArray[np.int64], learned: _Mean, checked: _Mean) -> None:
        observations, actions = clips.steps
        said = self.network(observations, actions).reshape(-1, *clips.actions.shape)
        sums, steps = clip_scores(said, clips.counted)
        if self.config.target == "comparisons":
            losses = self._comparison_losses(sums, steps, torch.from_numpy(self.answers.mu[which]))
        else:
            losses = _return_losses(sums, clip_scores(clips.rewards, clips.counted)[0])
        weights, held = self._weights[:, which], self._held[:, which]
        # A mean over what each member learns from, summed over members: they have no weight in common.
        share = weights.sum(dim=1, keepdim=True).clamp_min(1.0)
        total = (losses * weights / share).sum()
        self.optimizer.zero_grad()
        torch.autograd.backward(total)
        self.optimizer.step()
        self._steps += 1
        with torch.no_grad():
            learned.add(float((losses * weights).sum()), float(weights.sum()))
            checked.add(float((losses * held).sum()), float(held.sum()))

    def _comparison_losses(self, sums: torch.Tensor, steps: torch.Tensor, mu: torch.Tensor) -> torch.Tensor:
        half = len(mu)
        logit = preference_logit(sums[:, :half], sums[:, half:], steps[:half], steps[half:])
        return preference_losses(logit, mu, self.config.error_rate)

    def _adapt(self, loss: float, validation: float) -> None:
        if self.config.regularisation != "on" or validation < 0.0 or loss <= 0.0:
            return
        if validation > HIGH_RATIO * loss:
            self.l2 = min(self.l2 * _STRONGER, _MOST_L2)
        elif validation < LOW_RATIO * loss:
            self.l2 = max(self.l2 / _STRONGER, _LEAST_L2)
        for group in self.optimizer.param_groups:
            group["weight_decay"] = self.l2


def shares_of(answers: Answers, config: PreferenceConfig, seed: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return how often each member learns from each answer, ``float32 [E, N]``, and which it keeps, ``bool [E, N]``.

    Args:
        answers: The answers.
        config: Settings.
        seed: Of the run.
    """
    keys, members = answers.keys, config.members
    shape = (members, len(keys))
    times = bootstrap.counts(keys, seed, members) if config.bootstrap == "on" else np.ones(shape, np.float32)
    held = np.zeros(shape, np.bool_)
    if config.regularisation == "on" and len(keys) >= _FEWEST:
        held = bootstrap.held_out(keys, seed, members, config.member_validation())
    unseen = reserve_of(answers, config, seed)
    times[held | unseen] = 0.0
    return times, held & ~unseen


def reserve_of(answers: Answers, config: PreferenceConfig, seed: int) -> NDArray[np.bool_]:
    """Return which answers no member learns from, ``bool [N]``."""
    return bootstrap.reserved(answers.keys, seed, config.reserve)


def _return_losses(sums: torch.Tensor, returns: torch.Tensor) -> torch.Tensor:
    """Squared errors of Σ r̂ against the true return of each pair's clips: the ablation of Christiano et al. 2017."""
    half = returns.shape[0] // 2
    unit = returns.std(correction=0).clamp_min(1e-3)
    errors = (sums - (returns - returns.mean()) / unit).square().reshape(len(sums), 2, half)
    return errors.mean(dim=1)


class _Mean:
    def __init__(self) -> None:
        self._sum = self._count = 0.0

    def add(self, total: float, count: float) -> None:
        self._sum += total
        self._count += count

    @property
    def value(self) -> float:
        return self._sum / self._count if self._count else -1.0
