"""What can be seen of r̂: over all states, per action, along a clip with the members' band, and where it looks.

Layers of a view besides those of every deep run:

``reward`` ``float32 [S, A + 1]``
    r̂ of all states and actions; the last column is being there when the game is over.
``reward_spread`` ``float32 [S, A + 1]``
    Standard deviation across members.
``reward_true`` ``float64 [S, A]``
    The true reward, for comparison.
``clip:<clip id>`` ``float32 [E, T]``
    r̂ of every member along a clip.
``clip_saliency:<clip id>`` ``float32 [T, …]``
    How much r̂ hangs on each number or pixel of what is seen, |∂r̂/∂o|, largest 1; none in worlds of states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from arena.errors import RunError
from arena.preferences.clip import Clip
from arena.preferences.clip_file import read_clip

if TYPE_CHECKING:
    from agents.preference.preference_run import PreferenceRun

_CLIP, _SALIENCY = "clip:", "clip_saliency:"


class RewardLooks:
    """Answers view requests about r̂.

    Args:
        run: The run.
    """

    def __init__(self, run: PreferenceRun) -> None:
        self._run = run

    def layers(self, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
        """Return the arrays asked for; those that do not exist here are left out."""
        return {name: array for name in names if (array := self._layer(name)) is not None}

    def _layer(self, name: str) -> NDArray[Any] | None:
        run = self._run
        if name.startswith((_CLIP, _SALIENCY)):
            return self._of_clip(name)
        world = run.makings.world
        if world is None:
            return None
        if name == "reward":
            return run.ensemble.table()[0].copy()
        if name == "reward_spread":
            return run.ensemble.table()[1].copy()
        return world.model.expected_reward if name == "reward_true" else None

    def _of_clip(self, name: str) -> NDArray[Any] | None:
        kind, _, clip_id = name.partition(":")
        try:
            clip = read_clip(self._run.asking.book.file_of(clip_id))
        except (RunError, ValueError):
            return None
        if kind == "clip":
            return self._run.ensemble.opinion(clip.observations, clip.actions).members
        return self._saliency(clip)

    def _saliency(self, clip: Clip) -> NDArray[np.float32] | None:
        if clip.kind == "states":
            return None
        seen = torch.tensor(clip.observations, dtype=torch.float32).requires_grad_(True)
        network = self._run.ensemble.network
        total = network(seen, torch.tensor(clip.actions)).sum()
        (slopes,) = torch.autograd.grad(total, seen)
        found = slopes.abs().numpy()
        return np.asarray(found / max(float(found.max()), 1e-12), np.float32)

    def scalars(self) -> dict[str, float]:
        """Return the numbers of a view."""
        run = self._run
        return {
            "labels": float(run.rewards.labels),
            "asked": float(run.asking.asked),
            "fits": float(run.rewards.fits),
            "kl": run.reference.kl,
            "kl_weight": run.reference.weight,
        }
