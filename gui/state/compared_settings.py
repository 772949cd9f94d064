"""The settings a person has put side by side, before anything is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from agents.catalog import TABULAR, agent
from agents.configuration import settings_of
from agents.experiments.plan import MOST_COMPARED, Candidate
from gui.state.scene import GRID_WORLD


def playing_agents() -> tuple[str, ...]:
    """Return the tabular agents that learn by playing episodes, so that they earn returns."""
    return tuple(entry.id for entry in TABULAR if "returns" in entry.panels and "discrete" in entry.observations)


def with_agent(candidate: Candidate, id: str) -> Candidate:
    """Return a setting with another agent; what that one knows as well is kept, but for what never suits it."""
    config = agent(id).config_class()
    own = getattr(config, "not_suggested", ())
    kept = {item.name for item in settings_of(config)} - set(own)
    values = {name: value for name, value in candidate.hyperparameters.items() if name in kept}
    return replace(candidate, agent=id, hyperparameters=values)


def with_value(candidate: Candidate, name: str, value: object) -> Candidate:
    """Return a setting with one hyper-parameter set; ``None`` gives it back to the world's suggestion or default."""
    values = {key: each for key, each in candidate.hyperparameters.items() if key != name}
    return replace(candidate, hyperparameters=values if value is None else {**values, name: value})


CLIFF = Candidate(env_id=GRID_WORLD, env_kwargs={"map": "cliff"})
FIRST = (CLIFF, with_agent(CLIFF, "sarsa"))
"""What the page opens with: the question every class asks."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the worker said of a setting.

    Attributes:
        values: All its hyper-parameters; empty where they are not known.
        problem: Key and values of the sentence that says why it cannot be run; an empty key if it can.
    """

    values: Mapping[str, Any]
    problem: tuple[str, Mapping[str, Any]] = ("", {})


class ComparedSettings(QObject):
    """Up to six settings, one of them chosen.

    Attributes:
        changed: Emitted after anything changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Candidate] = list(FIRST)
        self._known: dict[int, Known] = {}
        self._chosen = 0

    @property
    def all(self) -> tuple[Candidate, ...]:
        """The settings in order."""
        return tuple(self._all)

    @property
    def chosen(self) -> int:
        """Place of the one that is open, −1 for none."""
        return self._chosen

    @property
    def full(self) -> bool:
        """Whether no more can be added."""
        return len(self._all) >= MOST_COMPARED

    def known(self, place: int) -> Known:
        """Return what is known of a setting."""
        return self._known.get(place, Known(values={}))

    def values(self, place: int) -> dict[str, Any]:
        """Return all hyper-parameters of a setting: those set, else as the worker said, else defaults."""
        candidate = self._all[place]
        defaults = {item.name: item.default for item in settings_of(agent(candidate.agent).config_class())}
        known = {name: value for name, value in self.known(place).values.items() if name in defaults}
        return {**defaults, **known, **candidate.hyperparameters}

    def complete(self) -> tuple[Candidate, ...]:
        """Return the settings with all their hyper-parameters, to be named."""
        return tuple(replace(each, hyperparameters=self.values(place)) for place, each in enumerate(self._all))

    @property
    def touched(self) -> bool:
        """Whether these are others than those the page opens with."""
        return tuple(self._all) != tuple(FIRST)

    # ── changing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, candidate: Candidate) -> None:
        """Have this setting and no other."""
        self._all, self._known, self._chosen = [candidate], {}, 0
        self.changed.emit()

    def choose(self, place: int) -> None:
        """Open a setting; −1 closes all."""
        if place != self._chosen and -1 <= place < len(self._all):
            self._chosen = place
            self.changed.emit()

    def add(self, candidate: Candidate | None = None) -> bool:
        """Add a setting at the end and open it; the chosen one with the next agent where none is given.

        Returns:
            Whether there was room.
        """
        if self.full:
            return False
        self._all.append(candidate if candidate is not None else self._another())
        self._chosen = len(self._all) - 1
        self.changed.emit()
        return True

    def _another(self) -> Candidate:
        if not self._all:
            return CLIFF
        base = self._all[max(0, self._chosen)]
        used = {each.agent for each in self._all}
        fresh = next((name for name in playing_agents() if name not in used), base.agent)
        return with_agent(base, fresh)

    def duplicate(self, place: int) -> bool:
        """Put a copy behind a setting and open it; return whether there was room."""
        if self.full:
            return False
        self._all.insert(place + 1, self._all[place])
        self._known = {each + (each > place): known for each, known in self._known.items()}
        self._known[place + 1] = self.known(place)
        self._chosen = place + 1
        self.changed.emit()
        return True

    def remove(self, place: int) -> None:
        """Take a setting away; the last one stays."""
        if len(self._all) == 1:
            return
        del self._all[place]
        self._known = {each - (each > place): known for each, known in self._known.items() if each != place}
        self._chosen = min(self._chosen, len(self._all) - 1) if self._chosen != place else -1
        self.changed.emit()

    def replace(self, place: int, candidate: Candidate) -> None:
        """Put another setting in a place."""
        if candidate == self._all[place]:
            return
        old = self._all[place]
        self._all[place] = candidate
        if (old.env_id, old.env_kwargs, old.agent) != (candidate.env_id, candidate.env_kwargs, candidate.agent):
            self._known.pop(place, None)
        self.changed.emit()

    def learn(self, settings: Sequence[Mapping[str, Any]], problems: Sequence[Mapping[str, Any]]) -> None:
        """Take in what the worker said of all settings."""
        if len(settings) != len(self._all):
            return
        told = {problem["place"]: (str(problem["key"]), dict(problem["params"])) for problem in problems}
        known = {
            place: Known(values=dict(values), problem=told.get(place, ("", {})))
            for place, values in enumerate(settings)
        }
        if known != self._known:
            self._known = known
            self.changed.emit()
