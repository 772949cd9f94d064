"""Clips of all ages of a run: what the policy did long ago must stay there to be compared with what it does now.

Without them a policy that has come to do the same thing for ever offers nothing but pairs of equal clips, and no answer
could ever lead it away from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.places import Place
from agents.preference.cutting import RecentSteps, pictures_of
from agents.preference.labelled_clips import Batch
from arena.preferences.clip import Clip

KEPT: Mapping[str, int] = {"states": 600, "vector": 600, "objects": 300, "pixels": 40}
"""Clips kept, by kind of place: of pictures fewer, they are large."""


class ClipArchive:
    """A sample of all clips offered to it, each equally likely to be still there (reservoir sampling, Vitter 1985).

    Args:
        place: Where the clips come from.
        steps: Steps of a clip.
    """

    def __init__(self, place: Place, steps: int) -> None:
        self.place = place
        shape = place.observation_space.shape or ()
        dtype: Any = np.int64 if place.kind == "states" else place.observation_space.dtype
        room = KEPT[place.kind]
        self._arrays: dict[str, NDArray[Any]] = {
            "observations": np.zeros((room, steps, *shape), dtype),
            "actions": np.zeros((room, steps), np.int64),
            "rewards": np.zeros((room, steps), np.float32),
            "counted": np.zeros((room, steps), np.bool_),
            "clocks": np.zeros(room, np.int64),
            "games": np.zeros(room, np.int64),
        }
        self.seen = 0
        """Clips offered so far."""

    def __len__(self) -> int:
        return min(self.seen, len(self._arrays["clocks"]))

    def offer(self, recent: RecentSteps, wanted: int, luck: np.random.Generator) -> None:
        """Take some clips of what was played of late.

        Args:
            recent: The last steps.
            wanted: How many are offered.
            luck: Draws them, and who makes room.
        """
        held = self._arrays
        room, steps = held["actions"].shape
        windows = recent.windows(wanted, steps, luck)
        if not len(windows):
            return
        batch = recent.batch(windows)
        clocks = recent.clocks(windows)
        for row in range(len(windows)):
            at = self.seen if self.seen < room else int(luck.integers(self.seen + 1))
            self.seen += 1
            if at >= room:
                continue
            length = batch.actions.shape[1]
            for name in ("observations", "actions", "rewards", "counted"):
                held[name][at] = 0
                held[name][at, :length] = getattr(batch, name)[row].numpy()
            held["clocks"][at], held["games"][at] = clocks[row], windows.slots[row]

    def batch(self, which: NDArray[np.int64]) -> Batch:
        """Return some of the clips, ``int64 [M]``, as tensors."""
        parts = {name: torch.from_numpy(self._arrays[name][which]) for name in ("observations", "actions", "rewards")}
        return Batch(**parts, counted=torch.from_numpy(self._arrays["counted"][which]))

    def clip(self, index: int) -> Clip:
        """Return one clip, whole."""
        held = self._arrays
        length = int(held["counted"][index].sum())
        observations = held["observations"][index, :length].copy()
        return Clip(
            env_id=self.place.env_id,
            env_kwargs=dict(self.place.env_kwargs),
            kind=self.place.kind,  # type: ignore[arg-type]
            env_step=int(held["clocks"][index]),
            game=int(held["games"][index]),
            observations=observations,
            actions=held["actions"][index, :length].copy(),
            rewards=held["rewards"][index, :length].copy(),
            pictures=pictures_of(self.place, observations),
        )

    # ── for checkpoints ────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> dict[str, torch.Tensor]:
        """Return what is kept, by name."""
        held = {name: torch.from_numpy(array[: len(self)].copy()) for name, array in self._arrays.items()}
        return {**held, "seen": torch.tensor([self.seen])}

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Set everything back to what :meth:`state` returned.

        Raises:
            KeyError: If something is missing.
            ValueError: If it is of another place.
        """
        self.seen = int(state["seen"][0])
        for name, array in self._arrays.items():
            array[: len(self)] = state[name].numpy()


class Candidates:
    """Clips that may be asked about: half of them of late, half of all ages.

    Args:
        recent: The last steps.
        archive: Clips of all ages.
        wanted: How many clips.
        luck: Draws them.

    Attributes:
        batch: All of them as tensors.
    """

    def __init__(self, recent: RecentSteps, archive: ClipArchive, wanted: int, steps: int, luck: np.random.Generator):
        self._recent, self._archive = recent, archive
        old = min(len(archive), wanted // 2)
        self._windows = recent.windows(wanted - old, steps, luck)
        self._old = luck.permutation(len(archive))[: max(0, wanted - len(self._windows))]
        parts = [recent.batch(self._windows)] if len(self._windows) else []
        if len(self._old):
            parts.append(archive.batch(self._old))
        self.batch = _joined(parts) if parts else None

    def __len__(self) -> int:
        return len(self._windows) + len(self._old)

    def clip(self, index: int) -> Clip:
        """Return one of them, whole."""
        if index < len(self._windows):
            return self._recent.clip(self._windows, index)
        return self._archive.clip(int(self._old[index - len(self._windows)]))


def _joined(parts: list[Batch]) -> Batch:
    longest = max(part.actions.shape[1] for part in parts)
    return Batch(
        **{
            name: torch.cat([_filled(getattr(part, name), longest) for part in parts])
            for name in ("observations", "actions", "rewards", "counted")
        }
    )


def _filled(values: torch.Tensor, length: int) -> torch.Tensor:
    missing = length - values.shape[1]
    return (
        values if not missing else torch.cat((values, values.new_zeros((len(values), missing, *values.shape[2:]))), 1)
    )
