"""Demonstrations: whole games somebody has played, for an agent that begins by imitating them.

They are the first of the three steps (Ouyang et al. 2022, "Training language models to follow instructions with human
feedback", fig. 2): show it, compare, learn from the comparisons. Only what was seen and done is learned from; the
rewards are there to say how well it was played.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.preferences.clip import KINDS, ClipKind, about_text
from arena.protocol.array_bytes import pack

MOST_STEPS = 2_000_000
"""Steps of all games together."""

MOST_GAMES = 100_000

MOST_OBSERVATION_BYTES = 256 * 2**20
"""Bytes of the observations: half an hour of Atari pictures, stacked as they were seen."""

_MOST_NAME, _MOST_ACTIONS = 200, 1_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Demonstrations:
    """Whole games, one after the other.

    Attributes:
        sha256: Of everything else; computed where not given, checked where given.
        env_id: Gymnasium id of the place.
        env_kwargs: The place's arguments, plain JSON values.
        kind: What an observation is.
        action_names: Name of each action there is.
        player: Who played: ``person``, ``oracle``, or the name of a model.
        observations: ``[N, …]``, one for each step of all games, before its action.
        actions: ``int64 [N]``.
        rewards: ``float32 [N]``, the true reward of each step, raw.
        lengths: ``int64 [E]``, steps of each game.
        cut: ``bool [E]``, games that were ended by a limit of steps.

    Raises:
        ValueError: If the parts do not fit each other, a number is not finite, or ``sha256`` is another one's.
    """

    sha256: str = ""
    env_id: str
    env_kwargs: Mapping[str, Any]
    kind: ClipKind
    action_names: tuple[str, ...]
    player: str
    observations: NDArray[Any]
    actions: NDArray[np.int64]
    rewards: NDArray[np.float32]
    lengths: NDArray[np.int64]
    cut: NDArray[np.bool_]

    def __post_init__(self) -> None:
        _check_about(self)
        _check_arrays(self)
        digest = _digest(self)
        if self.sha256 not in ("", digest):
            raise ValueError("sha256")
        object.__setattr__(self, "sha256", digest)

    @property
    def games(self) -> int:
        """How many games."""
        return len(self.lengths)

    @property
    def steps(self) -> int:
        """Steps of all games together."""
        return len(self.actions)

    @property
    def scores(self) -> NDArray[np.float64]:
        """What each game brought, raw, ``float64 [E]``."""
        starts = np.concatenate(([0], np.cumsum(self.lengths)[:-1]))
        return np.asarray(np.add.reduceat(self.rewards.astype(np.float64), starts), np.float64)

    @property
    def game_of_step(self) -> NDArray[np.int64]:
        """Number of the game each step belongs to, ``int64 [N]``."""
        return np.repeat(np.arange(self.games), self.lengths)

    def about(self) -> dict[str, Any]:
        """Return what is known of them besides their arrays, as plain values."""
        return {
            "env_id": self.env_id,
            "env_kwargs": dict(self.env_kwargs),
            "kind": self.kind,
            "action_names": list(self.action_names),
            "player": self.player,
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return their arrays by name."""
        return {name: getattr(self, name) for name in ("observations", "actions", "rewards", "lengths", "cut")}


def together(parts: Sequence[Demonstrations]) -> Demonstrations:
    """Return the games of several as those of one, in their order.

    Args:
        parts: At least one; of one place, seen in the same way.

    Raises:
        ValueError: If they are of different places, or too many for one.
    """
    first = parts[0]
    if any(_place(part) != _place(first) for part in parts):
        raise ValueError("place")
    # A name as long as a manifest takes it: who played is told, not how often.
    players = ", ".join(dict.fromkeys(part.player for part in parts))
    arrays: dict[str, Any] = {name: np.concatenate([part.arrays()[name] for part in parts]) for name in first.arrays()}
    return Demonstrations(
        env_id=first.env_id,
        env_kwargs=first.env_kwargs,
        kind=first.kind,
        action_names=first.action_names,
        player=players[:_MOST_NAME],
        **arrays,
    )


def _place(made: Demonstrations) -> tuple[Any, ...]:
    seen = made.observations
    return made.env_id, dict(made.env_kwargs), made.kind, made.action_names, seen.dtype, seen.shape[1:]


def _check_about(made: Demonstrations) -> None:
    for name in ("env_id", "player"):
        value = getattr(made, name)
        if not isinstance(value, str) or not 0 < len(value) <= _MOST_NAME or not value.isprintable():
            raise ValueError(name)
    if not isinstance(made.env_kwargs, Mapping):
        raise ValueError("env_kwargs")
    if made.kind not in KINDS:
        raise ValueError("kind")
    names = made.action_names
    if not isinstance(names, tuple) or not 0 < len(names) <= _MOST_ACTIONS:
        raise ValueError("action_names")
    if not all(isinstance(name, str) and 0 < len(name) <= _MOST_NAME and name.isprintable() for name in names):
        raise ValueError("action_names")


def _check_arrays(made: Demonstrations) -> None:
    for name, array in made.arrays().items():
        if not isinstance(array, np.ndarray):
            raise ValueError(name)
    _check_column("actions", made.actions, np.int64, MOST_STEPS)
    _check_column("lengths", made.lengths, np.int64, MOST_GAMES)
    if made.actions.min() < 0 or made.actions.max() >= len(made.action_names):
        raise ValueError("actions")
    if made.lengths.min() < 1 or made.lengths.max() > MOST_STEPS or int(made.lengths.sum()) != made.steps:
        raise ValueError("lengths")
    if made.cut.dtype != np.bool_ or made.cut.shape != made.lengths.shape:
        raise ValueError("cut")
    if made.rewards.dtype != np.float32 or made.rewards.shape != made.actions.shape:
        raise ValueError("rewards")
    seen = made.observations
    if seen.dtype.kind not in "uif" or seen.shape[:1] != made.actions.shape or not seen.size:
        raise ValueError("observations")
    if seen.nbytes > MOST_OBSERVATION_BYTES:
        raise ValueError("observations")
    if not all(np.isfinite(array).all() for array in (made.rewards, seen) if array.dtype.kind == "f"):
        raise ValueError("finite")


def _check_column(name: str, array: NDArray[Any], dtype: type[Any], most: int) -> None:
    if array.dtype != dtype or array.ndim != 1 or not 0 < len(array) <= most:
        raise ValueError(name)


def _digest(made: Demonstrations) -> str:
    described, pieces = pack(made.arrays(), structures=False)
    digest = hashlib.sha256(about_text({**made.about(), "arrays": described}).encode("utf-8"))
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
