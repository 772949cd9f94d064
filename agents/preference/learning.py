"""Keeps r̂ at what the labels say: fits it anew when they change, in slices, and tells how that went."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.preference.clip_archive import Candidates
from agents.preference.fitting import FitReport, Fitting
from agents.preference.judging import ripple_of, verdict_on
from agents.preference.label_book import EMPTY, Taken
from arena.errors import RunError
from arena.protocol.preference_messages import RewardModelFitted

if TYPE_CHECKING:
    from agents.preference.preference_run import PreferenceRun

Floats = NDArray[np.float32]

ON_SHARE = 0.1
"""A fit that goes on from the last one goes through the labels this much less often than one from the beginning."""

_NORMALISED_CLIPS = 400
_NORMALISED_PICTURES = 40
_NORMALISE = 0x2F


class Learning:
    """What one run learns from its labels.

    Args:
        run: The run.

    Attributes:
        fits: Fits done.
        seconds: Spent on fits by this process.
        accuracy: Of the last fit, on labels that those who are asked have not seen; NaN before the first.
        held_out: How many those were.
    """

    def __init__(self, run: PreferenceRun) -> None:
        self._run = run
        self._taken: Taken = EMPTY
        self._names: frozenset[tuple[str, int]] = frozenset()
        self._optimizer: dict[str, Any] | None = None
        self._l2 = run.preferences.config.l2
        self._told_missing = 0
        self.fits = 0
        self.seconds = 0.0
        self.accuracy, self.held_out = math.nan, 0

    @property
    def labels(self) -> int:
        """Labels that count now."""
        return len(self._taken.answers)

    def clips(self) -> set[str]:
        """Return the ids of the clips that were learned from."""
        return self._taken.answers.clips()

    def fit(self) -> None:
        """Read the labels, and where they have changed fit r̂ to them; left early, it is done again later."""
        begun = time.perf_counter()
        run = self._run
        try:
            taken = run.asking.book.read(run.env_steps if run.preferences.teacher.is_synthetic else None)
        except RunError as problem:
            run.warn("warning.preference.not_read", problem=str(problem))
            return
        self._tell_missing()
        if taken.names == self._names and run.ensemble.fitted == bool(taken.answers):
            self._taken = taken
            return
        if not len(taken.answers):
            self._forget(taken)
            return
        fitting = self._fitting(taken)
        while fitting.work():
            if run.breathe():
                run.labels_changed = True
                return
        before = self._shown() if run.ensemble.fitted else None
        report = fitting.finish()
        self._optimizer = fitting.optimizer.state_dict()
        self._l2, self._taken, self._names = report.l2, taken, taken.names
        run.alarm.forget()
        self.fits += 1
        self.seconds += report.seconds
        self.normalise()
        self._tell(report, before, time.perf_counter() - begun)

    def _fitting(self, taken: Taken) -> Fitting:
        run, config = self._run, self._run.preferences.config
        # What was taken back or changed must leave no trace: only from the beginning is that so.
        anew = config.refit == "anew" or not run.ensemble.fitted or bool(self._names - taken.names)
        return Fitting(
            run.ensemble,
            run.asking.shelf,
            taken.answers,
            l2=config.l2 if anew else self._l2,
            epochs=config.epochs if anew else max(1, round(config.epochs * ON_SHARE)),
            anew=anew,
            optimizer_state=self._optimizer,
        )

    def _forget(self, taken: Taken) -> None:
        run = self._run
        run.ensemble.network, run.ensemble.fitted = run.ensemble.fresh_network(), False
        self._taken, self._names, self._optimizer = taken, taken.names, None
        if run.asking.asked:
            run.emit(RewardModelFitted(labels=0, rate=run.asking.rate))

    def normalise(self) -> None:
        """Bring every member to mean 0 and spread 1 over what the policy did of late and some of what it did before."""
        run = self._run
        luck = np.random.default_rng([run.folder.config.seed, _NORMALISE, self.fits])
        wanted = _NORMALISED_PICTURES if run.makings.place.kind == "pixels" else _NORMALISED_CLIPS
        clips = Candidates(run.env.recent, run.asking.chooser.archive, wanted, run.preferences.config.clip_steps, luck)
        batch = clips.batch
        if batch is None:
            batch = run.asking.shelf.batch(sorted(self._taken.answers.clips()))
        observations, actions = batch.steps
        there = batch.counted.flatten()
        run.ensemble.normalise(observations[there], actions[there])

    def _shown(self) -> Floats:
        """Return r̂ of every state, or of some steps of the labelled clips: what a ripple is seen in."""
        ensemble = self._run.ensemble
        if self._run.makings.place.kind == "states":
            return np.asarray(ensemble.table()[0][:, :-1].mean(axis=1))
        clips = sorted(self._taken.answers.clips())[:20]
        if not clips:
            return np.zeros(0, np.float32)
        observations, actions = self._run.asking.shelf.batch(clips).steps
        return ensemble.opinion(observations, actions).mean

    def _tell(self, report: FitReport, before: Floats | None, seconds: float) -> None:
        run = self._run
        verdict = verdict_on(run.ensemble, run.asking.shelf, self._taken.answers)
        self.accuracy, self.held_out = verdict.accuracy, verdict.held_out
        after = self._shown()
        same = before is not None and before.shape == after.shape
        run.emit(
            RewardModelFitted(
                labels=report.labels,
                rate=run.asking.rate,
                loss=report.loss,
                validation_loss=report.validation_loss if report.validation_loss >= 0.0 else math.nan,
                accuracy=verdict.accuracy,
                held_out=verdict.held_out,
                l2=report.l2,
                seconds=seconds,
                calibration=verdict.calibration,
                ripple=ripple_of(before if same else None, after, run.preferences.config.reward_std),
            )
        )
        values = {"preference/labels": float(report.labels), "preference/loss": report.loss, "preference/l2": report.l2}
        if report.validation_loss >= 0.0:
            values["preference/validation_loss"] = report.validation_loss
        if verdict.held_out:
            values["preference/accuracy"] = verdict.accuracy
        run.reporter.values.update(values)

    def _tell_missing(self) -> None:
        missing = len(self._run.asking.book.missing)
        if missing > self._told_missing:
            self._run.warn("warning.preference.clips_missing", count=missing)
        self._told_missing = missing

    # ── for checkpoints ────────────────────────────────────────────────────────────────────────────────────────────

    def plain(self) -> dict[str, Any]:
        """Return where it stands, ready for JSON."""
        return {"l2": self._l2, "fits": self.fits, "names": sorted([list(name) for name in self._names])}

    def optimizer_arrays(self) -> dict[str, torch.Tensor]:
        """Return the optimiser's moments by name."""
        if self._optimizer is None:
            return {}
        return {
            f"{index}:{name}": torch.as_tensor(value).detach().clone()
            for index, moments in self._optimizer["state"].items()
            for name, value in moments.items()
        }

    def load(self, plain: Mapping[str, Any], moments: Mapping[str, torch.Tensor]) -> None:
        """Set everything back to what :meth:`plain` and :meth:`optimizer_arrays` returned."""
        run = self._run
        self._l2, self.fits = float(plain["l2"]), int(plain["fits"])
        self._names = frozenset((str(label), int(revision)) for label, revision in plain["names"])
        self._optimizer = None
        if moments:
            held: dict[int, dict[str, torch.Tensor]] = {}
            for key, value in moments.items():
                index, _, name = key.partition(":")
                held.setdefault(int(index), {})[name] = value
            blank = torch.optim.Adam(run.ensemble.network.parameters(), lr=run.preferences.config.reward_learning_rate)
            self._optimizer = {**blank.state_dict(), "state": held}
