"""A run that learns from answers, as the window has it: pairs come in, answers go to disk, the worker is told.

The way of an answer: written by the label desk and committed, then the worker is told to read the labels again. So a
worker that dies takes no answer with it, and nobody waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from PySide6.QtCore import QObject, Signal

from agents.preference.preference_plan import PreferencePlan
from arena.errors import ArenaError
from arena.preferences.label import Answer
from arena.preferences.poll import ClassLabel
from arena.protocol.messages import Event, HyperparameterChanged, SetHyperparameter, View, WorldReady
from arena.protocol.preference_messages import (
    AskTeacher,
    HackSuspected,
    LabelsChanged,
    PairAnswered,
    PairOffered,
    PreferenceProgress,
    RewardModelFitted,
    WantPairs,
)
from arena.protocol.world_codec import shown_world
from gui.state.first_games_wait import FirstGamesWait
from gui.state.pair_queue import PairQueue
from gui.state.preference_state import PreferenceState, Question, Reveal
from gui.state.run_labels import RunLabels, Stored
from gui.state.training_model import TrainingModel

WANTED = 6
"""Pairs the worker is asked to have ready."""

INSIDE = ("reward", "reward_spread", "reward_true")
"""What the worker is asked for while somebody looks into the reward model."""

LIVE = "preference."
"""Before the name of a setting of learning from preferences, where it is changed while the run goes on."""

MOST_RETURNS = 2_000


class PreferenceModel(TrainingModel):
    """Owns a worker that learns from preferences, and the answers of its run.

    Args:
        parent: Qt parent.
        clock: Tells the time of this machine in seconds.

    Attributes:
        asked: Emitted with a new :class:`PreferenceState`.
        refused: Emitted with an :class:`ArenaError` when something could not be written or read.
        clips_read: Emitted with a pair's id and its two clips, each ``None`` where it cannot be read.
        taken_in: Emitted with what an import of labels brought.
        saved: Emitted with what went into a label set.
    """

    asked = Signal(object)
    refused = Signal(object)
    clips_read = Signal(str, object)
    taken_in = Signal(object)
    saved = Signal(object)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent, clock=clock)
        self.known = PreferenceState()
        self.looking, self.layers = False, INSIDE
        self.rater = "guest"
        self._labels: RunLabels | None = None
        self._left: list[RunLabels] = []
        self._queue = PairQueue()
        self._given: list[tuple[Question, str]] = []
        self._shown_at = 0.0
        self._first_games = FirstGamesWait()
        self._teacher_asked = ""
        self._wanted = WANTED
        self._news = False

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    def begin(self, agent: str) -> None:
        super().begin(agent)
        self._leave_labels()
        self._queue.clear()
        self._given.clear()
        self._teacher_asked = ""
        self._wanted = WANTED
        self._first_games = FirstGamesWait()
        self._tell(PreferenceState())

    def _leave_labels(self) -> None:
        # Not waited for: what still waits for the disk gets there, and what it tells of that is of another run.
        if self._labels is not None:
            self._labels.leave()
            self._left.append(self._labels)
            self._labels = None

    def shutdown(self) -> None:
        super().shutdown()
        self._leave_labels()
        for labels in self._left:
            labels.close()
        self._left.clear()

    # ── answering ──────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, answer: Answer) -> bool:
        """Answer the pair on the screen and show the next one at once.

        Args:
            answer: ``left``, ``right``, ``equal`` or ``unclear``.

        Returns:
            Whether there was a pair to answer.
        """
        question, labels = self.known.question, self._labels
        if question is None or labels is None or self.known.settled:
            return False
        labels.answer(question.offer.pair_id, answer, self.rater, self._clock() - self._shown_at)
        self._know(unsaved=self.known.unsaved + 1)
        self._answered(question, answer, self.rater)
        self.go_past()
        return True

    def ask_teacher(self, kind: str, criterion: str) -> bool:
        """Have a synthetic teacher answer the pair on the screen; it is shown until :meth:`go_past`.

        Returns:
            Whether there was a pair that it has not been asked about yet.
        """
        question = self.known.question
        if question is None or self.known.settled or self._teacher_asked == question.offer.pair_id:
            return False
        self._teacher_asked = question.offer.pair_id
        return bool(self.ask(AskTeacher(pair_id=question.offer.pair_id, kind=kind, criterion=criterion)))

    def go_past(self) -> None:
        """Show the next pair."""
        self._know(question=None, settled="")
        self._next()

    def answer_of_class(self, pair_id: str, given: Sequence[tuple[ClassLabel, str]]) -> None:
        """Write what a class said of a pair.

        Args:
            pair_id: The pair.
            given: Each label and whose it is.
        """
        if self._labels is not None:
            self._labels.answer_of_class(pair_id, given)
            self._know(unsaved=self.known.unsaved + 1, answered_at=(*self.known.answered_at[-200:], self._clock()))

    def hand_over(self) -> Question | None:
        """Give away a pair that waits, for phones to show; ``None`` while there is none."""
        return self._queue.take()

    def give_back(self, offer: PairOffered) -> None:
        """Ask a pair later that was given away, or that nobody has said anything of."""
        self._queue.offer(offer)

    def want(self, count: int) -> None:
        """Have so many pairs ready that nobody has answered."""
        if count != self._wanted:
            self._wanted = count
            self._want_pairs()

    def _answered(self, question: Question, answer: str, rater: str) -> None:
        self._given.append((question, rater))
        self._know(
            reveal=Reveal(question=question, answer=answer),
            answered_at=(*self.known.answered_at[-200:], self._clock()),
        )

    def take_back(self) -> bool:
        """Take the last answer of this sitting back and ask again; the model learns again without it.

        Returns:
            Whether there was one.
        """
        if not self._given or self._labels is None:
            return False
        question, rater = self._given.pop()
        # After the answer itself, which may still wait for the disk: one thing is done after the other.
        self._labels.take_back_of(question.offer.pair_id, rater)
        shown = self.known.question
        if shown is not None and shown is not question:
            self._queue.put_back(shown)
        self._shown_at = self._clock()
        self._teacher_asked = ""
        self._know(question=question, settled="", reveal=None, answered_at=self.known.answered_at[:-1])
        return True

    @property
    def can_take_back(self) -> bool:
        """Whether an answer of this sitting can be taken back."""
        return bool(self._given)

    def withdraw(self, label_id: str) -> None:
        """Make any answer count no longer."""
        if self._labels is not None:
            self._labels.take_back(label_id)

    def restore(self, label_id: str) -> None:
        """Make an answer count again."""
        if self._labels is not None:
            self._labels.restore(label_id)

    def change(self, label_id: str, answer: Answer) -> None:
        """Give an answer another content."""
        if self._labels is not None:
            self._labels.change(label_id, answer)

    def take_in(self, path: str) -> bool:
        """Take in a label set, beside the window; :attr:`taken_in` tells what it brought.

        Returns:
            Whether there is a run to take it into.
        """
        if self._labels is not None:
            self._labels.take_in(path)
        return self._labels is not None

    def save_labels(self, path: str) -> None:
        """Write all answers that count as a label set, beside the window; :attr:`saved` tells of it."""
        if self._labels is not None:
            self._labels.save(path)

    def read_clips(self, pair_id: str) -> None:
        """Read the clips of an answered pair, beside the window; :attr:`clips_read` brings them."""
        pair = self.known.pairs.get(pair_id)
        if pair is not None and self._labels is not None:
            self._labels.read_clips(pair)

    def forget_reveal(self) -> None:
        """Tell no more of the last answer."""
        if self.known.reveal is not None:
            self._know(reveal=None)

    def forget_alarm(self) -> None:
        """Tell no more of the alarm."""
        self._know(alarm=None)

    def set_preference(self, name: str, value: object) -> None:
        """Change a setting of learning from preferences from here on."""
        self.ask(SetHyperparameter(name=LIVE + name, value=value))

    # ── folding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self) -> None:
        super().fold()
        self._preload()
        if self._news:
            self._news = False
            self.asked.emit(self.known)

    def take(self, message: Event | View) -> None:
        match message:
            case PairOffered():
                self._queue.offer(message)
                self._know(waiting=len(self._queue), first_games_left=0.0)
            case PairAnswered(pair_id=pair_id, answer=answer, rater=rater):
                self._take_answer(pair_id, answer, rater)
            case RewardModelFitted():
                self._take_fit(message)
            case PreferenceProgress():
                self._take_progress_of_preferences(message)
            case HackSuspected():
                self._know(alarm=message)
            case WorldReady():
                self._know(layout=shown_world(message.world, message.arrays).layout)
            case HyperparameterChanged(name=name, value=value) if name.startswith(LIVE):
                self._take_change(name.removeprefix(LIVE), value)
            case _:
                super().take(message)
                if self.state.folder and self._labels is None:
                    self._open_labels(Path(self.state.folder))

    def _open_labels(self, folder: Path) -> None:
        labels = self._labels = RunLabels(folder, self)
        labels.stored.connect(self._take_stored)
        labels.written.connect(self._written)
        labels.failed.connect(self._not_written)
        labels.clips_read.connect(self.clips_read)
        labels.taken_in.connect(self.taken_in)
        labels.saved.connect(self.saved)
        try:
            plan = PreferencePlan.read(folder)
            self._know(plan=plan, budget=plan.config.label_budget, task=plan.task)
        except ArenaError as problem:
            self.refused.emit(problem)
        labels.read()
        self._want_pairs()

    def _want_pairs(self) -> None:
        # A pair nobody can be shown waits in the worker for ever: it is not to take the place of another one.
        self.ask(WantPairs(count=self._wanted + len(self._queue.skipped)))

    def _take_change(self, name: str, value: object) -> None:
        plan = self.known.plan
        if plan is None or name not in vars(plan.config):
            return
        config = replace(plan.config, **{name: value})  # type: ignore[arg-type]
        self._know(plan=replace(plan, config=config), budget=config.label_budget)

    def _take_answer(self, pair_id: str, answer: str, rater: str) -> None:
        question = self.known.question
        if self._labels is not None:
            self._labels.read()
        if question is not None and question.offer.pair_id == pair_id and answer in get_args(Answer):
            self._answered(question, answer, rater)
            self._know(settled=answer)

    def _take_fit(self, message: RewardModelFitted) -> None:
        row = np.array([[message.labels, message.accuracy, message.held_out]], np.float64)
        fits = self.known.fits
        kept = fits[fits[:, 0] < message.labels] if len(fits) else fits
        reveal = self.known.reveal
        if reveal is not None and reveal.told is None:
            reveal = replace(reveal, told=message)
        losses = self.known.losses
        before = losses[losses[:, 0] < message.labels]
        self._know(
            fitted=message,
            fits=np.vstack([kept, row]),
            losses=np.vstack([before, [[message.labels, message.loss]]]),
            reveal=reveal,
        )
        self._view_wanted = self.looking

    def _take_progress_of_preferences(self, message: PreferenceProgress) -> None:
        left = self._first_games.seconds_left(message.first_games, self._clock())
        row = [[message.env_steps, message.predicted_return, message.true_return]]
        returns = self.known.returns
        if np.isfinite(row).all() and (not len(returns) or message.env_steps > returns[-1, 0]):
            returns = np.vstack([returns, row])
            # A long run keeps every second of its points: the curve is some hundred pixels wide.
            returns = returns[::2] if len(returns) > MOST_RETURNS else returns
        self._know(progress=message, returns=returns, first_games_left=left)

    def look_inside(self, on: bool) -> None:
        """Ask the worker for what the reward model holds, or no longer: each look costs it time."""
        self.looking = self._view_wanted = on

    def _take_stored(self, stored: Stored) -> None:
        self._know(labels=stored.labels, pairs={pair.pair_id: pair for pair in stored.pairs})

    def _written(self, name: str) -> None:
        if name == "answer":
            self._know(unsaved=max(0, self.known.unsaved - 1))
        self.ask(LabelsChanged())

    def _not_written(self, name: str, problem: ArenaError) -> None:
        if name == "answer":
            self._know(unsaved=max(0, self.known.unsaved - 1))
        self.refused.emit(problem)

    # ── the next pair ──────────────────────────────────────────────────────────────────────────────────────────────

    def _next(self) -> None:
        if self.known.question is None:
            question = self._queue.take()
            if question is not None:
                self._shown_at = self._clock()
                self._know(question=question)
                self._want_pairs()
        if self.known.waiting != len(self._queue):
            self._know(waiting=len(self._queue))

    def _preload(self) -> None:
        # One a fold: reading two clips of a game takes some milliseconds, and the window paints meanwhile.
        before = len(self._queue.skipped)
        if self._queue.load_one() and len(self._queue.skipped) > before:
            self._know(skipped=len(self._queue.skipped))
            self._want_pairs()
        if self.known.question is None:
            self._next()

    def _know(self, **fields: Any) -> None:
        self.known = replace(self.known, **fields)
        self._news = True

    def _tell(self, known: PreferenceState) -> None:
        self.known = known
        self.asked.emit(known)
