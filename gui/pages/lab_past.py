"""The past in the Lab: timeline, pill, frame, bookmarks, and how one gets there and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QInputDialog, QMenu, QSizePolicy, QWidget

from agents.catalog import SWEEPING
from arena.protocol.messages import Event, Fork, Forked
from gui.icons import paint_icon
from gui.language import language, number, tr
from gui.pages.lab_transport import Transport
from gui.state.past_model import PastModel
from gui.state.run_model import RunModel
from gui.state.run_state import RunState
from gui.theme import RADIUS, TEXT, color, font, theme
from gui.widgets.painted_button import rounded
from gui.widgets.timeline import flags_of

LANDMARKS = ("largest_change", "first_goal", "policy_change")
"""Where one can jump to, see :meth:`agents.runtime.past.Past.find`."""

_FRAME = 6
_IN_PAST = {"change": "next_change", "reward": "next_reward", "episode": "episode_on"}


class PastFrame(QWidget):
    """A frame over the Lab's middle while a moment of the past is shown; the mouse goes through it."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(color("past"), _FRAME))
        painter.drawRect(QRectF(self.rect()).adjusted(_FRAME / 2, _FRAME / 2, -_FRAME / 2, -_FRAME / 2))


class PastPill(QWidget):
    """Which moment is shown, and how to come back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.updateGeometry)
        self.hide()

    def show_state(self, state: RunState) -> None:
        """Show the moment of a state, or hide."""
        self.setVisible(state.at >= 0)
        if state.at >= 0:
            sweeps = state.agent in SWEEPING
            key = "past.pill.sweep" if sweeps else "past.pill"
            said = tr(key, at=number(state.at), now=number(state.now))
            if said != self._said:
                self._said = said
                self.setAccessibleName(said)
                self.updateGeometry()
                self.update()

    def _parts(self) -> tuple[tuple[str, bool], ...]:
        return ((self._said, True), (tr("past.pill.back"), False))

    def sizeHint(self) -> QSize:
        width = sum(QFontMetricsF(font(TEXT, bold=bold)).horizontalAdvance(text) for text, bold in self._parts())
        return QSize(round(width) + 66, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded(painter, QRectF(self.rect()), RADIUS, color("past"))
        white = QColor("#FFFFFF")
        paint_icon(painter, "history", QRectF(12, 8, 16, 16), white)
        x = 38.0
        painter.setPen(white)
        for text, bold in self._parts():
            made = font(TEXT, bold=bold)
            painter.setFont(made)
            width = QFontMetricsF(made).horizontalAdvance(text)
            painter.drawText(QRectF(x, 0, width + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            x += width + 12


class LabPast(QObject):
    """Connects the past model with what is pressed and shown in the Lab.

    Args:
        model: The run.
        transport: The bar with the timeline.
        middle: What the frame lies over.
        say: Says a sentence.

    Attributes:
        changed: Emitted when another moment is to be shown.
    """

    changed = Signal()

    def __init__(self, model: RunModel, transport: Transport, middle: QWidget, say: Callable[[str], None]) -> None:
        super().__init__(middle)
        self.model = PastModel(model, self)
        self.frame = PastFrame(middle)
        self.pill = PastPill()
        self._run = model
        self._transport = transport
        self._middle = middle
        self._say = say
        self._fork_asked = 0
        self.model.changed.connect(self.changed)
        self.model.said.connect(lambda key, params: say(tr(key, **params)))
        model.answered.connect(self._answered)
        timeline = transport.timeline
        timeline.moved.connect(self.model.go)
        timeline.left.connect(self.model.leave)
        transport.stepped_back.connect(lambda: self.model.step(-1))
        transport.episode_moved.connect(self.go_episode)
        transport.learn_on.connect(self.learn_on)
        transport.flag_wanted.connect(self._open_menu)

    @property
    def active(self) -> bool:
        """Whether a moment of the past is shown."""
        return self.model.active

    # ── moving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def toggle(self) -> None:
        """Run or pause; in the past, replay or stop there."""
        if self.active:
            self.model.toggle_replay()
        else:
            self._run.toggle()

    def step(self) -> None:
        """One update on: looked at in the past, learned at now."""
        if self.active:
            self.model.step(1)
        else:
            self._run.step()

    def step_beat(self, by: int = 1) -> None:
        """One beat on or back."""
        if self.active or by < 0:
            self.model.step_beat(by)
        else:
            self._run.step_beat()

    def run_to(self, goal: str, count: int) -> None:
        """Run to something; in the past, look at where it happened next."""
        if not self.active:
            self._run.run_to(goal, count)
        elif goal in _IN_PAST and count == 1:
            self.model.find(_IN_PAST[goal])
        else:
            self._say(tr("past.run_to"))

    def go_episode(self, by: int) -> None:
        """To the beginning of this or the episode before, or of the next one."""
        if by < 0:
            self.model.find("episode_back")
        elif self.active:
            self.model.find("episode_on")

    def go_first(self) -> None:
        """To the beginning of the run."""
        self.model.go(self.model.first)

    def learn_on(self) -> None:
        """Fork the run at the moment shown and learn on there."""
        if self.active:
            self._fork_asked = self._run.ask(Fork(at=self.model.at))

    def _answered(self, message: Event) -> None:
        number_of = getattr(message, "command_id", 0)
        if not self._fork_asked or number_of != self._fork_asked:
            return
        self._fork_asked = 0
        if isinstance(message, Forked):
            at = self.model.at
            self.model.leave()
            self._run.go_on_with(message.folder)
            self._say(tr("past.forked", at=number(at)))

    # ── bookmarks and landmarks ────────────────────────────────────────────────────────────────────────────────────

    def fill_menu(self, menu: QMenu) -> None:
        """Add what one can do with the past to a menu."""
        menu.addAction(tr("past.bookmark.add") + "\tCtrl+B", self.add_bookmark)
        for each in self.model.bookmarks:
            if int(each["at"]) == self.model.state().env_steps:
                menu.addAction(tr("past.bookmark.remove"), lambda: self.model.remove_bookmark(self.model.at))
                break
        menu.addSeparator()
        for what in LANDMARKS:
            menu.addAction(tr("past.find." + what), partial(self.model.find, what))
        if self.model.bookmarks:
            menu.addSeparator()
        for each in self.model.bookmarks[:12]:
            at, note = int(each["at"]), str(each["note"]) or tr("timeline.bookmark")
            menu.addAction(f"{number(at)} · {note}", partial(self.model.go, at))

    def _open_menu(self, where: QPoint) -> None:
        self.model.prepare()
        menu = QMenu(self._middle)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(where - QPoint(0, menu.sizeHint().height()))

    def add_bookmark(self) -> None:
        """Ask for a note and keep the moment shown."""
        if self._run.state.phase == "running":
            self._run.pause()
        note, kept = QInputDialog.getText(self._middle, tr("past.bookmark.title"), tr("past.bookmark.note"))
        if kept:
            self.model.set_bookmark(note.strip())

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, state: RunState) -> None:
        """Show where on the timeline a state lies."""
        now = state.now if state.at >= 0 else state.env_steps
        goal = self.model.first_goal
        self._transport.timeline.show_run(
            self.model.first,
            now,
            state.at,
            flags_of(self.model.bookmarks, goal, now),
            sweeps=state.agent in SWEEPING,
        )
        self._transport.show_past(past=state.at >= 0, replaying=self.model.replaying)
        big = theme().projector
        self.pill.show_state(state)
        self.frame.setVisible(state.at >= 0)
        if state.at >= 0:
            self.place()
        if big:
            self.pill.hide()

    def place(self) -> None:
        """Lay the frame over the middle."""
        self.frame.setGeometry(self._middle.rect())
        self.frame.raise_()

    def close(self) -> None:
        """Let go of the run looked at."""
        self.model.close()
