"""A clip: a short piece of behaviour that a person compares with another one (the *segment* σ of the papers).

Christiano et al. 2017, §2.1: a trajectory segment is a sequence of observations and actions
σ = ((o₀, a₀), …, (o_{k−1}, a_{k−1})); here also what is needed to draw it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from arena.protocol.array_bytes import pack

ClipKind = Literal["states", "objects", "pixels", "vector"]
"""What an observation is: the number of a state, what lies where in a game, pictures, or a vector of anything."""

MOST_STEPS = 2_000
"""Longest clip; the papers' have 25 steps."""

MOST_ARRAY_BYTES = 64 * 2**20
"""Bytes of the observations, and of the pictures, of one clip."""

CLIP_ID = re.compile(r"[0-9a-f]{64}")
"""What the id of a clip looks like."""

KINDS: tuple[str, ...] = get_args(ClipKind)

_MOST_NAME = 200
_MOST_ABOUT = 2**16
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, kw_only=True)
class ClipEntry:
    """What the label store knows of a clip without opening its file; attributes as those of :class:`Clip`.

    Attributes:
        clip_id: The clip, and the name of its file.
        env_id: Gymnasium id of the place.
        env_kwargs: The place's arguments.
        kind: What an observation is.
        env_step: The run's clock at its first step.
        game: Which of the games played at once.
        length: Steps.
    """

    clip_id: str
    env_id: str
    env_kwargs: Mapping[str, Any]
    kind: ClipKind
    env_step: int
    game: int
    length: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Clip:
    """One clip. Two clips are the same where their :attr:`clip_id` is.

    Attributes:
        clip_id: SHA-256 of everything else; computed where not given, checked where given.
        env_id: Gymnasium id of the place.
        env_kwargs: The place's arguments, plain JSON values.
        kind: What an observation is.
        env_step: The run's clock at its first step.
        game: Which of the games played at once.
        observations: ``[T, …]``, one for each step, before its action.
        actions: ``int64 [T]``; −1 where the game is over and the clip goes on showing how it ended.
        rewards: ``float32 [T]``, the true reward of each step: for oracles and curves; never shown before the answer.
        pictures: ``uint8 [T, H, W, 3]`` to be shown; ``None`` where the window draws from the observations.

    Raises:
        ValueError: If the parts do not fit each other, a number is not finite, or ``clip_id`` is another one's.
    """

    clip_id: str = ""
    env_id: str
    env_kwargs: Mapping[str, Any]
    kind: ClipKind
    env_step: int
    game: int
    observations: NDArray[Any]
    actions: NDArray[np.int64]
    rewards: NDArray[np.float32]
    pictures: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        _check_about(self)
        _check_arrays(self)
        digest = _digest(self)
        if self.clip_id not in ("", digest):
            raise ValueError("clip_id")
        object.__setattr__(self, "clip_id", digest)

    @property
    def length(self) -> int:
        """Steps."""
        return len(self.actions)

    @property
    def true_return(self) -> float:
        """Sum of the true rewards, undiscounted as in the papers."""
        return float(self.rewards.sum(dtype=np.float64))

    @property
    def entry(self) -> ClipEntry:
        """What the label store keeps of it."""
        return ClipEntry(clip_id=self.clip_id, length=self.length, **self.about())

    def about(self) -> dict[str, Any]:
        """Return what is known of it besides its arrays, as plain values."""
        return {
            "env_id": self.env_id,
            "env_kwargs": dict(self.env_kwargs),
            "kind": self.kind,
            "env_step": self.env_step,
            "game": self.game,
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return its arrays by name; ``pictures`` is left out where there are none."""
        found: dict[str, NDArray[Any]] = {
            "observations": self.observations,
            "actions": self.actions,
            "rewards": self.rewards,
        }
        if self.pictures is not None:
            found["pictures"] = self.pictures
        return found


def about_text(about: dict[str, Any]) -> str:
    """Return plain values as the one JSON text that stands for them.

    Raises:
        ValueError: If a value is none that JSON knows, or there are too many.
    """
    try:
        text = _ENCODER.encode(about)
        # Lone surrogates are no text that can be written.
        size = len(text.encode("utf-8"))
    except (TypeError, RecursionError) as problem:
        raise ValueError("about") from problem
    if size > _MOST_ABOUT:
        raise ValueError("about")
    return text


def _check_about(clip: Clip) -> None:
    if not isinstance(clip.env_id, str) or not 0 < len(clip.env_id) <= _MOST_NAME:
        raise ValueError("env_id")
    if not isinstance(clip.env_kwargs, Mapping) or clip.kind not in KINDS:
        raise ValueError("kind" if isinstance(clip.env_kwargs, Mapping) else "env_kwargs")
    for name in ("env_step", "game"):
        value = getattr(clip, name)
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 0 <= value < 2**63:
            raise ValueError(name)
        object.__setattr__(clip, name, int(value))


def _check_arrays(clip: Clip) -> None:
    for name, array in clip.arrays().items():
        if not isinstance(array, np.ndarray) or array.nbytes > MOST_ARRAY_BYTES:
            raise ValueError(name)
    if clip.actions.dtype != np.int64 or clip.actions.ndim != 1 or not 0 < len(clip.actions) <= MOST_STEPS:
        raise ValueError("actions")
    if clip.rewards.dtype != np.float32 or clip.rewards.shape != clip.actions.shape:
        raise ValueError("rewards")
    observations = clip.observations
    if observations.dtype.kind not in "buif" or observations.shape[:1] != clip.actions.shape or not observations.size:
        raise ValueError("observations")
    pictures = clip.pictures
    if pictures is not None and (
        pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[::3] != (clip.length, 3) or not pictures.size
    ):
        raise ValueError("pictures")
    if not all(np.isfinite(array).all() for array in (clip.rewards, observations) if array.dtype.kind == "f"):
        # One of them in a batch would make the whole reward model of no use.
        raise ValueError("finite")


def _digest(clip: Clip) -> str:
    described, pieces = pack(clip.arrays(), structures=False)
    digest = hashlib.sha256(about_text({**clip.about(), "arrays": described}).encode("utf-8"))
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
