"""From a moment of a run to two runs ready to be driven: the fork is made, workers are begun, both stand still."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import Event, Fork, Forked, Warned
from gui.state.run_model import RunModel
from gui.state.run_state import RunState


class TwinOpening(QObject):
    """Makes twins of a run.

    The original goes on in its own folder where the moment is now. From a past moment it cannot (what it did since is
    kept): then an unchanged fork stands for it, which does what it did.

    Args:
        model: The run that is shown already.
        parent: Qt parent.

    Attributes:
        ready: Emitted when both stand at the moment: the left and the right run.
        refused: Emitted with key and values of the sentence that says why there will be no twins.
    """

    ready = Signal(object, object)
    refused = Signal(str, dict)

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._source = model
        self._before = RunModel(self)
        self._changed = RunModel(self)
        self._spare_source = RunModel(self)
        self._left = model
        self._at = 0
        self._changes: Mapping[str, Any] = {}
        self._waits: dict[int, RunModel] = {}
        self._stage = ""
        for each in (model, self._before, self._changed, self._spare_source):
            each.changed.connect(self._look)
            each.answered.connect(self._hear)

    @property
    def underway(self) -> bool:
        """Whether twins are being made."""
        return bool(self._stage)

    def begin(self, folder: str, at: int, changes: Mapping[str, Any]) -> None:
        """Make twins.

        Args:
            folder: Folder of the original run.
            at: The tick.
            changes: What is different, see :class:`agents.runtime.fork_changes.ForkChanges`.
        """
        self.leave()
        WorkerClient.prewarm()
        self._at, self._changes = at, changes
        self._source = self._model
        if not self._model.folder or Path(self._model.folder) != Path(folder):
            self._source = self._spare_source
            self._source.open(RunSpec(resume=folder, agent=""))
        else:
            self._model.pause()
        self._stage = "source"
        self._look(self._source.state)

    def leave(self) -> None:
        """Stop the workers begun here; what they learned is saved."""
        self._stage, self._waits = "", {}
        for each in (self._before, self._changed, self._spare_source):
            each.leave()

    def shutdown(self) -> None:
        """Stop them and wait until they are gone."""
        self._stage = ""
        for each in (self._before, self._changed, self._spare_source):
            each.shutdown()

    def _look(self, _: RunState) -> None:
        if self._stage == "source":
            self._look_at_source()
        elif self._stage == "open" and all(_stands(model) for model in (self._left, self._changed)):
            self._stage = ""
            self.ready.emit(self._left, self._changed)
        for each in (self._source, self._left, self._changed):
            if self._stage and each.state.phase == "failed" and each.state.failure is not None:
                self._refuse(each.state.failure.key, dict(each.state.failure.params))

    def _look_at_source(self) -> None:
        source = self._source.state
        if source.phase not in ("paused", "finished") or source.world is None:
            return
        self._stage = "fork"
        self._left = self._source if source.env_steps == self._at else self._before
        self._waits[self._source.ask(Fork(at=self._at, changes=dict(self._changes)))] = self._changed
        if self._left is self._before:
            self._waits[self._source.ask(Fork(at=self._at, changes={}))] = self._before

    def _hear(self, answer: Event) -> None:
        number = getattr(answer, "command_id", 0)
        if self._stage != "fork" or number not in self._waits:
            return
        if isinstance(answer, Forked):
            self._waits.pop(number).open(RunSpec(resume=answer.folder, agent="", speed=self._model.state.speed))
            if not self._waits:
                self._stage = "open"
        elif isinstance(answer, Warned):
            self._refuse(answer.key, dict(answer.params))

    def _refuse(self, key: str, params: dict[str, Any]) -> None:
        self.leave()
        self.refused.emit(key, params)


def _stands(model: RunModel) -> bool:
    state = model.state
    shown = state.view is not None and state.view.env_steps == state.env_steps
    return state.phase in ("paused", "finished") and state.world is not None and shown
