"""A recorder that writes nothing: for a run that is only looked at, as one handed in by somebody else."""

from __future__ import annotations

import time
from collections.abc import Callable

from agents.runtime.recorder import METRICS_SECONDS
from agents.tabular.arrays import Records
from agents.tabular.exact import Solution
from agents.tabular.learner import TabularLearner
from arena.protocol.messages import Event, Metrics
from arena.runs.event_log import read_events
from arena.runs.keyframe_file import Keyframe, KeyframeFile, state_hash
from arena.runs.run_folder import RunFolder


class Onlooker:
    """Takes the place of :class:`agents.runtime.recorder.Recorder` where the run's folder is not to be touched.

    Args:
        folder: Run folder.
        learner: The learner that does again what was recorded.
        emit: Sends an event.
    """

    def __init__(self, folder: RunFolder, learner: TabularLearner, emit: Callable[[Event], None]) -> None:
        self._folder = folder
        self._learner = learner
        self._emit = emit
        self._blocks: list[tuple[float, ...]] = []
        self._steps = 0
        self._largest = 0.0
        self._metrics_at = time.monotonic()

    def start(self) -> None:
        """Nothing is kept."""

    def after(self, records: Records, steps: int, kernel_seconds: float, solution: Solution) -> None:  # noqa: ARG002
        """Take in what a kernel call did; see :meth:`agents.runtime.recorder.Recorder.after`."""
        self._blocks.extend(tuple(map(float, row.item())) for row in records.blocks[: records.used[2]])
        records.used[2] = 0
        self._largest = max(self._largest, float(records.largest[0]))
        records.largest[0] = 0.0
        self._steps += steps
        if time.monotonic() - self._metrics_at >= METRICS_SECONDS:
            self.publish(solution)

    def publish(self, solution: Solution) -> None:  # noqa: ARG002
        """Send an aggregate of all since the last one."""
        now = time.monotonic()
        if self._steps:
            blocks, speed = tuple(self._blocks), self._steps / max(now - self._metrics_at, 1e-9)
            largest, self._blocks, self._steps, self._largest = self._largest, [], 0, 0.0
            self._emit(
                Metrics(blocks=blocks, steps_per_second=speed, epsilon=self._learner.epsilon, largest_change=largest)
            )
        self._metrics_at = now

    def keyframe(self, *, flush: bool = False) -> str:  # noqa: ARG002
        """Keep nothing; return the hash of the state."""
        return state_hash(self._learner.arrays())

    def keep_writes(self) -> None:
        """They are kept already."""

    def last_keyframe_before(self, tick: int) -> Keyframe | None:
        """Return the newest stored keyframe that lies before a tick."""
        with KeyframeFile(self._folder.keyframes_path, read_only=True) as file:
            if not file.ticks or file.ticks[0] >= tick:
                return None
            return file.newest_at_or_before(tick - 1)[0]

    def log(self, event: Event) -> None:
        """Log nothing."""

    def flush_events(self) -> None:
        """There is nothing to flush."""

    def history(self) -> tuple[tuple[float, ...], ...]:
        """Return the rows of the return curve up to where the learner stands."""
        return tuple(
            tuple(row)
            for event in read_events(self._folder.events_path)
            if isinstance(event, Metrics)
            for row in event.blocks
            if row[2] <= self._learner.tick
        )

    def close(self) -> None:
        """There is nothing to let go of."""
