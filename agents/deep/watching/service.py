"""The worker that plays a network's games for somebody to watch: paced, stopped, stepped, rewound, played against."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from agents.deep.watching.games_by_hand import GamesByHand
from agents.deep.watching.loading import Loading, version_of
from agents.deep.watching.recording import AGENT, PERSON, RANDOM
from agents.deep.watching.shown import layers_of, view_of
from agents.deep.watching.source import open_source
from agents.deep.watching.table import Table
from agents.runtime.inbox import Inbox
from arena.errors import ArenaError, UsageError
from arena.preferences.demonstration_file import demonstration_path, write_demonstrations
from arena.protocol.messages import (
    SPEED_EPISODE,
    SPEED_MAXIMUM,
    Act,
    Command,
    Event,
    HyperparameterChanged,
    Pause,
    PhaseChanged,
    Run,
    SetMover,
    SetSpeed,
    Step,
    Stop,
    View,
    ViewRequest,
    Warned,
)
from arena.protocol.watch_messages import (
    REAL_TIME,
    DemonstrationsSaved,
    EditGame,
    GameOver,
    MomentsFound,
    NewGame,
    PickMoment,
    SaveDemonstrations,
    ShowStep,
    UseWeights,
    WatchReady,
    WeightsTaken,
)

MOVERS = {"agent": AGENT, "person": PERSON, "random": RANDOM}

BETWEEN_GAMES = 1.0
"""Seconds the end of a game stays, at real time."""

NEWEST_SECONDS = 1.0
"""Newer weights of a run are looked for so often."""

MOMENTS_SECONDS = 1.0

_WAITING = 0.01
"""While libraries load, commands are looked at so often."""


def serve(
    path: str, inbox: Inbox, emit: Callable[[Event], None], send_view: Callable[[View], None], speed: float = REAL_TIME
) -> None:
    """Let a model or run be watched until told to stop, or until nobody listens; see :class:`Watching`."""
    Watching(path, inbox, emit, send_view, speed).loop()


class Watching:
    """A watched game, driven by commands.

    Args:
        path: Folder of a model or run.
        inbox: Where commands come from.
        emit: Sends an event.
        send_view: Sends a view; called only after a request.
        speed: Decisions a second to begin with; 0 for as fast as it goes.

    Raises:
        ArenaError: If there is nothing to watch in the folder, or its game cannot be made.
    """

    def __init__(
        self,
        path: str,
        inbox: Inbox,
        emit: Callable[[Event], None],
        send_view: Callable[[View], None],
        speed: float = REAL_TIME,
    ) -> None:
        self._began = time.monotonic()
        self._inbox = inbox
        self._emit = emit
        self._send_view = send_view
        self._source = open_source(path)
        self._table = Table(self._source)
        self._by_hand = GamesByHand(self._source)
        self._loading: Loading | None = Loading(self._source)
        self._speed = speed
        self._due = 0.0
        self._steps = 0
        self._file = ""
        self._newest: tuple[str, int] = ("", 0)
        self._newest_at = self._moments_at = 0.0
        self._found: tuple[dict[str, Any], ...] = ()
        self._wanted_view: ViewRequest | None = None
        self._postponed: list[Command] = []
        self.phase = "paused"
        """As in ``PhaseChanged``; read by the heartbeat."""
        self.progress = 0
        """Grows with every turn; read by the heartbeat."""

    def loop(self) -> None:
        """Play as told until told to stop, or until nobody is left to watch.

        Raises:
            ArenaError: If the network cannot be loaded at all.
        """
        self._tell_ready()
        self._enter("paused")
        try:
            while not self._inbox.closed:
                command = self._inbox.take(self._patience())
                while command is not None:
                    if isinstance(command, Stop):
                        return
                    self._guarded(command)
                    command = self._inbox.take(0.0)
                if self._loading is not None:
                    self._sit_down_when_loaded(self._loading)
                else:
                    self._follow_newest()
                    self._work()
                self._answer_view()
                self.progress += 1
        finally:
            self._table.close()

    def _tell_ready(self) -> None:
        source = self._source
        place = source.place
        reference: dict[str, Any] = dict(place.reference)
        if reference:
            reference["published"] = place.published(source.agent)
        self._emit(
            WatchReady(
                run_id=source.name,
                name=source.name,
                env_id=place.env_id,
                agent=source.agent,
                observation=place.kind,
                action_names=place.action_names,
                preferences=source.preferences,
                ages=source.ages,
                reference=reference,
                card=source.card,
                layers=layers_of(self._table),
                seconds=time.monotonic() - self._began,
            )
        )

    def _sit_down_when_loaded(self, loading: Loading) -> None:
        if loading.is_alive():
            return
        if loading.problem is not None:
            raise loading.problem
        self._loading = None
        self._newest = loading.version
        self._table.sit_down(loading.policy, loading.env_steps)
        self._emit(WeightsTaken(run_id=self._source.name, weights_env_steps=loading.env_steps))
        postponed, self._postponed = self._postponed, []
        for command in postponed:
            self._guarded(command)

    def _patience(self) -> float:
        if self._loading is not None:
            return _WAITING
        if self._steps:
            return 0.0
        if self.phase != "running":
            return 0.25
        return max(0.0, min(0.25, self._due - time.monotonic()))

    # ── commands ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _guarded(self, command: Command) -> None:
        try:
            if isinstance(command, ViewRequest):
                self._wanted_view = command
            elif self._obeyed_at_once(command):
                return
            elif self._loading is not None:
                self._postponed.append(command)
            else:
                self._obey(command)
        except ArenaError as problem:
            self._emit(Warned(key=problem.key, params=problem.params, command_id=command.command_id))

    def _obeyed_at_once(self, command: Command) -> bool:
        """Obey what needs no network."""
        match command:
            case Run():
                self._run()
            case Pause():
                self._steps = 0
                self._enter("paused")
                if self._loading is None:
                    self._tell_moments(now=True)
            case Step(count=count):
                self._enter("paused")
                self._steps += max(0, count)
            case SetSpeed(per_second=speed):
                self._speed = REAL_TIME if speed == SPEED_EPISODE else max(0.0, speed)
                self._due = time.monotonic()
            case SetMover(mover=mover):
                self._set_mover(mover)
            case _:
                return False
        return True

    def _obey(self, command: Command) -> None:
        match command:
            case Act(action=action):
                self._act(action)
            case NewGame(game_seed=seed):
                self._begin(self._table.player.recording.game_seed + 1 if seed < 0 else seed)
            case ShowStep(step=step):
                self._table.show(step)
            case PickMoment(index=index):
                self._table.pick(index)
            case SaveDemonstrations(file=file):
                self._save_demonstrations(file)
            case UseWeights(file=file, ghosts=ghosts):
                self._use(file, ghosts)
            case EditGame(bricks=bricks, ball=ball, paddle=paddle):
                if not self._table.edit(bricks, ball, paddle):
                    raise UsageError("warning.watch.edit_undone")

    def _run(self) -> None:
        if self._waits_for_person:
            self._enter("paused", "phase.reason.your_move")
            return
        self._due = time.monotonic()
        self._enter("running")

    @property
    def _waits_for_person(self) -> bool:
        return self._table.mover == PERSON and self._table.game.by_turns

    def _set_mover(self, mover: str) -> None:
        if mover not in MOVERS:
            raise UsageError("error.watch.mover", mover=mover, known=", ".join(MOVERS))
        self._table.mover = MOVERS[mover]
        self._emit(HyperparameterChanged(run_id=self._source.name, name="mover", value=mover))
        if self._waits_for_person and self.phase == "running":
            self._enter("paused", "phase.reason.your_move")

    def _act(self, action: int) -> None:
        self._table.hold(action)
        if self.phase != "running" and self._table.mover == PERSON:
            self._decide(action)

    def _begin(self, seed: int) -> None:
        self._table.begin(seed)
        self._tell_moments(now=True)
        self._due = time.monotonic()

    def _save_demonstrations(self, file: str) -> None:
        path = demonstration_path(file)
        made = self._by_hand.demonstrations(self._breathe)
        write_demonstrations(path, made)
        self._emit(
            DemonstrationsSaved(
                run_id=self._source.name,
                file=str(path),
                games=made.games,
                steps=made.steps,
                mean_return=float(made.scores.mean()),
            )
        )

    def _breathe(self) -> None:
        self.progress += 1

    def _use(self, file: str, ghosts: tuple[str, ...]) -> None:
        source, table = self._source, self._table
        others = [source.file(named) for named in ghosts]
        wanted = source.file(file) if file else source.newest()
        weights, env_steps = source.weights(wanted)
        loaded = [(source.weights(other)[0], other.name) for other in others]
        table.take(weights, env_steps, wanted.name, now=True)
        if others or table.ghosts:
            table.invite(loaded)
        self._file = file
        self._newest = version_of(wanted)
        self._emit(WeightsTaken(run_id=source.name, file=file, weights_env_steps=env_steps))

    # ── work ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        table = self._table
        if self._steps:
            self._steps -= 1
            if self._waits_for_person:
                self._enter("paused", "phase.reason.your_move")
            else:
                self._decide()
            return
        now = time.monotonic()
        if self.phase != "running" or now < self._due:
            return
        if table.player.recording.ended:
            self._begin(table.player.recording.game_seed + 1)
            return
        self._decide()
        if self._speed == SPEED_MAXIMUM:
            return
        period = 1.0 / self._speed
        # A late decision is not made up for by a burst: what was shown late is shown late.
        self._due = max(self._due + period, now - period)
        if table.player.recording.ended:
            self._due = now + BETWEEN_GAMES * REAL_TIME / max(self._speed, REAL_TIME)

    def _decide(self, action: int | None = None) -> None:
        table = self._table
        recording = table.player.recording
        if recording.ended:
            self._begin(recording.game_seed + 1)
            return
        moved = table.decide(action)
        if moved.over:
            self._by_hand.take(recording, truncated=moved.truncated)
            self._emit(
                GameOver(
                    run_id=self._source.name,
                    env_steps=table.decisions,
                    episodes=table.games_ended,
                    score=float(recording["score"][-1]),
                    length=recording.newest,
                    mover=_mover_of(recording["chosen_by"][:-1].tolist()),
                    edited=recording.edited,
                )
            )
        self._tell_moments(now=moved.over)

    def _tell_moments(self, *, now: bool) -> None:
        at = time.monotonic()
        if not now and at - self._moments_at < MOMENTS_SECONDS:
            return
        self._moments_at = at
        found = self._table.moments()
        if found != self._found:
            self._found = found
            self._emit(MomentsFound(run_id=self._source.name, moments=found))

    def _follow_newest(self) -> None:
        now = time.monotonic()
        if self._file or now - self._newest_at < NEWEST_SECONDS:
            return
        self._newest_at = now
        file = self._source.newest()
        version = version_of(file)
        if version in (self._newest, ("", 0)):
            return
        # Taken as seen whatever comes of it: a damaged file is told once.
        self._newest = version
        try:
            weights, env_steps = self._source.weights(file)
            self._table.take(weights, env_steps, file.name, now=False)
        except ArenaError as problem:
            self._emit(Warned(key=problem.key, params=problem.params))
            return
        self._emit(WeightsTaken(run_id=self._source.name, weights_env_steps=env_steps))

    # ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self, phase: str, reason: str = "") -> None:
        self.phase = phase
        self._emit(PhaseChanged(run_id=self._source.name, phase=phase, reason=reason))

    def _answer_view(self) -> None:
        if self._wanted_view is not None:
            layers, self._wanted_view = self._wanted_view.layers, None
            self._send_view(view_of(self._table, layers, {"speed": self._speed}))


def _mover_of(chosen_by: list[int]) -> str:
    names = {number: name for name, number in MOVERS.items()}
    movers = set(chosen_by)
    return names[movers.pop()] if len(movers) == 1 else "mixed"
