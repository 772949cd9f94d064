"""Examining one agent in a process of its own; its moves are played again here, so what it earned cannot be made up."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import signal
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from queue import Full, Queue
from threading import Event, Thread
from typing import Any

import numpy as np

from agents.grading.candidate_process import MOST_FRAME
from agents.grading.examination import Examination, Mark, SeedMark
from agents.hosting.scripted import ScriptedLearner
from agents.own.declaration import MOST_NUMBERS, checked_array
from agents.own.declared_config import DeclaredConfig
from agents.runtime.client import enter
from agents.runtime.process_group import end_group
from agents.tabular.arrays import new_records
from agents.tabular.exact import greedy_policy, policy_values, start_value
from agents.tabular.kernel import EPISODE_ENDED, RECORDS_FULL
from agents.tabular.learner import new_stop
from agents.tabular.recorded_kernel import Script
from arena.environments.world import TransitionModel
from arena.errors import ArenaError
from arena.runs.write_block import HEAD, from_bytes, head_from
from arena.texts import render

CANDIDATE = "agents.grading.candidate_process:examined"

MOST_WAITING = 4
"""Messages read ahead; more wait in their process."""

MOST_PARAMS = 8
LONGEST_SAID = 300
"""Characters of a word in what an agent's process says went wrong."""

_WORDS = {"error.own.raised": "error.grade.raised", "error.own.memory": "error.grade.memory"}
"""What is said of an agent at work and is not so of an examined one: nothing is saved, no new version offered."""

START_SECONDS = 120.0
"""Time for loading and compiling, before the agent's own time begins."""


