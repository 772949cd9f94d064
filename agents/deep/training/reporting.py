"""What a deep run tells of itself: progress at most four times a second, score rows, TensorBoard, tables."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.configuration import values_of
from agents.deep.training.begun_with import noted_model
from arena.protocol.messages import Metrics
from arena.protocol.training_messages import TrainingProgress, TrainingReady

if TYPE_CHECKING:
    from agents.deep.training.training_run import TrainingRun

PROGRESS_SECONDS = 0.25
"""Progress is told at most this often."""

ROW_SECONDS = 2.0
"""Score rows are made at most this often."""

BOARD_SECONDS = 1.0
"""Points for TensorBoard are written at most this often."""

MOST_ROWS = 2_000
"""Rows of the past that are told; a curve of more is not seen."""

Rows = tuple[tuple[float, ...], ...]

_SINGLE = 1_000
"""So many games have a row of their own in the return curve; after that rows are ten times coarser each decade."""


class Reporter:
    """Tells of one run.

    Args:
        run: The run.
    """

    def __init__(self, run: TrainingRun) -> None:
        self._run = run
        self._progress_at = self._row_at = self._board_at = -math.inf
        self._rows: list[tuple[float, ...]] = []
        self._row_games = run.games.games
        self._row_steps, self._row_clock = run.env_steps, run.seconds
        self._row_scores: list[float] = []
        self._block: list[tuple[float, int, int]] = []
        self._blocks: list[tuple[float, ...]] = []
        self._counted = run.games.games
        self._board_steps = -1
        self.values: dict[str, float] = {}
        """Newest value of each of SB3's tags."""

    # ── first ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def announce(self, rows: Rows, blocks: Rows, ages: tuple[dict[str, Any], ...]) -> None:
        """Send what a window needs to show the run.

        Args:
            rows: Score rows of before.
            blocks: Rows of ``Metrics`` blocks of before.
            ages: Weights kept.
        """
        run = self._run
        config = {**run.folder.config.plain(), "hyperparameters": values_of(run.config)}
        place = run.makings.place
        told = {name: value for name, value in place.reference.items() if name in ("random", "person")}
        run.emit(
            TrainingReady(
                config=config,
                folder=str(run.folder.path),
                observation=place.kind,
                action_names=place.action_names,
                horizon=run.config.horizon,
                steps_per_update=run.makings.steps_per_update(run.model),
                switches=type(run.config).switches,
                reference={**told, "published": place.published(run.folder.config.agent)},
                machine={**run.makings.machine(run.model), "exact": run.makings.exact},
                rows=_thinned(rows),
                ages=ages,
                begun_with=noted_model(run.folder.path),
            )
        )
        if run.table is not None:
            run.emit(run.table.ready({**config, "mover": "agent"}, str(run.folder.path)))
            if blocks:
                run.tell(Metrics(blocks=_thinned(blocks), epsilon=self._epsilon()))

    # ── while it runs ──────────────────────────────────────────────────────────────────────────────────────────────

    def after_update(self) -> None:
        """Take in what SB3 said of the last update."""
        for tag, value in self._run.model.logger.name_to_value.items():
            if tag.startswith("train/") and isinstance(value, (int, float, np.number)):
                self.values[tag] = float(value)
        self.write()

    def write(self, *, force: bool = False) -> None:
        """Write what is due: the games that ended, a row, points for TensorBoard.

        Args:
            force: Whether it is due whenever it was last done.
        """
        run = self._run
        new = run.games.take_new()
        seconds = run.seconds
        run.recording.games((score, length, seconds) for score, length, _ in new)
        self._row_scores += [score for score, _, _ in new]
        for game in new:
            self._count(game)
        now = time.monotonic()
        if force or now - self._row_at >= ROW_SECONDS:
            self._row_at = now
            self._make_row()
        if force or now - self._board_at >= BOARD_SECONDS:
            self._board_at = now
            self._write_board()
        run.recording.index(run.env_steps, run.games.games, "running")

    def _count(self, game: tuple[float, int, int]) -> None:
        self._block.append(game)
        ended = self._counted + len(self._block)
        size = 1 if ended <= _SINGLE else 10 ** int(math.log10(ended / _SINGLE) + 1)
        if len(self._block) >= size:
            scores = [score for score, _, _ in self._block]
            mean = sum(scores) / len(scores)
            length = sum(steps for _, steps, _ in self._block) / len(scores)
            self._blocks.append(
                (float(self._counted), float(len(scores)), float(game[2]), mean, min(scores), max(scores), length)
            )
            self._counted = ended
            self._block = []

    def _make_row(self) -> None:
        run = self._run
        row = run.games.row(run.env_steps)
        if row is None or run.games.games == self._row_games:
            return
        self._rows.append(row)
        said = self.values
        spent = max(run.seconds - self._row_clock, 1e-9)
        table: dict[str, float] = {
            "env_steps": run.env_steps,
            "updates": run.updates,
            "games": run.games.games,
            "score_of_100": round(row[2], 3),
            "length_of_100": round(row[5], 1),
            "games_of_row": len(self._row_scores),
            "steps_per_second": round((run.env_steps - self._row_steps) / spent, 1),
            "wall_seconds": round(run.seconds, 1),
        }
        if self._row_scores:
            table["score_of_row"] = round(sum(self._row_scores) / len(self._row_scores), 3)
        if "train/entropy_loss" in said:
            table["entropy"] = round(-said["train/entropy_loss"], 5)
        for name in ("approx_kl", "clip_fraction", "value_loss", "explained_variance", "learning_rate"):
            if f"train/{name}" in said:
                table[name] = float(f"{said[f'train/{name}']:.5g}")
        run.recording.row(table)
        self._row_games, self._row_steps, self._row_clock = run.games.games, run.env_steps, run.seconds
        self._row_scores = []

    def _write_board(self) -> None:
        run = self._run
        if run.env_steps == self._board_steps:
            return
        self._board_steps = run.env_steps
        points = dict(self.values)
        if run.games.score is not None and run.games.length is not None:
            points["rollout/ep_rew_mean"] = run.games.score
            points["rollout/ep_len_mean"] = run.games.length
        if self._epsilon() >= 0.0:
            points["rollout/exploration_rate"] = self._epsilon()
        speed = run.clock.speed(run.env_steps)
        if speed:
            points["time/fps"] = speed
        run.recording.scalars(points, run.env_steps)

    def progress(self, *, now: bool = False) -> None:
        """Tell how training goes, if that is due.

        Args:
            now: Whether it is due whenever it was last told.
        """
        moment = time.monotonic()
        if not now and moment - self._progress_at < PROGRESS_SECONDS:
            return
        self._progress_at = moment
        run = self._run
        if now:
            self.write(force=True)
        steps, clock = run.env_steps, run.clock
        rows, self._rows = tuple(self._rows), []
        to_save = run.plan.save_every - steps % run.plan.save_every
        run.emit(
            TrainingProgress(
                rows=rows,
                values={**self.values, **self._rates()},
                steps_per_second=clock.speed(steps),
                seconds_left=clock.seconds_for(run.config.horizon - steps, steps),
                saved_ago=-1.0 if clock.saved_at is None else moment - clock.saved_at,
                save_in=clock.seconds_for(to_save, steps),
                doing="learning" if run.learning else "playing",
            )
        )
        if run.table is not None and (self._blocks or now):
            blocks, self._blocks = tuple(self._blocks), []
            run.emit(
                Metrics(
                    blocks=blocks,
                    steps_per_second=clock.speed(steps),
                    epsilon=self._epsilon(),
                    distance=run.table.distance(),
                )
            )

    def _rates(self) -> dict[str, float]:
        found, epsilon = {"time/time_elapsed": self._run.seconds}, self._epsilon()
        return {**found, "rollout/exploration_rate": epsilon} if epsilon >= 0.0 else found

    def _epsilon(self) -> float:
        return float(getattr(self._run.model, "exploration_rate", -1.0))


def _thinned(rows: Rows) -> Rows:
    if len(rows) <= MOST_ROWS:
        return rows
    every = -(-len(rows) // MOST_ROWS)
    return (*rows[:-1:every], rows[-1])
