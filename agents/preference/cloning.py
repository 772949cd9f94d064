"""Behaviour cloning: a network learns to do what somebody did, whatever that was worth (Pomerleau 1989).

It is the supervised fine-tuning of the three steps (Ouyang et al. 2022, sect. 3.1): the mean of −log π(a|s) over the
steps that were demonstrated goes down, and nothing else is known. No reward is looked at, and nothing says what to do
where the demonstrator never was.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy
from torch.nn import functional

from agents.deep.ppo import torch_threads
from agents.deep.weights import weights_of
from arena.preferences.demonstrations import Demonstrations

_HOLD, _ORDER = 1, 2


@dataclass(frozen=True, kw_only=True)
class Cloning:
    """How it is learned.

    Attributes:
        epochs: How often to go through all steps.
        batch: Steps in a gradient step.
        learning_rate: Adam's step size.
        held_out: Share of the games that are kept to see whether it has learned anything but these games; whole games,
            because the steps of one are much alike. None of fewer than five.
        seed: Of first weights and order.
    """

    epochs: int = 100
    batch: int = 64
    learning_rate: float = 1e-3
    held_out: float = 0.1
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like the demonstrator it is.

    Attributes:
        epochs: Passes done.
        loss: Mean of −log π(a|s) over the steps learned from, in nats.
        accuracy: Share of them where its likeliest action is the one that was done.
        held_out_loss: The same loss over the games kept; NaN if there are none.
        held_out_accuracy: The same share over them.
        held_out: Games kept.
        best_epoch: The pass whose weights are used: where there are games kept, the one that foretold them best.
    """

    epochs: int
    loss: float
    accuracy: float
    held_out_loss: float
    held_out_accuracy: float
    held_out: int
    best_epoch: int


def clone(
    policy: ActorCriticPolicy,
    shown: Demonstrations,
    cloning: Cloning,
    *,
    told: Callable[[int, float], object] = lambda _, __: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Likeness:
    """Teach a network to imitate; it is changed in place. Its critic learns nothing: no reward is looked at.

    Args:
        policy: The network; it sees what the demonstrator saw.
        shown: What was demonstrated.
        cloning: How.
        told: Called after each pass with its number, from 1, and the loss.
        should_stop: Asked before each pass.
    """
    # Batches this small are through before a second thread has woken up.
    with torch_threads(1):
        return _clone(policy, shown, cloning, told, should_stop)


def _clone(
    policy: ActorCriticPolicy,
    shown: Demonstrations,
    cloning: Cloning,
    told: Callable[[int, float], object],
    should_stop: Callable[[], bool],
) -> Likeness:
    kept = _kept(shown.games, cloning)
    held = kept[shown.game_of_step]
    learned, checked = np.flatnonzero(~held), np.flatnonzero(held)
    optimizer = torch.optim.Adam(policy.parameters(), lr=cloning.learning_rate, eps=1e-5)
    best, best_loss, best_epoch, done = weights_of(policy), math.inf, 0, 0
    for epoch in range(1, cloning.epochs + 1):
        if should_stop():
            break
        policy.set_training_mode(True)
        luck = np.random.default_rng([cloning.seed, _ORDER, epoch])
        order = luck.permutation(learned)
        total = 0.0
        for start in range(0, len(order), cloning.batch):
            which = order[start : start + cloning.batch]
            wrong = functional.cross_entropy(logits_of(policy, shown.observations[which]), _actions(shown, which))
            optimizer.zero_grad()
            wrong.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
            optimizer.step()
            total += float(wrong.detach()) * len(which)
        policy.set_training_mode(False)
        mean = total / len(order)
        judged = _judged(policy, shown, checked, cloning.batch)[0] if len(checked) else mean
        if judged < best_loss:
            best, best_loss, best_epoch = weights_of(policy), judged, epoch
        done = epoch
        told(epoch, mean)
    with torch.no_grad():
        for name, value in policy.named_parameters():
            value.copy_(best[name])
    policy.set_training_mode(False)
    loss, accuracy = _judged(policy, shown, learned, cloning.batch)
    unseen = _judged(policy, shown, checked, cloning.batch)
    return Likeness(
        epochs=done,
        loss=loss,
        accuracy=accuracy,
        held_out_loss=unseen[0],
        held_out_accuracy=unseen[1],
        held_out=int(kept.sum()),
        best_epoch=best_epoch,
    )


def logits_of(policy: ActorCriticPolicy, seen: NDArray[np.generic] | torch.Tensor) -> torch.Tensor:
    """Return log-probabilities of all actions, up to a constant, ``float32 [B, A]`` of ``[B, …]``."""
    given = seen if isinstance(seen, torch.Tensor) else torch.as_tensor(np.array(seen))
    # The policy's own way to its actions: SB3's get_distribution passes by feature extractors that are overridden.
    for_actor, _ = policy.mlp_extractor(policy.extract_features(given.to(policy.device)))
    return policy.action_net(for_actor)  # type: ignore[no-any-return]


def _kept(games: int, cloning: Cloning) -> NDArray[np.bool_]:
    kept = np.zeros(games, np.bool_)
    if games >= 5 and cloning.held_out > 0.0:
        count = max(1, round(cloning.held_out * games))
        luck = np.random.default_rng([cloning.seed, _HOLD])
        kept[luck.permutation(games)[:count]] = True
    return kept


def _actions(shown: Demonstrations, which: NDArray[np.intp]) -> torch.Tensor:
    return torch.from_numpy(shown.actions[which])


def _judged(
    policy: ActorCriticPolicy, shown: Demonstrations, which: NDArray[np.intp], batch: int
) -> tuple[float, float]:
    """Return the mean loss and the share of actions foretold; NaN of no steps."""
    if not len(which):
        return math.nan, math.nan
    loss, right = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(which), batch):
            some = which[start : start + batch]
            said, wanted = logits_of(policy, shown.observations[some]), _actions(shown, some)
            loss += float(functional.cross_entropy(said, wanted, reduction="sum"))
            right += int((said.argmax(1) == wanted).sum())
    return loss / len(which), right / len(which)
