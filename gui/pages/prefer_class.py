"""Asking a class from the preference page: the dialog, the bar under the clips, and the address for the last row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from agents.class_poll.wire import Film
from arena.errors import ArenaError
from arena.preferences.clip import Clip
from arena.texts import LANGUAGES, render
from gui.dialogs.ask_class import AskClass
from gui.language import tr
from gui.panels.prefer.class_address import ClassAddress
from gui.panels.prefer.class_bar import ClassBar
from gui.panels.prefer.clip_drawing import drawing_of
from gui.panels.prefer.clip_film import film_of
from gui.state.class_poll import ClassPlan, ClassPoll, ClassState
from gui.state.preference_model import PreferenceModel
from gui.state.preference_tasks import is_shipped

_GO = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def question_texts(asked: str) -> Mapping[str, str]:
    """Return the question of a task in every language, own words in the one they were written in.

    Args:
        asked: Id of a shipped task, or the words.
    """
    if not is_shipped(asked) and asked:
        return {"en": asked}
    key = "prefer.task." + asked + ".question" if asked else "prefer.task.none.question"
    return {code: render(key, language=code) for code in LANGUAGES}


class PreferClass(QObject):
    """Asks a class.

    Args:
        model: Whose pairs.
        host: The page's part with the clips.
        home: Has the keyboard, but while a count is typed.
        question: Tells what is to be preferred: id of a shipped task, or somebody's own words.
        say: Shows a remark.
    """

    def __init__(
        self,
        model: PreferenceModel,
        host: QWidget,
        home: QWidget,
        question: Callable[[], str],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(host)
        self.model, self._host, self._home = model, host, home
        self._question, self._say = question, say
        self.poll = ClassPoll(model, self._film, self)
        self.bar = ClassBar()
        self.address = ClassAddress(host)
        self._shown = ClassState()
        self.poll.changed.connect(self._show)
        self.bar.go_wanted.connect(self.go)
        self.bar.end_wanted.connect(self.poll.end)
        self.address.put_away.connect(home.setFocus)
        self.bar.address_wanted.connect(self.address.come)
        self.bar.hands.counted.connect(self._count)

    @property
    def answers(self) -> bool:
        """Whether it is the class that answers the pair on the screen."""
        return self.poll.on and self.poll.state.plan.way != "split"

    def open(self) -> None:
        """Ask how the class is to be asked."""
        dialog = AskClass(self._host.window())
        dialog.begun.connect(self.begin)
        dialog.open()

    def begin(self, plan: ClassPlan) -> None:
        """Ask the class."""
        self.poll.begin(plan, question_texts(self._question()))

    def go(self) -> None:
        """Do what comes next: close the vote, or show the next pair."""
        if self.poll.state.phase == "closed":
            self.poll.next_pair()
        else:
            self.poll.close_pair()

    def press(self, event: QKeyEvent) -> bool:
        """Take a key if a class is asked; returns whether it was taken."""
        if not self.answers or event.key() not in _GO:
            return False
        self.go()
        event.accept()
        return True

    def _film(self, clip: Clip) -> Film | None:
        drawing = drawing_of(clip, self.model.known.layout)
        return None if drawing is None else film_of(drawing)

    def _count(self, left: int, right: int, equal: int, unclear: int) -> None:
        try:
            if not self.poll.count_hands(left, right, equal, unclear):
                self._say(tr("class.hands.none"))
        except ArenaError as problem:
            self._say(tr(problem.key, **problem.params))

    def _show(self, state: ClassState) -> None:
        before, self._shown = self._shown, state
        self.bar.show_state(state)
        self.address.show_address(state.address, state.here)
        if state.address and not before.address:
            self.address.come()
        if not state.address:
            self.address.hide()
        if state.phase == "closed" and before.phase == "voting":
            # Enter goes on, wherever it was pressed before.
            self._home.setFocus(Qt.FocusReason.OtherFocusReason)
        if state.problem is not None and before.problem is None:
            self._say(tr(state.problem.key, **state.problem.params))
