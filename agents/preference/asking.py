"""Has the questions of a run ready: writes them down before it offers them, and asks a synthetic teacher itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.preference.choosing import Chooser, Chosen
from agents.preference.label_book import LabelBook
from agents.preference.labelled_clips import ClipShelf
from agents.preference.schedule import questions_due
from agents.preference.teacher_plan import SYNTHETIC, TeacherPlan
from agents.preference.teachers import SyntheticTeacher, teacher_of, worth_for
from arena.errors import RunError, UsageError
from arena.preferences.clip_file import read_clip
from arena.preferences.label import Answer, Pair
from arena.protocol.preference_messages import HackSuspected, PairOffered

if TYPE_CHECKING:
    from agents.preference.preference_run import PreferenceRun

READY = 3
"""Pairs that wait for a person, so that nobody ever waits for the next one."""

MOST_READY = 200
"""A class may want one for each phone; more is a mistake."""

_FIRST_ROUND = 4
_SUSPECT, _SUSPECTS = 0x5C, 300
_KEEP_EVERY = 20
_KEEP_CLIPS = 12


class Asking:
    """The questions of one run.

    Args:
        run: The run.

    Attributes:
        chooser: Chooses pairs.
        book: The label store.
        asked: Pairs asked so far.
        wanted_ready: Pairs that shall wait for a person.
    """

    def __init__(self, run: PreferenceRun) -> None:
        self._run = run
        plan, seed = run.preferences, run.folder.config.seed
        place = run.makings.place.under(run.makings.config)
        self.shelf = ClipShelf(plan.config.clip_steps)
        self.book = LabelBook(run.folder.path, self.shelf, plan.config.kept_labels)
        self.chooser = Chooser(place, plan.config, run.ensemble, run.env.recent, seed)
        self.asked = 0
        self.wanted_ready = READY
        self.rate = 0.0
        self._teacher: SyntheticTeacher | None = None
        self._teachers: dict[TeacherPlan, SyntheticTeacher] = {}
        self._kept_at = 0
        self._offered: set[str] = set()

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def first_questions(self) -> None:
        """Ask about the games that were played at random."""
        config = self._run.preferences.config
        first = questions_due(config, 0, self._run.config.horizon)
        if self._run.preferences.has_person:
            self._offer(first=True)
        if not self._run.preferences.teacher.is_synthetic:
            return
        while self.asked < first:
            # In rounds: what was asked a moment ago need not be asked again.
            if not self._ask_teacher(min(_FIRST_ROUND, first - self.asked), first=True):
                return

    def ask(self) -> bool:
        """Ask what is due; returns whether a synthetic teacher has answered anything."""
        run = self._run
        due = questions_due(run.preferences.config, run.env_steps, run.config.horizon)
        self._note_rate(due)
        if not self.chooser.ready:
            return False
        if run.preferences.has_person:
            self._offer(first=not run.ensemble.fitted)
        if not run.preferences.teacher.is_synthetic:
            return False
        return due > self.asked and self._ask_teacher(due - self.asked, first=False)

    def _note_rate(self, due: int) -> None:
        speed = self._run.clock.speed(self._run.env_steps)
        horizon = self._run.config.horizon
        ahead = max(1, horizon // 20)
        later = questions_due(self._run.preferences.config, self._run.env_steps + ahead, horizon)
        self.rate = (later - due) / ahead * speed * 3_600.0

    def keep_clips(self) -> None:
        """Keep some clips of what is played now, every so often."""
        run = self._run
        every = max(1, run.config.horizon // (_KEEP_EVERY * _KEEP_EVERY))
        if run.env_steps // every != self._kept_at // every and len(run.env.recent):
            self._kept_at = run.env_steps
            self.chooser.keep_some(_KEEP_CLIPS)

    def _offer(self, *, first: bool) -> None:
        run = self._run
        waiting = [pair for pair in self.book.pairs.values() if pair.pair_id not in self.book.answered]
        for pair in waiting:
            if pair.pair_id not in self._offered:
                self._tell(pair, len(waiting))
        wanted = min(self.wanted_ready - len(waiting), run.preferences.config.label_budget - self.asked)
        if wanted <= 0:
            return
        for pair in self._write(self.chooser.choose(wanted, first=first)):
            waiting.append(pair)
            self._tell(pair, len(waiting))

    def _tell(self, pair: Pair, ready: int) -> None:
        self._offered.add(pair.pair_id)
        self._run.emit(
            PairOffered(
                pair_id=pair.pair_id,
                left=pair.left,
                right=pair.right,
                left_file=str(self.book.file_of(pair.left)),
                right_file=str(self.book.file_of(pair.right)),
                why=pair.why,
                details=pair.details,
                ready=ready,
            )
        )

    def _write(self, chosen: list[Chosen]) -> list[Pair]:
        run = self._run
        written = []
        for each in chosen:
            details: dict[str, Any] = {"worth": each.query.worth, "votes": list(each.query.votes)}
            pair = Pair(
                run_id=run.folder.run_id,
                left=each.left.clip_id,
                right=each.right.clip_id,
                why=each.query.why,  # type: ignore[arg-type]
                details=details,
                env_step=run.env_steps,
            )
            written.append((each.left, each.right, pair))
        try:
            self.book.write(written)
        except RunError as problem:
            run.warn("warning.preference.not_stored", problem=str(problem))
            return []
        self.asked += len(written)
        return [pair for _, _, pair in written]

    def _ask_teacher(self, count: int, *, first: bool) -> bool:
        chosen = self.chooser.choose(count, first=first)
        if self._teacher is None:
            self._teacher = self._made_teacher(self._run.preferences.teacher)
        pairs = self._write(chosen)
        for pair, each in zip(pairs, chosen, strict=False):
            answer = self._teacher.answer(each.left, each.right)
            self.book.store.answer(pair.pair_id, answer, self._teacher.name, source=self._teacher.name)
        return bool(pairs)

    def answer_as(self, plan: TeacherPlan, pair_id: str) -> Answer:
        """Have a synthetic teacher answer a pair that was made for a person; it is in the label store after that.

        Args:
            plan: The teacher.
            pair_id: The pair.

        Raises:
            UsageError: If there is no such teacher here.
            RunError: If the pair or a clip of it cannot be read, or the answer cannot be written.
        """
        if not plan.is_synthetic:
            raise UsageError("error.preference.teacher", name=plan.kind, known=", ".join(SYNTHETIC))
        plan.checked(self._run.makings.place.kind)
        pair = self.book.pairs.get(pair_id)
        if pair is None:
            raise RunError("error.label.missing", label=f"{pair_id:.64}")
        left, right = (read_clip(self.book.file_of(clip_id)) for clip_id in (pair.left, pair.right))
        if plan not in self._teachers:
            self._teachers[plan] = self._made_teacher(plan)
        answer = self._teachers[plan].answer(left, right)
        self.book.store.answer(pair_id, answer, plan.kind, source=plan.kind)
        return answer

    def suspicious_clip(self) -> HackSuspected:
        """Return the clip of late that the model likes most beyond what it truly brings, its file written."""
        run = self._run
        luck = np.random.default_rng([run.folder.config.seed, _SUSPECT, run.env_steps])
        windows = run.env.recent.windows(_SUSPECTS, run.preferences.config.clip_steps, luck)
        if not len(windows):
            return HackSuspected()
        batch = run.env.recent.batch(windows)
        observations, actions = batch.steps
        there = batch.counted.numpy()
        said = (run.ensemble.opinion(observations, actions).mean.reshape(there.shape) * there).sum(axis=1)
        true = (batch.rewards.numpy() * there).sum(axis=1)
        worst = int((_in_units(said) - _in_units(true)).argmax())
        clip = run.env.recent.clip(windows, worst)
        try:
            (file,) = self.book.store.add_clips(run.folder.run_id, [clip])
        except RunError as problem:
            run.warn("warning.preference.not_stored", problem=str(problem))
            return HackSuspected(predicted=float(said[worst]), true=float(true[worst]))
        return HackSuspected(clip_file=str(file), predicted=float(said[worst]), true=float(true[worst]))

    def _made_teacher(self, plan: TeacherPlan) -> SyntheticTeacher:
        run = self._run
        worth = worth_for(plan.criterion, run.makings.world)
        archive = self.chooser.archive
        # Of the clips kept first: their spread is the unit of what a flawed teacher overlooks.
        sums = [float(worth(archive.clip(index)).sum()) for index in range(min(len(archive), 200))]
        return teacher_of(plan, np.array(sums), run.folder.config.seed, worth)

    # ── for checkpoints ────────────────────────────────────────────────────────────────────────────────────────────

    def plain(self) -> dict[str, Any]:
        """Return where asking stands, ready for JSON."""
        teacher = self._teacher
        return {
            "asked": self.asked,
            "rounds": self.chooser.rounds,
            "kept": self.chooser.kept,
            "kept_at": self._kept_at,
            "unit": None
            if teacher is None
            else [teacher.unit, _finite(teacher.skip_below), _finite(teacher.equal_within)],
        }

    def coverage_arrays(self) -> dict[str, torch.Tensor]:
        """Return what was asked about, by name."""
        asked = self.chooser.coverage.asked
        return {
            "cells": torch.tensor(list(asked), dtype=torch.int64),
            "counts": torch.tensor(list(asked.values()), dtype=torch.int64),
        }

    def load(self, plain: Mapping[str, Any], coverage: Mapping[str, torch.Tensor]) -> None:
        """Set everything back to what :meth:`plain` and :meth:`coverage_arrays` returned."""
        self.asked = int(plain["asked"])
        self.chooser.rounds, self.chooser.kept = int(plain["rounds"]), int(plain["kept"])
        self._kept_at = int(plain["kept_at"])
        cells, counts = coverage["cells"].tolist(), coverage["counts"].tolist()
        self.chooser.coverage.asked = dict(zip(cells, counts, strict=True))
        self._offered.clear()
        self._teacher = None
        if plain["unit"] is not None:
            unit, skip, equal = plain["unit"]
            # The thresholds it began with: clips kept since then would move them.
            self._teacher = replace(
                self._made_teacher(self._run.preferences.teacher),
                unit=float(unit),
                skip_below=-np.inf if skip is None else float(skip),
                equal_within=float(equal),
            )


def _in_units(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
