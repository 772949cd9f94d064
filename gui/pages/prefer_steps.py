"""The three steps in a drawer: show it, imitate it, prefer from there; and the same answers without a reward model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from agents.deep.training.begun_with import noted_model
from agents.models.library import ModelEntry
from arena.preferences.demonstration_file import Recording
from gui.language import language, number, tr
from gui.pages.page import Navigator
from gui.panels.prefer.hold_slider import HoldSlider
from gui.panels.prefer.recording_rows import RecordingRows
from gui.panels.prefer.return_bars import Earned, ReturnBars
from gui.panels.prefer.step_card import StepCard
from gui.state.model_words import model_title
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState
from gui.state.run_words import world_title
from gui.state.three_steps import ORACLE, RANDOM, StepsState, ThreeSteps
from gui.theme import CAPTION
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.drawer import Drawer
from gui.widgets.text_label import TextLabel

_CARDS = {"show": "show", "imitate": "imitate", "save": "prefer", "dpo": "direct", "compare": "compare"}
"""Which card shows what is being done."""


class PreferSteps(QObject):
    """The drawer.

    Args:
        model: The run.
        navigator: How it gets to where agents are watched and one plays by hand.
        host: What the drawer covers.

    Attributes:
        begin_wanted: A run is to begin with the agent of that name.
        weighed: β as a person has set it.
    """

    begin_wanted = Signal(str)
    weighed = Signal(float)

    def __init__(self, model: PreferenceModel, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self.model, self.navigator = model, navigator
        self.steps = ThreeSteps(navigator.library, self)
        self.drawer = Drawer(host, "steps.title", extent=540)
        self._noted: tuple[str, str] = ("", "")
        self._place: tuple[str, Mapping[str, object]] = ("", {})
        self._teachers: list[Choice] = []
        self._make_cards()
        self._lay_out()
        self.steps.changed.connect(lambda _: self.retranslate())
        self.steps.made.connect(self._made)
        self.drawer.opened.connect(self._opened)
        language().changed.connect(self._offer_teachers)
        language().changed.connect(self.retranslate)

    def _make_cards(self) -> None:
        watch = ("watch", "steps.watch", "run")
        self.cards = {
            "show": StepCard(
                "steps.show",
                "steps.show.words",
                [("play", "steps.show.play", "run"), ("teach", "steps.show.teach", "step")],
            ),
            "imitate": StepCard(
                "steps.imitate", "steps.imitate.words", [("imitate", "steps.imitate.do", "step"), watch]
            ),
            "prefer": StepCard(
                "steps.prefer",
                "steps.prefer.words",
                [("begin", "steps.prefer.begin", "step"), ("keep", "steps.prefer.keep", "save"), watch],
            ),
            "direct": StepCard("steps.direct", "steps.direct.words", [("learn", "steps.direct.do", "step"), watch]),
            "compare": StepCard("steps.compare", "steps.compare.words", [("measure", "steps.compare.do", "step")]),
        }
        for name, card in self.cards.items():
            card.wanted.connect(lambda what, name=name: self._do(name, what))
            card.cancelled.connect(self.steps.cancel)
        self.teacher = Chooser("steps.teacher", tip_key="steps.teacher.tip")
        self.rows = RecordingRows()
        self.rows.left_out.connect(self._leave_out)
        self.hold = HoldSlider()
        self.hold.weighed.connect(self.weighed)
        self.bars = ReturnBars()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(12)
        self.world = TextLabel("", CAPTION, "dim", wrap=True)
        column.addWidget(self.world)
        for card in self.cards.values():
            column.addWidget(card)
        show, prefer, compare = (self.cards[name] for name in ("show", "prefer", "compare"))
        show.body.insertWidget(show.body.indexOf(show.problem), self.rows)
        show.body.insertWidget(show.body.indexOf(show.problem), self.teacher)
        prefer.body.insertWidget(prefer.body.indexOf(prefer.problem), self.hold)
        compare.body.insertWidget(compare.body.indexOf(compare.problem), self.bars)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.drawer.body.addWidget(area)

    # ── wishes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _do(self, card: str, what: str) -> None:
        steps, state = self.steps, self.steps.state
        if what == "watch":
            kept = {"imitate": state.clone, "prefer": state.preferred, "direct": state.direct}[card]
            if kept is not None:
                self.navigator.model_wanted.emit("play", str(kept.folder))
        elif what == "play":
            self.navigator.record_wanted.emit(state.env_id, dict(state.env_kwargs))
        elif what == "teach":
            steps.show(self.teacher.value)
        elif what == "imitate":
            steps.imitate()
        elif what == "begin" and state.clone is not None:
            self.drawer.close_drawer()
            self.begin_wanted.emit(state.clone.name)
        elif what == "keep":
            steps.keep(self.model.state.folder)
        elif what == "learn":
            steps.learn_directly(self.model.state.folder)
        elif what == "measure":
            steps.compare()

    def _leave_out(self, recording: Recording) -> None:
        aside = self.steps.put_aside(recording)
        if aside is not None:
            self.navigator.offer.emit(
                tr("steps.left_out"), tr("library.undo"), lambda: self.steps.bring_back(aside, recording)
            )

    def _made(self, kind: str, answer: Mapping[str, object]) -> None:
        if "folder" in answer:
            self.navigator.say.emit(tr("library.there", name=Path(str(answer["folder"])).name))

    def shutdown(self) -> None:
        """End what is being done: the window closes."""
        self.steps.shutdown()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def be_at(self, env_id: str, env_kwargs: Mapping[str, object]) -> None:
        """Be about another world; looked at only while somebody looks here."""
        if self.drawer.is_open:
            self.steps.be_at(env_id, env_kwargs)
        self._place = env_id, env_kwargs

    def look(self) -> None:
        """Look again: something may have been shown, or learned, elsewhere."""
        if self.drawer.is_open:
            self.steps.look()

    def _opened(self) -> None:
        self.steps.be_at(*self._place)
        self.steps.look()

    def show_state(self) -> None:
        """Show how the run stands."""
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        state = self.steps.state
        if not self.drawer.is_open or not state.env_id:
            return
        self.world.set_key("steps.world", world=world_title(state.env_id, state.env_kwargs))
        for name, card in self.cards.items():
            going = bool(state.doing) and _CARDS[state.doing] == name
            card.show_work(going, state.done, state.of)
            told = state.problem is not None and _CARDS[state.problem_of] == name
            card.show_problem(tr(state.problem.key, **state.problem.params) if told and state.problem else "")
        self._offer_teachers()
        self._show_shown(state)
        self._show_imitated(state)
        self._show_preferred(state)
        self._show_direct(state)
        self._show_compared(state)

    def _offer_teachers(self) -> None:
        state = self.steps.state
        choices = [Choice(ORACLE, tr("steps.player.oracle"), tr("steps.oracle.tip"))] if state.is_table else []
        choices += [Choice(entry.name, model_title(entry)) for entry in state.players]
        if [choice.id for choice in choices] != [choice.id for choice in self._teachers] or not self.teacher.value:
            self.teacher.set_choices(choices)
            if choices and self.teacher.value not in [choice.id for choice in choices]:
                self.teacher.set_value(choices[0].id)
        self._teachers = choices
        self.teacher.setVisible(len(choices) > 1)

    def _show_shown(self, state: StepsState) -> None:
        card, games = self.cards["show"], state.games
        figures = {"games": number(games), "steps": number(state.steps), "mean": number(state.mean_return, 2)}
        card.show_line(tr("steps.show.there", **figures) if games else tr("steps.show.none"))
        self.rows.show_recordings(state.recordings)
        seen = {"play", *(("teach",) if self._teachers else ())}
        card.allow(set() if state.doing else seen, seen, "" if games else "teach" if self._teachers else "play")

    def _show_imitated(self, state: StepsState) -> None:
        card, clone = self.cards["imitate"], state.clone
        card.show_line(tr("steps.imitate.none") if clone is None else _agent_words(clone, "clone"))
        free = not state.doing
        able = {*(("imitate",) if free and state.games else ()), *(("watch",) if clone else ())}
        seen = {"imitate", *(("watch",) if clone else ())}
        card.allow(able, seen, "imitate" if state.games and clone is None else "")

    def _show_preferred(self, state: StepsState) -> None:
        card, kept, known = self.cards["prefer"], state.preferred, self.model.known
        begun = self._began_with()
        here = bool(self.model.state.folder)
        lines = []
        if here and begun:
            kl = math.nan if known.progress is None else known.progress.kl
            lines.append(tr("steps.prefer.begun", model=begun, answers=number(_answers(known))))
            self.hold.show_weight(0.0 if known.plan is None else known.plan.config.kl_weight, kl)
        elif here:
            lines.append(tr("steps.prefer.from_nothing", answers=number(_answers(known))))
        if kept is not None:
            lines.append(tr("steps.kept", name=model_title(kept)))
        card.show_line("\n".join(lines))
        self.hold.setVisible(here and bool(begun))
        free, learned = not state.doing, self.model.state.env_steps > 0
        able = {
            *(("begin",) if free and state.clone else ()),
            *(("keep",) if free and here and learned else ()),
            *(("watch",) if kept else ()),
        }
        seen = {"begin", *(("keep",) if here else ()), *(("watch",) if kept else ())}
        card.allow(able, seen, "begin" if state.clone is not None and not begun else "")

    def _show_direct(self, state: StepsState) -> None:
        card, made, known = self.cards["direct"], state.direct, self.model.known
        answers = _answers(known)
        told = tr("steps.direct.answers", answers=number(answers)) if answers else tr("steps.direct.none")
        begins = tr("steps.direct.with", model=model_title(state.clone)) if state.clone else tr("steps.direct.nothing")
        lines = [f"{told} {begins}" if answers else told]
        if made is not None:
            lines.append(_agent_words(made, "dpo"))
        card.show_line("\n".join(lines))
        able = {*(("learn",) if answers and not state.doing else ()), *(("watch",) if made else ())}
        card.allow(able, {"learn", *(("watch",) if made else ())}, "")

    def _show_compared(self, state: StepsState) -> None:
        rows = [_earned(state, tr("steps.player.random"), None)]
        agents = (
            (state.clone, "steps.agent.clone"),
            (state.preferred, "steps.agent.preferred"),
            (state.direct, "steps.agent.direct"),
        )
        rows += [_earned(state, tr(key), entry) for entry, key in agents if entry is not None]
        self.bars.show_returns(tuple(rows))
        there = len(rows) > 1
        self.bars.setVisible(there)
        card = self.cards["compare"]
        card.show_line("" if there else tr("steps.compare.none"))
        card.allow({"measure"} if there and not state.doing else (), ("measure",), "")

    def _began_with(self) -> str:
        """Return what the run there began with; read once for each run."""
        folder = self.model.state.folder
        if folder != self._noted[0]:
            self._noted = folder, self.begun_with(folder)
        return self._noted[1]

    @staticmethod
    def begun_with(folder: str) -> str:
        """Return the name of the model that a run began with, empty for none."""
        return str(noted_model(Path(folder)).get("model", "")) if folder else ""


def _answers(known: PreferenceState) -> int:
    """Return how many answers say something; "can't tell" says nothing."""
    return sum(label.answer != "unclear" for label in known.counted)


def _agent_words(entry: ModelEntry, what: str) -> str:
    """Say what an agent can foretell and what it earned, as far as its card knows."""
    told, games = entry.manifest.hyperparameters, entry.card.evaluation
    said = [tr("steps.kept", name=model_title(entry))]
    accuracy, held_out = told.get(f"{what}_accuracy"), told.get(f"{what}_held_out")
    if isinstance(accuracy, int | float) and isinstance(held_out, int):
        which = f"{what}_unseen" if held_out else f"{what}_seen"
        said.append(tr("steps.foretells." + which, share=number(100 * accuracy), count=number(held_out)))
    if games is not None:
        said.append(tr("steps.earned", mean=number(games.mean, 2), games=number(len(games.scores))))
    return " ".join(said)


def _earned(state: StepsState, name: str, entry: ModelEntry | None) -> Earned:
    measured = state.returns.get(RANDOM if entry is None else str(entry.folder))
    if measured is not None:
        return Earned(name, float(measured["sampled"]), float(measured.get("greedy", math.nan)))
    games = None if entry is None else entry.card.evaluation
    return Earned(name) if games is None or games.deterministic else Earned(name, games.mean)
