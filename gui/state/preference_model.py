"""A run that learns from answers, as the window has it: pairs come in, answers go to disk, the worker is told.

The way of an answer: written by the label desk and committed, then the worker is told to read the labels again. So a
worker that dies takes no answer with it, and nobody waits for it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from agents.preference.preference_plan import PreferencePlan
from arena.errors import ArenaError
from arena.preferences.clip import Clip
from arena.preferences.clip_file import clip_path, read_clip
from arena.preferences.label import Answer, Label, Pair, label_id_of
from arena.preferences.label_store import LabelStore
from arena.protocol.messages import Event, View, WorldReady
from arena.protocol.preference_messages import (
    HackSuspected,
    LabelsChanged,
    PairOffered,
    PreferenceProgress,
    RewardModelFitted,
    WantPairs,
)
from arena.protocol.world_codec import shown_world
from gui.state.label_desk import LabelDesk
from gui.state.preference_state import PreferenceState, Question, Reveal
from gui.state.training_model import TrainingModel

PRELOADED = 3
"""Pairs whose clips are read before anybody gets to them."""

WANTED = 6
"""Pairs the worker is asked to have ready."""


INSIDE = ("reward", "reward_spread", "reward_true")
"""What the worker is asked for while somebody looks into the reward model."""

MOST_RETURNS = 2_000


class _Stored(NamedTuple):
    """What the label store holds of a run."""

    labels: tuple[Label, ...]
    pairs: tuple[Pair, ...]


class _Read(NamedTuple):
    """The clips of a pair."""

    pair_id: str
    clips: tuple[Clip | None, ...]


def _clip_or_none(folder: Path, clip_id: str) -> Clip | None:
    try:
        return read_clip(clip_path(folder, clip_id))
    except (ArenaError, ValueError):
        return None


class PreferenceModel(TrainingModel):
    """Owns a worker that learns from preferences, and the answers of its run.

    Args:
        parent: Qt parent.
        clock: Tells the time of this machine in seconds.

    Attributes:
        asked: Emitted with a new :class:`PreferenceState`.
        refused: Emitted with an :class:`ArenaError` when an answer could not be written.
        clips_read: Emitted with a pair's id and its two clips, each ``None`` where it cannot be read.
    """

    asked = Signal(object)
    refused = Signal(object)
    clips_read = Signal(str, object)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent, clock=clock)
        self.known = PreferenceState()
        self.looking, self.layers = False, INSIDE
        self.rater = "guest"
        self._desk: LabelDesk | None = None
        self._queue: deque[PairOffered] = deque()
        self._loaded: deque[Question] = deque()
        self._given: list[Question] = []
        self._shown_at = 0.0
        self._news = False

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    def begin(self, agent: str) -> None:
        super().begin(agent)
        for held in (self._queue, self._loaded, self._given):
            held.clear()
        self._tell(PreferenceState())

    def shutdown(self) -> None:
        super().shutdown()
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    # ── answering ──────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, answer: Answer) -> bool:
        """Answer the pair on the screen and show the next one at once.

        Args:
            answer: ``left``, ``right``, ``equal`` or ``unclear``.

        Returns:
            Whether there was a pair to answer.
        """
        question, desk = self.known.question, self._desk
        if question is None or desk is None:
            return False
        now = self._clock()
        pair, rater, seconds = question.offer.pair_id, self.rater, now - self._shown_at
        desk.ask("answer", lambda store: store.answer(pair, answer, rater, seconds=seconds))
        self._given.append(question)
        self._know(
            reveal=Reveal(question=question, answer=answer),
            unsaved=self.known.unsaved + 1,
            answered_at=(*self.known.answered_at[-200:], now),
            question=None,
        )
        self._next()
        return True

    def take_back(self) -> bool:
        """Take the last answer of this sitting back and ask again; the model learns again without it.

        Returns:
            Whether there was one.
        """
        desk = self._desk
        if not self._given or desk is None:
            return False
        question, rater = self._given.pop(), self.rater
        label_id = label_id_of(question.offer.pair_id, rater)
        # After the answer itself, which may still wait for the disk: the desk does one thing after the other.
        desk.ask("take_back", lambda store: store.take_back(label_id))
        if self.known.question is not None:
            self._loaded.appendleft(self.known.question)
        self._shown_at = self._clock()
        self._know(question=question, reveal=None, answered_at=self.known.answered_at[:-1])
        return True

    @property
    def can_take_back(self) -> bool:
        """Whether an answer of this sitting can be taken back."""
        return bool(self._given)

    def withdraw(self, label_id: str) -> None:
        """Make any answer count no longer."""
        if self._desk is not None:
            self._desk.ask("take_back", lambda store: store.take_back(label_id))

    def restore(self, label_id: str) -> None:
        """Make an answer count again."""
        if self._desk is not None:
            self._desk.ask("restore", lambda store: store.restore(label_id))

    def change(self, label_id: str, answer: Answer) -> None:
        """Give an answer another content."""
        if self._desk is not None:
            self._desk.ask("change", lambda store: store.change(label_id, answer))

    def read_clips(self, pair_id: str) -> None:
        """Read the clips of an answered pair, beside the window; :attr:`clips_read` brings them."""
        pair, desk = self.known.pairs.get(pair_id), self._desk
        if pair is None or desk is None:
            return
        folder = Path(self.state.folder)

        def read(_: LabelStore) -> _Read:
            return _Read(pair_id, tuple(_clip_or_none(folder, clip_id) for clip_id in (pair.left, pair.right)))

        desk.ask("read", read)

    def forget_reveal(self) -> None:
        """Tell no more of the last answer."""
        if self.known.reveal is not None:
            self._know(reveal=None)

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
                self._queue.append(message)
                self._know(waiting=len(self._queue) + len(self._loaded))
            case RewardModelFitted():
                self._take_fit(message)
            case PreferenceProgress():
                self._take_progress_of_preferences(message)
            case HackSuspected():
                self._know(alarm=message)
            case WorldReady():
                self._know(layout=shown_world(message.world, message.arrays).layout)
            case _:
                super().take(message)
                if self.state.folder and self._desk is None:
                    self._open_desk(Path(self.state.folder))

    def _open_desk(self, folder: Path) -> None:
        self._desk = LabelDesk(str(folder.parent / "arena.db"), self)
        self._desk.done.connect(self._done)
        self._desk.failed.connect(self._refused)
        try:
            plan = PreferencePlan.read(folder)
            self._know(budget=plan.config.label_budget, task=plan.task)
        except ArenaError as problem:
            self.refused.emit(problem)
        self._reload()
        self.ask(WantPairs(count=WANTED))

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
        row = [[message.env_steps, message.predicted_return, message.true_return]]
        returns = self.known.returns
        if np.isfinite(row).all() and (not len(returns) or message.env_steps > returns[-1, 0]):
            returns = np.vstack([returns, row])
            # A long run keeps every second of its points: the curve is some hundred pixels wide.
            returns = returns[::2] if len(returns) > MOST_RETURNS else returns
        self._know(progress=message, returns=returns)

    def look_inside(self, on: bool) -> None:
        """Ask the worker for what the reward model holds, or no longer: each look costs it time."""
        self.looking = self._view_wanted = on

    def _done(self, name: str, result: object) -> None:
        if isinstance(result, _Stored):
            self._know(labels=result.labels, pairs={pair.pair_id: pair for pair in result.pairs})
            return
        if isinstance(result, _Read):
            self.clips_read.emit(result.pair_id, result.clips)
            return
        if name == "answer":
            self._know(unsaved=max(0, self.known.unsaved - 1))
        self.ask(LabelsChanged())
        self._reload()

    def _refused(self, name: str, problem: ArenaError) -> None:
        if name == "answer":
            self._know(unsaved=max(0, self.known.unsaved - 1))
        self.refused.emit(problem)

    def _reload(self) -> None:
        run_id = Path(self.state.folder).name

        def load(store: LabelStore) -> _Stored:
            return _Stored(store.labels(run_id), store.pairs(run_id))

        if self._desk is not None:
            self._desk.ask("load", load)

    # ── the next pair ──────────────────────────────────────────────────────────────────────────────────────────────

    def _next(self) -> None:
        if self.known.question is None and self._loaded:
            self._shown_at = self._clock()
            self._know(question=self._loaded.popleft())
            self.ask(WantPairs(count=WANTED))
        self._know(waiting=len(self._queue) + len(self._loaded))

    def _preload(self) -> None:
        # One a fold: reading two clips of a game takes some milliseconds, and the window paints meanwhile.
        if self._queue and len(self._loaded) < PRELOADED:
            offer = self._queue.popleft()
            try:
                left, right = (read_clip(Path(file)) for file in (offer.left_file, offer.right_file))
            except ArenaError:
                self._know(skipped=self.known.skipped + 1)
                return
            self._loaded.append(Question(offer=offer, left=left, right=right))
        if self.known.question is None and self._loaded:
            self._next()

    def _know(self, **fields: Any) -> None:
        self.known = replace(self.known, **fields)
        self._news = True

    def _tell(self, known: PreferenceState) -> None:
        self.known = known
        self.asked.emit(known)
