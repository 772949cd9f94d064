"""Whole games of a teacher, recorded as it plays them: demonstrations for an agent that begins by imitating."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import BasePolicy

from agents.configuration import build
from agents.deep.asking import answer
from agents.deep.config import PpoConfig
from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.places import Place
from arena.environments.atari.games import FinishedGame
from arena.environments.atari.seeds import seeds_of
from arena.errors import UsageError
from arena.preferences.demonstrations import MOST_OBSERVATION_BYTES, MOST_STEPS, Demonstrations

ORACLE = "oracle"
"""The best policy there is, computed: only in worlds of states."""

GAMMA = 0.99
"""Discount of the oracle: without one it is all the same to it when it reaches a goal."""

Acting = Callable[[NDArray[Any]], NDArray[np.int64]]
"""Says what to do: ``int64 [N]`` of ``[N, …]`` observations."""

_DEMONSTRATION = 2**33
"""In place of a checkpoint's number in the seeds: no game of a demonstration is one of a training or an evaluation."""

_AT_ONCE = 16


def demonstrate(
    place: Place,
    acting: Acting,
    player: str,
    episodes: int,
    *,
    seed: int = 0,
    told: Callable[[FinishedGame], object] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Demonstrations | None:
    """Let a teacher play whole games, and record what it saw and did.

    Args:
        place: Where, as the teacher sees it.
        acting: The teacher.
        player: What it is called.
        episodes: How many games.
        seed: Of the games.
        told: Called with each game as it ends.
        should_stop: Asked before each step; games that have not ended then are left out.

    Returns:
        The games, ``None`` if none has ended.

    Raises:
        UsageError: If they are more than a file of demonstrations can hold.
    """
    room = _Room(place)
    settings = {"reward_clipping": "off", "frame_stack": "off" if place.stack == 1 else "on"}
    config = build(PpoConfig, settings)
    for batch, first in enumerate(range(0, episodes, _AT_ONCE)):
        count = min(_AT_ONCE, episodes - first)
        games = place.vec_env(count, seed, config)
        try:
            _play(games, acting, seeds_of(seed, _DEMONSTRATION + batch, count), room, told, should_stop)
        finally:
            games.close()
        if should_stop():
            break
    return room.demonstrations(player)


def _play(
    games: GamesVecEnv,
    acting: Acting,
    seeds: NDArray[np.int64],
    room: _Room,
    told: Callable[[FinishedGame], object],
    should_stop: Callable[[], bool],
) -> None:
    """Play one game on each emulator; what comes after its end is not recorded."""
    seen: Any = games.begin(seeds)
    games.take_finished()
    playing = np.ones(games.num_envs, np.bool_)
    begun = [_Game() for _ in seeds]
    while playing.any() and not should_stop():
        actions = acting(np.asarray(seen))
        before = np.array(seen, copy=True)
        games.step_async(actions)
        seen, rewards, _, _ = games.step_wait()
        for index in np.flatnonzero(playing):
            begun[index].add(before[index], int(actions[index]), float(rewards[index]))
        room.check(sum(game.steps for game in begun))
        for ended in games.take_finished():
            if playing[ended.index]:
                playing[ended.index] = False
                begun[ended.index].ended = ended
                told(ended)
    # In the order they began, not in that in which they ended: the seed alone settles the file.
    room.take([game for game in begun if game.ended is not None])


class _Game:
    """One game being recorded."""

    def __init__(self) -> None:
        self.seen: list[NDArray[Any]] = []
        self.acted: list[int] = []
        self.paid: list[float] = []
        self.ended: FinishedGame | None = None

    @property
    def steps(self) -> int:
        return len(self.acted)

    def add(self, seen: NDArray[Any], action: int, reward: float) -> None:
        self.seen.append(seen)
        self.acted.append(action)
        self.paid.append(reward)


class _Room:
    """All games recorded so far."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._games: list[_Game] = []
        space = place.observation_space
        self._dtype: Any = np.int64 if place.kind == "states" else space.dtype
        size = int(np.prod(space.shape or (1,))) * np.dtype(self._dtype).itemsize
        self._most = min(MOST_STEPS, MOST_OBSERVATION_BYTES // size)
        self._steps = 0

    def check(self, more: int) -> None:
        if self._steps + more > self._most:
            raise UsageError("error.demonstrations.too_long", most=f"{self._most:,}")

    def take(self, games: list[_Game]) -> None:
        self._games += games
        self._steps += sum(game.steps for game in games)

    def demonstrations(self, player: str) -> Demonstrations | None:
        if not self._games:
            return None
        place = self._place
        return Demonstrations(
            env_id=place.env_id,
            env_kwargs=dict(place.env_kwargs),
            kind=place.kind,  # type: ignore[arg-type]
            action_names=place.action_names,
            player=player,
            observations=np.asarray([seen for game in self._games for seen in game.seen], self._dtype),
            actions=np.asarray([action for game in self._games for action in game.acted], np.int64),
            rewards=np.asarray([reward for game in self._games for reward in game.paid], np.float32),
            lengths=np.asarray([game.steps for game in self._games], np.int64),
            cut=np.asarray([game.ended is not None and game.ended.truncated for game in self._games], np.bool_),
        )


# ── teachers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def oracle_in(place: Place, seed: int) -> Acting:
    """Return who plays a world's best policy, computed; of several best actions one is drawn.

    Args:
        place: A world of states.
        seed: Of the draws.

    Raises:
        UsageError: If it is no world of states: nobody knows what is best there.
    """
    if place.kind != "states":
        raise UsageError("error.demonstrations.no_oracle", id=place.env_id)
    from agents.tabular.exact import greedy_policy, solve
    from arena.environments.registry import make_world

    model = make_world(place.env_id, place.env_kwargs).model
    policy = greedy_policy(solve(model, GAMMA).q)
    luck = np.random.default_rng([seed, _DEMONSTRATION])

    def acting(states: NDArray[Any]) -> NDArray[np.int64]:
        chances = policy[states].cumsum(axis=1)
        drawn = luck.random((len(states), 1)) * chances[:, -1:]
        return np.asarray((chances <= drawn).sum(axis=1), np.int64)

    return acting


def player_with(policy: BasePolicy, seed: int, *, deterministic: bool) -> Acting:
    """Return who plays a network.

    Args:
        policy: The network.
        seed: Of the draws.
        deterministic: Whether its likeliest action is always taken; of values the best one is taken in any case.
    """
    luck = np.random.default_rng([seed, _DEMONSTRATION])

    def acting(seen: NDArray[Any]) -> NDArray[np.int64]:
        with torch.no_grad():
            said = answer(policy, seen)
        chosen = said.best()
        if said.kind == "probabilities" and not deterministic:
            chances = said.preferences.astype(np.float64).cumsum(axis=1)
            drawn = luck.random((len(seen), 1)) * chances[:, -1:]
            chosen = np.asarray((chances <= drawn).sum(axis=1), np.int64)
        return chosen

    return acting


def with_random_moves(acting: Acting, actions: int, epsilon: float, seed: int) -> Acting:
    """Return a teacher who errs: a share of the moves is made at random.

    Args:
        acting: The teacher.
        actions: How many actions there are.
        epsilon: The share.
        seed: Of the draws.
    """
    luck = np.random.default_rng([seed, _DEMONSTRATION, 1])

    def erring(seen: NDArray[Any]) -> NDArray[np.int64]:
        at_random = luck.random(len(seen)) < epsilon
        return np.where(at_random, luck.integers(actions, size=len(seen)), acting(seen))

    return erring
