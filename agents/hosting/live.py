"""An own agent that learns: its code chooses and writes, the compiled loop of the recording does all the rest."""

from __future__ import annotations

import operator
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.configuration import Value, values_of
from agents.hosting.agent_code import AgentCode, OwnAgentError
from agents.hosting.limits import relax_memory
from agents.hosting.luck import Luck
from agents.hosting.memory import MOST_WRITES, Memory, OwnArray
from agents.hosting.scripted import ScriptedLearner, empty_script
from agents.tabular.arrays import Records, new_records
from agents.tabular.kernel import REACHED
from agents.tabular.random_numbers import ACTION
from agents.tabular.recorded_kernel import (
    AGENT_FAILED,
    Chances,
    Script,
    drawn_move,
    drawn_number,
    start_state,
)
from arena.environments.world import TransitionModel
from arena.runs.write_block import WriteBlock

SLICE_SECONDS = 0.012
"""After so long an own agent comes back: a safe point at least every 20 ms, where one step takes no longer."""

MOST_TICKS = 2_048
"""Ticks of one script; fewer than there is room for rows of the return curve."""


class OwnLearner(ScriptedLearner):
    """Runs somebody's code. Only a process that may run it makes one of these.

    The code works on arrays of its own; what it does to them is written down and done again, by the loop that replays,
    on ours. So what is saved and shown is exactly what the recording will give.

    Args:
        code: The agent's code, imported.
        model: The world.
        hyperparameters: Field values by name.
        seed: Seed of the run's random numbers.
        config_class: Configuration class made from its settings.

    Raises:
        ConfigError: As :func:`agents.configuration.build`.
        OwnAgentError: If the agent cannot be made or started.
    """

    def __init__(
        self,
        *,
        code: AgentCode,
        config_class: type[Any],
        model: TransitionModel,
        hyperparameters: Mapping[str, object],
        seed: int,
    ) -> None:
        super().__init__(rule="own", config_class=config_class, model=model, hyperparameters=hyperparameters, seed=seed)
        self._code = code
        self._luck = Luck(self._key)
        self._script, self._place = empty_script(), np.zeros(2, np.int64)
        self._done: list[Script] = []
        self._spoiled = False
        memory = Memory(model.states, model.actions)
        self._agent = code.make(values_of(self.config))
        try:
            self._agent.start(model.states, model.actions, memory)
        except BaseException as problem:
            raise code.told(problem) from None
        self._theirs = memory.close()
        self._journal = memory.journal
        self.lay_out(memory.declared)
        self.pool[:] = self._theirs
        self._outside = self._attributes()

    def begin_in(self, model: TransitionModel) -> None:
        """Know nothing, in a world; the agent itself stays."""
        super().begin_in(model)
        self._chances = Chances(self._mdp.outcome_count, self._mdp.cumulative)
        # Plain lists: reading one number of them costs a third of what it costs from an array.
        self._single = (self._mdp.outcome_count == 1).tolist()
        self._next = self._mdp.next_state.tolist()
        self._reward = self._mdp.reward.tolist()
        self._ends = self._mdp.terminated.tolist()

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def advance(self, limit: int, stop: NDArray[np.void], records: Records) -> int:
        """Go on until the clock shows ``limit``, a stop condition holds or about 12 ms are over.

        Args:
            limit: Tick to stop at.
            stop: ``[1]`` of ``STOP``.
            records: Where to write what happened.

        Returns:
            Why it came back; ``AGENT_FAILED`` where its code failed: :attr:`problem` says how, and the tick in which it
            did has changed nothing.
        """
        self.problem = None
        until = time.perf_counter() + SLICE_SECONDS
        forced = int(stop["forced_action"][0])
        careful = forced >= 0 or len(records.updates) > 0 or _may_stop(stop)
        reason = REACHED
        while reason == REACHED and self.tick < limit and not self._has_failed():
            if not self._pending:
                self._play(self.tick + 1 if careful else limit, until, forced)
                forced = -1
            reason = self._settle(limit, stop, records)
            if time.perf_counter() >= until:
                break
        return AGENT_FAILED if self._has_failed() and reason == REACHED else reason

    def _has_failed(self) -> bool:
        return self.problem is not None

    @property
    def _pending(self) -> bool:
        return int(self._place[0]) < len(self._script.actions)

    def _play(self, limit: int, until: float, forced: int) -> None:
        """Let the code choose and learn; what it did becomes the next script."""
        if self._spoiled:
            self._theirs[:] = self.pool
            self._spoiled = False
        agent, luck, journal, key = self._agent, self._luck, self._journal, self._key
        written = journal.values
        starts, cumulative = self._mdp.start_states, self._mdp.start_cumulative
        at_random, last_step = self.mover == "random", self._mdp.step_limit - 1
        counters = self.counters
        tick, state, step = int(counters["tick"]), int(counters["state"]), int(counters["episode_step"])
        actions: list[int] = []
        counts: list[int] = []
        mark = 0
        try:
            while tick < limit and len(actions) < MOST_TICKS and (not actions or time.perf_counter() < until):
                mark = len(written)
                journal.steps_end = mark + MOST_WRITES
                if state < 0:
                    state, step = start_state(starts, cumulative, key, tick), 0
                if forced >= 0:
                    action, forced = forced, -1
                elif at_random:
                    action = int(drawn_number(key, ACTION, tick, 0) * self.model.actions)
                else:
                    action = self._action(agent.choose(state, luck.at(tick, learning=False)))
                k = 0 if self._single[state][action] else drawn_move(self._chances, key, tick, state, action)
                next_state, ended = self._next[state][action][k], self._ends[state][action][k]
                reward = self._reward[state][action][k]
                agent.learn(state, action, reward, next_state, ended, luck.at(tick, learning=True))
                if ended or step >= last_step:
                    if hasattr(agent, "episode_over"):
                        agent.episode_over(luck)
                    state, step = -1, 0
                else:
                    state, step = next_state, step + 1
                tick += 1
                actions.append(action)
                counts.append(len(written) - mark)
        except BaseException as problem:
            self._failed(problem)
            del journal.indices[mark:]
            del written[mark:]
        self._script = Script(
            np.array(actions, np.int32),
            np.array(counts, np.int32),
            np.array(journal.indices, np.int64),
            np.array(written, np.float64),
        )
        self._place = np.zeros(2, np.int64)
        journal.clear()

    def _action(self, given: Any) -> int:
        try:
            action = operator.index(given)
        except TypeError:
            action = -1
        if not 0 <= action < self.model.actions:
            where = getattr(getattr(self._agent.choose, "__code__", None), "co_firstlineno", 0)
            raise OwnAgentError(
                "error.own.action", file=self._code.own.file, line=where, action=f"{given!r:.60}",
                high=self.model.actions - 1,
            )  # fmt: skip
        return action

    def _failed(self, problem: BaseException) -> None:
        if isinstance(problem, MemoryError):
            # What it holds is let go of, and saving needs room.
            self._agent = None
            relax_memory()
        self.problem = self._code.told(problem)
        self._spoiled = True

    def _settle(self, limit: int, stop: NDArray[np.void], records: Records) -> int:
        """Do on our arrays what the script says, and see that both agree."""
        tick, write = int(self._place[0]), int(self._place[1])
        # The script was made up to the limit: it is done to its end, whatever the loop thinks of the limit.
        reason = self.perform(
            self._script, self._place, min(limit, self.tick + len(self._script.actions)), stop, records
        )
        ticks, writes = slice(tick, int(self._place[0])), slice(write, int(self._place[1]))
        script = self._script
        self._done.append(
            Script(script.actions[ticks], script.counts[ticks], script.indices[writes], script.values[writes])
        )
        if not self._pending and not self._spoiled and not np.array_equal(self._theirs, self.pool):
            self.problem = OwnAgentError("error.own.unrecorded", file=self._code.own.file, line=0)
            self._spoiled = True
        return reason

    # ── the recording ──────────────────────────────────────────────────────────────────────────────────────────────

    def take_writes(self) -> WriteBlock | None:
        """Return what was done since the last call, for the recording; ``None`` for nothing."""
        ticks = sum(len(script.actions) for script in self._done)
        if not ticks:
            return None
        parts, self._done = self._done, []
        return WriteBlock(
            first_tick=self.tick - ticks,
            actions=np.concatenate([part.actions for part in parts]),
            counts=np.concatenate([part.counts for part in parts]),
            indices=np.concatenate([part.indices for part in parts]),
            values=np.concatenate([part.values for part in parts]),
        )

    def records_for_one_tick(self) -> Records:
        """Make record arrays that hold any one tick."""
        return new_records(ticks=1, updates=MOST_WRITES)

    def forgotten(self) -> tuple[str, ...]:
        """Return what the agent keeps outside its memory and has changed: a resumed run will not know it."""
        now = self._attributes()
        return tuple(sorted(name for name in now if self._outside.get(name) != now[name]))

    def _attributes(self) -> dict[str, tuple[int, int]]:
        kept = getattr(self._agent, "__dict__", {})
        settings = values_of(self.config)
        return {
            name: (id(value), len(value) if isinstance(value, (list, dict, set)) else 0)
            for name, value in kept.items()
            if name not in settings and not isinstance(value, OwnArray)
        }

    # ── settings and state ─────────────────────────────────────────────────────────────────────────────────────────

    def set(self, name: str, value: object) -> Value:
        """Change a hyper-parameter, or the mover; the agent finds it as an attribute."""
        now = super().set(name, value)
        if name != "mover":
            try:
                setattr(self._agent, name, now)
            except BaseException as problem:
                raise self._code.told(problem) from None
        return now

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Continue from arrays that :meth:`arrays` returned.

        What was done before is still to be recorded: an edited world is entered like this in the middle of a run.
        """
        super().load(arrays)
        self._theirs[:] = self.pool
        self._script, self._place = empty_script(), np.zeros(2, np.int64)
        self._journal.clear()


def _may_stop(stop: NDArray[np.void]) -> bool:
    halt = stop[0]
    return bool(halt["on_change"] or halt["on_reward"] or halt["on_episode"] >= 0 or halt["stable_ticks"] >= 0)
