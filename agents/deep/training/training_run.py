"""One deep learner at work in one run folder: the same code in a worker process and under the command line."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

from agents.configuration import values_of
from agents.deep.checkpoint import More
from agents.deep.training.ages import WeightFiles, ages_in, forget_ages_after
from agents.deep.training.clock import Clock
from agents.deep.training.evaluating import Breathe, Evaluations, evaluate, is_due
from agents.deep.training.faults import Fault, FaultFoundError, fault_of_step, fault_of_update, fault_of_weights
from agents.deep.training.games_played import GamesPlayed
from agents.deep.training.live_settings import LiveSettings
from agents.deep.training.looks import Looks
from agents.deep.training.luck import begin_games
from agents.deep.training.making import Makings
from agents.deep.training.plan import TrainingPlan
from agents.deep.training.recording import Recording, cut_back, history
from agents.deep.training.reporting import Reporter
from agents.deep.training.rollout_begin import RolloutBegin
from agents.deep.training.run_checkpoint import load_newest, save_run
from agents.deep.training.safe_points import SafePoints, Watched
from agents.deep.training.table_shown import TableShown
from arena.errors import ConfigError, RunError
from arena.protocol.messages import Event, HyperparameterChanged, KeyframeWritten, View, Warned
from arena.runs.event_log import read_inputs
from arena.runs.run_folder import RunFolder

Emit = Callable[[Event], None]

_NO_LOG = 2**62
"""SB3 shall never empty its logger: what it says is read from it here."""


class TrainingRun:
    """A deep run in progress; only one process works in its folder at a time.

    Args:
        folder: Run folder, locked by this process.
        makings: What the run is made of.
        plan: When it saves.
        emit: Called with every event, in order.

    Raises:
        RunError: If the folder cannot be written, or no checkpoint in it can be used.
    """

    def __init__(self, folder: RunFolder, makings: Makings, plan: TrainingPlan, emit: Emit) -> None:
        self.folder = folder
        self.makings = makings
        self.plan = plan
        self.settings = LiveSettings(makings.config)
        self._send = emit
        self._seq = 0
        self.updates = 0
        self._checkpoint = self._checkpoint_steps = -1
        self._seconds = 0.0
        self._begun: RolloutBegin | None = None
        self.learning = False
        self.fault: Fault | None = None
        self.clock = Clock()
        self.breathe: Breathe = lambda: False
        """Called between two steps of an evaluation; returns whether to leave it."""
        self._build(makings.device)
        resumed = folder.checkpoints_path.is_dir()
        if resumed:
            self._read_back()
        self.recording = Recording(folder, self.emit)
        self.reporter = Reporter(self)
        self.evaluations = Evaluations(folder.evaluations_path, self.env_steps)
        if not resumed:
            begin_games(self.model, folder.config.seed, 0)
            self._save(first=True)
        self.recording.index(self.env_steps, self.games.games, "running", now=True)

    def _build(self, device: str) -> None:
        self.model = self.makings.model(device)
        self.model.set_logger(Logger(folder=None, output_formats=[]))
        assert self.model.env is not None
        self.games = GamesPlayed(self.model.env.num_envs)
        world = self.makings.world
        self.table = None if world is None else TableShown(self.model, world, self.config.gamma, self.games)
        self.looks = Looks(self.model, self.table)
        self.weights = WeightFiles(self.folder.path, self.config.horizon)

    # ── where it stands ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def env_steps(self) -> int:
        """The clock: agent steps of all games so far."""
        return int(self.model.num_timesteps)

    @property
    def finished(self) -> bool:
        """Whether the horizon has been reached."""
        return self.env_steps >= int(self.config.horizon)

    @property
    def saved_steps(self) -> int:
        """``env_steps`` of the last checkpoint."""
        return self._checkpoint_steps

    @property
    def plays_rollouts(self) -> bool:
        """Whether it learns from rollouts, which are dropped where it is left in the middle of one."""
        return isinstance(self.model, OnPolicyAlgorithm)

    def emit(self, event: Event) -> None:
        """Stamp an event with where the run stands, log it and send it."""
        self._seq += 1
        stamped = replace(
            event,
            run_id=self.folder.run_id,
            seq=self._seq,
            env_steps=self.env_steps,
            episodes=self.games.games,
            updates=self.updates,
        )
        self.recording.log(stamped)
        self._send(stamped)

    def tell(self, event: Event) -> None:
        """Stamp an event and send it, unlogged: it was read from the log."""
        self._seq += 1
        self._send(replace(event, run_id=self.folder.run_id, seq=self._seq, env_steps=self.env_steps))

    def warn(self, key: str, **params: Any) -> None:
        """Send a warning sentence."""
        self.emit(Warned(key=key, params=params))

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def learn(self, watched: Watched) -> None:
        """Let SB3's loop run to the horizon, or until a safe point raises.

        Args:
            watched: Who is told at each safe point, after this run has done its part.

        Raises:
            FaultFoundError: If something is no number any more.
        """
        points = SafePoints(watched)
        points.attach(self.model)
        try:
            self.model.learn(
                self.config.horizon - self.env_steps, callback=points, log_interval=_NO_LOG, reset_num_timesteps=False
            )
        except ValueError as problem:
            # What PyTorch says of probabilities that are none; which weights made them so is worth more.
            found = fault_of_weights(self.model, self.env_steps)
            if found is None:
                raise
            raise FaultFoundError(found) from problem
        finally:
            points.detach()
            self.learning = False

    def after_step(self, said: dict[str, Any]) -> None:
        """Take in a step of all games.

        Args:
            said: Local variables of SB3's loop.

        Raises:
            FaultFoundError: If a reward or an observation is no number.
        """
        fault = fault_of_step(said["new_obs"], said["rewards"], self.env_steps)
        if fault is not None:
            raise FaultFoundError(fault)
        self.looks.after_step()
        self.games.take(said["rewards"], said["dones"], said["infos"], self.env_steps)
        if self.table is not None:
            self.table.take(np.asarray(self.model._last_obs), np.asarray(said["actions"]))

    def after_minibatch(self) -> None:
        """Take in a gradient step."""
        self.learning = True
        self.updates += 1
        self.looks.after_learning()
        if self.table is not None:
            self.table.forget()

    def between_updates(self) -> None:
        """Do what is due while nothing is half done: changes, a checkpoint, weights for whoever watches.

        Raises:
            FaultFoundError: If a loss is no number.
        """
        self.learning = False
        fault = fault_of_update(self.model, self.env_steps)
        if fault is not None:
            raise FaultFoundError(fault)
        self.makings.forget_finished(self.model)
        self.reporter.after_update()
        for event in self.settings.due(self.env_steps):
            with contextlib.suppress(ConfigError):
                self.change(event.name, event.value)
        if self.env_steps // self.plan.save_every != self._checkpoint_steps // self.plan.save_every:
            self.checkpoint()
        self.publish()
        if is_due(self.evaluations.last, self.env_steps, self.plan.eval_every):
            evaluate(self)
        if self.plays_rollouts:
            self._begun = RolloutBegin(self)

    def drop_rollout(self) -> None:
        """Go back to where the rollout began that is being played: nothing was learned from it yet."""
        if self._begun is not None:
            self._begun.go_back()

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def checkpoint(self, *, asked: bool = False) -> bool:
        """Write a checkpoint and begin new games; a full disk is said, and learning goes on.

        Call it only between two updates.

        Args:
            asked: Somebody waits for it: it is said also where there was nothing new to save.

        Returns:
            Whether it was written.

        Raises:
            FaultFoundError: If a weight is no number: such a state is of no use to anybody.
        """
        if self._checkpoint_steps == self.env_steps:
            if asked:
                self.emit(KeyframeWritten())
            return True
        found = fault_of_weights(self.model, self.env_steps)
        if found is not None:
            raise FaultFoundError(found)
        try:
            self._save()
        except RunError as problem:
            # Tried again at the next one that is due.
            self._checkpoint_steps = self.env_steps
            self.warn("warning.deep.not_saved", problem=str(problem))
            return False
        self.recording.flush()
        self.emit(KeyframeWritten())
        return True

    def _save(self, *, first: bool = False) -> None:
        number, (values, arrays) = self._checkpoint + 1, self.more()
        state = {
            **values,
            "env_steps": self.env_steps,
            "updates": self.updates,
            "checkpoint": number,
            "games": self.games.plain(),
            "visits": None if self.table is None else self.table.visits.tolist(),
            "settings": values_of(self.config),
            "seconds": self.seconds,
            **self.makings.machine(self.model),
        }
        save_run(self.folder.checkpoints_path, self.model, state, arrays)
        self._checkpoint, self._checkpoint_steps = number, self.env_steps
        self.clock.saved_at = time.monotonic()
        if not first:
            begin_games(self.model, self.folder.config.seed, number)
        self.games.cut_off()

    def more(self) -> tuple[dict[str, Any], More]:
        """Return plain values and named arrays a checkpoint has besides; here none."""
        return {}, {}

    def take_more(self, state: Mapping[str, Any]) -> None:
        """Take back what :meth:`more` returned, given the checkpoint's plain values."""

    @property
    def seconds(self) -> float:
        """Seconds training has run, in all processes."""
        return self._seconds + self.clock.seconds

    def publish(self, *, now: bool = False) -> None:
        """Write the newest weights for whoever watches, and those of an age that stay, where that is due."""
        try:
            policy: Any = self.model.policy
            for event in self.weights.write(policy, self.env_steps, self.games.games, self.games.score, now=now):
                self.emit(event)
        except RunError as problem:
            self.warn("warning.deep.not_published", problem=str(problem))

    # ── live changes ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def config(self) -> Any:
        """The settings in force."""
        return self.settings.config

    def change(self, name: str, value: object) -> None:
        """Change a setting from here on; it is logged at this clock and survives a kill.

        Call it only between two updates.

        Raises:
            ConfigError: If it may not be changed so; nothing has changed then.
        """
        self.settings.take(self.settings.checked(name, value), self.model, self.table)
        self.emit(HyperparameterChanged(name=name, value=getattr(self.config, name)))
        self.recording.flush()

    # ── going on ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _read_back(self) -> None:
        state, damaged = load_newest(self.folder.checkpoints_path, self.model)
        try:
            steps = int(state["env_steps"])
            self.games.go_on(state["games"])
            self.updates = int(state["updates"])
            self._checkpoint, self._checkpoint_steps = int(state["checkpoint"]), steps
            self._seconds = float(state["seconds"])
            if self.table is not None:
                self.table.visits[:] = np.asarray(state["visits"], np.int64)
            changes = read_inputs(self.folder.events_path)
            self.settings.read_back(state["settings"], changes, steps, self.model, self.table)
            self.take_more(state)
        except (KeyError, TypeError, ValueError, ConfigError) as problem:
            raise RunError("error.run.damaged", file=str(self.folder.checkpoints_path)) from problem
        cut_back(self.folder, steps, self.games.games)
        forget_ages_after(self.folder.path, steps)
        # Anew: the ages just forgotten are to be kept when the run comes there again.
        self.weights = WeightFiles(self.folder.path, self.config.horizon)
        begin_games(self.model, self.folder.config.seed, self._checkpoint)
        self.makings.note_machine(state, damaged)

    def go_back(self, device: str = "") -> None:
        """Go on from the last good checkpoint.

        Args:
            device: Where the network computes from now on; where it did if not given.

        Raises:
            RunError: If no checkpoint can be used.
        """
        seconds = self.seconds
        self.recording.close()
        if device:
            with contextlib.suppress(RuntimeError):
                self.close_games()
            self._build(device)
        self._read_back()
        self._seconds = seconds - self.clock.seconds
        self.settings.forget_due()
        self.model.logger.name_to_value.clear()
        self.recording = Recording(self.folder, self.emit)
        self.reporter = Reporter(self)
        self.evaluations = Evaluations(self.folder.evaluations_path, self.env_steps)
        self.clock.restart()
        self._begun = self.fault = None
        # Settings, curves and ages are those of that checkpoint again.
        self.announce()

    # ── looking and ending ─────────────────────────────────────────────────────────────────────────────────────────

    def announce(self) -> None:
        """Send what a window needs to show the run: first of all events."""
        rows, blocks = history(self.folder)
        self.reporter.announce(rows, blocks, ages_in(self.folder.path))
        for key, params in self.makings.warnings():
            self.warn(key, **params)

    def view(self, layers: tuple[str, ...]) -> View:
        """Return the layers asked for, and where the run stands."""
        return View(
            env_steps=self.env_steps,
            episodes=self.games.games,
            updates=self.updates,
            arrays=self.looks.layers(layers),
            scalars=self.looks.scalars(),
        )

    def close_games(self) -> None:
        """End the games."""
        if self.model.env is not None:
            self.model.env.close()

    def close(self) -> None:
        """Let go of games and folder; what is to be saved has been."""
        try:
            self.reporter.write(force=True)
            self.recording.index(self.env_steps, self.games.games, "stopped", now=True)
            self.recording.close()
            self.close_games()
        finally:
            self.folder.unlock()
