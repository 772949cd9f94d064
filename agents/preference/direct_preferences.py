"""Direct preference optimisation (Rafailov et al. 2023): a policy learns from comparisons without a reward model.

The best policy under a reward r that is held to a reference, max E[r] − β KL(π ‖ π_ref), says what the reward was:
r = β log(π / π_ref), up to what cancels in a comparison. Put into the Bradley–Terry model that is a loss on the policy
itself (eq. 7), here with clips in place of answers:

    −log σ(β Σ_t log(π(a_t|s_t) / π_ref(a_t|s_t)) of the better clip − the same of the worse one)

**What does not cancel.** A text is one decision, and both answers follow the same question. Two clips begin and end in
different places, and in a world of many steps β log(π / π_ref) is what an action is better than the others *there*
(Rafailov et al. 2024, "From r to Q*"): how good a place is at all is not in it. So the loss is exact for raters who
compare how well was acted (Hejna et al. 2024, "Contrastive preference learning"), and only near for those who compare
what was earned: a clip that begins next to the goal wins, whatever was done in it. That is why it is here beside a
reward model on the same labels, and not in its place.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.deep.ppo import torch_threads
from agents.preference import bootstrap
from agents.preference.cloning import logits_of
from agents.preference.labelled_clips import Answers, Batch, ClipShelf
from agents.preference.preference_loss import preference_losses

Tensor = torch.Tensor

_AT_ONCE = 4_096
_ORDER = 0xD0


@dataclass(frozen=True, kw_only=True)
class DirectConfig:
    """How it is learned.

    Attributes:
        beta: β: how much of a reward it is to be as much likelier than under the reference; small goes far from it.
        epochs: How often to go through all labels.
        pairs_per_step: Labels in a gradient step.
        learning_rate: Adam's step size; it falls in a line to 0.
        error_rate: Share of answers taken to be random, as for the reward model; 0 is eq. 7 as it stands.
        held_out: Share of the labels that are kept to see whether others are foretold too; none of fewer than 20.
        seed: Of the order, and of which are kept.
    """

    beta: float = 0.1
    epochs: int = 100
    pairs_per_step: int = 16
    learning_rate: float = 1e-3
    error_rate: float = 0.0
    held_out: float = 0.1
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class DirectReport:
    """How it went.

    Attributes:
        labels: Labels learned from.
        held_out: Labels kept.
        epochs: Passes done.
        loss: Mean loss of the labels learned from, in nats; ln 2 in the beginning.
        held_out_loss: That of those kept; NaN if there are none.
        accuracy: Share of the answers learned from, ties left out, that the implied rewards foretell.
        held_out_accuracy: The same of those kept.
        error_weight: Mean of σ(r̂_worse − r̂_better), what the gradient of each label is weighted with: ½ in the
            beginning, 0 where nothing is wrong any more.
        kl: Mean KL(π ‖ π_ref) over the steps of the clips, in nats.
    """

    labels: int
    held_out: int
    epochs: int
    loss: float
    held_out_loss: float
    accuracy: float
    held_out_accuracy: float
    error_weight: float
    kl: float


class DirectPreferences:
    """A policy, the reference it begins as, and labels.

    Args:
        policy: The network that learns; as it is now it is the reference.
        shelf: The clips.
        answers: The labels; at least one.
        config: How.
    """

    def __init__(self, policy: ActorCriticPolicy, shelf: ClipShelf, answers: Answers, config: DirectConfig) -> None:
        self.policy = policy
        self.config = config
        self._shelf = shelf
        self._answers = answers
        self._frozen = copy.deepcopy(policy)
        self._frozen.set_training_mode(False)
        clips = sorted(answers.clips())
        self._place = {clip_id: index for index, clip_id in enumerate(clips)}
        with torch.no_grad(), torch_threads(1):
            self._reference = np.array([float(self._sums(self._frozen, shelf.batch([each]))[0]) for each in clips])
        self._held = np.zeros(len(answers), np.bool_)
        if len(answers) >= 20 and config.held_out > 0.0:
            self._held = bootstrap.reserved(answers.keys, config.seed, config.held_out)
        if self._held.all():
            self._held[:] = False

    def learn(
        self,
        *,
        told: Callable[[int, float], object] = lambda _, __: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> DirectReport:
        """Learn from the labels; the policy is changed in place.

        Args:
            told: Called after each pass with its number, from 1, and the loss.
            should_stop: Asked before each pass.
        """
        with torch_threads(1):
            done = self._go_through(told, should_stop)
            self.policy.set_training_mode(False)
            return self._report(np.flatnonzero(~self._held), done)

    def _go_through(self, told: Callable[[int, float], object], should_stop: Callable[[], bool]) -> int:
        config = self.config
        optimizer = torch.optim.Adam(self.policy.parameters(), lr=config.learning_rate, eps=1e-5)
        learned = np.flatnonzero(~self._held)
        done = 0
        for epoch in range(config.epochs):
            if should_stop():
                break
            optimizer.param_groups[0]["lr"] = config.learning_rate * (1.0 - epoch / config.epochs)
            order = np.random.default_rng([config.seed, _ORDER, epoch]).permutation(learned)
            total = 0.0
            for start in range(0, len(order), config.pairs_per_step):
                which = order[start : start + config.pairs_per_step]
                losses = self.losses(which)
                optimizer.zero_grad()
                losses.mean().backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
                optimizer.step()
                total += float(losses.detach().sum())
            done = epoch + 1
            told(done, total / len(order))
        return done

    def logits(self, which: NDArray[np.intp]) -> Tensor:
        """Return β Σ log(π/π_ref) of the left clip less that of the right one, ``float32 [N]`` of so many labels."""
        chosen = [self._answers.judged[index] for index in which]
        clips = [each.left for each in chosen] + [each.right for each in chosen]
        sums = self._sums(self.policy, self._shelf.batch(clips))
        reference = torch.from_numpy(self._reference[[self._place[each] for each in clips]]).to(sums)
        apart = sums - reference
        return self.config.beta * (apart[: len(chosen)] - apart[len(chosen) :])

    def losses(self, which: NDArray[np.intp]) -> Tensor:
        """Return the loss of some labels, ``float32 [N]``; equally good ones have μ = ½."""
        return preference_losses(self.logits(which), torch.from_numpy(self._answers.mu[which]), self.config.error_rate)

    @staticmethod
    def _sums(policy: ActorCriticPolicy, clips: Batch) -> Tensor:
        """Return Σ log π(a_t|s_t) of clips, ``float32 [N]``; where a game is over nothing is done."""
        observations, actions = clips.steps
        counted = clips.counted.flatten() & (actions >= 0)
        wanted = actions.clamp_min(0)
        parts = [
            torch.log_softmax(logits_of(policy, observations[start : start + _AT_ONCE]), dim=1).gather(
                1, wanted[start : start + _AT_ONCE, None]
            )[:, 0]
            for start in range(0, len(actions), _AT_ONCE)
        ]
        said = torch.where(counted, torch.cat(parts), 0.0)
        return said.reshape(clips.actions.shape).sum(dim=1)

    def _report(self, learned: NDArray[np.intp], epochs: int) -> DirectReport:
        kept = np.flatnonzero(self._held)
        mine, others = self._judged(learned), self._judged(kept)
        return DirectReport(
            labels=len(learned),
            held_out=len(kept),
            epochs=epochs,
            loss=mine[0],
            held_out_loss=others[0],
            accuracy=mine[1],
            held_out_accuracy=others[1],
            error_weight=mine[2],
            kl=self._kl(),
        )

    def _judged(self, which: NDArray[np.intp]) -> tuple[float, float, float]:
        if not len(which):
            return math.nan, math.nan, math.nan
        size = self.config.pairs_per_step
        with torch.no_grad():
            parts = [self.logits(which[start : start + size]) for start in range(0, len(which), size)]
        logit = torch.cat(parts)
        mu = torch.from_numpy(self._answers.mu[which])
        loss = float(preference_losses(logit, mu, self.config.error_rate).mean())
        decided = mu != 0.5
        if not bool(decided.any()):
            return loss, math.nan, math.nan
        better = torch.where(mu > 0.5, logit, -logit)[decided]
        return loss, float((better > 0.0).float().mean()), float(torch.sigmoid(-better).mean())

    def _kl(self) -> float:
        total, steps = 0.0, 0
        with torch.no_grad():
            for clip_id in self._place:
                clip = self._shelf.batch([clip_id])
                observations, actions = clip.steps
                seen = observations[clip.counted.flatten() & (actions >= 0)]
                if not len(seen):
                    continue
                now = torch.log_softmax(logits_of(self.policy, seen), dim=1)
                then = torch.log_softmax(logits_of(self._frozen, seen), dim=1)
                total += float((now.exp() * (now - then)).sum())
                steps += len(seen)
        return total / steps if steps else math.nan
