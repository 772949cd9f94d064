"""Why this number? The updates that made a value, the arithmetic of each, and the chain back to the reward."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agents.catalog import POLICY_LEARNING
from agents.own.library import is_own
from arena.protocol.past_messages import ValueExplained
from arena.protocol.world_codec import ShownWorld
from gui.language import language, number, tr
from gui.panels.formulas import BY_RETURN, averages, digits, symbols, with_numbers
from gui.panels.value_curve import ValueCurve
from gui.panels.why_row import FactRow, link_fact, update_fact
from gui.state.run_state import RunState
from gui.state.why_chain import Chain, Link
from gui.theme import TEXT
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton
from gui.widgets.row_list import RowList
from gui.widgets.stage.names import action_glyph, state_name
from gui.widgets.text_label import TextLabel

WHOLE_EPISODES = ("monte_carlo", "mc_prediction", "reinforce")
"""Rules that learn from whole episodes."""

_LIST = 172
"""Height of the list of updates in pixels, where it has as many as that."""


class WhyPanel(QWidget):
    """The content of the drawer.

    Attributes:
        asked: State, action and moment to be explained.
        moment_wanted: A moment to be shown on the stage.
    """

    asked = Signal(int, int, int)
    moment_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._answer: ValueExplained | None = None
        self._rows: list[FactRow] = []
        self._updates: list[Mapping[str, Any]] = []
        self._picked: Mapping[str, Any] | None = None
        self._trail: list[tuple[int, int, int]] = []
        self._chain = Chain(whole_episodes=False)
        self.title = TextLabel("", 18, bold=True, mono=True)
        self.back = PillButton("why.back", "chevron_left", "plain", icon_only=True, small=True)
        self.curve = ValueCurve()
        self.formula = TextLabel("", TEXT, mono=True)
        self.numbers = TextLabel("", TEXT - 1, "dim", mono=True, wrap=True)
        self.updates_list = RowList()
        self.chain_list = RowList()
        self.note = TextLabel("", TEXT - 1, "dim", wrap=True)
        self.more = LinkButton("why.more")
        self.go = LinkButton("why.go", tip_key="why.go.tip")
        self._lay_out()
        self.back.clicked.connect(self._go_back)
        self.more.clicked.connect(self._ask_more)
        self.go.clicked.connect(self._show_moment)
        language().changed.connect(self.retranslate)
        self._clear()

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        outer.addLayout(head)
        outer.addWidget(self.curve)
        outer.addWidget(TextLabel("why.updates", TEXT, semibold=True))
        self.updates_list.setFixedHeight(_LIST)
        outer.addWidget(self.updates_list)
        outer.addWidget(self.note)
        foot = QHBoxLayout()
        foot.addWidget(self.go)
        foot.addStretch(1)
        foot.addWidget(self.more)
        outer.addWidget(self.formula)
        outer.addWidget(self.numbers)
        outer.addLayout(foot)
        outer.addWidget(TextLabel("why.chain", TEXT, semibold=True))
        outer.addWidget(self.chain_list, 1)

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_state(self, state: RunState) -> None:
        """Know which run the numbers are of."""
        if state.run_id != self._state.run_id:
            self._trail.clear()
            self._clear()
        self._state = state

    def explain(self, state: int, action: int, at: int) -> None:
        """Ask for a value, as a new question of a person."""
        self._trail = [(state, action, at)]
        self._clear()
        self.asked.emit(state, action, at)

    def _go_back(self) -> None:
        if len(self._trail) > 1:
            self._trail.pop()
            self._clear()
            self.asked.emit(*self._trail[-1])

    def _follow(self, link: Link) -> None:
        self._trail.append((link.next_state, link.next_action, link.before))
        self._clear()
        self.asked.emit(*self._trail[-1])

    def _ask_more(self) -> None:
        if self._answer is not None and self._answer.earlier >= 0:
            self.asked.emit(self._answer.state, self._answer.action, self._answer.earlier)

    def _show_moment(self) -> None:
        if self._picked is not None:
            self.moment_wanted.emit(int(self._picked["tick"]) + 1)

    # ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, answer: ValueExplained) -> None:
        """Show an answer: the value asked for, more of its updates, or a link of the chain."""
        if not self._trail:
            return
        first = self._answer is None and answer.at == self._trail[-1][2]
        again = self._answer is not None and (answer.state, answer.action) == (self._answer.state, self._answer.action)
        if first or (again and self._answer is not None and answer.at == self._answer.earlier):
            self._answer = answer
            self._add_rows(answer)
            if first:
                self.curve.show_points(_curve(answer))
                self._title(answer)
                if answer.rows:
                    self._pick(answer.rows[0])
        elif self._chain.take(answer):
            self._show_chain()
            self._ask_chain()

    def _title(self, answer: ValueExplained) -> None:
        world = self._state.world
        if world is not None:
            self.title.set_text(f"{self._name(world, answer)} = {number(answer.value, 2)}")
        self.note.set_text("" if answer.rows else tr("why.never"))
        self.note.setVisible(not answer.rows)
        self.back.setVisible(len(self._trail) > 1)

    def _name(self, world: ShownWorld, answer: ValueExplained) -> str:
        """Return what is explained, as it is written: Q(s, a), V(s), or the preference h(s, a)."""
        where = state_name(world, answer.state)
        if answer.action < 0:
            return f"V{where}"
        letter = "h" if self._state.agent in POLICY_LEARNING else "Q"
        return f"{letter}({where}, {action_glyph(world, answer.action)})"

    def _add_rows(self, answer: ValueExplained) -> None:
        world = self._state.world
        if world is None:
            return
        for update in answer.rows:
            row = FactRow(update_fact(world, update, agent=self._state.agent))
            row.clicked.connect(partial(self._pick, update))
            self._rows.append(row)
            self._updates.append(update)
            self.updates_list.add(row)
        # What a short list leaves over goes to the chain below it.
        self.updates_list.setFixedHeight(min(_LIST, max(_LIST // 4, self.updates_list.asked_height())))
        self.more.setVisible(answer.earlier >= 0)

    def _pick(self, update: Mapping[str, Any]) -> None:
        self._picked = update
        for row, each in zip(self._rows, self._updates, strict=True):
            row.set_picked(each is update)
        rule = self._state.agent
        decimals = digits(update)
        self.formula.set_text(symbols(rule, averaging=averages(self._state), change=update).split("    ")[0])
        # One remark a line: the second says what G or δ is made of.
        lines = "\n".join(with_numbers(rule, update).split("    "))
        self.numbers.set_text(
            f"{lines}\n= {number(update['new'], decimals)}    δ = {number(update['delta'], decimals)}"
        )
        self.go.show()
        self._chain = Chain(whole_episodes=rule in WHOLE_EPISODES)
        if not is_own(rule):
            # What a value of somebody's own agent was built on only its author knows.
            self._chain.begin(update)
        self._show_chain()
        self._ask_chain()

    def _ask_chain(self) -> None:
        question = self._chain.question
        if question is not None:
            self.asked.emit(*question)

    def _show_chain(self) -> None:
        self.chain_list.clear()
        world = self._state.world
        if world is None:
            return
        for link in self._chain.links:
            row = FactRow(link_fact(world, link, returned=self._state.agent in BY_RETURN))
            row.setEnabled(link.next_state >= 0)
            row.clicked.connect(partial(self._follow, link))
            self.chain_list.add(row)

    def _clear(self) -> None:
        self.updates_list.clear()
        self.chain_list.clear()
        self._rows, self._updates, self._answer, self._picked = [], [], None, None
        self.curve.show_points(())
        for label in (self.title, self.formula, self.numbers, self.note):
            label.set_text("")
        self.title.set_text("…" if self._trail else "")
        for widget in (self.more, self.go, self.back, self.note):
            widget.hide()

    def retranslate(self) -> None:
        """Say it in the language in use: ask again."""
        if self._trail:
            self._clear()
            self.asked.emit(*self._trail[-1])


def _curve(answer: ValueExplained) -> list[tuple[float, float]]:
    """Return the value over time: spread over the whole run, and each of the newest updates."""
    newest = [(float(row["tick"]) + 1, float(row["new"])) for row in answer.rows]
    return sorted({*((float(tick), float(value)) for tick, value in answer.curve), *newest})
