"""A model in words: its name, its game, its scores and what they are compared with."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np

from agents.models.card import Evaluation
from agents.models.library import ModelEntry
from arena.environments.atari.reference_scores import DQN_NATURE, PERSON, RANDOM, published_scores
from arena.protocol.training_messages import SCORE_COLUMNS, TrainingReady
from arena.texts import localized
from gui.language import language, number, tr
from gui.state.arcade_games import GAMES
from gui.state.run_words import agent_title, world_title
from gui.state.training_state import TrainingState

BREAKOUT = tuple(GAMES)
"""Games whose published scores are known."""


AGES = 3
"""So many ages of a model are watched side by side."""


def model_title(entry: ModelEntry) -> str:
    """Return its name in the language in use."""
    return (localized(entry.card.title, language().code) if entry.card.title else "") or entry.name


def model_world(entry: ModelEntry) -> str:
    """Return what it plays."""
    return world_title(entry.manifest.env_id, entry.manifest.env_kwargs)


def model_agent(entry: ModelEntry) -> str:
    """Return the algorithm it was trained with."""
    return agent_title(entry.manifest.agent)


def plays_game(entry: ModelEntry) -> bool:
    """Say whether it is a network that is watched; a table is opened in the Lab."""
    return entry.manifest.family != "tabular"


def references(env_id: str) -> dict[str, float]:
    """Return known scores by name (``random``, ``person``, ``dqn_nature``); empty where none are known."""
    return {"random": RANDOM, "person": PERSON, "dqn_nature": DQN_NATURE} if env_id in BREAKOUT else {}


def learning_of(entry: ModelEntry) -> TrainingState:
    """Return how a model learned, as its training would be shown: its curve, and what others and a person got."""
    card, manifest = entry.card, entry.manifest
    published = [[float(steps), score] for steps, score in published_scores(manifest.agent, manifest.env_id)]
    # Only the mean is kept on a card: the other columns are unknown.
    unknown = dict.fromkeys(SCORE_COLUMNS, math.nan)
    told = ({**unknown, "env_steps": steps, "score_mean": score} for steps, score in card.curve)
    rows = [[row[name] for name in SCORE_COLUMNS] for row in told]
    ready = TrainingReady(reference={**references(manifest.env_id), "published": published})
    points = np.array(rows, np.float64).reshape(-1, len(SCORE_COLUMNS))
    return TrainingState(ready=ready, env_steps=card.env_steps, rows=points)


def steps_words(steps: int) -> str:
    """Return a number of decisions as one says it: 10 million, 250,000."""
    if steps >= 1_000_000:
        millions = steps / 1_000_000
        return tr("library.millions", n=number(millions, 0 if millions == int(millions) else 1))
    return number(steps)


def score_words(games: Evaluation | None, decimals: int = 1) -> str:
    """Return mean, interval of the interquartile mean and number of games; why there are none otherwise."""
    if games is None:
        return tr("library.score.none")
    return tr(
        "library.score",
        mean=number(games.mean, decimals),
        iqm=number(games.iqm, decimals),
        low=number(games.iqm_low, decimals),
        high=number(games.iqm_high, decimals),
        games=len(games.scores),
    )


def day_of(created: str) -> str:
    """Return the day of an ISO time, as it is if it is none."""
    try:
        return datetime.fromisoformat(created).date().isoformat()
    except ValueError:
        return created


def hours_words(seconds: float | None) -> str:
    """Return how long something took; empty if nobody knows."""
    if seconds is None:
        return ""
    if seconds < 5400:
        return tr("library.minutes", n=number(max(1, round(seconds / 60))))
    return tr("library.hours", n=number(seconds / 3600, 1))
