"""Clips and what was said of pairs of them, as arrays a fit can go through; every clip is held once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.preference.bootstrap import Keys, label_keys
from arena.preferences.clip import Clip


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A pair with its answer.

    Attributes:
        pair_id: Of the pair.
        left: Id of the left clip.
        right: Id of the right clip.
        mu: μ(1): 1 for left, 0 for right, ½ for equally good, a share of votes in between.
    """

    pair_id: str
    left: str
    right: str
    mu: float


class ClipShelf:
    """Clips by id, as tensors.

    Args:
        clip_steps: Steps of a whole clip; longer ones of elsewhere are cut.
    """

    def __init__(self, clip_steps: int) -> None:
        self.clip_steps = clip_steps
        self._held: dict[str, tuple[NDArray[Any], NDArray[np.int64], NDArray[np.float32]]] = {}

    def __contains__(self, clip_id: str) -> bool:
        return clip_id in self._held

    def __len__(self) -> int:
        return len(self._held)

    def add(self, clip: Clip) -> None:
        """Hold a clip."""
        steps = self.clip_steps
        self._held[clip.clip_id] = (
            np.asarray(clip.observations)[:steps],
            np.asarray(clip.actions, np.int64)[:steps],
            np.asarray(clip.rewards, np.float32)[:steps],
        )

    def keep_only(self, clip_ids: set[str]) -> None:
        """Let go of all others."""
        for clip_id in set(self._held) - clip_ids:
            del self._held[clip_id]

    def batch(self, clip_ids: Sequence[str]) -> Batch:
        """Return some clips as tensors, shorter ones filled up at the end.

        Raises:
            KeyError: If one is not here.
        """
        found = [self._held[clip_id] for clip_id in clip_ids]
        length = max(len(actions) for _, actions, _ in found)
        shape = found[0][0].shape[1:]
        observations = np.zeros((len(found), length, *shape), found[0][0].dtype)
        actions = np.zeros((len(found), length), np.int64)
        rewards = np.zeros((len(found), length), np.float32)
        counted = np.zeros((len(found), length), np.bool_)
        for row, (seen, acted, paid) in enumerate(found):
            observations[row, : len(acted)], actions[row, : len(acted)] = seen, acted
            rewards[row, : len(acted)], counted[row, : len(acted)] = paid, True
        return Batch(
            observations=torch.from_numpy(observations),
            actions=torch.from_numpy(actions),
            rewards=torch.from_numpy(rewards),
            counted=torch.from_numpy(counted),
        )


@dataclass(frozen=True, kw_only=True)
class Batch:
    """N clips of T steps.

    Attributes:
        observations: ``[N, T, …]``.
        actions: ``int64 [N, T]``, −1 where the game is over.
        rewards: True rewards, ``float32 [N, T]``.
        counted: Which steps the clips have, ``bool [N, T]``.
    """

    observations: torch.Tensor
    actions: torch.Tensor
    rewards: torch.Tensor
    counted: torch.Tensor

    def some(self, which: NDArray[np.int64]) -> Batch:
        """Return some of the clips, ``int64 [M]``."""
        chosen = torch.from_numpy(which)
        return Batch(
            observations=self.observations[chosen],
            actions=self.actions[chosen],
            rewards=self.rewards[chosen],
            counted=self.counted[chosen],
        )

    @property
    def steps(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return all N·T observations and actions, flat."""
        return self.observations.flatten(0, 1), self.actions.flatten()


class Answers:
    """Answered pairs in the order they were asked, and what is known of each.

    Args:
        judged: The pairs.
    """

    def __init__(self, judged: Sequence[Judged]) -> None:
        self.judged = tuple(judged)
        self.keys: Keys = label_keys([each.left + each.right for each in self.judged])
        self.mu: NDArray[np.float32] = np.array([each.mu for each in self.judged], np.float32)

    def __len__(self) -> int:
        return len(self.judged)

    def clips(self) -> set[str]:
        """Return the ids of all clips in them."""
        return {clip for each in self.judged for clip in (each.left, each.right)}


def judged_of(
    pairs: Mapping[str, tuple[str, str]], answers: Sequence[tuple[str, float]], shelf: ClipShelf, most: int
) -> Answers:
    """Return the newest answers whose clips are all here.

    Args:
        pairs: Left and right clip of each pair by id.
        answers: Pair and μ(1) of each answer, oldest first.
        shelf: The clips.
        most: How many answers are kept at most.
    """
    found = []
    for pair_id, mu in answers[-most:]:
        left, right = pairs.get(pair_id, ("", ""))
        if left in shelf and right in shelf:
            found.append(Judged(pair_id=pair_id, left=left, right=right, mu=mu))
    return Answers(found)
