"""Experiments: is it luck? Many seeds of several settings, sweeps, and figures of the book drawn again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from agents.experiments.plan import Candidate, Plan
from agents.experiments.reproduction.book import FigurePlan
from agents.experiments.sweep import grid
from arena.errors import ArenaError
from arena.protocol.experiment_messages import FigureDrawn, SettingsChecked
from gui.export.picture_desk import PicturePart
from gui.language import language, tr
from gui.pages.experiments_budget import Budget
from gui.pages.experiments_column import SettingsColumn
from gui.pages.experiments_reproduce import FigureColumn, FigureResults
from gui.pages.experiments_results import CompareResults, Results, SweepResults, setting_names
from gui.pages.experiments_table import as_text, figure_as_text
from gui.pages.page import Navigator, Page
from gui.state.compared_settings import ComparedSettings
from gui.state.experiment_model import ExperimentModel
from gui.state.experiment_state import ExperimentState
from gui.state.run_state import RunState
from gui.theme import color, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented

MODES = ("compare", "sweep", "reproduce")

_CHECK_MS = 120
"""Settings are checked by the worker when nothing was changed for so long."""


class ExperimentsPage(Page):
    """The page; it owns the worker that runs experiments."""

    id = "experiments"
    title_key = "page.experiments"
    closing_keys = ("experiments.close.text", "experiments.close.no", "experiments.close.yes")

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(navigator, parent)
        self.model = ExperimentModel(self)
        self.settings = ComparedSettings(self)
        self.modes = Segmented(
            [(name, "experiments.mode." + name, "experiments.mode." + name + ".tip") for name in MODES],
            name_key="experiments.mode",
        )
        self.picture = PillButton("experiments.picture", "picture", "quiet", tip_key="experiments.picture.tip")
        self.copy = PillButton("experiments.copy", "copy", "quiet", tip_key="experiments.copy.tip")
        self.save = PillButton("experiments.save", "save", "quiet", tip_key="experiments.save.tip")
        self.column = SettingsColumn(self.settings)
        self.figures = FigureColumn()
        self.compare, self.sweep, self.reproduce = CompareResults(), SweepResults(), FigureResults()
        self.results: dict[str, Results] = {"compare": self.compare, "sweep": self.sweep, "reproduce": self.reproduce}
        self._states: dict[str, ExperimentState] = {}
        self._numbers: dict[str, int] = {}
        self._ran = ""
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(_CHECK_MS)
        self._check.timeout.connect(lambda: self.model.check(self.settings.all))
        self._lay_out()
        self._connect()
        self.pictures.know(parts=self._parts, state=RunState, button=self.picture)
        self._show_mode()

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._top = QWidget()
        row = QHBoxLayout(self._top)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(self.modes)
        row.addStretch(1)
        for button in (self.picture, self.copy, self.save):
            row.addWidget(button)
        outer.addWidget(self._top)
        line = QWidget()
        line.setFixedHeight(1)
        outer.addWidget(line)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.column)
        body.addWidget(self.figures)
        self._stack = QStackedWidget()
        for results in self.results.values():
            self._stack.addWidget(results)
        self._stack.setContentsMargins(16, 12, 16, 14)
        body.addWidget(self._stack, 1)
        outer.addLayout(body, 1)

    def _connect(self) -> None:
        self.modes.changed.connect(lambda _: self._show_mode())
        self.picture.clicked.connect(self.pictures.pop_up)
        self.copy.clicked.connect(self.copy_results)
        self.save.clicked.connect(self.ask_where_to_save)
        for budget in self.budgets:
            budget.run_wanted.connect(self.run)
            budget.cancel_wanted.connect(self.model.cancel)
            budget.changed.connect(self._show_budget)
        self.column.lab_wanted.connect(self._take_from_lab)
        self.column.varied.changed.connect(self._show_amounts)
        self.figures.chosen_changed.connect(self._show_mode)
        self.settings.changed.connect(self._settings_changed)
        self.model.changed.connect(self._model_changed)
        self.model.checked.connect(self._checked)
        self.model.saved.connect(self._saved)
        self.model.refused.connect(lambda key, params: self.navigator.say.emit(tr(key, **params)))
        language().changed.connect(self._show_states)
        theme().changed.connect(self._restyle)

    @property
    def budgets(self) -> tuple[Budget, Budget]:
        """How often and how long, of both columns."""
        return self.column.budget, self.figures.budget

    @property
    def budget(self) -> Budget:
        """The one in sight."""
        return self.budgets[self.modes.value == "reproduce"]

    @property
    def _place(self) -> str:
        """What is looked at, each with a picture of its own: a mode, or a figure of the book."""
        mode = self.modes.value
        return "figure " + self.figures.figure.name if mode == "reproduce" else mode

    # ── what the window asks ───────────────────────────────────────────────────────────────────────────────────────

    def shown(self) -> None:
        # After the next picture: a process is started.
        QTimer.singleShot(0, self, self._begin)
        self.column.from_lab.setVisible(self.navigator.scene_in_lab() is not None)
        self.budget.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self) -> None:
        self.model.prepare()
        self._check.start()

    def busy(self) -> bool:
        return self.model.state.running

    def shutdown(self) -> None:
        self._check.stop()
        self.model.shutdown()

    def fill_run_menu(self, menu: QMenu) -> None:
        menu.addAction(tr("experiments.menu.run"), self.budget.go.click)
        menu.addAction(tr("experiments.menu.copy"), self.copy.click)
        menu.addAction(tr("experiments.menu.save"), self.save.click)

    def _parts(self) -> list[PicturePart]:
        return [
            PicturePart(name_key="experiments.part.curves", file_part="seeds", widget=self.compare.curves_card),
            PicturePart(name_key="experiments.part.scores", file_part="scores", widget=self.compare.strip_card),
            PicturePart(name_key="experiments.part.sweep", file_part="sweep", widget=self.sweep.card),
            PicturePart(name_key="reproduce.part.figure", file_part="figure", widget=self.reproduce.plot_card),
            PicturePart(name_key="reproduce.part.numbers", file_part="numbers", widget=self.reproduce.numbers_card),
        ]

    def take_setting(self, candidate: Candidate) -> bool:
        """Put a setting beside those there are (in a sweep: in place of the one varied) and open it.

        Args:
            candidate: The setting.

        Returns:
            Whether there was room; the person is told if there was none.
        """
        if self.modes.value == "sweep":
            self.settings.replace(max(0, self.settings.chosen), candidate)
            return True
        if candidate in self.settings.all:
            self.settings.choose(self.settings.all.index(candidate))
            return True
        if self.settings.add(candidate):
            return True
        self.navigator.say.emit(tr("experiments.full"))
        return False

    def is_it_luck(self) -> None:
        """Run many seeds of what the Lab shows, beside what somebody compares already."""
        self.modes.set_value("compare")
        self._show_mode()
        shown = self._in_lab()
        if shown is not None and not self.settings.touched:
            self.settings.begin(shown)
        elif shown is not None:
            self.take_setting(shown)
        self.run()

    def _in_lab(self) -> Candidate | None:
        scene = self.navigator.scene_in_lab()
        if scene is None:
            return None
        return Candidate(
            env_id=scene.env_id,
            env_kwargs=dict(scene.env_kwargs),
            agent=scene.agent,
            hyperparameters=dict(scene.hyperparameters),
        )

    def _take_from_lab(self) -> None:
        shown = self._in_lab()
        if shown is not None:
            self.take_setting(shown)

    # ── running ────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """Run what is shown at the left."""
        mode = self.modes.value
        try:
            plan = self._wanted()
            if plan is None:
                return
            plan.check()
            self.sweep.begin(self.column.varied.varied() if mode == "sweep" else self.sweep.varied)
            self._ran = self._place
            if isinstance(plan, FigurePlan):
                self.model.draw(plan)
            else:
                self.model.run(plan)
        except ArenaError as problem:
            self.navigator.say.emit(tr(problem.key, **problem.params))

    def _wanted(self) -> Plan | FigurePlan | None:
        """Return what stands at the left; ``None`` while a number there is none."""
        if self.modes.value == "reproduce":
            return self.figures.plan()
        amounts = self.column.budget.amounts()
        if amounts is None:
            return None
        seeds, episodes, judged = amounts
        candidates = self.settings.all
        if self.modes.value == "sweep":
            varied = self.column.varied.varied()
            candidates = grid([candidates[max(0, self.settings.chosen)]], varied)
        return Plan(candidates=candidates, seeds=seeds, episodes=episodes, judged=judged)

    def _model_changed(self, state: ExperimentState) -> None:
        if self._ran and state.asked:
            self._states[self._ran] = state
            self._numbers[self._ran] = self.model.number
        if self._ran == self._place:
            self._show_results()
        self._show_budget()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _settings_changed(self) -> None:
        self._show_amounts()
        self._check.start()

    def _checked(self, message: SettingsChecked) -> None:
        self.settings.learn(message.settings, message.problems)

    def _show_mode(self) -> None:
        sweeping, reproducing = self.modes.value == "sweep", self.modes.value == "reproduce"
        self.reproduce.figure = self.figures.figure
        self.column.setVisible(not reproducing and not theme().projector)
        self.figures.setVisible(reproducing and not theme().projector)
        self._stack.setCurrentWidget(self.results[self.modes.value])
        self.column.set_sweeping(sweeping)
        self._show_amounts()
        self._show_results()
        self._show_budget()

    def _show_amounts(self) -> None:
        self.column.budget.show_runs(1 if self.modes.value == "sweep" else len(self.settings.all))
        self._show_budget()

    def _show_results(self) -> None:
        state = self._state()
        self.results[self.modes.value].show_state(state)
        some = state.picture is not None and state.picture.done > 0
        self.copy.setEnabled(some)
        self.save.setEnabled(some and state.picture is not None and state.picture.ended)

    def _state(self) -> ExperimentState:
        return self._states.get(self._place, ExperimentState())

    def _show_budget(self) -> None:
        live = self.model.state
        # What was run here stays told here; what runs is told everywhere, because it can be cancelled everywhere.
        told = live if live.running or self._ran in ("", self._place) else self._state()
        self.budget.show_state(told, stale=not live.running and self._stale(told))

    def _stale(self, state: ExperimentState) -> bool:
        """Return whether the picture shown is not of what stands at the left."""
        if state.picture is None:
            return False
        try:
            wanted = self._wanted()
            return wanted is not None and wanted != (state.plan or state.figure)
        except ArenaError:
            return True

    def _show_states(self) -> None:
        self._show_results()
        self._show_budget()
        self.column.show_settings()

    def _restyle(self) -> None:
        plain = not theme().projector
        self._top.setVisible(plain)
        self.column.setVisible(plain and self.modes.value != "reproduce")
        self.figures.setVisible(plain and self.modes.value == "reproduce")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        if not theme().projector:
            painter.fillRect(0, self._top.height(), self.width(), 1, color("line"))
        painter.end()

    # ── taking results away ────────────────────────────────────────────────────────────────────────────────────────

    def copy_results(self) -> None:
        """Put the figures and the sentence on the clipboard, as a table that spreadsheets take."""
        state, told = self._state(), self.results[self.modes.value].told.text()
        if isinstance(state.picture, FigureDrawn):
            text = figure_as_text(self.figures.figure, state.picture, told)
        elif state.report is not None:
            text = as_text(state.report, setting_names(state.candidates), told)
        else:
            return
        QGuiApplication.clipboard().setText(text)
        self.navigator.say.emit(tr("experiments.copied"))

    def ask_where_to_save(self) -> None:
        """Ask for a file and write all returns to it."""
        dialog = QFileDialog(self, tr("experiments.save.title"), str(Path.home() / "experiment.csv"), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_results)
        dialog.open()

    def save_results(self, path: str) -> None:
        """Write all returns of the experiment shown to a file."""
        self.model.save(self._numbers.get(self._place, 0), path)

    def _saved(self, path: str, runs: int) -> None:
        self.navigator.say.emit(tr("experiments.saved", file=Path(path).name, runs=f"{runs:,}"))
