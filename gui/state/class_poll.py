"""A class that answers: with its phones or by hands that are counted; the window's side of it.

Votes stay hidden until a pair is closed. What is closed goes to disk as labels, as any answer does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from agents.class_poll.class_room import ClassRoom, GaveUp, Phones
from agents.class_poll.wire import Film
from arena.errors import ArenaError
from arena.preferences.clip import Clip
from arena.preferences.label import HANDS
from arena.preferences.poll import Result, hand_count
from arena.protocol.preference_messages import PairOffered
from gui.state.preference_model import WANTED, PreferenceModel
from gui.state.preference_state import Question

Way = Literal["hands", "together", "split"]
Phase = Literal["off", "starting", "voting", "closed"]

CLASS, PHONE = "class", "phone "
"""Raters: the class as one; a phone, before its number."""

TICK_MS = 100
SPARE_PAIRS, MOST_PAIRS = 3, 60
"""Pairs for phones beyond those that have one; and in all."""


@dataclass(frozen=True, kw_only=True)
class ClassPlan:
    """How a class is asked.

    Attributes:
        way: Hands, phones together, or each phone by itself.
        host: Address of this computer phones find the page at.
        every_vote: Every vote becomes a label; else the majority's answer does.
        times: How many phones answer each pair, where each has its own.
    """

    way: Way = "hands"
    host: str = "127.0.0.1"
    every_vote: bool = False
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class ClassState:
    """Where the asking of a class stands.

    Attributes:
        phase: Off; the page is being started; a pair is open; it is closed and its result shown.
        plan: How it is asked.
        address: Where phones find the page; empty until it answers.
        here: Phones that are here.
        seen: Most phones that ever were: whether any got through at all.
        voted: Votes on the open pair.
        refused: Requests refused.
        result: What was said of the pair that was closed last.
        pairs: Pairs closed so far.
        labels: Labels they became.
        disagreement: Mean share of those who said something else than most, over the pairs; NaN before the first.
        problem: Why it cannot go on with phones.
    """

    phase: Phase = "off"
    plan: ClassPlan = ClassPlan()
    address: str = ""
    here: int = 0
    seen: int = 0
    voted: int = 0
    refused: int = 0
    result: Result | None = None
    pairs: int = 0
    labels: int = 0
    disagreement: float = math.nan
    problem: ArenaError | None = None


class ClassPoll(QObject):
    """Asks a class.

    Args:
        model: Whose pairs are asked, and who takes the labels.
        film_of: Makes of a clip what phones can show; ``None`` for one that nothing is known to draw.
        parent: Qt parent.

    Attributes:
        changed: Emitted with a new :class:`ClassState`.
    """

    changed = Signal(object)
    _started = Signal(object, object)

    def __init__(
        self, model: PreferenceModel, film_of: Callable[[Clip], Film | None], parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.model, self._film_of = model, film_of
        self.state = ClassState()
        self._room: ClassRoom | None = None
        self._thread: Thread | None = None
        self._cancel = Event()
        self._run = ""
        self._asked = ""
        self._missing: list[float] = []
        self._handed: dict[str, PairOffered] = {}
        # Beside the window: drawing two clips takes it as long as six of its frames.
        self._films = ThreadPoolExecutor(1, "arena-class-films")
        self._filmed: tuple[Question, Future[tuple[Film | None, Film | None]]] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._started.connect(self._take_start)

    @property
    def on(self) -> bool:
        """Whether a class is being asked."""
        return self.state.phase != "off"

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    def begin(self, plan: ClassPlan, question: Mapping[str, str]) -> None:
        """Ask the class from now on.

        Args:
            plan: How.
            question: What is to be preferred, by language.
        """
        self.end()
        self._run, self._asked, self._missing = self.model.state.folder, "", []
        self._handed.clear()
        self._know(ClassState(phase="voting" if plan.way == "hands" else "starting", plan=plan))
        self._timer.start()
        if plan.way != "hands":
            self._cancel = Event()
            self._thread = Thread(target=self._start, args=(plan, question, self._cancel), name="arena-class-start")
            self._thread.start()

    def end(self) -> None:
        """Ask the class no more; votes on pairs that are open are dropped."""
        self._timer.stop()
        self._cancel.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._room is not None:
            self._room.end()
            self._room = None
        self._filmed = None
        if self.on:
            self._leave()
            self._know(ClassState(problem=self.state.problem))

    def _leave(self) -> None:
        """Leave the run as any sitting leaves it: no pair is with phones that are gone, none is asked twice."""
        if self.model.state.folder != self._run:
            return
        self.model.want(WANTED)
        for offer in self._handed.values():
            self.model.give_back(offer)
        if self.state.phase == "closed":
            self._go_past()

    def shutdown(self) -> None:
        """End everything: the window closes."""
        self.end()
        self._films.shutdown()

    def _start(self, plan: ClassPlan, question: Mapping[str, str], cancel: Event) -> None:
        try:
            room = ClassRoom("split" if plan.way == "split" else "together", plan.host, question, times=plan.times)
            if room.wait(cancel.is_set):
                self._room = room
                self._started.emit(cancel, None)
        except ArenaError as problem:
            self._started.emit(cancel, problem)

    def _take_start(self, cancel: Event, problem: ArenaError | None) -> None:
        if cancel is not self._cancel or cancel.is_set():
            # It was ended, and perhaps begun anew, while this was on its way.
            return
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if problem is not None:
            self._fail(problem)
        elif self._room is not None:
            self._know(phase="voting", address=self._room.address)
            self.tick()

    def _fail(self, problem: ArenaError) -> None:
        self._know(problem=problem)
        self.end()

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def close_pair(self) -> None:
        """Take no more votes on the open pair, and show how the class voted."""
        if self.state.phase == "voting" and self._room is not None and self._asked:
            self._room.close(self._asked)
            self.tick()

    def count_hands(self, left: int, right: int, equal: int, unclear: int) -> bool:
        """Take hands that were counted.

        Returns:
            Whether there was a pair to count them for.

        Raises:
            UsageError: If these are no counts.
        """
        question = self.model.known.question
        if self.state.phase != "voting" or self.state.plan.way != "hands" or question is None:
            return False
        result = hand_count(question.offer.pair_id, left, right, equal, unclear)
        if not result.votes.total:
            return False
        self._take_result(result)
        return True

    def next_pair(self) -> None:
        """Show the next pair and open it."""
        if self.state.phase == "closed":
            self._go_past()
            self._asked = ""
            self._know(phase="voting", result=None, voted=0)
            self.tick()

    def _go_past(self) -> None:
        question, result = self.model.known.question, self.state.result
        self.model.go_past()
        if question is not None and result is not None and not result.votes.total:
            # Nobody said anything of it: it is asked again later, or the learner would wait for it for ever.
            self.model.give_back(question.offer)

    # ── ten times a second ─────────────────────────────────────────────────────────────────────────────────────────

    def tick(self) -> None:
        """Hear what the class said, and give it the next pairs."""
        if self.model.state.folder != self._run:
            self.end()
            return
        room = self._room
        if room is None or self.state.phase == "starting":
            return
        for told in room.poll():
            match told:
                case Result():
                    self._take_result(told)
                case Phones(here=here, refused=refused):
                    self._know(here=here, refused=refused, seen=max(here, self.state.seen))
                case GaveUp(problem=problem):
                    self._fail(problem)
                    return
        if self.state.plan.way == "split":
            self._offer(room)
        elif self.state.phase == "voting":
            self._open(room)

    def _open(self, room: ClassRoom) -> None:
        question = self.model.known.question
        pair_id = "" if question is None else question.offer.pair_id
        if pair_id and pair_id != self._asked:
            self._asked = pair_id
            room.open(pair_id)
        voted = room.voted(pair_id) if pair_id else 0
        if voted != self.state.voted:
            self._know(voted=voted)

    def _offer(self, room: ClassRoom) -> None:
        wanted = min(MOST_PAIRS, math.ceil(max(self.state.here, 1) / self.state.plan.times) + SPARE_PAIRS)
        # Those the window shows and holds ready are among the pairs that wait.
        self.model.want(wanted + WANTED)
        if len(room.open_pairs) >= wanted:
            return
        if self._filmed is None:
            question = self.model.hand_over()
            if question is not None:
                self._handed[question.offer.pair_id] = question.offer
                self._filmed = question, self._films.submit(self._both, question)
        elif self._filmed[1].done():
            offer, (left, right) = self._filmed[0].offer, self._filmed[1].result()
            self._filmed = None
            if left is not None and right is not None:
                room.offer(offer.pair_id, (offer.left, left), (offer.right, right))

    def _both(self, question: Question) -> tuple[Film | None, Film | None]:
        return self._film_of(question.left), self._film_of(question.right)

    def _take_result(self, result: Result) -> None:
        labels = result.label_each() if self.state.plan.every_vote else result.majority_label()
        self._handed.pop(result.pair_id, None)
        one = HANDS if self.state.plan.way == "hands" else PHONE
        if labels:
            given = [(label, f"{one}{label.voter}" if label.voter else CLASS) for label in labels]
            self.model.answer_of_class(result.pair_id, given)
            self._missing.append(result.disagreement)
        state = self.state
        self._know(
            phase=state.phase if state.plan.way == "split" else "closed",
            result=result,
            pairs=state.pairs + bool(labels),
            labels=state.labels + len(labels),
            disagreement=sum(self._missing) / len(self._missing) if self._missing else math.nan,
        )

    def _know(self, state: ClassState | None = None, **fields: Any) -> None:
        self.state = replace(self.state, **fields) if state is None else state
        self.changed.emit(self.state)
