"""What the window knows of a watched game at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.protocol.messages import Failed, View
from arena.protocol.watch_messages import REAL_TIME, GameOver, WatchReady


@dataclass(frozen=True, kw_only=True)
class WatchState:
    """One immutable picture of a watched game; panels get it whole and only look.

    Attributes:
        phase: As in ``PhaseChanged``; ``none`` before there is something to watch.
        reason: Translation key of why it paused, or empty.
        ready: What plays, ``None`` until the worker can play.
        view: Newest view that was asked for.
        moments: Moments worth jumping to in this game, see ``MomentsFound``.
        games: Whole games that ended since it was opened, oldest first.
        mover: ``agent``, ``random`` or ``person``.
        speed: Decisions a second, 0 for as fast as it goes.
        file: Weights that play; empty for the newest.
        ghosts: Weights whose games are shown beside it.
        failure: Why nothing can be watched.
    """

    phase: str = "none"
    reason: str = ""
    ready: WatchReady | None = None
    view: View | None = None
    moments: tuple[Mapping[str, Any], ...] = ()
    games: tuple[GameOver, ...] = ()
    mover: str = "agent"
    speed: float = REAL_TIME
    file: str = ""
    ghosts: tuple[str, ...] = ()
    failure: Failed | None = None

    def array(self, name: str) -> NDArray[Any] | None:
        """Return an array of the newest view, ``None`` where it has none of that name."""
        return None if self.view is None else self.view.arrays.get(name)

    def scalar(self, name: str, otherwise: float = 0.0) -> float:
        """Return a number of the newest view."""
        return otherwise if self.view is None else float(self.view.scalars.get(name, otherwise))

    @property
    def scores(self) -> NDArray[np.float64]:
        """Raw scores of whole games its agent played alone and unedited, oldest first."""
        return np.array([game.score for game in self.games if game.mover == "agent" and not game.edited])

    @property
    def edited(self) -> bool:
        """Whether the game under way was changed by hand."""
        return self.scalar("edited") > 0


def age_words(env_steps: float) -> str:
    """Write an age in steps shortly: ``0``, ``250 k``, ``1.5 M``."""
    if env_steps < 1_000:
        return str(int(env_steps))
    if env_steps < 995_000:
        # Weights are kept at the end of an update, a few steps after the round number that was meant.
        return f"{round(env_steps / 1_000, -1 if env_steps >= 100_000 else 0):.0f} k"
    return f"{env_steps / 1_000_000:.1f}".removesuffix(".0") + " M"


def score_of(age: Mapping[str, Any]) -> float | None:
    """Return what an age scores; ``None`` where nobody knows, which is told as −1."""
    score = float(age.get("score", _UNKNOWN))
    return None if score == _UNKNOWN else score


_UNKNOWN = -1.0


def ages_of(ready: WatchReady | None) -> tuple[Mapping[str, Any], ...]:
    """Return the ages there are, oldest first."""
    return () if ready is None else tuple(ready.ages)
