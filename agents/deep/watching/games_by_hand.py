"""The whole games a person has played at a table, to be saved as demonstrations for an agent that imitates them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.deep.watching.games import WatchedGame
from agents.deep.watching.recording import PERSON, Recording
from agents.deep.watching.source import Source
from agents.deep.watching.table import game_of
from arena.errors import RunError, UsageError
from arena.preferences.demonstrations import MOST_OBSERVATION_BYTES, MOST_STEPS, Demonstrations

MOST_GAMES = 1_000
"""Games kept; of more, the oldest ones go."""

_BETWEEN = 64


@dataclass(frozen=True, kw_only=True)
class GameByHand:
    """A game as it can be played again.

    Attributes:
        seed: Of the game.
        actions: ``int16 [T]``.
        score: What it brought, raw.
        truncated: It was ended by a limit of time.
    """

    seed: int
    actions: NDArray[np.int16]
    score: float
    truncated: bool


class GamesByHand:
    """Keeps seed and actions of each game; what was seen is found by playing them again when they are saved.

    Args:
        source: What is watched.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.games: list[GameByHand] = []

    def take(self, recording: Recording, *, truncated: bool) -> None:
        """Keep a game that has just ended, if a person alone has played it and nobody has changed it."""
        if recording.edited or set(recording["chosen_by"][:-1].tolist()) != {PERSON}:
            return
        self.games = [
            *self.games[-MOST_GAMES + 1 :],
            GameByHand(
                seed=recording.game_seed,
                actions=recording["actions"][:-1].copy(),
                score=float(recording["score"][-1]),
                truncated=truncated,
            ),
        ]

    def demonstrations(self, breathe: Callable[[], object] = lambda: None) -> Demonstrations:
        """Play all of them again and return what was seen and done.

        Args:
            breathe: Called every some decisions.

        Raises:
            UsageError: If there is none, or they are more than a file can hold.
            RunError: If a game does not go as it went.
        """
        if not self.games:
            raise UsageError("error.demonstrations.no_games")
        place = self._source.place
        kind = np.dtype(np.int64 if place.kind == "states" else place.observation_space.dtype)
        size = int(np.prod(place.observation_space.shape or (1,))) * kind.itemsize
        most = min(MOST_STEPS, MOST_OBSERVATION_BYTES // size)
        if sum(len(game.actions) for game in self.games) > most:
            raise UsageError("error.demonstrations.too_long", most=f"{most:,}")
        seen: list[NDArray[np.generic]] = []
        rewards: list[float] = []
        # Another emulator: the game on the table goes on where it is.
        again = game_of(self._source)
        try:
            for game in self.games:
                _play(again, game, seen, rewards, breathe)
        finally:
            again.close()
        return Demonstrations(
            env_id=place.env_id,
            env_kwargs=dict(place.env_kwargs),
            kind=place.kind,  # type: ignore[arg-type]
            action_names=place.action_names,
            player="person",
            observations=np.asarray(seen, kind),
            actions=np.concatenate([game.actions for game in self.games]).astype(np.int64),
            rewards=np.asarray(rewards, np.float32),
            lengths=np.array([len(game.actions) for game in self.games], np.int64),
            cut=np.array([game.truncated for game in self.games], np.bool_),
        )


def _play(
    again: WatchedGame,
    game: GameByHand,
    seen: list[NDArray[np.generic]],
    rewards: list[float],
    breathe: Callable[[], object],
) -> None:
    again.begin(game.seed)
    score, over = 0.0, False
    for number, action in enumerate(game.actions.tolist()):
        if number % _BETWEEN == 0:
            breathe()
        seen.append(np.array(again.observation, copy=True))
        moved = again.act(action)
        rewards.append(moved.reward)
        score, over = score + moved.reward, moved.over
    if not over or abs(score - game.score) > 1e-6:
        raise RunError("error.demonstrations.not_again")
