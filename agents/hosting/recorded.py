"""An own agent's run done again from what was recorded: its code is neither needed nor looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.hosting.scripted import ScriptedLearner
from agents.tabular.arrays import Records, new_records
from agents.tabular.kernel import FINISHED, REACHED
from agents.tabular.recorded_kernel import Script
from arena.runs.write_block import WriteBlock
from arena.runs.write_log import WriteLog


class RecordedLearner(ScriptedLearner):
    """Does again what an own agent did. At the end of the recording it stands still, as if nothing was left to do.

    Made as every learner is; :meth:`attach` tells it where the recording lies.
    """

    finished_reason = "phase.reason.recorded"

    _log: WriteLog | None = None
    _block: WriteBlock | None = None
    _script: Script
    _place: NDArray[np.int64]

    def attach(self, path: str | Path) -> None:
        """Take moves and writes from a recording, which may still be growing.

        Args:
            path: The ``writes`` of a run folder.

        Raises:
            RunError: If it is no such file.
        """
        self._log = WriteLog(path, read_only=True)

    @property
    def finished(self) -> bool:
        """Whether nothing was recorded after this."""
        return self._block_here() is None

    def advance(self, limit: int, stop: NDArray[np.void], records: Records) -> int:
        """Go on until the clock shows ``limit`` or a stop condition holds.

        Args:
            limit: Tick to stop at.
            stop: ``[1]`` of ``STOP``.
            records: Where to write what happened.

        Returns:
            Why it came back; ``FINISHED`` where nothing more was recorded.
        """
        while self.tick < limit:
            block = self._block_here()
            if block is None:
                return FINISHED
            script, place = self._script, self._place
            # A script that ends before the limit is no end: the next block goes on.
            reason = self.perform(script, place, min(limit, block.end), stop, records)
            if reason != REACHED:
                return reason
            if stop["forced_action"][0] >= 0:
                stop = stop.copy()
                stop["forced_action"] = -1
        return REACHED

    def records_for_one_tick(self) -> Records:
        """Make record arrays that hold any one tick."""
        most = self._log.most_writes if self._log is not None else 0
        return new_records(ticks=1, updates=max(1, most))

    def _block_here(self) -> WriteBlock | None:
        """Return the block that goes on from here, opened at the right place; ``None`` at the end of the recording."""
        tick = self.tick
        if self._block is not None and self._block.first_tick <= tick < self._block.end:
            if self._block.first_tick + int(self._place[0]) != tick:
                self._go_to(self._block, tick)
            return self._block
        if self._log is None:
            return None
        if tick >= self._log.end:
            self._log.refresh()
        block = self._log.block_at(tick)
        if block is None or not self._may_be_done(block):
            return None
        self._block = block
        self._script = Script(block.actions, block.counts, block.indices, block.values)
        self._go_to(block, tick)
        return block

    def _go_to(self, block: WriteBlock, tick: int) -> None:
        done = tick - block.first_tick
        self._place = np.array([done, int(block.counts[:done].sum())], np.int64)

    def _may_be_done(self, block: WriteBlock) -> bool:
        # Compiled code indexes with these unchecked: a file from outside must not make it write elsewhere.
        actions, indices = block.actions, block.indices
        return not (actions.size and actions.max() >= self.model.actions) and not (
            indices.size and indices.max() >= self.pool.size
        )
