"""The arcade's train mode: which run there is, what begins another one, and where what it shows stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agents.catalog import DEEP
from agents.deep.place_kind import kind_of
from agents.deep.suggestions import IRRELEVANT
from agents.runtime.spec import RunSpec
from gui.dialogs.new_run_question import NewRunQuestion
from gui.export.picture_desk import PicturePart
from gui.language import tr
from gui.pages.arcade_train import TrainView
from gui.pages.train_transport import TrainTransport
from gui.panels.settings_form import SettingsForm
from gui.state.arcade_games import OBJECTS
from gui.state.run_state import RunState
from gui.state.training_model import TrainingModel
from gui.state.training_state import TrainingState
from gui.state.watch_model import WatchModel
from gui.theme import theme
from gui.widgets.chooser import Choice
from gui.widgets.drawer import Drawer

if TYPE_CHECKING:
    from gui.pages.arcade import ArcadePage

FIRST_AGENT = "ppo"
"""What is offered to whoever has never trained a network."""

LIVE_SECONDS = 1.0 / 15.0
"""The game beside the curve has at most fifteen pictures a second: it must not take time from learning."""


def agent_entries() -> list[Choice]:
    """Return the entries of the agent chooser: every agent with a network."""
    return [Choice(entry.id, tr(entry.title_key), tr(entry.title_key + ".summary")) for entry in DEEP]


class ArcadeTraining(QObject):
    """Owns the run in training and the game beside it.

    Args:
        page: The arcade.

    Attributes:
        model: The run.
        live: Its game.
        widget: View and transport.
    """

    def __init__(self, page: ArcadePage) -> None:
        super().__init__(page)
        self._page = page
        self.model = TrainingModel(self)
        self.live = WatchModel(self, view_seconds=LIVE_SECONDS)
        self.view = TrainView(self.model, self.live)
        self.transport = TrainTransport()
        self.env_id, self.agent = OBJECTS, FIRST_AGENT
        self._folder = ""
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.transport)
        self.drawer = Drawer(self.view, "lab.settings", extent=420)
        self.form = SettingsForm()
        self.drawer.body.addWidget(self.form)
        self._connect()

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show)
        model.warned.connect(self._warned)
        self.transport.toggled.connect(model.toggle)
        self.transport.stepped.connect(model.step)
        self.transport.saved.connect(model.checkpoint)
        self.view.toggled.connect(model.toggle)
        self.view.stepped.connect(model.step)
        self.view.closer_wanted.connect(lambda: self._page.watch_model(model.state.folder))
        self.view.three_wanted.connect(lambda: self._page.watch_ages(model.state.folder))
        self.view.cards.switches.restart_wanted.connect(self._ask)
        self.form.live_changed.connect(model.set_hyperparameter)
        self.form.restart_wanted.connect(self._restart)
        self.form.left.connect(self.view.setFocus)
        theme().changed.connect(self._restyle)

    @property
    def parts(self) -> list[PicturePart]:
        """What pictures can be taken of."""
        view, cards = self.view, self.view.cards
        return [
            PicturePart(name_key="train.curve", file_part="score", widget=view.curve_card),
            PicturePart(name_key="train.game", file_part="game", widget=view.game),
            PicturePart(name_key="train.moved", file_part="policy", widget=cards.moved_card),
            PicturePart(name_key="train.guesses", file_part="errors", widget=cards.guesses_card),
            PicturePart(name_key="train.trying", file_part="exploration", widget=cards.trying_card),
            PicturePart(name_key="train.critic", file_part="critic", widget=cards.critic_card),
        ]

    # ── which run ──────────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self) -> None:
        """Come to the front; without a run one is made ready to train."""
        if not self.model.there and self.model.state.phase == "none":
            self.begin(self.env_id, self.agent)
        self.view.setFocus()

    def begin(self, env_id: str, agent: str, settings: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Leave the run there is, which is saved, and make another one ready.

        Args:
            env_id: Where it learns.
            agent: Catalog id.
            settings: Hyper-parameters; what is missing is suggested.
            more: Further fields of the run's ``RunSpec``.
        """
        if self.model.there and self.model.state.env_steps:
            self._page.navigator.say.emit(tr("train.left"))
        self.env_id, self.agent = env_id, agent
        self.model.open(RunSpec(env_id=env_id, agent=agent, hyperparameters=settings or {}, **more))
        self.view.setFocus()

    def resume(self, folder: str) -> None:
        """Show a stored run, ready to go on; one that is here already goes on as it is."""
        gone = not self.model.there or self.model.state.phase in ("failed", "stopped")
        if gone or self.model.state.folder != folder:
            self.model.open(RunSpec(resume=folder, agent=""))
        self.view.setFocus()

    def shutdown(self) -> None:
        """End both workers; what was learned is saved."""
        self.live.leave()
        self.model.shutdown()
        self.live.shutdown()

    def _restart(self, settings: dict[str, Any], env_kwargs: dict[str, Any], seed: int) -> None:
        ready = self.model.state.ready
        if ready is not None:
            kwargs = {**ready.config.get("env_kwargs", {}), **env_kwargs}
            self.begin(self.env_id, self.agent, settings, env_kwargs=kwargs, seed=seed)

    def _ask(self, name: str, value: str) -> None:
        question = NewRunQuestion(self.view.window(), tr("setting." + name + ".title"))
        question.accepted.connect(lambda: self._begin_with(name, value))
        question.open()

    def _begin_with(self, name: str, value: str) -> None:
        state = self.model.state
        seed = 0 if state.ready is None else int(state.ready.config.get("seed", 0))
        self._restart({**state.hyperparameters, name: value}, {}, seed)

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, state: TrainingState) -> None:
        self.transport.show_state(state)
        if state.ready is None:
            return
        if state.folder != self._folder:
            self._folder = state.folder
            self.env_id, self.agent = state.env_id, state.agent
            self.form.leave_out(IRRELEVANT[kind_of(self.env_id)])
            self._page.offer()
            self._page.navigator.index.load()
        seed = int(state.ready.config.get("seed", 0))
        run = RunState(run_id=state.folder, agent=state.agent, hyperparameters=state.hyperparameters, seed=seed)
        self.form.show_state(run)

    def _warned(self, key: str, params: dict[str, Any]) -> None:
        text = tr(key, **params)
        if "field" in params and self.drawer.is_open:
            self.form.show_problem(str(params["field"]), text)
        else:
            self._page.navigator.say.emit(text)

    def _restyle(self) -> None:
        if theme().projector:
            self.drawer.close_drawer()
