"""A training run of hours that may be stopped at any time and then goes on exactly as if it had not been.

The folder of a run::

    recipe.json      what is trained, and how; never changed
    progress.csv     whole-game scores against env_steps
    checkpoints/     the two newest
    snapshots/       weights at the ages the recipe names, kept for good

Emulators cannot be saved, so each checkpoint begins new games with seeds made of the run's seed and the checkpoint's
number, whether the run is interrupted there or not. Games cut off that way are bootstrapped like any other end of a
rollout, and not counted.
"""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as bytes_of
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger

from agents.deep.atari_vec_env import AtariVecEnv
from agents.deep.checkpoint import checkpoints, load_checkpoint, save_checkpoint
from agents.deep.learner import learner_of
from agents.deep.progress_table import ProgressTable
from agents.deep.recipes import PpoRecipe
from agents.deep.weights import weights_of
from arena.environments.atari.games import FinishedGame
from arena.errors import RunError
from arena.runs.file_lock import FileLock
from arena.runs.safe_file import told_plainly, write_bytes, write_json

ROW_UPDATES = 16
"""Updates between two rows of the table."""

SCORES = 100
"""Games a mean score is taken over, as everybody does."""

_NO_LOG = 2**62
"""SB3 shall never empty its logger: rows are written from it here."""


