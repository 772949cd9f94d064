"""The environments one can choose by their id: asked of a process of its own once, for the window loads none."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from arena.errors import ArenaError
from gui.state.model_errand import ModelErrand

_NEAR = 3


class KnownWorlds(QObject):
    """What is installed.

    Attributes:
        changed: Emitted when more is known.
        ids: Every id that can be chosen; empty until it is known.
        told: What is known of each, see :meth:`agents.deep.environments_known.KnownEnvironment.plain`.
        problem: Why nothing can be known, ``None`` if it can.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: tuple[str, ...] = ()
        self.told: dict[str, Mapping[str, Any]] = {}
        self.problem: ArenaError | None = None
        self._whole = False
        self._errand = ModelErrand(self)
        self._errand.told.connect(self._take)
        self._errand.done.connect(self._done)
        self._errand.failed.connect(self._failed)

    def load(self) -> None:
        """Ask, unless it is known or being asked; :attr:`changed` follows, again and again."""
        if not self._whole and not self._errand.busy:
            self.problem = None
            self._errand.start("environments", {})

    def near(self, text: str) -> tuple[str, ...]:
        """Return ids like a text that is in none of them."""
        lower = {name.lower().removeprefix("ale/"): name for name in self.ids}
        found = difflib.get_close_matches(text.lower().removeprefix("ale/"), list(lower), n=_NEAR, cutoff=0.3)
        return tuple(lower[name] for name in found)

    def finish(self) -> None:
        """End what is being asked: the window closes."""
        self._errand.cancel()

    def _take(self, told: Mapping[str, Any]) -> None:
        if "ids" in told:
            self.ids = tuple(map(str, told["ids"]))
        for row in told.get("environments", ()):
            self.told[str(row["env_id"])] = row
        self.changed.emit()

    def _done(self, _: Mapping[str, Any]) -> None:
        self._whole = True
        self.changed.emit()

    def _failed(self, problem: ArenaError) -> None:
        self.problem = problem
        self.changed.emit()
