"""Preferences: two clips, four keys; a reward model learns from the answers, and an agent from the reward model."""

from __future__ import annotations

import math
import time
from typing import get_args

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError
from arena.preferences.label import Answer
from gui.dialogs.rater_name import RaterName
from gui.export.picture_desk import PicturePart
from gui.language import language, number, tr
from gui.pages.page import Navigator, Page
from gui.pages.prefer_bars import NEW_RATER, PreferBottomBar, PreferTopBar
from gui.pages.prefer_inside import PreferInside
from gui.pages.prefer_keys import AnswerKeys
from gui.pages.prefer_review import PreferReview
from gui.pages.prefer_side import PreferSide
from gui.panels.prefer.clip_drawing import drawing_of
from gui.panels.prefer.clip_pair import ClipPair
from gui.panels.prefer.question_label import QuestionLabel
from gui.panels.training.training_banner import TrainingBanner
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState, Question
from gui.state.preference_tasks import TASKS, PreferenceTask, task
from gui.state.run_state import RunState
from gui.state.training_state import TrainingState
from gui.theme import color, theme
from gui.widgets.text_label import TextLabel

REVEAL_MS = 2_000
"""What the model had guessed is told for so long."""

LIT_MS = 220
"""The key that was pressed stays lit for so long: the next pair does not wait for it."""

GUEST = "guest"
"""Who rates when nobody has said a name."""


