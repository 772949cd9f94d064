"""Whole games of a network as frames, played by the very code that plays them for a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.ppo import torch_threads
from agents.deep.watching.source import Source, open_source
from agents.deep.watching.table import Table
from agents.deep.weights import load_weights
from arena.errors import UsageError
from arena.protocol.watch_messages import REAL_TIME

TURN_SECONDS = 0.25
"""How long a step is shown of a game that waits for its player."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """What was played.

    Attributes:
        scores: Raw score of each game.
        decisions: Decisions of all of them.
        shown: Frames that were kept.
        seconds: How long a frame is shown in real time.
    """

    scores: tuple[float, ...]
    decisions: int
    shown: int
    seconds: float


def film(
    folder: str,
    keep: Callable[[NDArray[np.uint8]], object],
    *,
    seed: int = 0,
    episodes: int = 1,
    age: int | None = None,
    most: int = 2_000,
) -> Film:
    """Play whole games with a trained network.

    Args:
        folder: Folder of a model or run.
        keep: Called with each frame, ``uint8 [H, W, 3]``: where each decision is taken, and how each game ends.
        seed: Seed of the first game, as a watching worker counts them; the next ones follow.
        episodes: How many games.
        age: ``env_steps`` of an age to play with; the newest weights where not given.
        most: After so many frames games are played on, but not kept.

    Raises:
        ArenaError: If there is nothing to watch, it is damaged, or there is no such age.
    """
    source = open_source(folder)
    file = source.newest() if age is None else _aged(source, age)
    with torch_threads(1), torch.no_grad():
        table = Table(source)
        policy = source.policy()
        weights, env_steps = source.weights(file)
        load_weights(policy, weights, file.name)
        table.sit_down(policy, env_steps)
        scores, shown = [], 0
        for number in range(episodes):
            table.begin(seed + number)
            while True:
                if shown < most:
                    keep(table.game.frame.copy())
                    shown += 1
                if table.player.recording.ended:
                    break
                table.decide()
            scores.append(float(table.player.recording["score"][-1]))
        table.close()
    seconds = TURN_SECONDS if table.game.by_turns else 1.0 / REAL_TIME
    return Film(scores=tuple(scores), decisions=table.decisions, shown=shown, seconds=seconds)


def _aged(source: Source, age: int) -> Path:
    for known in source.ages:
        if known["env_steps"] == age:
            return source.file(str(known["file"]))
    known_ages = ", ".join(f"{known['env_steps']:,}" for known in source.ages)
    raise UsageError("error.watch.age", age=f"{age:,}", known=known_ages or "–")
