"""Preferences: two clips, four keys; a reward model learns from the answers, and an agent from the reward model."""

from __future__ import annotations

import time
from typing import get_args

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from agents.deep.place_kind import kind_of
from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError
from arena.preferences.label import Answer
from gui.dialogs.rater_name import RaterName
from gui.dialogs.task_words import TaskWords
from gui.export.picture_desk import PicturePart
from gui.language import language, tr
from gui.pages.page import Navigator, Page
from gui.pages.prefer_alarm import PreferAlarm
from gui.pages.prefer_answerer import PreferAnswerer, export_words, import_words
from gui.pages.prefer_bars import NEW_RATER, NEW_WORDS, PreferBottomBar, PreferTopBar
from gui.pages.prefer_class import PreferClass
from gui.pages.prefer_head import PreferHead
from gui.pages.prefer_inside import PreferInside
from gui.pages.prefer_keys import AnswerKeys
from gui.pages.prefer_practice import PreferPractice
from gui.pages.prefer_review import PreferReview
from gui.pages.prefer_settings import PreferSettings
from gui.pages.prefer_side import PreferSide
from gui.pages.prefer_steps import PreferSteps
from gui.pages.prefer_waiting import waiting_words
from gui.panels.prefer.clip_drawing import drawing_of
from gui.panels.prefer.clip_pair import ClipPair
from gui.panels.training.training_banner import TrainingBanner
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState, Question
from gui.state.preference_tasks import TASKS, PreferenceTask, own_task, task, task_of_run
from gui.state.run_state import RunState
from gui.state.training_state import TrainingState
from gui.theme import color, theme

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
        self.begun_with = ""
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
        self.answerer = PreferAnswerer(self.model, self)
        self.top, self.bottom = PreferTopBar(), PreferBottomBar(self.answerer.who, self.answerer.pace)
        self.head = PreferHead()
        self.practice = PreferPractice(self.navigator, self)
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
        stand.addWidget(self.head)
        stand.addWidget(self.practice.offer)
        stand.addWidget(self.pair, 1)
        stand.addWidget(self.keys)
        self.asking = PreferClass(
            self.model, self.stand, self.pair, lambda: self.model.known.task or self.task.kept, self.navigator.say.emit
        )
        stand.addWidget(self.asking.bar)
        middle.addWidget(self.stand, 1)
        middle.addWidget(self.side)
        column.addLayout(middle, 1)
        column.addWidget(self.bottom)
        self.banner = TrainingBanner(self.stand)
        self.alarm = PreferAlarm(self.model, self.stand)
        self.notice = self.alarm.notice
        self.review = PreferReview(self.model, self)
        self.inside = PreferInside(self.model, self)
        self.settings = PreferSettings(self.model, self)
        self.steps = PreferSteps(self.model, self.navigator, self)

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show_training)
        model.asked.connect(self._show)
        model.warned.connect(lambda key, params: self.navigator.say.emit(tr(key, **params)))
        model.refused.connect(self._refused)
        model.saved.connect(lambda saved: self.navigator.say.emit(export_words(saved)))
        model.taken_in.connect(lambda taken: self.navigator.say.emit(import_words(taken)))
        self.top.task_chosen.connect(self.choose_task)
        self.top.rater_chosen.connect(self._choose_rater)
        self.top.projector_wanted.connect(lambda: theme().set_projector(True))
        self.top.settings_wanted.connect(self.settings.drawer.toggle_drawer)
        self.settings.begin_wanted.connect(lambda: self._begin(self.task, self.begun_with))
        self.top.steps_wanted.connect(self.steps.drawer.toggle_drawer)
        self.steps.begin_wanted.connect(lambda model: self._begin(self.task, model))
        self.steps.weighed.connect(self.settings.weigh)
        self.head.card_wanted.connect(self.edit_card)
        self.bottom.toggled.connect(self._toggle)
        self.bottom.review_wanted.connect(self.review.open)
        self.review.import_wanted.connect(self.answerer.choose_file)
        self.bottom.class_wanted.connect(self.ask_class)
        self.asking.poll.changed.connect(lambda _: self._show(self.model.known))
        self.bottom.inside_wanted.connect(self.inside.drawer.toggle_drawer)
        self.inside.drawer.opened.connect(lambda: self._show(self.model.known))
        for drawer in (self.review.drawer, self.inside.drawer, self.settings.drawer, self.steps.drawer):
            drawer.closed.connect(self.pair.setFocus)
        self.keys.answered.connect(self.answer)
        self.keys.taken_back.connect(self.take_back)
        self.pair.chosen.connect(self.answer)
        self.pair.key_pressed.connect(self._key)
        self.pair.seen.connect(self.answerer.teacher.have_seen)
        self.answerer.teacher.told.connect(self._show_told)
        self.alarm.gone_on.connect(self.pair.setFocus)
        self.notice.look_wanted.connect(self.inside.drawer.open_drawer)
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
        self.steps.look()
        self.pair.setFocus()

    def busy(self) -> bool:
        return self.model.busy

    def shutdown(self) -> None:
        self.asking.poll.shutdown()
        self.steps.shutdown()
        self.model.shutdown()
        WorkerClient.drop_spare()

    def run_folder(self) -> str:
        return self.model.state.folder

    def show_run(self, folder: str) -> None:
        try:
            self.task = task_of_run(folder)
        except ArenaError as problem:
            self._refused(problem)
            return
        self.begun_with = self.steps.begun_with(folder)
        self.model.open(RunSpec(resume=folder, agent=""))
        self.retranslate()
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
        if id == NEW_WORDS:
            self.edit_card()
        elif id != self.task.id or not self.model.there:
            self._begin(task(id))

    def edit_card(self) -> None:
        """Ask what is to be preferred, in own words; answers to another question are those of another run."""
        card = TaskWords(self.window(), self.task.words, self.task)
        card.written.connect(lambda said, place: self._begin(own_task(said, place)))
        card.open()
        self.top.task.set_value(self.task.id)

    def _begin(self, task: PreferenceTask, begin_with: str = "") -> None:
        self.task, self.begun_with = task, begin_with
        self.model.rater = self.model.rater or GUEST
        wanted = self.settings.wanted
        wanted.be_at(task.env_id)
        self.model.open(
            RunSpec(
                env_id=task.env_id,
                env_kwargs=dict(task.env_kwargs),
                agent=task.agent,
                begin_with=begin_with,
                preference={**wanted.asked_from(begin_with), "task": task.kept},
            )
        )
        self.retranslate()
        self.pair.setFocus()

    def answer(self, answer: str) -> None:
        """Answer the pair that is shown."""
        given: Answer | None = next((known for known in get_args(Answer) if known == answer), None)
        if self.asking.answers:
            return
        if given is not None and self.model.answer(given):
            self.keys.light(answer)
            self._lit.start(LIT_MS)
            self._hold.start(REVEAL_MS)
        self.pair.setFocus()

    def ask_class(self) -> None:
        """Ask how the class is to be asked."""
        self.answerer.be_people()
        self.asking.open()

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
        self.top.offer(self.task, self.raters, name)
        self.pair.setFocus()

    def _refused(self, problem: ArenaError) -> None:
        self.navigator.say.emit(tr(problem.key, **problem.params))

    def _key(self, event: QKeyEvent) -> None:
        if self.asking.press(event):
            return
        if event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.take_back()
            event.accept()
        elif event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.pair.go_on() if self.pair.held else self.pair.hold(self.pair.left.step)
            event.accept()
        elif not self.keys.press(event):
            event.ignore()

    def _toggle(self) -> None:
        self.alarm.end()
        self.model.toggle()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show_training(self, state: TrainingState) -> None:
        self.banner.show_state(state)
        self.banner.place(self.stand.width())
        self.answerer.teacher.follow(self.model.known)
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
                self.pair.show_pair(None, None, waiting_words(self.model.state, known))
            else:
                self.pair.show_pair(drawing_of(question.left, known.layout), drawing_of(question.right, known.layout))
        elif question is None:
            self.pair.show_pair(None, None, waiting_words(self.model.state, known))
        self.keys.allow(question is not None and not known.settled, self.model.can_take_back)
        self.keys.setVisible(not self.asking.answers)
        self.head.show_state(known, self.task)
        self.practice.show_state(self.task.env_id, self.task.env_kwargs, known)
        self.settings.know_run(self.task.env_id, known)
        halves = known.layout is not None or kind_of(self.task.env_id) == "objects"
        self.answerer.know_place(halves=halves, task=known.task)
        self.answerer.teacher.follow(known)
        self.side.show_state(known, time.monotonic())
        self.bottom.show_state(self.model.state, known)
        if self.review.drawer.is_open:
            self.review.show_state(known)
        self.inside.show_state(self.model.state, known)
        self.settings.show_state(known)
        self.steps.be_at(self.task.env_id, self.task.env_kwargs)
        self.steps.show_state()
        self.alarm.show_state(known)

    def _show_told(self, answer: str) -> None:
        """Show what a teacher has said of the pair that is still on the screen."""
        self.pair.light(answer)
        self.keys.light(answer)
        self._lit.start(LIT_MS)
        self._hold.start(REVEAL_MS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.banner.place(self.stand.width())
        self.alarm.place()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.top.offer(self.task, self.raters, self.model.rater)
        self._show(self.model.known)

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        self.top.setVisible(not theme().projector)
        self.bottom.setVisible(not theme().projector)
        self.side.setVisible(not theme().projector)
        self.head.show_state(self.model.known, self.task)
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