class _Replay:
    """Plays one seed's moves again and adds up what they earned."""

    def __init__(self, head: Mapping[str, Any], pool: bytes, model: TransitionModel, episodes: int) -> None:
        self.seed = int(head["seed"])
        self._learner = ScriptedLearner(
            rule="own", config_class=DeclaredConfig, model=model, hyperparameters={}, seed=self.seed
        )
        shapes = tuple(checked_array(name, shape) for name, shape in head["arrays"])
        if sum(int(np.prod(shape)) for _, shape in shapes) > MOST_NUMBERS:
            raise ValueError
        self._learner.lay_out(shapes)
        numbers = np.frombuffer(pool, np.float64)
        if numbers.shape != self._learner.pool.shape or not np.isfinite(numbers).all():
            raise ValueError
        self._learner.pool[:] = numbers
        self._shows_q = any(name == "q" for name, _ in shapes)
        self._episodes = episodes
        self._rows: list[tuple[int, float]] = []

    @property
    def done(self) -> bool:
        """Whether all episodes have been played."""
        return int(self._learner.counters["episode"]) >= self._episodes

    def play(self, data: bytes) -> None:
        """Play a stretch; ``ValueError`` if it is made up."""
        head = head_from(data[: HEAD.size])
        block = from_bytes(head, data[HEAD.size :]) if head is not None else None
        learner = self._learner
        if block is None or block.first_tick != learner.tick:
            raise ValueError
        if (block.actions >= learner.model.actions).any() or (block.indices >= learner.pool.size).any():
            raise ValueError
        script, place = Script(block.actions, block.counts, block.indices, block.values), np.zeros(2, np.int64)
        records, reason = new_records(), RECORDS_FULL
        while reason == RECORDS_FULL and not self.done:
            records.used[:] = 0
            reason = learner.perform(script, place, block.end, new_stop(on_episode=self._episodes), records)
            self._rows += [
                (int(row["episodes"]), float(row["return_mean"])) for row in records.blocks[: records.used[2]]
            ]
        if reason != EPISODE_ENDED and learner.tick != block.end and not self.done:
            raise ValueError

    def mark(self) -> SeedMark:
        """Return what it came to; ``ValueError`` if it is not at its end."""
        if not self.done:
            raise ValueError
        c = self._learner.counters
        rows = [*self._rows, (int(c["block_count"]), float(c["block_sum"] / max(1, int(c["block_count"]))))]
        model, greedy = self._learner.model, None
        if self._shows_q:
            values = policy_values(model, greedy_policy(self._learner.q), 1.0)
            greedy = start_value(model, values)
        return SeedMark(
            seed=self.seed,
            mean_return=_mean(rows, self._episodes),
            last_return=_mean(rows, max(1, self._episodes // 10)),
            greedy_return=greedy,
            steps=self._learner.tick,
        )


def _mean(rows: list[tuple[int, float]], episodes: int) -> float:
    """Return the mean return of the last episodes of rows ``(episodes, mean)``."""
    left, total = episodes, 0.0
    for count, mean in reversed(rows):
        taken = min(count, left)
        total += taken * mean
        left -= taken
    return total / max(1, episodes - left)


class Examiner:
    """One agent's examination in progress.

    Args:
        file: Name of its file, as it is told.
        source: Its bytes.
        wanted: What it has to do.
        model: The world.
        news: Set whenever there is something to :meth:`poll`.
    """

    def __init__(self, file: str, source: bytes, wanted: Examination, model: TransitionModel, news: Event) -> None:
        self.file = file
        self._wanted = wanted
        self._model = model
        self._seeds: list[SeedMark] = []
        self._replay: _Replay | None = None
        self._mark: Mark | None = None
        self._stopped = self._is_its_time = False
        self._news = news
        self._began = time.monotonic()
        self._deadline = self._began + START_SECONDS + wanted.seconds
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=enter, args=(CANDIDATE, theirs, module_file(file), source, wanted.plain()), daemon=True
        )
        self._process.start()
        theirs.close()
        # Read by a thread: a message that never ends must not keep whoever looks at the clock.
        self._frames: Queue[bytes | None] = Queue(MOST_WAITING)
        Thread(target=self._read, args=(ours,), name="arena-examiner", daemon=True).start()

    def _read(self, connection: Connection) -> None:
        with connection, contextlib.suppress(EOFError, OSError, MemoryError):
            while self._mark is None:
                self._hand_over(connection.recv_bytes(MOST_FRAME))
        self._hand_over(None)

    def _hand_over(self, frame: bytes | None) -> None:
        while self._mark is None and not self._stopped:
            with contextlib.suppress(Full):
                self._frames.put(frame, timeout=0.5)
                self._news.set()
                return

    @property
    def mark(self) -> Mark | None:
        """What it came to; ``None`` while it goes on."""
        return self._mark

    def poll(self) -> None:
        """Take in what has arrived, and stop an agent whose time is over."""
        try:
            while self._mark is None and not self._frames.empty():
                frame = self._frames.get()
                if frame is None:
                    self._end_of_process()
                else:
                    self._take(frame)
                if time.monotonic() > self._deadline:
                    break
        except (ValueError, KeyError, TypeError, RecursionError, ArenaError):
            # What it sent is none of ours: somebody's code has spoken for it.
            self._end("error", "error.grade.made_up", {"file": self.file, "line": 0})
        if self._mark is None and time.monotonic() > self._deadline:
            self._end("time", "error.grade.time", {"file": self.file, "seconds": f"{self._wanted.seconds:g}"})

    def _take(self, frame: bytes) -> None:
        kind, content = frame[:1], frame[1:]
        if kind == b"b" and not self._is_its_time:
            # Loading and compiling is not the agent's own time.
            self._is_its_time = True
            self._began = time.monotonic()
            self._deadline = self._began + self._wanted.seconds
        elif kind == b"a":
            length = int.from_bytes(content[:4], "little")
            head, pool = json.loads(content[4 : 4 + length]), content[4 + length :]
            if self._replay is not None or head["seed"] != len(self._seeds):
                raise ValueError
            self._replay = _Replay(head, pool, self._model, self._wanted.episodes)
        elif kind == b"w" and self._replay is not None:
            if not self._replay.done:
                self._replay.play(content)
        elif kind == b"s" and self._replay is not None:
            self._seeds.append(self._replay.mark())
            self._replay = None
        elif kind == b"e":
            self._told(json.loads(content))
        elif kind == b"z" and len(self._seeds) == self._wanted.seeds:
            self._end("ok")
        else:
            raise ValueError

    def _told(self, told: Mapping[str, Any]) -> None:
        """End with an error that was told, as far as it is one: its author's code may have told it."""
        status = told["status"] if told["status"] in ("error", "memory", "no_agent") else "error"
        key, params = str(told["key"]), dict(told["params"])
        if not key.startswith("error.own.") or len(params) > MOST_PARAMS or "language" in params:
            raise ValueError
        said: dict[str, Any] = {
            str(name): value if type(value) is int else str(value)[:LONGEST_SAID] for name, value in params.items()
        }
        key = _WORDS.get(key, key)
        render(key, **{**said, "file": self.file})
        self._end(status, key, {**said, "file": self.file})

    def _end_of_process(self) -> None:
        self._process.join(5.0)
        code = self._process.exitcode or 0
        if -code == getattr(signal, "SIGXCPU", 0):
            self._end("time", "error.grade.time", {"file": self.file, "seconds": f"{self._wanted.seconds:g}"})
            return
        name = str(code)
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name if code < 0 else name
        # Before its time began nothing of it has run: whatever it was, it was not the agent.
        key = "error.grade.died" if self._is_its_time else "error.grade.not_begun"
        self._end("died", key, {"file": self.file, "cause": name})

    def _end(self, status: str, key: str = "", params: Mapping[str, Any] | None = None) -> None:
        self._mark = Mark(
            file=self.file,
            status=status,
            seeds=tuple(self._seeds),
            seconds=max(0.0, time.monotonic() - self._began),
            key=key,
            params=dict(params or {}),
        )
        self.stop()

    def stop(self) -> None:
        """End its process and those it started, whatever they are doing."""
        self._stopped = True
        if self._process.is_alive():
            self._process.kill()
            self._process.join(5.0)
        end_group(self._process.pid or 0)


def module_file(file: str) -> str:
    """Return a name for an agent's file that is a Python name: ``homework-1 (Anna).py`` is ``homework_1__Anna_.py``."""
    stem = "".join(each if each.isalnum() or each == "_" else "_" for each in file.removesuffix(".py"))[:50]
    return f"{stem if stem.isidentifier() else 'agent_' + stem}.py"
