"""Whole games of any deep model in any place, counted as everybody counts them: raw scores, the first of each game."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy

from agents.catalog import agent
from agents.configuration import build
from agents.deep.evaluation import EVALUATION
from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.places import Place
from agents.deep.ppo import torch_threads
from agents.models.card import Evaluation
from agents.models.manifest import Manifest
from agents.models.spaces import observation_of
from arena.environments.atari.games import FinishedGame
from arena.environments.atari.seeds import seeds_of
from arena.errors import ModelError
from arena.runs.run_config import now_utc

EPSILON = 0.01
"""Share of random moves of an agent that only knows values: without them a deterministic game may never end."""

_AT_ONCE = 32


def whole_games(
    policy: BasePolicy,
    place: Place,
    agent_id: str,
    episodes: int,
    *,
    seed: int = 0,
    deterministic: bool = False,
    told: Callable[[FinishedGame], object] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[FinishedGame]:
    """Play whole games, none of them one that was trained on.

    Args:
        policy: Who plays. Actions are drawn from probabilities; of values the best is taken, but for :data:`EPSILON`.
        place: Where; it is what the policy was built for.
        agent_id: Catalog id of the policy's algorithm.
        episodes: How many games.
        seed: Of the games and the draws; the same seed gives the same games on the same machine.
        deterministic: Whether the likeliest or best action is always taken.
        told: Called with each game as it ends.
        should_stop: Asked before each step; games that have not ended then are left out.
    """
    found: list[FinishedGame] = []
    luck = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]), torch.no_grad(), torch_threads(1):
        torch.manual_seed(seed)
        for batch, first in enumerate(range(0, episodes, _AT_ONCE)):
            count = min(_AT_ONCE, episodes - first)
            games = place.vec_env(
                count, seed, build(agent(agent_id).config_class(), {"frame_stack": "off" if place.stack == 1 else "on"})
            )
            try:
                seen = games.begin(seeds_of(seed, EVALUATION + batch, count))
                found += _play(policy, games, seen, luck, deterministic, told, should_stop)
            finally:
                games.close()
    return found


def evaluation_of(games: Sequence[FinishedGame], seed: int, deterministic: bool, epsilon: float) -> Evaluation:
    """Return the figures of some games."""
    return evaluation_from(
        [game.score for game in games], seed, deterministic, epsilon, sum(g.truncated for g in games), played=now_utc()
    )


def evaluation_from(
    scores: Sequence[float], seed: int, deterministic: bool, epsilon: float = 0.0, cut: int = 0, *, played: str = ""
) -> Evaluation:
    """Return the figures of some raw scores, at least one."""
    from arena.statistics.interquartile import iqm_interval

    values = np.asarray(scores, np.float64)
    iqm, low, high = iqm_interval(values) if len(values) > 1 else (float(values[0]),) * 3
    return Evaluation(
        seed=seed,
        deterministic=deterministic,
        scores=tuple(values.tolist()),
        mean=float(values.mean()),
        median=float(np.median(values)),
        std=float(values.std(ddof=1)) if len(values) > 1 else 0.0,
        iqm=iqm,
        iqm_low=low,
        iqm_high=high,
        epsilon=epsilon,
        cut=cut,
        played=played,
    )


def random_moves(policy: BasePolicy, deterministic: bool) -> float:
    """Return the share of random moves a policy is evaluated with."""
    return 0.0 if deterministic or isinstance(policy, ActorCriticPolicy) else EPSILON


def _play(
    policy: BasePolicy,
    games: GamesVecEnv,
    seen: NDArray[np.generic],
    luck: np.random.Generator,
    deterministic: bool,
    told: Callable[[FinishedGame], object],
    should_stop: Callable[[], bool],
) -> list[FinishedGame]:
    found: dict[int, FinishedGame] = {}
    count, epsilon = games.num_envs, random_moves(policy, deterministic)
    games.take_finished()
    while len(found) < count and not should_stop():
        games.step_async(_actions(policy, seen, luck, deterministic, epsilon))
        seen, _, _, _ = games.step_wait()  # type: ignore[assignment]
        for game in games.take_finished():
            # The first game of each counts and no other: else short ones would be counted more often.
            if game.index not in found:
                found[game.index] = game
                told(game)
    return [found[index] for index in sorted(found)]


def _actions(
    policy: BasePolicy, seen: NDArray[np.generic], luck: np.random.Generator, deterministic: bool, epsilon: float
) -> NDArray[np.int64]:
    tensor = torch.as_tensor(np.asarray(seen))
    if isinstance(policy, ActorCriticPolicy):
        actions, _, _ = policy(tensor, deterministic=deterministic)
        drawn: NDArray[np.int64] = actions.numpy()
        return drawn
    best: NDArray[np.int64] = policy(tensor, deterministic=True).numpy()
    if not epsilon:
        return best
    number = int(policy.action_space.n)  # type: ignore[attr-defined]
    at_random = luck.random(len(best)) < epsilon
    return np.where(at_random, luck.integers(number, size=len(best)), best)


def place_for(place: Place, manifest: Manifest) -> Place:
    """Return a place as a model sees it: some see one picture instead of a stack.

    Raises:
        ModelError: If it is not what the model saw.
    """
    seen = place.under(build(agent(manifest.agent).config_class(), {"frame_stack": "off"}))
    for each in (place, seen):
        if observation_of(each.kind, each.observation_space) == manifest.observation:
            return each
    raise ModelError(
        "error.model.spaces",
        file=manifest.name,
        seen="×".join(map(str, manifest.observation.shape)),
        actions=len(manifest.actions),
        place_seen="×".join(map(str, observation_of(place.kind, place.observation_space).shape)),
        place_actions=len(place.action_names),
    )