class PreferPage(Page):
    """The page.

    Args:
        navigator: How it asks for another page.
        parent: Qt parent.
    """

    id = "prefer"
    title_key = "page.prefer"

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(navigator, parent)
        self.model = PreferenceModel(self)
        self.task: PreferenceTask = TASKS[0]
        self.raters: tuple[str, ...] = (GUEST,)
        self._question: Question | None = None
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.timeout.connect(self.model.forget_reveal)
        self._lit = QTimer(self)
        self._lit.setSingleShot(True)
        self._lit.timeout.connect(lambda: self.keys.light(""))
        self._make_parts()
        self._lay_out()
        self._connect()
        self._offer_pictures()
        self.restyle()
        self.retranslate()

    def _make_parts(self) -> None:
        self.top, self.bottom = PreferTopBar(), PreferBottomBar()
        self.question = QuestionLabel()
        self.hint = TextLabel("", 13.5, "dim")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pair, self.keys, self.side = ClipPair(), AnswerKeys(), PreferSide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self.stand = QWidget()
        stand = QVBoxLayout(self.stand)
        stand.setContentsMargins(24, 14, 24, 12)
        stand.setSpacing(8)
        stand.addWidget(self.question)
        stand.addWidget(self.hint)
        stand.addWidget(self.pair, 1)
        stand.addWidget(self.keys)
        middle.addWidget(self.stand, 1)
        middle.addWidget(self.side)
        column.addLayout(middle, 1)
        column.addWidget(self.bottom)
        self.banner = TrainingBanner(self.stand)
        self.review = PreferReview(self.model, self)
        self.inside = PreferInside(self.model, self)

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show_training)
        model.asked.connect(self._show)
        model.warned.connect(lambda key, params: self.navigator.say.emit(tr(key, **params)))
        model.refused.connect(self._refused)
        self.top.task_chosen.connect(self.choose_task)
        self.top.rater_chosen.connect(self._choose_rater)
        self.top.projector_wanted.connect(lambda: theme().set_projector(True))
        self.bottom.toggled.connect(model.toggle)
        self.bottom.review_wanted.connect(self.review.open)
        self.bottom.inside_wanted.connect(self.inside.drawer.toggle_drawer)
        self.inside.drawer.opened.connect(lambda: self._show(self.model.known))
        for drawer in (self.review.drawer, self.inside.drawer):
            drawer.closed.connect(self.pair.setFocus)
        self.keys.answered.connect(self.answer)
        self.keys.taken_back.connect(self.take_back)
        self.pair.chosen.connect(self.answer)
        self.pair.key_pressed.connect(self._key)
        self.banner.resume_wanted.connect(model.resume)
        self.banner.back_wanted.connect(model.run)
        self.banner.stop_wanted.connect(model.kill)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)

    def _offer_pictures(self) -> None:
        part = PicturePart(name_key="prefer.clips", file_part="clips", widget=self.pair)
        self.pictures.know(parts=lambda: [part], state=RunState, button=self.top.picture)
        self.top.picture.clicked.connect(self.pictures.pop_up)
        self.pictures.offer_on(part)

    # ── what the window asks ───────────────────────────────────────────────────────────────────────────────────────

    def shown(self) -> None:
        if not self.model.there and self.model.state.phase == "none":
            self.choose_task(self.task.id)
        self.pair.setFocus()

    def busy(self) -> bool:
        return self.model.busy

    def shutdown(self) -> None:
        self.model.shutdown()
        WorkerClient.drop_spare()

    def run_folder(self) -> str:
        return self.model.state.folder

    def show_run(self, folder: str) -> None:
        self.model.open(RunSpec(resume=folder, agent=""))
        self.pair.setFocus()

    def fill_run_menu(self, menu: QMenu) -> None:
        menu.addAction(tr("prefer.left") + "\t←", lambda: self.answer("left"))
        menu.addAction(tr("prefer.right") + "\t→", lambda: self.answer("right"))
        menu.addAction(tr("prefer.equal") + "\t↑", lambda: self.answer("equal"))
        menu.addAction(tr("prefer.unclear") + "\t↓", lambda: self.answer("unclear"))
        menu.addSeparator()
        menu.addAction(tr("prefer.take_back") + "\tCtrl+Z", self.take_back)
        menu.addSeparator()
        menu.addAction(tr("train.menu.run"), self.model.toggle)

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def choose_task(self, id: str) -> None:
        """Begin to teach a task; the run there is stays as it is, saved."""
        self.task = task(id)
        self.model.rater = self.model.rater or GUEST
        self.model.open(
            RunSpec(
                env_id=self.task.env_id,
                env_kwargs=dict(self.task.env_kwargs),
                agent=self.task.agent,
                preference={"preset": "classroom", "task": self.task.id},
            )
        )
        self.retranslate()
        self.pair.setFocus()

    def answer(self, answer: str) -> None:
        """Answer the pair that is shown."""
        given: Answer | None = next((known for known in get_args(Answer) if known == answer), None)
        if given is not None and self.model.answer(given):
            self.keys.light(answer)
            self._lit.start(LIT_MS)
            self._hold.start(REVEAL_MS)
        self.pair.setFocus()

    def take_back(self) -> None:
        """Take the last answer back and ask it again."""
        if self.model.take_back():
            self.navigator.say.emit(tr("prefer.taken_back"))
        self.pair.setFocus()

    def _choose_rater(self, name: str) -> None:
        if name == NEW_RATER:
            asked = RaterName(self.window())
            asked.named.connect(self._rate_as)
            asked.open()
            self.top.rater.set_value(self.model.rater)
            return
        self._rate_as(name)

    def _rate_as(self, name: str) -> None:
        self.raters = tuple(dict.fromkeys((*self.raters, name)))
        self.model.rater = name
        self.top.offer(self.task.id, self.raters, name)
        self.pair.setFocus()

    def _refused(self, problem: ArenaError) -> None:
        self.navigator.say.emit(tr(problem.key, **problem.params))

    def _key(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.take_back()
            event.accept()
        elif event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.pair.go_on() if self.pair.held else self.pair.hold(self.pair.left.step)
            event.accept()
        elif not self.keys.press(event):
            event.ignore()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show_training(self, state: TrainingState) -> None:
        self.banner.show_state(state)
        self.banner.place(self.stand.width())
        self.bottom.show_state(state, self.model.known)
        if state.ready is not None and state.phase == "paused" and not state.env_steps and not state.reason:
            # Whoever comes here wants to be asked: the first clips are of an agent that knows nothing yet.
            self.model.run()
        self._show(self.model.known)

    def _show(self, known: PreferenceState) -> None:
        question = known.question
        if question is not self._question:
            self._question = question
            if question is None:
                self.pair.show_pair(None, None, self._waiting_words())
            else:
                self.pair.show_pair(drawing_of(question.left, known.layout), drawing_of(question.right, known.layout))
        elif question is None:
            self.pair.show_pair(None, None, self._waiting_words())
        self.keys.allow(question is not None, self.model.can_take_back)
        self._ask_what()
        self.side.show_state(known, time.monotonic())
        self._show_hint(known)
        self.bottom.show_state(self.model.state, known)
        if self.review.drawer.is_open:
            self.review.show_state(known)
        self.inside.show_state(self.model.state, known)

    def _ask_what(self) -> None:
        """Show the question of the run: a shipped task's in the language in use, else the words it was begun with."""
        asked = self.model.known.task or self.task.id
        shipped = any(one.id == asked for one in TASKS)
        self.question.show_question(tr("prefer.task." + asked + ".question") if shipped else asked)

    def _show_hint(self, known: PreferenceState) -> None:
        if not theme().projector:
            self.hint.set_key("prefer.hint")
            return
        # The side column is too small for the last row: what of it a class wants to know stands here.
        told = [tr("prefer.done", done=number(len(known.counted) + known.unsaved), budget=number(known.budget))]
        if known.fitted is not None and math.isfinite(known.fitted.accuracy):
            told.append(tr("prefer.agreement.short", share=number(round(100 * known.fitted.accuracy))))
        self.hint.set_text(" · ".join(told))

    def _waiting_words(self) -> str:
        state, known = self.model.state, self.model.known
        if state.phase == "failed":
            return ""
        if known.budget and len(known.counted) >= known.budget:
            return tr("prefer.wait.done")
        if state.ready is None:
            return tr("prefer.wait.starting")
        return tr("prefer.wait.more" if known.labels else "prefer.wait.first")

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._ask_what()
        self.top.offer(self.task.id, self.raters, self.model.rater)
        self._show(self.model.known)

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        self.top.setVisible(not theme().projector)
        self.bottom.setVisible(not theme().projector)
        self.side.setVisible(not theme().projector)
        self._show_hint(self.model.known)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
        for bar in (self.top, self.bottom):
            if bar.isVisible():
                painter.fillRect(bar.geometry(), color("surface"))
        if self.side.isVisible():
            side = self.side.geometry()
            painter.fillRect(side, color("surface"))
            painter.fillRect(side.x(), side.y(), 1, side.height(), color("line"))
        painter.end()
