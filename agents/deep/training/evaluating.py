"""Evaluations in the middle of training: whole games beside it, in SB3's ``evaluations.npz``."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from agents.deep.training.luck import undisturbed
from arena.errors import RunError
from arena.runs.safe_file import told_plainly, write_bytes

if TYPE_CHECKING:
    from agents.deep.training.training_run import TrainingRun

_NAMES = ("timesteps", "results", "ep_lengths")


class Game(Protocol):
    """A game that was played to its end."""

    @property
    def score(self) -> float:
        """Raw score."""

    @property
    def length(self) -> int:
        """Decisions."""


@dataclass(frozen=True, kw_only=True)
class _Read:
    score: float
    length: int


class Evaluations:
    """The evaluations of one run.

    Args:
        path: ``evaluations.npz``.
        env_steps: The clock of the run; what was evaluated later comes again.

    Raises:
        RunError: If the file cannot be read.
    """

    def __init__(self, path: Path, env_steps: int) -> None:
        self._path = path
        self._steps: list[int] = []
        self._games: list[list[Game]] = []
        if path.exists():
            self._read(env_steps)

    def _read(self, env_steps: int) -> None:
        with told_plainly(self._path), np.load(self._path, allow_pickle=False) as file:
            steps, scores, lengths = (file[name] for name in _NAMES)
        for at, row, long in zip(steps, scores, lengths, strict=True):
            if at <= env_steps:
                self._steps.append(int(at))
                self._games.append(
                    [_Read(score=float(score), length=int(n)) for score, n in zip(row, long, strict=True)]
                )

    @property
    def last(self) -> int:
        """``env_steps`` of the newest, −1 before the first."""
        return self._steps[-1] if self._steps else -1

    def add(self, env_steps: int, games: Sequence[Game]) -> dict[str, float]:
        """Add one, and return what it says under SB3's tags.

        Raises:
            RunError: If it cannot be written.
        """
        self._steps.append(env_steps)
        self._games.append(list(games))
        # Rows of one length: only those are arrays of numbers.
        kept = [index for index, row in enumerate(self._games) if len(row) == len(games)]
        data = io.BytesIO()
        np.savez(
            data,
            timesteps=np.array([self._steps[index] for index in kept], np.int64),
            results=np.array([[game.score for game in self._games[index]] for index in kept]),
            ep_lengths=np.array([[game.length for game in self._games[index]] for index in kept], np.int64),
        )
        write_bytes(self._path, data.getvalue())
        return {
            "eval/mean_reward": float(np.mean([game.score for game in games])),
            "eval/mean_ep_length": float(np.mean([game.length for game in games])),
        }


def evaluate(run: TrainingRun) -> None:
    """Play whole games with the network of a run as it is now, and write down how they went.

    Nothing about the run changes but what it says; an evaluation that is left early is not written down.

    Args:
        run: The run, between two updates.
    """
    # By string: models stand on this package, not under it.
    play = import_module("agents.models.whole_games").whole_games
    wanted, played_by = run.plan.eval_episodes, run.folder.config
    with undisturbed():
        games = play(
            run.model.policy,
            run.makings.place.under(run.config),
            played_by.agent,
            wanted,
            seed=played_by.seed,
            should_stop=run.breathe,
        )
    if len(games) < wanted:
        return
    try:
        run.reporter.values.update(run.evaluations.add(run.env_steps, games))
    except RunError as problem:
        run.warn("warning.deep.not_recorded", problem=str(problem))
    run.reporter.write(force=True)


def is_due(last: int, env_steps: int, every: int) -> bool:
    """Say whether an evaluation is due.

    Args:
        last: ``env_steps`` of the newest, −1 before the first.
        env_steps: The clock.
        every: ``env_steps`` between two, 0 for none.
    """
    return every > 0 and env_steps // every > max(last, 0) // every


Breathe = Callable[[], bool]
"""Called between two steps of an evaluation; returns whether to leave it."""
