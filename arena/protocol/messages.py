"""Everything two processes say to each other, defined once.

Commands go to the worker, events and views come back. Events are also the lines of a run's ``events.jsonl``. All are
frozen dataclasses of plain values; :mod:`arena.protocol.codec` turns them into bytes and checks them on the way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

VERSION = 1
"""Version of the messages; a reader refuses newer ones."""

SPEED_MAXIMUM = 0.0
"""``SetSpeed.per_second`` for "as fast as it goes"."""

SPEED_EPISODE = -1.0
"""``SetSpeed.per_second`` for one episode a second."""


# ── control lane: to the worker ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a person (or the command line) asks of a worker; ``command_id`` comes back in ``Acknowledged``."""

    command_id: int = 0


@dataclass(frozen=True, kw_only=True)
class Open(Command):
    """First message to a worker: what to learn.

    Attributes:
        spec: Fields of :class:`agents.runtime.spec.RunSpec`.
    """

    spec: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Run(Command):
    """Learn until told otherwise, at the speed set."""


@dataclass(frozen=True, kw_only=True)
class Pause(Command):
    """Stop at the next safe point and wait."""


@dataclass(frozen=True, kw_only=True)
class Step(Command):
    """Do that many ticks, each recorded, and pause.

    Attributes:
        count: How many.
        paced: More will follow at somebody else's pace: aggregates are sent at theirs, not after each.
    """

    count: int = 1
    paced: bool = False


@dataclass(frozen=True, kw_only=True)
class RunTo(Command):
    """Learn flat out until something happens, and pause.

    Attributes:
        goal: ``change`` (a value changes), ``reward`` (an unusual reward), ``episode`` (``count`` episodes end),
            ``stable`` (values stop moving) or ``tick`` (the clock shows ``count``).
        count: Episodes, or the tick.
        quiet: Do not tell at the end what the last tick did: it is found by replay, which takes as long as the stretch
            itself where somebody goes on in short ones. ``seconds`` among the placeholder values of why it paused says
            how long it took.
    """

    goal: str
    count: int = 1
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class SetSpeed(Command):
    """Pace of ``Run``: updates a second, or :data:`SPEED_MAXIMUM`, or :data:`SPEED_EPISODE`."""

    per_second: float


@dataclass(frozen=True, kw_only=True)
class SetHyperparameter(Command):
    """Change one field of the configuration at the next safe point; it becomes an event of the run."""

    name: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class SetMover(Command):
    """Who chooses the actions from now on: ``agent``, ``random`` or ``person``."""

    mover: str


@dataclass(frozen=True, kw_only=True)
class EditWorld(Command):
    """Go on in a world of the same size with these arguments changed (a cell, a reward); ``None`` takes one away."""

    env_kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Act(Command):
    """A person's action for the next tick."""

    action: int


@dataclass(frozen=True, kw_only=True)
class Checkpoint(Command):
    """Write a keyframe now and flush it to disk."""


@dataclass(frozen=True, kw_only=True)
class Fork(Command):
    """Copy the run as it was at a tick into a new run folder, with something changed; ``Forked`` answers.

    Attributes:
        at: The tick.
        changes: Plain values by name: settings, ``agent``, ``seed``, ``action``, ``world.<argument>``.
    """

    at: int
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ViewRequest(Command):
    """Ask for one view; the worker answers when it next may, with the newest state.

    Attributes:
        layers: Names of arrays wanted (``q``, ``visits`` …).
    """

    layers: tuple[str, ...] = ("q", "visits")


@dataclass(frozen=True, kw_only=True)
class Stop(Command):
    """Save and end the process."""


# ── event lane: from the worker ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in a run.

    Attributes:
        version: Version of these messages.
        run_id: Name of the run's folder.
        seq: Number of the event in this session, from 1 without gaps; 0 for acknowledgements and heartbeats, which
            overtake the others.
        env_steps: The clock when it happened.
        episodes: Episodes ended by then.
        updates: Table updates done by then.
    """

    version: int = VERSION
    run_id: str = ""
    seq: int = 0
    env_steps: int = 0
    episodes: int = 0
    updates: int = 0


@dataclass(frozen=True, kw_only=True)
class WorldReady(Event):
    """The worker has built the world and the learner; everything a window needs to draw them.

    Attributes:
        config: The run's configuration as in ``config.json``.
        world: Plain values of the world (see :mod:`arena.protocol.world_codec`).
        arrays: Index arrays of the layout, and ``solution_q`` ``float64 [S, A]``, the exact optimum.
        optimum: Expected return of the optimal policy from the start, undiscounted.
        folder: Run folder.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    world: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    optimum: float = 0.0
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class SolutionChanged(Event):
    """The discount was changed, and with it the exact optimum; fields as in :class:`WorldReady`."""

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    optimum: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Acknowledged(Event):
    """A command has arrived; sent by the control thread at once."""

    command_id: int = 0


