"""Everything decided in one game, kept so that any decision of it can be shown again exactly."""

from __future__ import annotations

import bisect
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.watching.games import Moved, WatchedGame

AGENT, PERSON, RANDOM = 0, 1, 2
"""Who chose a decision."""

NOT_YET = -1
"""Action of a decision that was not taken yet."""

KEPT_EVERY = 8
"""Decisions between two saved moments, as long as there is room."""

MOST_BYTES = 64 * 2**20
"""Saved moments of one game may take so much; beyond it every other one is dropped."""


def _columns(actions: int) -> dict[str, tuple[tuple[int, ...], type]]:
    return {
        "preferences": ((actions,), np.float32),
        "values": ((), np.float32),
        "actions": ((), np.int16),
        "chosen_by": ((), np.int8),
        "rewards": ((), np.float32),
        "score": ((), np.float64),
        "person_score": ((), np.float64),
        "life_lost": ((), np.bool_),
        "forced": ((), np.bool_),
        "above_wall": ((), np.bool_),
    }


class Recording:
    """One game, decision by decision.

    Decision k is the situation after k actions and what was done there; the last one is yet to be decided. Its row has
    ``preferences`` and ``values`` of the network that saw it, ``score`` and ``person_score`` by then, and, once done,
    ``actions``, ``chosen_by``, ``rewards`` and what came of it.

    Args:
        game: The game; it stands at :attr:`position`.
        actions: Number of actions.
        most_bytes: Bytes of saved moments.
    """

    def __init__(self, game: WatchedGame, actions: int, most_bytes: int = MOST_BYTES) -> None:
        self._game = game
        self._most_bytes = most_bytes
        self._rows: dict[str, NDArray[Any]] = {
            name: np.zeros((256, *shape), kind) for name, (shape, kind) in _columns(actions).items()
        }
        self.begin(0)

    def begin(self, game_seed: int) -> None:
        """Begin a game; what was recorded is dropped."""
        self._game.begin(game_seed)
        self.game_seed = game_seed
        self.position = self.newest = 0
        self.over = self.edited = False
        self._moments: list[tuple[int, Any]] = []
        self._pinned: set[int] = {0}
        self._bytes = 0
        self._every = KEPT_EVERY
        self._arrive(0.0, 0.0)
        self._keep()

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column, one row for each decision of this game."""
        return self._rows[name][: self.newest + 1]

    @property
    def ended(self) -> bool:
        """Whether the moment shown is the end of the game."""
        return self.over and self.position == self.newest

    def note(self, preferences: NDArray[np.float32], value: float) -> None:
        """Note what a network says of the decision shown."""
        self._rows["preferences"][self.position] = preferences
        self._rows["values"][self.position] = value

    def act(self, action: int, chosen_by: int) -> Moved:
        """Take the decision shown; what was recorded after it is dropped."""
        at, rows = self.position, self._rows
        self._cut()
        moved = self._game.act(action)
        rows["actions"][at], rows["chosen_by"][at] = action, chosen_by
        rows["rewards"][at], rows["life_lost"][at], rows["forced"][at] = moved.reward, moved.life_lost, moved.forced
        self.position = self.newest = at + 1
        self.over = moved.over
        self._arrive(rows["score"][at] + moved.reward, rows["person_score"][at] + moved.reward * (chosen_by == PERSON))
        if self.position % self._every == 0:
            self._keep()
        return moved

    def show(self, step: int) -> None:
        """Set the game to a recorded decision, exactly; one that is not recorded is cut to what is."""
        step = min(max(step, 0), self.newest)
        place = bisect.bisect_right(self._moments, step, key=lambda kept: kept[0]) - 1
        at, saved = self._moments[place]
        if not at <= self.position <= step:
            if saved is None:
                self._game.begin(self.game_seed)
            else:
                self._game.restore(saved)
            self.position = at
        for action in self._rows["actions"][self.position : step]:
            self._game.act(int(action))
        self.position = step

    def edit(self) -> None:
        """Take note that the game was changed by hand at the decision shown: it cannot be played to there again."""
        self._cut()
        self.edited = True
        self._forget_moment(self.position)
        self._keep()
        self._pinned.add(self.position)

    def _arrive(self, score: float, person_score: float) -> None:
        at = self.position
        if at == len(self._rows["values"]):
            self._rows = {name: np.concatenate((rows, np.zeros_like(rows))) for name, rows in self._rows.items()}
        for rows in self._rows.values():
            rows[at] = 0
        self._rows["actions"][at] = NOT_YET
        self._rows["score"][at], self._rows["person_score"][at] = score, person_score
        self._rows["above_wall"][at] = getattr(self._game, "is_breakout", False) and self._game.ball_above_wall  # type: ignore[attr-defined]

    def _cut(self) -> None:
        """Forget what was recorded after the decision shown."""
        if self.newest > self.position:
            self.newest, self.over = self.position, False
            for at in [at for at, _ in self._moments if at > self.position]:
                self._forget_moment(at)

    def _keep(self) -> None:
        saved = self._game.save()
        if saved is None and self.position > 0:
            return
        self._moments.append((self.position, saved))
        self._bytes += self._game.size_of(saved) if saved is not None else 0
        if self._bytes > self._most_bytes:
            self._every *= 2
            for at in [at for at, _ in self._moments if at % self._every and at not in self._pinned]:
                self._forget_moment(at)

    def _forget_moment(self, at: int) -> None:
        for place, (step, saved) in enumerate(self._moments):
            if step == at:
                self._bytes -= self._game.size_of(saved) if saved is not None else 0
                self._pinned.discard(at)
                del self._moments[place]
                return

    @property
    def saved_bytes(self) -> int:
        """Bytes the saved moments take."""
        return self._bytes
