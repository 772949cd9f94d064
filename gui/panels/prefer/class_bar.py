"""What a class is doing, under the clips: how many are here and have voted, how they voted, and what comes next."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.prefer.hand_count import HandCount
from gui.panels.prefer.vote_bars import VoteBars
from gui.state.class_poll import ClassState
from gui.theme import RADIUS, color, theme
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class ClassBar(QWidget):
    """The bar of a class.

    Attributes:
        go_wanted: Close the vote, take the count, or show the next pair: whatever comes next.
        address_wanted: Show the address.
        end_wanted: Ask the class no more.
    """

    go_wanted = Signal()
    address_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ClassState()
        self.words = TextLabel("", 17, "text", semibold=True)
        self.told = TextLabel("", 13.5, "dim", wrap=True)
        self.address = PillButton("class.address", "code", "quiet", tip_key="class.address.tip")
        self.go = PillButton("class.close", "check", "primary", tip_key="class.go.tip")
        self.end = PillButton("class.end", "close", "quiet", tip_key="class.end.tip")
        self.bars, self.hands = VoteBars(), HandCount()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.words, 1)
        for button in (self.address, self.go, self.end):
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.hands)
        column.addWidget(self.bars)
        column.addWidget(self.told)
        self.go.clicked.connect(self._go)
        self.address.clicked.connect(self.address_wanted)
        self.end.clicked.connect(self.end_wanted)
        language().changed.connect(self._again)
        theme().changed.connect(self.update)
        self.hide()

    def _go(self) -> None:
        if self._state.phase == "voting" and self._state.plan.way == "hands":
            self.hands.take()
        else:
            self.go_wanted.emit()

    def _again(self) -> None:
        self.show_state(self._state)

    def show_state(self, state: ClassState) -> None:
        """Show where the asking of a class stands."""
        before, self._state = self._state, state
        way, phase = state.plan.way, state.phase
        self.setVisible(phase != "off")
        self.address.setVisible(bool(state.address))
        self.hands.setVisible(phase == "voting" and way == "hands")
        self.bars.setVisible(phase == "closed" or (way == "split" and state.result is not None))
        self.go.setVisible(way != "split" and phase != "starting")
        self.go.set_text_key("class.next" if phase == "closed" else "class.take" if way == "hands" else "class.close")
        self.go.set_icon_name("run" if phase == "closed" else "check")
        self.words.set_text(self._words())
        self.told.set_text(self._told())
        self.told.setVisible(bool(self._told()))
        if state.result is not None:
            self.bars.show_votes(state.result.votes, state.result.winner or "")
        if phase == "voting" and way == "hands" and (before.phase, before.plan.way) != (phase, way):
            self.hands.begin()

    def _words(self) -> str:
        state = self._state
        if state.phase == "starting":
            return tr("class.starting")
        if state.phase == "closed":
            winner = "" if state.result is None else state.result.winner or ""
            return tr("class.says." + winner) if winner else tr("class.says_nothing")
        match state.plan.way:
            case "hands":
                return tr("class.hands.ask")
            case "split":
                return tr("class.split.count", pairs=number(state.pairs), phones=number(state.here))
            case _:
                return tr("class.voted", voted=number(state.voted), phones=number(max(state.here, state.voted)))

    def _told(self) -> str:
        state, told = self._state, []
        if state.phase == "closed" and state.result is not None and state.result.votes.total:
            if state.plan.every_vote:
                told.append(tr("class.became.each", count=number(state.result.votes.total)))
            else:
                told.append(tr("class.became.one"))
            told.append(tr("class.other", share=number(round(100 * state.result.disagreement))))
        elif state.plan.way == "split" and state.phase == "voting":
            told.append(tr("class.split.told") if state.seen else tr("class.nobody", address=state.address.lower()))
            if state.pairs and state.plan.times > 1:
                told.append(tr("class.other.mean", share=number(round(100 * state.disagreement))))
        elif state.plan.way == "hands" and state.phase == "voting":
            told.append(tr("class.hands.told"))
        elif state.phase == "voting":
            told.append(tr("class.hidden") if state.seen else tr("class.nobody", address=state.address.lower()))
        if state.refused:
            told.append(tr("class.refused", count=number(state.refused)))
        return " · ".join(told)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, color("surface"), color("line"))
        painter.end()
