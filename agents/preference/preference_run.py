"""A deep run whose rewards come from answers: the trainer of :mod:`agents.deep.training` with another world inside."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.vec_env import VecEnv

from agents.deep.checkpoint import More, load_more
from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.training.luck import begin_games
from agents.deep.training.making import Makings
from agents.deep.training.plan import TrainingPlan
from agents.deep.training.training_run import Emit, TrainingRun
from agents.preference.asking import Asking
from agents.preference.cutting import RecentSteps
from agents.preference.ensemble import Ensemble
from agents.preference.first_games import FirstGames
from agents.preference.hack_alarm import HackAlarm
from agents.preference.learning import Learning
from agents.preference.left_half import left_share
from agents.preference.preference_plan import PreferencePlan
from agents.preference.preference_vec_env import PreferenceVecEnv
from agents.preference.reference_policy import FILE as REFERENCE
from agents.preference.reference_policy import ReferencePolicy
from agents.preference.reward_looks import RewardLooks
from agents.preference.teacher_plan import LEFT_TASKS
from arena.errors import RunError
from arena.protocol.messages import View
from arena.protocol.preference_messages import PreferenceProgress
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder

KEPT_STEPS: Mapping[str, int] = {"states": 20_000, "vector": 20_000, "objects": 12_000, "pixels": 1_600}
"""Last steps of all games together that clips are cut from, by kind of place."""

ARRAYS = "preference.safetensors"
"""File of a checkpoint that holds the ensemble, its optimiser and the kept clips."""

_EXPLORE, _LEFT = 0xE0, 0x1E
_LEFT_SECONDS = 2.0
_PROGRESS_SECONDS = 0.5
_WAIT_SECONDS = 0.02
_KEEP_ROUNDS, _KEEP_CLIPS = 8, 64
_AVERAGED = 100


class PreferenceMakings(Makings):
    """What a run of preferences is made of.

    Args:
        run_config: The run's ``config.json``.
        plan: How it learns from preferences.
        device: As in :class:`Makings`.
        threads: As in :class:`Makings`.
    """

    def __init__(self, run_config: RunConfig, plan: PreferencePlan, device: str = "auto", threads: int = 0) -> None:
        super().__init__(run_config, device, threads)
        self.preferences = plan
        self.env: PreferenceVecEnv

    def around(self, games: GamesVecEnv) -> VecEnv:
        """Return games that pay r̂."""
        settings = self.preferences.config
        rests = settings.ends == "rest"
        rows = max(4 * settings.clip_steps, KEPT_STEPS[self.place.kind] // games.num_envs)
        place = self.place.under(self.config)
        self.env = PreferenceVecEnv(
            games,
            Ensemble(place, settings, self.run_config.seed),
            RecentSteps(place, games.num_envs, rows, rests=rests),
            gamma=self.config.gamma,
            rests=rests,
        )
        return self.env


class PreferenceRun(TrainingRun):
    """A run of preferences in progress.

    Args:
        folder: Run folder, locked by this process.
        makings: What the run is made of.
        plan: When it saves.
        emit: Called with every event, in order.

    Attributes:
        labels_changed: Somebody has changed the label store.
        wanted_ready: How many pairs wait to be answered by a person.

    Raises:
        RunError: If the folder cannot be written, or no checkpoint in it can be used.
    """

    makings: PreferenceMakings

    def __init__(self, folder: RunFolder, makings: PreferenceMakings, plan: TrainingPlan, emit: Emit) -> None:
        self.preferences = makings.preferences
        self.labels_changed = True
        self._tending = False
        self._progress_at = -math.inf
        self._games: deque[tuple[float, float]] = deque(maxlen=_AVERAGED)
        super().__init__(folder, makings, plan, emit)

    def _build(self, device: str) -> None:
        super()._build(device)
        self.env = self.makings.env
        self.ensemble: Ensemble = self.env.rewards  # type: ignore[assignment]
        self.asking = Asking(self)
        self.rewards = Learning(self)
        self.reward_looks = RewardLooks(self)
        self._explored = self._released = self.suspected = False
        self.alarm = HackAlarm()
        self.left_share_before = math.nan
        self._left_told = (-math.inf, math.nan)
        policy = self.model.policy
        assert isinstance(policy, ActorCriticPolicy)
        self.reference = ReferencePolicy(policy)
        self.reference.weight = self.preferences.config.kl_weight
        self.env.straying = self.reference
        path = self.folder.path / REFERENCE
        if path.exists():
            self.reference.read(path)
        elif self.preferences.reference:
            self.reference.read(Path(self.preferences.reference))
        if not path.exists():
            self.reference.write(path)

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def between_updates(self) -> None:
        """Ask, fit and wait where that is due; then what every run does.

        Raises:
            FaultFoundError: If a loss is no number.
        """
        self.env.gamma = float(self.config.gamma)
        self.env.clock = self.env_steps
        self.tend()
        self._take_games()
        self._tell_progress()
        super().between_updates()

    def _take_games(self) -> None:
        for predicted, true in self.env.take_ended():
            self._games.append((predicted, true))
            raised = self.alarm.take(predicted, true)
            if raised and self.preferences.config.hack_alarm == "on":
                self.suspected = True
                self.emit(self.asking.suspicious_clip())

    def tend(self) -> None:
        """Do what is due for the answers: play the first games, ask, fit, wait for the first answers."""
        if self._tending:
            return
        self._tending = True
        try:
            if not self._explored and not self.ensemble.fitted and not self._explore():
                return
            self.asking.keep_clips()
            if self.asking.ask():
                self.labels_changed = True
            if self.labels_changed:
                self.labels_changed = False
                self.rewards.fit()
            self._await_first()
        finally:
            self._tending = False

    def _explore(self) -> bool:
        """Play for the first clips, before the policy learns; returns whether it came to its end."""
        env, settings = self.env, self.preferences.config
        luck = np.random.default_rng([self.folder.config.seed, _EXPLORE])
        steps = max(settings.first_steps // env.num_envs, 2 * settings.clip_steps)
        first = FirstGames(self, luck)
        for step in range(1, steps + 1):
            first.step()
            env.clock = 0
            if step % max(1, steps // _KEEP_ROUNDS) == 0:
                self.asking.chooser.keep_some(_KEEP_CLIPS)
            self._tell_progress(step / steps)
            # After every step, as in training: on a busy machine a few steps of all games take seconds.
            if self.breathe():
                return False
        self._explored = True
        self.left_share_before = self.left_share()
        self.asking.first_questions()
        # Nothing of these games counts: the run begins as it would without them.
        begin_games(self.model, self.folder.config.seed, self._checkpoint)
        env.take_ended()
        return True

    def _await_first(self) -> None:
        if self._released:
            return
        wanted = min(self.preferences.config.first_labels, self.preferences.config.label_budget)
        while self.rewards.labels < wanted and self.preferences.has_person:
            if self.breathe():
                return
            if self.labels_changed:
                self.labels_changed = False
                self.rewards.fit()
                self.asking.ask()
            else:
                time.sleep(_WAIT_SECONDS)
        self._released = True

    def set_preference(self, name: str, value: Any) -> None:
        """Change a setting of learning from preferences from here on, and keep to it when the run goes on."""
        config = replace(self.preferences.config, **{name: value})
        self.preferences = replace(self.preferences, config=config)
        self.ensemble.config = self.asking.chooser.config = config
        self.reference.weight = config.kl_weight
        self.asking.book.most = config.kept_labels
        self.preferences.write(self.folder.path)

    # ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell_progress(self, first_games: float = 1.0) -> None:
        moment = time.monotonic()
        if moment - self._progress_at < _PROGRESS_SECONDS:
            return
        self._progress_at = moment
        predicted, true, correlation = self.returns()
        self.emit(
            PreferenceProgress(
                predicted_return=predicted,
                true_return=true,
                correlation=correlation,
                kl=self.reference.kl,
                budget_left=max(0, self.preferences.config.label_budget - self.asking.asked),
                rate=self.asking.rate,
                first_games=first_games,
                left_share=self._left_now(moment),
                left_share_before=self.left_share_before,
            )
        )

    def _left_now(self, moment: float) -> float:
        """Return the share again, where the task is about it; measured every few seconds: it takes milliseconds."""
        if self.preferences.task in LEFT_TASKS and self._explored and moment - self._left_told[0] > _LEFT_SECONDS:
            self._left_told = (moment, self.left_share())
        return self._left_told[1]

    def returns(self) -> tuple[float, float, float]:
        """Return mean predicted and true score of the last games, and their correlation; NaN where not known."""
        if not self._games:
            return (math.nan, math.nan, math.nan)
        games = np.array(self._games)
        moves = len(games) > 2 and bool((games.std(axis=0) > 1e-9).all())
        correlation = float(np.corrcoef(games.T)[0, 1]) if moves else math.nan
        return float(games[:, 0].mean()), float(games[:, 1].mean()), correlation

    def left_share(self) -> float:
        """Return the share of the last steps in the left half of the world; NaN where that means nothing."""
        luck = np.random.default_rng([self.folder.config.seed, _LEFT])
        makings = self.makings
        return left_share(makings.place, makings.world, self.env.recent, self.preferences.config.clip_steps, luck)

    def view(self, layers: tuple[str, ...]) -> View:
        """Return the layers asked for, those of r̂ too, and where the run stands."""
        seen = super().view(layers)
        return View(
            env_steps=seen.env_steps,
            episodes=seen.episodes,
            updates=seen.updates,
            arrays={**seen.arrays, **self.reward_looks.layers(layers)},
            scalars={**seen.scalars, **self.reward_looks.scalars()},
        )

    # ── for checkpoints ────────────────────────────────────────────────────────────────────────────────────────────

    def more(self) -> tuple[dict[str, Any], More]:
        """Return the ensemble, its optimiser, the kept clips, and where asking stands."""
        arrays: dict[str, torch.Tensor] = {}
        for part, held in (
            ("ensemble", self.ensemble.state()),
            ("archive", self.asking.chooser.archive.state()),
            ("optimizer", self.rewards.optimizer_arrays()),
            ("coverage", self.asking.coverage_arrays()),
        ):
            arrays |= {f"{part}:{name}": value.contiguous() for name, value in held.items()}
        values = {
            "explored": self._explored,
            "released": self._released,
            "left_share": None if math.isnan(self.left_share_before) else self.left_share_before,
            "asking": self.asking.plain(),
            "learning": self.rewards.plain(),
            "returns": [list(pair) for pair in self._games],
        }
        return {"preference": values}, {ARRAYS: arrays}

    def take_more(self, state: Mapping[str, Any]) -> None:
        """Take back what :meth:`more` returned."""
        path = self.folder.checkpoints_path / f"{int(state['env_steps']):012d}"
        arrays = load_more(path, ARRAYS)
        if arrays is None:
            raise RunError("error.run.damaged", file=str(path / ARRAYS))

        def part(name: str) -> dict[str, torch.Tensor]:
            return {key.partition(":")[2]: value for key, value in arrays.items() if key.startswith(f"{name}:")}

        values = state["preference"]
        self.ensemble.load(part("ensemble"))
        self.asking.chooser.archive.load(part("archive"))
        self.asking.load(values["asking"], part("coverage"))
        self.rewards.load(values["learning"], part("optimizer"))
        self._explored, self._released = bool(values["explored"]), bool(values["released"])
        before = values["left_share"]
        self.left_share_before = math.nan if before is None else float(before)
        self._games = deque(((float(a), float(b)) for a, b in values["returns"]), maxlen=_AVERAGED)
        self.labels_changed = True

    def close(self) -> None:
        """Let go of games, folder and label store."""
        try:
            self.asking.book.close()
        finally:
            super().close()
