"""Any moment of a stored run, exactly: the table then, the step that led there, and which updates made a number.

A run is its keyframes and what came from outside; between two keyframes the compiled loop that learned runs again. The
last learner is kept, so that going forward from a moment costs only the steps between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.runtime.replay import GAP, StoredRun, advance_to, check_no_gap, stored_learner
from agents.tabular.arrays import IN_Q, IN_Q1, IN_Q2, IN_V, FloatTable, Records, new_records
from agents.tabular.landmarks import last_policy_change
from agents.tabular.learner import TabularLearner
from agents.tabular.memory import PREDICTING
from arena.errors import RunError
from arena.runs.keyframe_file import Keyframe, KeyframeFile

FARTHEST_NEXT = 500_000
"""So many ticks on it is looked for the next change or reward."""

PIECE = 50_000
"""Rows of updates held at a time while a stretch is replayed with recording."""

EXACT_BLOCKS = 8
"""So many newest blocks are searched update by update for a change of the greedy policy; older ones by their ends."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A run as it was when its clock showed a tick.

    Attributes:
        learner: The learner then; not to be changed.
        records: The tick that led there, empty at the beginning of a run.
    """

    learner: TabularLearner
    records: Records


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """The updates that made one value, a page of them.

    Attributes:
        rows: ``[n]`` of ``UPDATE``, newest first.
        earlier: Tick before which there may be more; −1 where this was all.
    """

    rows: NDArray[np.void]
    earlier: int


class Past:
    """Looks into a stored run, which may still be growing.

    Args:
        path: Run folder.

    Raises:
        RunError: As :class:`StoredRun`, or it has no keyframes.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._learner: TabularLearner | None = None
        self._keyframes: KeyframeFile | None = None
        self.refresh()

    def refresh(self) -> None:
        """Take in what was written since: keyframes, live changes, a person's moves."""
        self.close()
        self.run = StoredRun(self._path)
        self._keyframes = KeyframeFile(self.run.folder.keyframes_path, read_only=True)
        self._ticks = self._keyframes.ticks
        self._learner = None
        if not self._ticks:
            raise RunError("error.run.no_keyframe", folder=self.run.folder.path.name)

    def close(self) -> None:
        """Let go of the run's files."""
        if self._keyframes is not None:
            self._keyframes.close()
            self._keyframes = None

    @property
    def first(self) -> int:
        """Tick the run begins with; not 0 for a fork."""
        return self._ticks[0]

    @property
    def last_stored(self) -> int:
        """Clock of the newest keyframe; a run that learns on is further."""
        return self._ticks[-1]

    @property
    def damaged(self) -> int:
        """Damaged keyframes passed over so far."""
        return self.run.skipped

    # ── moments ────────────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, tick: int) -> Moment:
        """Return the run as it was when its clock showed ``tick``.

        Raises:
            RunError: If the run begins later, nothing sound is left before that tick, or what an own agent did there is
                damaged.
        """
        try:
            return self._after(tick)
        except RunError as problem:
            if problem.key != GAP or self._ticks[bisect_right(self._ticks, tick) - 1] != tick:
                raise
        # How it came to this is lost, not what it came to.
        return Moment(learner=self._loaded(tick), records=new_records())

    def _after(self, tick: int) -> Moment:
        """Return a moment with the tick that led there."""
        before = tick if tick == self.first else tick - 1
        learner = self._reach(before)
        records = learner.records_for_one_tick()
        if tick > before:
            advance_to(learner, tick, self.run.inputs, records)
            if tick <= self.last_stored:
                check_no_gap(learner, tick, self.run.folder)
        self.run.inputs.enter_edited(learner, tick)
        return Moment(learner=learner, records=records)

    def _reach(self, tick: int) -> TabularLearner:
        """Bring the kept learner to a tick, from wherever that is shorter: from itself or from a keyframe."""
        if tick < self.first:
            raise RunError("error.run.no_such_tick", tick=tick, first=self.first, last=self.last_stored)
        kept = self._learner
        nearest = self._ticks[bisect_right(self._ticks, tick) - 1]
        if kept is None or not nearest <= kept.tick <= tick:
            kept = self._loaded(tick)
        self._learner = None
        advance_to(kept, tick, self.run.inputs)
        if tick <= self.last_stored:
            check_no_gap(kept, tick, self.run.folder)
        self._learner = kept
        return kept

    def _loaded(self, tick: int) -> TabularLearner:
        keyframe, skipped = self._file.newest_at_or_before(tick)
        self.run.skipped = max(self.run.skipped, skipped)
        return self._from(keyframe)

    def _from(self, keyframe: Keyframe) -> TabularLearner:
        learner = stored_learner(self.run.folder, self.run.inputs.worlds[0])
        self.run.inputs.set_until(learner, keyframe.tick)
        learner.load(keyframe.arrays)
        return learner

    @property
    def _file(self) -> KeyframeFile:
        if self._keyframes is None:
            raise RunError("error.run.no_keyframe", folder=self.run.folder.path.name)
        return self._keyframes

    # ── why ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def why(self, state: int, action: int, before: int, count: int) -> Reasons:
        """Return the newest updates of one value that lie before a tick.

        Blocks between two keyframes in which the value was never written are passed over unread.

        Args:
            state: s.
            action: a; −1 for the value of the state, where the learner keeps one.
            before: Updates of this tick and later ones are left out.
            count: Rows at most, but whole ticks.
        """
        found: list[NDArray[np.void]] = []
        rows = 0
        for start, end in self._blocks_back(before, (state, action)):
            piece = self._updates_in(start, end, (state, action))
            piece = piece[np.isin(piece["table"], (IN_V,) if action < 0 else (IN_Q, IN_Q1, IN_Q2))]
            if len(piece):
                found.append(piece[::-1])
                rows += len(piece)
            if rows >= count:
                break
        else:
            start = self.first
        together = np.concatenate(found) if found else new_records().updates
        cut = min(count, len(together))
        # A page ends with a tick: Monte Carlo may write one value many times at the end of an episode.
        while 0 < cut < len(together) and together[cut]["tick"] == together[cut - 1]["tick"]:
            cut += 1
        page = together[:cut]
        more = cut < len(together) or start > self.first
        return Reasons(rows=page, earlier=int(page[-1]["tick"]) if more and cut else -1)

    def _blocks_back(self, before: int, pair: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Give the blocks before a tick in which a pair may have been written, newest first."""
        last = bisect_left(self._ticks, before) - 1
        later_count: int | None = None
        end = before
        for index in range(last, -1, -1):
            start = self._ticks[index]
            try:
                keyframe = self._file.read(index)
            except RunError:
                # Damaged: the block before it is replayed through.
                self.run.skipped = max(self.run.skipped, 1)
                continue
            # Whatever writes the value of a state writes all of its row.
            written = _written(keyframe, (pair[0], max(pair[1], 0)))
            if start < end and (later_count is None or written != later_count):
                yield start, end
            later_count, end = written, start

    def _updates_in(self, start: int, end: int, pair: tuple[int, int]) -> NDArray[np.void]:
        """Replay a stretch and return the updates of one pair in it, in order."""
        pieces = [
            records.updates[: records.used[1]]
            for _, records in self._replayed(start, end, watch=pair)
            if records.used[1]
        ]
        return np.concatenate(pieces) if pieces else new_records().updates

    def _replayed(
        self, start: int, end: int, watch: tuple[int, int] = (-1, -1)
    ) -> Iterator[tuple[TabularLearner, Records]]:
        """Replay a stretch with its updates recorded, piece by piece; the learner given stands behind its piece."""
        learner = self._reach(start)
        self._learner = None
        if watch[0] >= 0:
            watch = (watch[0], max(watch[1], 0))
        # A Monte Carlo episode or a sweep is one tick with many updates: there must be room for the largest.
        room = max(PIECE, 2 * len(learner.records_for_one_tick().updates))
        while learner.tick < end:
            before = learner.tick
            records = new_records(updates=room, watch=watch)
            advance_to(learner, end, self.run.inputs, records)
            yield learner, records
            if learner.tick == before:
                break
        self._learner = learner

    # ── landmarks ──────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, what: str, at: int) -> int:
        """Return the moment right after something happened; −1 where it never did.

        Args:
            what: ``next_change`` of a value or ``next_reward`` that is not the world's usual one, after ``at``;
                ``largest_change`` or ``first_goal`` of the whole run up to ``at``; ``policy_change``: the last time
                before ``at`` that a greedy action changed; ``episode_back`` and ``episode_on``: the beginning of this
                or the episode before, and the end of this one.
            at: The moment looked from.

        Raises:
            RunError: If there is no such landmark, or nothing sound is left to read.
        """
        match what:
            case "largest_change":
                return self._largest_change(at)
            case "first_goal":
                goal = int(self._reach(at).counters["first_goal"])
                return goal + 1 if goal >= self.first else -1
            case "policy_change":
                return self._policy_change(at)
            case "episode_back":
                counters = self._reach(max(self.first, at - 1)).counters
                done = 0 if counters["state"] < 0 else int(counters["episode_step"])
                return max(self.first, int(counters["tick"]) - done)
            case "episode_on":
                return self._episode_end(at)
            case "next_change" | "next_reward":
                return self._next(what, at)
        raise RunError("error.past.landmark", name=what)

    def _largest_change(self, at: int) -> int:
        best, where = 0.0, -1
        upto = bisect_right(self._ticks, at)
        changes = self._file.largest_changes()
        blocks = [(changes[index], self._ticks[index - 1], self._ticks[index]) for index in range(1, upto)]
        edge = self._ticks[upto - 1]
        # What was learned since the newest keyframe has no sum yet: it is looked into always.
        for change, start, end in [*sorted(blocks, key=lambda block: -block[0])[:1], (np.inf, edge, at)]:
            if change <= best or start >= end:
                continue
            for _, records in self._replayed(start, end):
                rows = records.updates[: records.used[1]]
                moved = np.abs(rows["new"] - rows["old"])
                if len(moved) and moved.max() > best:
                    best, where = float(moved.max()), int(rows["tick"][moved.argmax()]) + 1
        return where

    def _policy_change(self, at: int) -> int:
        end = at
        policy = _greedy(self._reach(at).q)
        for number, index in enumerate(range(bisect_left(self._ticks, at) - 1, -1, -1)):
            start = self._ticks[index]
            earlier = _greedy(self._reach(start).q)
            if start < end and (number < EXACT_BLOCKS or not np.array_equal(earlier, policy)):
                found = self._last_flip(start, end)
                if found >= 0:
                    return found
            end, policy = start, earlier
        return -1

    def _last_flip(self, start: int, end: int) -> int:
        """Return the moment after the last update of a stretch that changed which actions are best; −1 for none."""
        q = self._reach(start).q.copy()
        found = -1
        for _, records in self._replayed(start, end):
            tick = last_policy_change(q, records.updates[: records.used[1]])
            found = tick + 1 if tick >= 0 else found
        return found

    def _next(self, what: str, at: int) -> int:
        usual = self.run.inputs.world_at(at).model.usual_reward
        for _, records in self._replayed(at, at + FARTHEST_NEXT):
            rows = records.updates[: records.used[1]]
            there = rows["new"] != rows["old"] if what == "next_change" else rows["reward"] != usual
            if there.any():
                return int(rows["tick"][there.argmax()]) + 1
        return -1

    def _episode_end(self, at: int) -> int:
        learner = self._reach(at)
        episode = int(learner.counters["episode"])
        self._learner = None
        limit = at + self.run.inputs.world_at(at).model.step_limit + 1
        records = new_records()
        while learner.tick < limit and int(learner.counters["episode"]) == episode:
            before = learner.tick
            records.used[:] = 0
            advance_to(learner, before + 1, self.run.inputs, records)
            if learner.tick == before:
                break
        return learner.tick

    # ── overviews ──────────────────────────────────────────────────────────────────────────────────────────────────

    def value_curve(self, state: int, action: int, at: int, points: int = 160) -> NDArray[np.float64]:
        """Return one value over time up to ``at``, ``float64 [n, 2]`` of (tick, value), read from spread keyframes.

        Args:
            state: s.
            action: a; −1 for the value of the state, where the learner keeps one.
            at: The moment looked from.
            points: Keyframes read at most.
        """
        upto = bisect_right(self._ticks, at)
        chosen = np.unique(np.linspace(0, max(upto - 1, 0), points).astype(int)) if upto else np.zeros(0, int)
        rows: list[tuple[float, float]] = []
        for index in chosen:
            try:
                keyframe = self._file.read(int(index))
            except RunError:
                continue
            rows.append((float(keyframe.tick), _value(keyframe.arrays, state, action)))
        learner = self._reach(at)
        rows.append((float(at), _value({"q": learner.q, "v": learner.memory.v}, state, action)))
        return np.array(rows)

    def explained_action(self, state: int, action: int, at: int) -> int:
        """Return whose value is explained where an action is asked for, or none (−1).

        Returns:
            The action; for none the one that was best then, the first of several. −1 for the value of the state: where
            the learner keeps one and no action was asked for, or where it knows nothing else.
        """
        learner = self._reach(at)
        if learner.rule in PREDICTING or (action < 0 and learner.memory.v.size):
            return -1
        return action if action >= 0 else int(learner.q[state].argmax())


def _written(keyframe: Keyframe, pair: tuple[int, int]) -> int:
    """Return how often a value had been written by a keyframe."""
    backups = keyframe.arrays["backups"]
    return int((backups if len(backups) else keyframe.arrays["visits"])[pair])


def _value(arrays: Mapping[str, NDArray[Any]], state: int, action: int) -> float:
    return float(arrays["v"][state] if action < 0 else arrays["q"][state, action])


def _greedy(q: FloatTable) -> NDArray[np.bool_]:
    """Return which actions are best, ``bool [S, A]``."""
    return np.asarray(q == q.max(axis=1, keepdims=True))