@dataclass(frozen=True, kw_only=True)
class PhaseChanged(Event):
    """What the worker is doing now.

    Attributes:
        phase: ``starting``, ``compiling``, ``starting_own`` (somebody's code is imported and started), ``paused``,
            ``running``, ``saving``, ``finished``, ``stopped``, ``failed``.
        reason: Translation key of why, or empty.
        params: Placeholder values of the reason.
    """

    phase: str = "paused"
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Heartbeat(Event):
    """Sign of life; ``progress`` grows whenever work gets done."""

    phase: str = "paused"
    progress: int = 0


@dataclass(frozen=True, kw_only=True)
class TickHappened(Event):
    """One recorded step: the draw, the move, the target and the new values.

    Attributes:
        tick: Fields of one ``TICK`` record.
        changes: Fields of each ``UPDATE`` record of that tick, in order (at most the last 200 are sent).
    """

    tick: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Metrics(Event):
    """Aggregates since the last one, at most 20 a second.

    Attributes:
        blocks: Rows of the return curve: ``[first_episode, episodes, tick, mean, min, max, length_mean]`` each.
        steps_per_second: Speed since the last one.
        epsilon: Exploration rate now; −1 where there is none.
        largest_change: Largest |new − old| since the last one.
        distance: Largest |V − V*| over states tried, −1 if unknown.
        distances: ``(tick, distance)`` of aggregates before this one; only where a run's history is told.
    """

    blocks: tuple[tuple[float, ...], ...] = ()
    steps_per_second: float = 0.0
    epsilon: float = -1.0
    largest_change: float = 0.0
    distance: float = -1.0
    distances: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class HyperparameterChanged(Event):
    """From tick ``env_steps`` on, a field has another value (``mover`` counts as one)."""

    name: str = ""
    value: Any = None


@dataclass(frozen=True, kw_only=True)
class WorldEdited(Event):
    """From tick ``env_steps`` on, the world is made with these arguments."""

    env_kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ActionForced(Event):
    """At tick ``env_steps`` a person chose the action."""

    action: int = 0


@dataclass(frozen=True, kw_only=True)
class KeyframeWritten(Event):
    """A keyframe of tick ``env_steps`` is on disk."""

    state_hash: str = ""


@dataclass(frozen=True, kw_only=True)
class Forked(Event):
    """A fork asked for has been written."""

    command_id: int = 0
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class Warned(Event):
    """Something went wrong that does not stop the run; one sentence.

    Attributes:
        key: Translation key of the sentence.
        params: Placeholder values.
        command_id: Number of the command that was refused, 0 where it is about none.
    """

    key: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    command_id: int = 0


@dataclass(frozen=True, kw_only=True)
class Failed(Event):
    """The run cannot go on.

    Attributes:
        key: Translation key of the sentence.
        params: Placeholder values.
        details: Log lines for the folded part.
    """

    key: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    details: str = ""


# ── view lane: from the worker, only when asked ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class View:
    """What the learner knows at one instant.

    Attributes:
        env_steps: The clock.
        episodes: Episodes ended.
        updates: Table updates done.
        arrays: ``q`` ``float64 [S, A]``, ``visits`` ``int64 [S, A]`` … as asked.
        scalars: state, episode_step, episode_return, last_return, last_length, epsilon, last_state, last_action.
    """

    env_steps: int = 0
    episodes: int = 0
    updates: int = 0
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    scalars: Mapping[str, float] = field(default_factory=dict)


COMMANDS: tuple[type[Command], ...] = (
    Open, Run, Pause, Step, RunTo, SetSpeed, SetHyperparameter, SetMover, EditWorld, Act, Checkpoint, Fork,
    ViewRequest, Stop,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    WorldReady, SolutionChanged, Acknowledged, PhaseChanged, Heartbeat, TickHappened, Metrics, HyperparameterChanged,
    WorldEdited, ActionForced, KeyframeWritten, Forked, Warned, Failed,
)  # fmt: skip
Message = Command | Event | View
"""Anything that travels."""
