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
``clip_saliency:<clip id>`` ``float32 [T, F]``, of pictures ``uint8 [T, H, W]``
    How much r̂ hangs on each number or pixel of what is seen, |∂r̂/∂o|, largest 1 (255, of all pictures in the stack
    the largest); none in worlds of states.
``clip_fields:<clip id>`` ``float32 [T, F]``
    What each number of what is seen does to r̂ there: r̂(o, a) less r̂ with that number as it usually is, in the mean of
    the labelled clips. It is put in question one by one ("occlusion", Zeiler & Fergus 2014): a slope says nothing of a
    brick that stands or does not. Only where what is seen is numbers.
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

_CLIP, _SALIENCY, _FIELDS = "clip:", "clip_saliency:", "clip_fields:"

_MOST_FIELDS = 512
"""Of more numbers each look would take seconds; there is the slope then."""

_STEPS_AT_ONCE = 32
_MOST_KEPT = 16


class RewardLooks:
    """Answers view requests about r̂.

    Args:
        run: The run.
    """

    def __init__(self, run: PreferenceRun) -> None:
        self._run = run
        self._kept: dict[str, NDArray[Any] | None] = {}
        self._kept_of = (-1, False)
        self._usual: tuple[int, NDArray[np.float32]] = (-1, np.zeros(0, np.float32))

    def layers(self, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
        """Return the arrays asked for; those that do not exist here are left out."""
        return {name: array for name in names if (array := self._layer(name)) is not None}

    def _layer(self, name: str) -> NDArray[Any] | None:
        run = self._run
        if name.startswith((_CLIP, _SALIENCY, _FIELDS)):
            return self._kept_clip(name)
        world = run.makings.world
        if world is None:
            return None
        if name == "reward":
            return run.ensemble.table()[0].copy()
        if name == "reward_spread":
            return run.ensemble.table()[1].copy()
        return world.model.expected_reward if name == "reward_true" else None

    def _kept_clip(self, name: str) -> NDArray[Any] | None:
        """Return a layer of a clip; it changes with a fit only, and is asked for many times a second."""
        now = self._run.rewards.fits, self._run.ensemble.fitted
        if now != self._kept_of or len(self._kept) >= _MOST_KEPT:
            self._kept_of = now
            self._kept.clear()
        if name not in self._kept:
            self._kept[name] = self._of_clip(name)
        return self._kept[name]

    def _of_clip(self, name: str) -> NDArray[Any] | None:
        kind, _, clip_id = name.partition(":")
        try:
            clip = read_clip(self._run.asking.book.file_of(clip_id))
        except (RunError, ValueError):
            return None
        if kind == "clip":
            return self._run.ensemble.opinion(clip.observations, clip.actions).members
        if clip.kind == "states" or clip.observations.shape[1:] != self._run.makings.place.observation_space.shape:
            return None
        return self._saliency(clip) if kind == "clip_saliency" else self._fields(clip)

    def _saliency(self, clip: Clip) -> NDArray[Any]:
        ensemble = self._run.ensemble
        seen = torch.tensor(clip.observations, dtype=torch.float32).requires_grad_(True)
        # Each member in its own unit, as they are averaged.
        total = (ensemble.network(seen, torch.tensor(clip.actions)) / ensemble.std[:, None]).sum()
        (slopes,) = torch.autograd.grad(total, seen)
        found = slopes.abs().numpy()
        found /= max(float(found.max()), 1e-12)
        if clip.kind == "pixels":
            return np.asarray(found.max(axis=1) * 255.0, np.uint8)
        return np.asarray(found, np.float32)

    def _fields(self, clip: Clip) -> NDArray[np.float32] | None:
        seen = np.asarray(clip.observations, np.float32)
        usual = self._usual_fields()
        if clip.kind == "pixels" or seen.ndim != 2 or seen.shape[1] > _MOST_FIELDS or usual.shape != seen.shape[1:]:
            return None
        ensemble, fields = self._run.ensemble, seen.shape[1]
        said = ensemble.opinion(seen, clip.actions).mean
        found = np.zeros(seen.shape, np.float32)
        every = np.arange(fields)
        for start in range(0, len(seen), _STEPS_AT_ONCE):
            steps = slice(start, start + _STEPS_AT_ONCE)
            changed = np.repeat(seen[steps, None], fields, axis=1)
            changed[:, every, every] = usual
            acted = np.repeat(clip.actions[steps], fields)
            without = ensemble.opinion(changed.reshape(-1, fields), acted).mean
            found[steps] = said[steps, None] - without.reshape(-1, fields)
        return found

    def _usual_fields(self) -> NDArray[np.float32]:
        """Return the mean of what was seen in the labelled clips; empty while there is none."""
        fits, shelf = self._run.rewards.fits, self._run.asking.shelf
        clips = sorted(self._run.rewards.clips())
        if self._usual[0] != fits and clips:
            batch = shelf.batch(clips)
            there = batch.counted.numpy()
            self._usual = fits, np.asarray(batch.observations.numpy()[there].mean(axis=0), np.float32)
        return self._usual[1]

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
