"""A tabular learner: named arrays, and one compiled loop that changes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.configuration import Value, build, checked, settings_of, values_of
from agents.tabular import kernel
from agents.tabular.arrays import HYPER, STOP, FloatTable, Mdp, Records, Tables, mdp_of, new_records, new_tables
from agents.tabular.exact import Solution
from agents.tabular.memory import (
    POLICY_LEARNING,
    PREDICTING,
    TRACED,
    Memory,
    check_packed,
    moved_model,
    new_memory,
    packed,
    unpack,
)
from agents.tabular.policies import epsilon_at
from agents.tabular.random_numbers import key_of
from agents.tabular.rules.registry import FIRST_WITH_MEMORY, RULES
from arena.environments.world import TransitionModel
from arena.errors import ArenaError, ConfigError, RunError

MOVERS = ("agent", "random", "person")
"""Who chooses the actions; the position is the number kernels know."""

EPISODE_BUFFERS = ("episode_states", "episode_actions", "episode_rewards", "episode_explored")
"""Arrays that hold the running episode as far as it has come; how far is a counter."""


DISTANCE_STATES = 20_000
"""Above so many states the distance to the exact solution is not computed twenty times a second."""

WHOLE_EPISODES = ("monte_carlo", "mc_prediction", "reinforce")
"""Rules that keep the running episode to its end."""

COUNTED = ("monte_carlo", "n_step_sarsa", *TRACED, "dyna_q", *PREDICTING, *POLICY_LEARNING)
"""Rules that write a value not just once each time its pair is tried: they count their writes."""


def new_stop(**wanted: int) -> NDArray[np.void]:
    """Make a stop condition that never holds, with some fields of ``STOP`` set."""
    stop = np.zeros(1, STOP)
    stop["forced_action"] = stop["on_episode"] = stop["stable_ticks"] = -1
    for name, value in wanted.items():
        stop[name] = value
    return stop


class TabularLearner:
    """Learns a table over the states and actions of a world.

    The configuration and the mover may be changed between two calls of :meth:`advance`; everything else that decides
    what happens is in :meth:`arrays`, so a learner that loads them goes on exactly.

    Args:
        rule: Name of the update rule, as in the catalog.
        config_class: Configuration class of the agent.
        model: The world.
        hyperparameters: Field values by name; the rest keep their defaults.
        seed: Seed of the run's random numbers.

    Raises:
        ConfigError: As :func:`agents.configuration.build`.
    """

    problem: ArenaError | None = None
    """What somebody's own code did wrong; the compiled agents do nothing wrong."""

    finished_reason = "phase.reason.converged"
    """Translation key of why nothing is left to do."""

    def __init__(
        self,
        *,
        rule: str,
        config_class: type[Any],
        model: TransitionModel,
        hyperparameters: Mapping[str, object],
        seed: int,
    ) -> None:
        self.rule = rule
        self.config_class = config_class
        self.config: Any = build(config_class, hyperparameters)
        self.mover = "agent"
        self._key = key_of(seed)
        self._hyper = np.zeros(1, HYPER)
        self.begin_in(model)
        self._write_hyper()

    def begin_in(self, model: TransitionModel) -> None:
        """Know nothing, in a world; the settings stay."""
        self.model = model
        self._mdp: Mdp = mdp_of(model)
        self.tables: Tables = new_tables(
            model.states,
            model.actions,
            getattr(self.config, "initial_value", 0.0),
            self._buffer_length(),
            counted=self.rule in COUNTED,
        )
        self.memory: Memory = new_memory(
            self.rule, model.states, model.actions, getattr(self.config, "initial_value", 0.0)
        )

    def _buffer_length(self) -> int:
        if self.rule == "n_step_sarsa":
            return int(self.config.n)
        return self.model.step_limit if self.rule in WHOLE_EPISODES else 0

    # ── the clock ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def counters(self) -> np.void:
        """The one record of ``COUNTERS``; it changes as the learner goes on."""
        record: np.void = self.tables.counters[0]
        return record

    @property
    def tick(self) -> int:
        """The run's clock in ``env_steps`` (sweeps for dynamic programming)."""
        return int(self.counters["tick"])

    @property
    def acts(self) -> bool:
        """Whether it moves through the world: a sweep over all states chooses no action."""
        return True

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to learn."""
        return bool(self.counters["finished"])

    @property
    def epsilon(self) -> float:
        """Exploration rate of the next step, −1 where there is none."""
        if self.mover == "random":
            return 1.0
        if getattr(self.config, "exploration", "") != "epsilon_greedy":
            return -1.0
        view = self._hyper.view(np.recarray)[0]
        return float(epsilon_at.py_func(view, self.tick, int(self.counters["episode"])))  # type: ignore[attr-defined]

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def advance(self, limit: int, stop: NDArray[np.void], records: Records) -> int:
        """Go on until the clock shows ``limit`` or a stop condition holds.

        Args:
            limit: Tick to stop at.
            stop: ``[1]`` of ``STOP``, see :func:`new_stop`.
            records: Where to write what happened.

        Returns:
            Why it came back, a code of :mod:`agents.tabular.kernel`.

        Raises:
            RunError: If it is to do an action there is not, as the files of a run that was tampered with may say.
        """
        # Compiled code indexes with it unchecked.
        if not stop["forced_action"][0] < self.model.actions:
            raise RunError("error.run.arrays", name="action")
        return int(
            kernel.advance(
                RULES[self.rule],
                self._key,
                self._hyper,
                self._mdp,
                self.tables,
                self.memory if self._needs_memory() else None,
                limit,
                stop,
                records,
            )
        )

    def _needs_memory(self) -> bool:
        # Either loop does the same for what both can do; the one without a memory is faster.
        return RULES[self.rule] >= FIRST_WITH_MEMORY or getattr(self.config, "exploration", "") == "ucb"

    def records_for_one_tick(self) -> Records:
        """Make record arrays that hold any one tick."""
        return new_records(ticks=1, updates=self._most_updates_a_tick())

    def _most_updates_a_tick(self) -> int:
        if self.rule in TRACED:
            return min(self.tables.q.size, self.model.step_limit) + 1
        return max(1, self._buffer_length(), getattr(self.config, "planning_steps", 0)) + 1

    # ── settings ───────────────────────────────────────────────────────────────────────────────────────────────────

    def set(self, name: str, value: object) -> Value:
        """Change a hyper-parameter, or the mover, from the next tick on.

        Returns:
            The value as it is now in force.

        Raises:
            ConfigError: Unknown, out of range, contradictory, or not to be changed in a running agent.
        """
        if name == "mover":
            if value not in MOVERS:
                raise ConfigError("error.setting.choice", field=name, value=value, choices=", ".join(MOVERS))
            self.mover = str(value)
            self._write_hyper()
            return self.mover
        new = checked(self.config_class, name, value)
        if any(item.name == name and item.live == "never" for item in settings_of(self.config_class)):
            raise ConfigError("error.setting.not_live", field=name)
        self.config = build(self.config_class, {**values_of(self.config), name: new})
        self._write_hyper()
        return new

    def _write_hyper(self) -> None:
        values = values_of(self.config)
        for item in settings_of(self.config_class):
            if item.name in (HYPER.names or ()):
                value = values[item.name]
                self._hyper[item.name] = item.choices.index(str(value)) if item.choices else value
        self._hyper["mover"] = MOVERS.index(self.mover)

    # ── what it knows ──────────────────────────────────────────────────────────────────────────────────────────────

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return copies of everything needed to continue exactly, by name; episode buffers only as far as used."""
        used = int(self.counters["buffered"])
        tables = {
            name: (array[:used] if name in EPISODE_BUFFERS else array).copy()
            for name, array in self.tables._asdict().items()
        }
        return {**tables, **packed(self.memory)}

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Continue from arrays that :meth:`arrays` returned.

        Raises:
            RunError: If a name is missing, or a shape or dtype is another one than this world and agent need.
        """
        checked_arrays: dict[str, NDArray[Any]] = {}
        for name, own in self.tables._asdict().items():
            given = arrays.get(name)
            if given is None or given.dtype != own.dtype:
                raise RunError("error.run.arrays", name=name)
            buffer = name in EPISODE_BUFFERS and given.ndim == 1 and given.shape[0] <= own.shape[0]
            if given.shape != own.shape and not buffer:
                raise RunError("error.run.arrays", name=name)
            checked_arrays[name] = given
        self._check_counters(checked_arrays["counters"][0], checked_arrays)
        self._check_values(arrays)
        for name, own in self.tables._asdict().items():
            own[: checked_arrays[name].shape[0]] = checked_arrays[name]
        unpack(self.memory, arrays)

    def complete(
        self, arrays: dict[str, NDArray[Any]], given: Collection[str], places: NDArray[np.int32] | None
    ) -> None:
        """Fill in what follows from arrays that another learner gave.

        Args:
            arrays: As :meth:`arrays` has them, some of them the other learner's; changed in place.
            given: Names of those the other learner had.
            places: As in :func:`agents.tabular.transfer.transfer`.
        """
        if self.memory.q1.size and "q1" not in given:
            arrays["q1"], arrays["q2"] = arrays["q"].copy(), arrays["q"].copy()
        if self.memory.known_states.size and "model_next" in given and places is not None:
            moved_model(arrays, places)

    def _check_counters(self, counters: np.void, arrays: Mapping[str, NDArray[Any]]) -> None:
        # Compiled code indexes with these unchecked: a file from outside must not make it read elsewhere.
        states, actions = self.model.states, self.model.actions
        whole = all(counters[name] >= 0 for name in ("tick", "episode", "episode_step", "updates", "block_count"))
        in_range = -1 <= counters["state"] < states and -1 <= counters["next_action"] < actions
        buffered = int(counters["buffered"])
        held = (
            all(arrays[name].shape[0] >= buffered for name in EPISODE_BUFFERS)
            if self._buffer_length()
            else buffered == 0
        )
        room = not self._buffer_length() or 0 <= buffered < self._buffer_length() or counters["state"] < 0
        visited, chosen = arrays["episode_states"][:buffered], arrays["episode_actions"][:buffered]
        known = bool(((visited >= 0) & (visited < states)).all() and ((chosen >= 0) & (chosen < actions)).all())
        if not (whole and in_range and buffered >= 0 and held and room and known and counters["block_size"] >= 1):
            raise RunError("error.run.arrays", name="counters")

    def _check_values(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        check_packed(self.memory, arrays, self.model.step_limit)
        for name in self.tables._fields:
            if arrays[name].dtype.kind == "f" and not np.isfinite(arrays[name]).all():
                raise RunError("error.run.arrays", name=name)
        if self.memory.q1.size and not np.array_equal(arrays["q"], 0.5 * arrays["q1"] + 0.5 * arrays["q2"]):
            raise RunError("error.run.arrays", name="q")

    def action_values(self) -> FloatTable:
        """Return what another algorithm can take for action values, ``float64 [S, A]``."""
        return self.tables.q

    def policy(self) -> FloatTable | None:
        """Return the probabilities it acts by, ``float64 [S, A]``, where they do not follow from its values."""
        return None

    exact_settings: tuple[str, ...] = ("gamma",)
    """Settings that decide what its values should be."""

    def exact_values(self, solution: Solution) -> FloatTable:
        """Return what it would know if it had learned everything, ``float64 [S, A]``.

        Args:
            solution: The exact optimum under the discount in force.
        """
        return solution.q

    def distance(self, solution: Solution) -> float:
        """Return how far it is from the exact solution: the largest |V − V*| over states tried, −1 where unknown.

        Args:
            solution: The exact optimum under the discount in force.
        """
        tried = self.tables.visits.any(axis=1)
        if not tried.any() or self.model.states > DISTANCE_STATES:
            return -1.0
        return float(np.abs(self.tables.q.max(axis=1) - solution.q.max(axis=1))[tried].max())

    @property
    def q(self) -> NDArray[np.float64]:
        """The table, ``float64 [S, A]``; it changes as the learner goes on."""
        return self.tables.q
