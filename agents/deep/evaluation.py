"""Whole games of a trained network, counted as everybody counts them: raw scores, all lives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.deep.ppo import torch_threads
from arena.environments.atari.games import AtariGames, FinishedGame
from arena.environments.atari.objects_games import ObjectsGames
from arena.environments.atari.seeds import seeds_of

EVALUATION = 2**32
"""In place of a checkpoint's number in the seeds: no game of an evaluation is one that was trained on."""


def play_whole_games(
    policy: ActorCriticPolicy,
    games: AtariGames | ObjectsGames,
    *,
    seed: int = 0,
    deterministic: bool = False,
    told: Callable[[FinishedGame], object] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[FinishedGame]:
    """Play one whole game on each emulator at the same time and return all of them.

    The first game of each counts and no other: were games counted as they end, short ones would be counted more often.

    Args:
        policy: Who plays; actions are drawn from its probabilities, as PPO is evaluated on Atari games.
        games: As many as wanted; they are begun anew.
        seed: Of the games and the draws; the same seed gives the same games on the same machine.
        deterministic: Whether the likeliest action is taken instead of a drawn one.
        told: Called with each game as it ends.
        should_stop: Asked before each step; games that have not ended then are left out.

    Returns:
        The games, by their index.
    """
    found: dict[int, FinishedGame] = {}
    seen = games.reset(seeds_of(seed, EVALUATION, games.count))
    with torch.random.fork_rng(), torch.no_grad(), torch_threads(1):
        torch.manual_seed(seed)
        while len(found) < games.count and not should_stop():
            actions, _, _ = policy(torch.as_tensor(np.asarray(seen)), deterministic=deterministic)
            games.send(actions.numpy())
            step = games.recv()
            seen = step.observations
            for game in step.finished:
                if game.index not in found:
                    found[game.index] = game
                    told(game)
    return [found[index] for index in sorted(found)]
