"""How well a run of preferences did, measured with the true reward, which it never saw."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import BasePolicy

from agents.deep.places import Place
from agents.deep.training.luck import undisturbed
from agents.models.card import Evaluation
from agents.models.whole_games import evaluation_of, whole_games
from agents.preference.clip_archive import Candidates
from agents.preference.preference_run import PreferenceRun
from agents.preference.queries import candidate_pairs
from agents.preference.teachers import EXACT, worth_for

PAIRS = 2_000
"""Fresh pairs the ensemble is examined with."""

EPISODES = 50
"""Whole games each policy plays."""

_CLIPS = 600
_CLIPS_OF_PICTURES = 100
_EXAMINE = 0xE1


def play_on(run: PreferenceRun, steps: int = 128) -> None:
    """Play some steps more with the policy as it is, for clips of what it does in the end; nothing is learned.

    Args:
        run: A run that has ended and is saved: its games go on from here.
        steps: Steps of each game.
    """
    with undisturbed(), torch.no_grad():
        torch.manual_seed(run.folder.config.seed)
        seen: Any = run.env.reset()
        policy: Any = run.model.policy
        for _ in range(steps):
            actions, _, _ = policy(torch.as_tensor(np.asarray(seen), device=policy.device))
            seen, _, _, _ = run.env.step(actions.cpu().numpy())


def held_out_accuracy(run: PreferenceRun) -> tuple[float, int]:
    """Return the share of fresh pairs of clips whose better one the ensemble names, and how many those were.

    The pairs are drawn by chance from what the policy did of late and from clips of all ages; nobody was asked about
    them. Pairs that are equally good have no better one and are left out.
    """
    luck = np.random.default_rng([run.folder.config.seed, _EXAMINE])
    place = run.makings.place
    size = _CLIPS_OF_PICTURES if place.kind == "pixels" else _CLIPS
    config = run.preferences.config
    clips = Candidates(run.env.recent, run.asking.chooser.archive, size, config.clip_steps, luck)
    if len(clips) < 2 or clips.batch is None:
        return math.nan, 0
    worth = worth_for(run.preferences.teacher.criterion, run.makings.world)
    sums = np.array([worth(clips.clip(index)).sum() for index in range(len(clips))])
    left, right = candidate_pairs(len(clips), PAIRS, luck)
    apart = sums[left] - sums[right]
    decided = np.abs(apart) > EXACT
    if not decided.any():
        return math.nan, 0
    said = run.ensemble.probabilities(run.ensemble.scores(clips.batch), left, right).mean
    right_ones = (said > 0.5) == (apart > 0.0)
    return float(right_ones[decided].mean()), int(decided.sum())


def reward_correlation(run: PreferenceRun) -> dict[str, float]:
    """Return Pearson's correlation of r̂ with the true reward, of single steps and of sums over clips; NaN if none."""
    luck = np.random.default_rng([run.folder.config.seed, _EXAMINE, 1])
    size = _CLIPS_OF_PICTURES if run.makings.place.kind == "pixels" else _CLIPS
    steps = run.preferences.config.clip_steps
    batch = Candidates(run.env.recent, run.asking.chooser.archive, size, steps, luck).batch
    if batch is None:
        return {"steps": math.nan, "clips": math.nan}
    observations, actions = batch.steps
    said = run.ensemble.opinion(observations, actions).mean.reshape(batch.actions.shape)
    there, true = batch.counted.numpy(), batch.rewards.numpy()
    return {
        "steps": _pearson(said[there], true[there]),
        "clips": _pearson((said * there).sum(axis=1), (true * there).sum(axis=1)),
    }


def _pearson(one: NDArray[Any], other: NDArray[Any]) -> float:
    if len(one) < 3 or one.std() < 1e-9 or other.std() < 1e-9:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])


def true_returns(run: Any, episodes: int, should_stop: Callable[[], bool]) -> dict[str, float | int]:
    """Return the mean raw score of whole games of a run's policy, always its likeliest action and drawn ones.

    Args:
        run: A deep run, of preferences or not.
        episodes: Games of each.
        should_stop: Asked before each step; games that have not ended then are left out.
    """
    place = run.makings.place.under(run.config)
    config = run.folder.config
    return returns_of(run.model.policy, place, config.agent, episodes, config.seed, should_stop)


def returns_of(
    policy: BasePolicy, place: Place, agent_id: str, episodes: int, seed: int, should_stop: Callable[[], bool]
) -> dict[str, float | int]:
    """Return the mean raw score of whole games of a policy, always its likeliest action and drawn ones.

    Args:
        policy: The policy.
        place: Where it plays, as it sees it.
        agent_id: Catalog id of its agent.
        episodes: Games of each.
        seed: Of games and draws.
        should_stop: As for :func:`true_returns`.
    """
    return examined(policy, place, agent_id, episodes, seed, should_stop)[0]


def examined(
    policy: BasePolicy, place: Place, agent_id: str, episodes: int, seed: int, should_stop: Callable[[], bool]
) -> tuple[dict[str, float | int], Evaluation | None]:
    """Return what :func:`returns_of` does, and its games with drawn actions for a card; ``None`` if none has ended."""
    found: dict[str, float | int] = {"episodes": episodes}
    evaluation = None
    for name, deterministic in (("greedy", True), ("sampled", False)):
        games = whole_games(
            policy, place, agent_id, episodes, seed=seed, deterministic=deterministic, should_stop=should_stop
        )
        found[name] = float(np.mean([game.score for game in games])) if games else math.nan
        found[f"{name}_length"] = float(np.mean([game.length for game in games])) if games else math.nan
        if games and not deterministic:
            evaluation = evaluation_of(games, seed, deterministic, 0.0)
    return found, evaluation
