"""What a deep run writes besides checkpoints and weights: events, TensorBoard, tables, and its line in the index."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from agents.deep.progress_table import COLUMNS, ProgressTable
from arena.errors import RunError
from arena.protocol.messages import Event, Metrics, Warned
from arena.protocol.training_messages import TrainingProgress
from arena.runs.database import Database
from arena.runs.event_log import EventLog, read_events
from arena.runs.run_folder import RunFolder
from arena.runs.safe_file import told_plainly, write_text
from arena.runs.tensorboard_log import TensorBoardLog

INDEX_SECONDS = 30.0
"""The index of runs hears this often how a run stands."""

_NOT_LOGGED = ("TrainingReady", "WorldReady", "Heartbeat", "Acknowledged", "PhaseChanged", "WeightsPublished")


class Recording:
    """Writes one run's files; a full disk stops the recording, not the learning, and is said once.

    Args:
        folder: Run folder, locked by this process.
        emit: Sends an event (and comes back to :meth:`log` with it).

    Raises:
        RunError: If the folder cannot be written.
    """

    def __init__(self, folder: RunFolder, emit: Callable[[Event], None]) -> None:
        self._folder = folder
        self._emit = emit
        self._on = True
        self._events = EventLog(folder.events_path)
        self._board = TensorBoardLog(folder.tensorboard_path)
        self._table = ProgressTable(folder.path / "progress.csv")
        self._monitor = folder.monitor_path
        if not self._monitor.exists():
            head = json.dumps({"t_start": time.time(), "env_id": folder.config.env_id})
            write_text(self._monitor, f"#{head}\nr,l,t\n")
        self._indexed_at = -INDEX_SECONDS

    def log(self, event: Event) -> None:
        """Append an event to the run's log, if it belongs there."""
        if type(event).__name__ in _NOT_LOGGED or (isinstance(event, TrainingProgress) and not event.rows):
            return
        self._guard(lambda: self._events.append(event))

    def games(self, ended: Iterable[tuple[float, int, float]]) -> None:
        """Add whole games to ``0.monitor.csv``.

        Args:
            ended: Score, length and seconds since the run began of each.
        """
        text = "".join(f"{score:g},{length},{seconds:.3f}\n" for score, length, seconds in ended)
        if text:
            self._guard(lambda: self._append(text))

    def _append(self, text: str) -> None:
        with told_plainly(self._monitor), self._monitor.open("a", encoding="utf-8") as file:
            file.write(text)

    def scalars(self, values: Mapping[str, float], env_steps: int) -> None:
        """Write one point of each curve, under SB3's tags."""
        if values:
            self._guard(lambda: self._board.scalars(values, env_steps))

    def row(self, row: Mapping[str, float]) -> None:
        """Add a row to ``progress.csv``."""
        self._guard(lambda: self._table.append({name: row[name] for name in COLUMNS if name in row}))

    def flush(self) -> None:
        """Have everything written reach the disk."""
        self._guard(self._events.flush)
        self._guard(self._board.flush)

    def index(self, env_steps: int, episodes: int, phase: str, *, now: bool = False) -> None:
        """Note in the index of runs how this one stands, if that is due.

        Args:
            env_steps: The clock.
            episodes: Whole games ended.
            phase: As in ``PhaseChanged``.
            now: Whether it is due whenever it was last done.
        """
        if not now and time.monotonic() - self._indexed_at < INDEX_SECONDS:
            return
        self._indexed_at = time.monotonic()
        config = self._folder.config
        try:
            with Database(self._folder.path.parent / "arena.db") as database:
                database.upsert_run(
                    run_id=self._folder.run_id,
                    folder=self._folder.path,
                    env_id=config.env_id,
                    env_kwargs=config.env_kwargs,
                    agent=config.agent,
                    seed=config.seed,
                    created=config.created,
                    env_steps=env_steps,
                    episodes=episodes,
                    phase=phase,
                )
        except RunError as problem:
            # The index can be rebuilt from the folders; a run must not fail for it.
            self._emit(Warned(key="warning.index.failed", params={"problem": str(problem)}))

    def _guard(self, write: Callable[[], Any]) -> None:
        if not self._on:
            return
        try:
            write()
        except (RunError, OSError) as problem:
            self._on = False
            self._emit(Warned(key="warning.deep.not_recorded", params={"problem": str(problem)}))

    def close(self) -> None:
        """Let go of all files."""
        self._guard(self._events.flush)
        for close in (self._events.close, self._board.close):
            # Also where recording has stopped: the files are still held.
            with contextlib.suppress(RunError, OSError):
                close()


def history(folder: RunFolder) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """Return what a run's log tells of its past: the score rows, and the rows of ``Metrics`` blocks."""
    rows: list[tuple[float, ...]] = []
    blocks: list[tuple[float, ...]] = []
    for event in read_events(folder.events_path):
        if isinstance(event, TrainingProgress):
            rows.extend(tuple(row) for row in event.rows)
        elif isinstance(event, Metrics):
            blocks.extend(tuple(row) for row in event.blocks)
    return tuple(rows), tuple(blocks)


def cut_back(folder: RunFolder, env_steps: int, games: int) -> None:
    """Forget what was written after the checkpoint a run goes on from: it comes there again.

    Args:
        folder: Run folder, locked.
        env_steps: Clock of the checkpoint.
        games: Whole games that had ended by then.
    """
    EventLog.resume(folder.events_path, env_steps).close()
    ProgressTable(folder.path / "progress.csv").cut_back(env_steps)
    _cut_monitor(folder.monitor_path, games)


def _cut_monitor(path: Path, games: int) -> None:
    if path.exists():
        with told_plainly(path):
            lines = path.read_text("utf-8").splitlines(keepends=True)
        write_text(path, "".join(lines[: 2 + games]))