class LongRun:
    """One run in one folder; only one process works in it at a time.

    Args:
        folder: The run's folder; a new one is made, one that is there is gone on with.
        recipe: What to train; where the folder has one already, it must be the same.
        learning_threads: Threads of a gradient step.
        say: Called with a line now and then.

    Raises:
        RunError: If another process works in the folder, it holds another run, or no checkpoint in it can be read.
    """

    def __init__(
        self, folder: Path, recipe: PpoRecipe, *, learning_threads: int = 1, say: Callable[[str], None] = print
    ) -> None:
        self.folder = folder
        self.recipe = recipe
        self._say = say
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / ".lock")
        if not self._lock.acquire():
            raise RunError("error.run.busy", folder=str(folder))
        self._check_recipe()
        self.model = learner_of(recipe, learning_threads=learning_threads)
        self.model.set_logger(Logger(folder=None, output_formats=[]))
        self._env: AtariVecEnv = self.model.env  # type: ignore[assignment]
        self._table = ProgressTable(folder / "progress.csv")
        self._recent: deque[tuple[float, int]] = deque(maxlen=SCORES)
        self._in_row: list[float] = []
        self._games = 0
        self._seconds = 0.0
        self._row_steps = 0
        self._checkpoint = -1
        self._checkpoint_update = -1
        self._go_on()
        self._began = time.monotonic()
        self._row_at = self._began

    @property
    def env_steps(self) -> int:
        """Agent steps of all games so far."""
        return int(self.model.num_timesteps)

    @property
    def updates(self) -> int:
        """Rollouts learned from so far."""
        return int(self.model._n_updates) // self.recipe.epochs

    def run(self, should_stop: Callable[[], bool] = lambda: False, until: int | None = None) -> int:
        """Train to the horizon, or until told to stop; then everything is on disk.

        Args:
            should_stop: Asked between two updates.
            until: ``env_steps`` to stop at, the horizon where not given.

        Returns:
            The ``env_steps`` reached.

        Raises:
            RunError: If something cannot be written, or a loss is no number any more.
        """
        goal = self.recipe.horizon if until is None else until
        keeper = _BetweenUpdates(self, lambda: should_stop() or self.env_steps >= goal)
        left = self.recipe.horizon - self.env_steps
        if left > 0 and self.env_steps < goal:
            self._learn(left, keeper)
        if self.env_steps >= self.recipe.horizon and self._checkpoint_update != self.updates:
            self.between_updates(last=True)
        return self.env_steps

    def _learn(self, steps: int, keeper: BaseCallback) -> None:
        try:
            self.model.learn(steps, callback=keeper, log_interval=_NO_LOG, reset_num_timesteps=False)
        except ValueError as problem:
            # What PyTorch says of probabilities that are none; which weights made them so is worth more.
            for name, weight in self.model.policy.named_parameters():
                if not bool(torch.isfinite(weight).all()):
                    raise RunError("error.deep.not_finite", name=name, steps=self.env_steps) from problem
            raise

    def close(self) -> None:
        """End the games and let others into the folder."""
        self._env.close()
        self._lock.release()

    # ── between two updates ────────────────────────────────────────────────────────────────────────────────────────

    def between_updates(self, *, last: bool) -> None:
        """Write what is due: a row, a snapshot, a checkpoint.

        Args:
            last: The run stops here: everything must be on disk.
        """
        self._take_scores()
        self._check_finite()
        if self.updates % ROW_UPDATES == 0 or last:
            self._write_row()
        self._write_snapshot()
        due = (
            self.updates // self.recipe.checkpoint_updates != self._checkpoint_update // self.recipe.checkpoint_updates
        )
        if self._checkpoint_update != self.updates and (due or last):
            self._write_checkpoint()

    def _take_scores(self) -> None:
        finished: list[FinishedGame] = self._env.take_finished()
        self._recent.extend((game.score, game.length) for game in finished)
        self._in_row.extend(game.score for game in finished)
        self._games += len(finished)

    def _check_finite(self) -> None:
        loss = self.model.logger.name_to_value.get("train/loss", 0.0)
        if not math.isfinite(loss):
            raise RunError("error.deep.not_finite", name="train/loss", steps=self.env_steps)

    def _write_row(self) -> None:
        if self.env_steps == self._row_steps and self.env_steps:
            return
        now = time.monotonic()
        said = self.model.logger.name_to_value
        row: dict[str, float] = {"env_steps": self.env_steps, "updates": self.updates, "games": self._games}
        if self._recent:
            row["score_of_100"] = round(float(np.mean([score for score, _ in self._recent])), 3)
            row["length_of_100"] = round(float(np.mean([length for _, length in self._recent])), 1)
        if self._in_row:
            row["score_of_row"] = round(float(np.mean(self._in_row)), 3)
        row["games_of_row"] = len(self._in_row)
        if self.updates:
            row["entropy"] = round(-float(said["train/entropy_loss"]), 5)
            for name in ("approx_kl", "clip_fraction", "value_loss", "explained_variance", "learning_rate"):
                row[name] = float(f"{said['train/' + name]:.5g}")
        row["steps_per_second"] = round((self.env_steps - self._row_steps) / max(now - self._row_at, 1e-9), 1)
        row["wall_seconds"] = round(self._seconds + now - self._began, 1)
        self._table.append(row)
        self._say(" ".join(f"{name}={value:g}" for name, value in row.items()))
        self._in_row, self._row_steps, self._row_at = [], self.env_steps, now

    def _write_snapshot(self) -> None:
        folder = self.folder / "snapshots"
        for age in self.recipe.snapshots:
            path = folder / f"{age:09d}.safetensors"
            if self.env_steps < age or path.exists():
                continue
            with told_plainly(folder):
                folder.mkdir(exist_ok=True)
            write_json(
                path.with_suffix(".json"),
                {
                    "env_steps": self.env_steps,
                    "games": self._games,
                    "mean_score_of_last_training_games": (
                        float(np.mean([score for score, _ in self._recent])) if self._recent else None
                    ),
                },
            )
            write_bytes(path, bytes_of(weights_of(self.model.policy)))

    def _write_checkpoint(self) -> None:
        number = self._checkpoint + 1
        state = {
            "env_steps": self.env_steps,
            "updates": self.updates,
            "checkpoint": number,
            "games": self._games,
            "recent": [list(pair) for pair in self._recent],
            "wall_seconds": self._seconds + time.monotonic() - self._began,
            "learning_threads": self.model.learning_threads,
            "torch": torch.__version__,
        }
        save_checkpoint(self.folder / "checkpoints", self.model, state)
        self._begin_games(number)

    def _begin_games(self, number: int) -> None:
        self._checkpoint, self._checkpoint_update = number, self.updates
        self._env.checkpoint = number
        self.model._last_obs = self._env.reset()
        self.model._last_episode_starts = np.ones(self.recipe.games, np.bool_)

    # ── going on ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _check_recipe(self) -> None:
        path = self.folder / "recipe.json"
        if not path.exists():
            write_json(path, self.recipe.plain())
            return
        try:
            found = PpoRecipe.from_plain(json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError, KeyError, AttributeError):
            found = None
        if found != self.recipe:
            self._lock.release()
            raise RunError("error.deep.other_recipe", file=str(path))

    def _go_on(self) -> None:
        kept = checkpoints(self.folder / "checkpoints")
        for path in reversed(kept):
            try:
                state = load_checkpoint(path, self.model)
            except RunError as problem:
                self._say(f"{path.name} cannot be used: {problem}")
                continue
            self._continue_from(state)
            return
        if kept:
            self.close()
            raise RunError("error.run.damaged", file=str(kept[-1]))

    def _continue_from(self, state: dict[str, Any]) -> None:
        self.model.num_timesteps = self._row_steps = int(state["env_steps"])
        self.model._n_updates = int(state["updates"]) * self.recipe.epochs
        self._games = int(state["games"])
        self._recent.extend((float(score), int(length)) for score, length in state["recent"])
        self._seconds = float(state["wall_seconds"])
        self._table.cut_back(self.env_steps)
        self._begin_games(int(state["checkpoint"]))
        self._say(f"going on at env_steps={self.env_steps}, checkpoint {self._checkpoint}")


class _BetweenUpdates(BaseCallback):
    """SB3 calls this before each rollout, which is after each update: the only safe point there is."""

    def __init__(self, run: LongRun, should_stop: Callable[[], bool]) -> None:
        super().__init__()
        self._run = run
        self._should_stop = should_stop
        self._stopping = False

    def _on_rollout_start(self) -> None:
        self._stopping = self._should_stop()
        self._run.between_updates(last=self._stopping)

    def _on_step(self) -> bool:
        return not self._stopping
