"""What a session writes down: keyframes by time, aggregates at most 20 times a second, TensorBoard, the run index."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

from agents.hosting.live import OwnLearner
from agents.runtime.scalar_writer import ScalarWriter
from agents.tabular.arrays import Records
from agents.tabular.exact import Solution
from agents.tabular.learner import TabularLearner
from arena.errors import RunError
from arena.protocol.messages import Event, Metrics, Warned
from arena.runs.database import Database
from arena.runs.event_log import EventLog, read_events
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.run_folder import RunFolder
from arena.runs.write_log import WriteLog

KEYFRAME_KERNEL_SECONDS = 0.04
"""Kernel time between two keyframes: replay from the nearest one takes no longer."""

KEYFRAME_WALL_SECONDS = 1.0
"""Wall time between two keyframes of a slow run: a killed one loses no more."""

FLUSH_SECONDS = 1.0
"""Keyframes are flushed to disk at most this often."""

METRICS_SECONDS = 0.05
"""Aggregates are sent at most this often."""

_LOGGED_ELSEWHERE = (
    "TickHappened", "WorldReady", "SolutionChanged", "Heartbeat", "Acknowledged", "PhaseChanged", "Foreseen",
)  # fmt: skip


def index_run(folder: RunFolder, learner: TabularLearner, phase: str) -> None:
    """Note in the index of runs how one of them stands.

    Args:
        folder: Run folder.
        learner: Its learner.
        phase: As in ``PhaseChanged``.

    Raises:
        RunError: If the index cannot be written.
    """
    config = folder.config
    with Database(folder.path.parent / "arena.db") as database:
        database.upsert_run(
            run_id=folder.path.name,
            folder=str(folder.path),
            env_id=config.env_id,
            env_kwargs=config.env_kwargs,
            agent=config.agent,
            seed=config.seed,
            created=config.created,
            env_steps=int(learner.counters["tick"]),
            episodes=int(learner.counters["episode"]),
            phase=phase,
        )


class Recorder:
    """Writes one run's files; a full disk stops the recording, not the learning, and is said once.

    Args:
        folder: Run folder.
        learner: The learner whose state is kept.
        emit: Sends an event (and comes back to :meth:`log` with it).
    """

    def __init__(self, folder: RunFolder, learner: TabularLearner, emit: Callable[[Event], None]) -> None:
        self._folder = folder
        self._learner = learner
        self._emit = emit
        self._events = EventLog(folder.events_path)
        self._keyframes = KeyframeFile(folder.keyframes_path)
        self._writes = WriteLog(folder.writes_path) if isinstance(learner, OwnLearner) else None
        self._scalars = ScalarWriter(folder.tensorboard_path)
        self._on = True
        self._kernel_seconds = 0.0
        self._blocks: list[tuple[float, ...]] = []
        self._largest = 0.0
        self._largest_since_keyframe = 0.0
        self._steps = 0
        self._last: Keyframe | None = None
        self._before_last: Keyframe | None = None
        now = time.monotonic()
        self._metrics_at = self._flushed_at = self._keyframe_at = now

    def start(self) -> None:
        """Keep the state the run begins with.

        Raises:
            RunError: If it cannot be written; nothing has been learned yet.
        """
        self._last = self._made()
        self._keyframes.append(self._last)
        self._keyframes.flush()
        self._index("running")

    # ── after each kernel call ─────────────────────────────────────────────────────────────────────────────────────

    def after(self, records: Records, steps: int, kernel_seconds: float, solution: Solution) -> None:
        """Take in what a kernel call did, and write what is due.

        Args:
            records: Its records; the blocks and the largest change are taken and reset.
            steps: Ticks it did.
            kernel_seconds: Time it took.
            solution: The exact solution, for the distance to it.
        """
        self._blocks.extend(tuple(map(float, row.item())) for row in records.blocks[: records.used[2]])
        records.used[2] = 0
        self._largest = max(self._largest, float(records.largest[0]))
        self._largest_since_keyframe = max(self._largest_since_keyframe, float(records.largest[0]))
        records.largest[0] = 0.0
        self._steps += steps
        self._kernel_seconds += kernel_seconds
        now = time.monotonic()
        # What somebody's own code took a second for is done again in a millisecond.
        often = KEYFRAME_KERNEL_SECONDS if self._writes is None else KEYFRAME_WALL_SECONDS
        due = self._kernel_seconds >= often or now - self._keyframe_at >= KEYFRAME_WALL_SECONDS
        if steps and due:
            self.keyframe(flush=now - self._flushed_at >= FLUSH_SECONDS)
        if now - self._metrics_at >= METRICS_SECONDS:
            self.publish(solution)

    def publish(self, solution: Solution) -> None:
        """Send an aggregate of all since the last one; nothing where nothing was done."""
        now = time.monotonic()
        self.keep_writes()
        if self._steps:
            blocks = tuple(self._blocks)
            speed = self._steps / max(now - self._metrics_at, 1e-9)
            epsilon = self._learner.epsilon
            distance = self._learner.distance(solution)
            self._blocks, self._steps = [], 0
            largest, self._largest = self._largest, 0.0
            self._emit(
                Metrics(
                    blocks=blocks,
                    steps_per_second=speed,
                    epsilon=epsilon,
                    largest_change=largest,
                    distance=distance,
                )
            )
            if self._on:
                self._scalars.add(self._learner.tick, blocks, epsilon, speed, largest, distance)
        self._metrics_at = now

    def keep_writes(self) -> None:
        """Keep what somebody's own agent did since the last time: nobody can do it again without its code."""
        if self._writes is None or not isinstance(self._learner, OwnLearner):
            return
        block, log = self._learner.take_writes(), self._writes
        if block is not None:
            self._guard(lambda: log.append(block))

    # ── keyframes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def keyframe(self, *, flush: bool = False) -> str:
        """Keep everything needed to go on exactly from here; return its hash."""
        made = self._made()
        # First what led there: a keyframe whose past is not on disk could not be rewound.
        self.keep_writes()
        self._guard(lambda: self._keyframes.append(made))
        if self._last is None or made.tick > self._last.tick:
            self._before_last = self._last
        self._last = made
        self._largest_since_keyframe = 0.0
        self._kernel_seconds = 0.0
        self._keyframe_at = time.monotonic()
        if flush:
            if self._writes is not None:
                self._guard(self._writes.flush)
            self._guard(self._keyframes.flush)
            self._guard(self._events.flush)
            self._flushed_at = self._keyframe_at
        return made.state_hash

    def _made(self) -> Keyframe:
        arrays = self._learner.arrays()
        return Keyframe(
            tick=self._learner.tick,
            episode=int(self._learner.counters["episode"]),
            largest_change=self._largest_since_keyframe,
            state_hash=state_hash(arrays),
            arrays=arrays,
        )

    def last_keyframe_before(self, tick: int) -> Keyframe | None:
        """Return the newest keyframe that lies before a tick, of the two newest; they are held in memory."""
        for keyframe in (self._last, self._before_last):
            if keyframe is not None and keyframe.tick < tick:
                return keyframe
        return None

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def log(self, event: Event) -> None:
        """Append an event to the run's log, if it belongs there."""
        if type(event).__name__ not in _LOGGED_ELSEWHERE:
            self._guard(lambda: self._events.append(event))

    def flush_events(self) -> None:
        """Make sure that what was logged survives the process."""
        self._guard(self._events.flush)

    def history(self) -> tuple[tuple[float, ...], ...]:
        """Return the rows of the return curve logged so far."""
        self._guard(self._events.flush)
        return tuple(
            tuple(row)
            for event in read_events(self._folder.events_path)
            if isinstance(event, Metrics)
            for row in event.blocks
        )

    @staticmethod
    def cut_back(folder: RunFolder, tick: int) -> list[Event]:
        """Forget what was written after the keyframe a run goes on from, and return the events kept.

        Rows of the curve that lie before that tick but were logged in a later aggregate are kept in one of their own.

        Args:
            folder: Run folder, locked.
            tick: Clock of the keyframe.
        """
        later = [event for event in read_events(folder.events_path) if event.env_steps > tick]
        rows = tuple(row for event in later if isinstance(event, Metrics) for row in event.blocks if row[2] <= tick)
        log = EventLog.resume(folder.events_path, tick)
        if rows:
            log.append(Metrics(run_id=folder.path.name, env_steps=tick, blocks=rows))
        log.flush()
        log.close()
        with KeyframeFile(folder.keyframes_path) as keyframes:
            keyframes.truncate_after(tick)
        if folder.writes_path.exists():
            with WriteLog(folder.writes_path) as writes:
                writes.truncate_after(tick)
        return read_events(folder.events_path)

    # ── the rest ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _guard(self, write: Callable[[], Any]) -> None:
        if not self._on:
            return
        try:
            write()
        except (RunError, OSError) as problem:
            self._on = False
            self._emit(Warned(key="warning.recording.stopped", params={"problem": str(problem)}))

    def _index(self, phase: str) -> None:
        try:
            index_run(self._folder, self._learner, phase)
        except RunError as problem:
            # The index can be rebuilt from the folders; a run must not fail for it.
            self._emit(Warned(key="warning.index.failed", params={"problem": str(problem)}))

    def close(self) -> None:
        """Write the last keyframe and let go of all files."""
        self.keyframe(flush=True)
        self._guard(self._events.flush)
        self._scalars.close()
        writes = [self._writes.close] if self._writes is not None else []
        for close in (self._keyframes.close, self._events.close, *writes):
            # Also where recording has stopped: the files are still held.
            with contextlib.suppress(RunError, OSError):
                close()
        self._index("stopped")
