"""The three steps in one world: what was shown there, which agents came of it, and what is being done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from agents.deep.place_kind import kind_of
from agents.models.library import ModelEntry, free_name
from arena.errors import ArenaError
from arena.preferences.demonstration_file import Recording
from arena.preferences.demonstration_shelf import bring_back, put_aside, recordings, same_world, short_name
from gui.state.library import Library
from gui.state.model_errand import ModelErrand

ORACLE = "oracle"
"""Who plays a world's best policy, computed; only worlds of tables have one."""

RANDOM = "random"
"""Who draws all actions alike, among the returns."""

AGENTS = ("ppo", "a2c", "trpo")

SHOWN, SHOWN_OF_GAMES = 20, 5
"""Games a teacher shows: of a world of tables, of a game."""

EXAMINED, EXAMINED_OF_GAMES = 50, 10
"""Whole games each agent is measured with."""


@dataclass(frozen=True, kw_only=True)
class StepsState:
    """What is known.

    Attributes:
        env_id: The world.
        env_kwargs: Its arguments.
        recordings: What was shown there.
        clone: The newest agent there that imitates.
        preferred: The newest one there that has learned by a reward model, and was kept.
        direct: The newest one there that has learned from answers directly.
        players: Other networks that play there: they can show it.
        doing: What is being done, a kind of :data:`agents.models.errand.KINDS`; empty for nothing.
        done: How much of it.
        of: Of how much; 0 where nobody knows.
        problem: Why the last thing that was to be done was not.
        problem_of: What that was.
        returns: True returns, ``greedy`` and ``sampled``, by folder of a model, and by :data:`RANDOM`.
    """

    env_id: str = ""
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    recordings: tuple[Recording, ...] = ()
    clone: ModelEntry | None = None
    preferred: ModelEntry | None = None
    direct: ModelEntry | None = None
    players: tuple[ModelEntry, ...] = ()
    doing: str = ""
    done: int = 0
    of: int = 0
    problem: ArenaError | None = None
    problem_of: str = ""
    returns: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def games(self) -> int:
        """Games shown, of all recordings."""
        return sum(each.games for each in self.recordings)

    @property
    def steps(self) -> int:
        """Steps of them."""
        return sum(each.steps for each in self.recordings)

    @property
    def mean_return(self) -> float:
        """Mean of what they brought; 0 of none."""
        return sum(each.mean_return * each.games for each in self.recordings) / max(1, self.games)

    @property
    def is_table(self) -> bool:
        """Whether it is a world of tables."""
        return kind_of(self.env_id) == "states"


class ThreeSteps(QObject):
    """Looks after them; one thing is done at a time, in a process of its own.

    Args:
        library: The models.
        parent: Qt parent.

    Attributes:
        changed: Emitted with a new :class:`StepsState`.
        made: Emitted with what was done and its answer.
    """

    changed = Signal(object)
    made = Signal(str, object)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = StepsState()
        self._library = library
        self._world = ""
        self._began_in = ""
        self.errand = ModelErrand(self)
        self.errand.told.connect(self._told)
        self.errand.done.connect(self._done)
        self.errand.failed.connect(self._failed)
        library.changed.connect(self._know_models)

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def be_at(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Look at a world."""
        if not env_id or (env_id, dict(env_kwargs)) == (self.state.env_id, dict(self.state.env_kwargs)):
            return
        self._world = same_world(env_id, env_kwargs)
        now = self.state
        self.state = StepsState(
            env_id=env_id, env_kwargs=dict(env_kwargs), doing=now.doing, done=now.done, of=now.of
        )  # fmt: skip
        self.look()

    def look(self) -> None:
        """Look again at what was shown and which agents there are."""
        state = self.state
        if state.env_id:
            self._set(recordings=recordings(state.env_id, state.env_kwargs))
            self._library.load()

    def _know_models(self) -> None:
        if not self.state.env_id:
            return
        here = [
            entry
            for entry in self._library.entries
            if entry.manifest.family == "deep"
            and entry.manifest.env_id == self.state.env_id
            and same_world(entry.manifest.env_id, entry.manifest.env_kwargs) == self._world
        ]
        newest = sorted(here, key=lambda entry: entry.manifest.created, reverse=True)
        steps = {kind: next((entry for entry in newest if _step_of(entry) == kind), None) for kind in _STEPS}
        self._set(**steps, players=tuple(entry for entry in here if not _step_of(entry)))

    # ── doing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def show(self, teacher: str) -> None:
        """Let a teacher show it: :data:`ORACLE`, or a model by its name."""
        state = self.state
        self._start(
            "show",
            env_id=state.env_id,
            env_kwargs=dict(state.env_kwargs),
            teacher=teacher,
            episodes=SHOWN if state.is_table else SHOWN_OF_GAMES,
            # Other games than those it has shown before.
            seed=len(state.recordings),
        )

    def imitate(self) -> None:
        """Let a network imitate all that was shown."""
        files = [str(each.file) for each in self.state.recordings]
        if files:
            self._start("imitate", files=files, name=self._name("clone"), agent="ppo", episodes=self._examined)

    def keep(self, run: str) -> None:
        """Keep the agent of a run of preferences as it is now."""
        self._start("save", run=run, name=self._name("preferred"))

    def learn_directly(self, run: str) -> None:
        """Let the clone, or a network that knows nothing, learn from the answers of a run without a reward model."""
        state = self.state
        self._start(
            "dpo",
            labels=run,
            name=self._name("dpo"),
            begin_with="" if state.clone is None else str(state.clone.folder),
            env_id=state.env_id,
            env_kwargs=dict(state.env_kwargs),
            episodes=self._examined,
        )

    def compare(self) -> None:
        """Measure what all of them earn in the same games."""
        state = self.state
        self._start(
            "compare",
            env_id=state.env_id,
            env_kwargs=dict(state.env_kwargs),
            folders=[str(entry.folder) for entry in (state.clone, state.preferred, state.direct) if entry is not None],
            episodes=self._examined,
            seed=0,
        )

    def cancel(self) -> None:
        """End what is being done; nothing of it is left. What was over by then is there, and is shown."""
        self.errand.look()
        if self.errand.busy:
            self.errand.cancel()
            self._set(doing="", done=0, of=0)
            # It may just have ended without having said so.
            self.look()

    def shutdown(self) -> None:
        """End what is being done: the window closes."""
        self.errand.cancel()

    def put_aside(self, recording: Recording) -> Path | None:
        """Have a recording imitated no longer; returns where it lies meanwhile, ``None`` where that failed."""
        aside = None
        try:
            aside = put_aside(recording.file)
        except ArenaError as problem:
            self._set(problem=problem, problem_of="show")
        self.look()
        return aside

    def bring_back(self, aside: Path, recording: Recording) -> None:
        """Have a recording imitated again."""
        try:
            bring_back(aside, recording.file)
        except ArenaError as problem:
            self._set(problem=problem, problem_of="show")
        self.look()

    @property
    def _examined(self) -> int:
        return EXAMINED if self.state.is_table else EXAMINED_OF_GAMES

    def _name(self, what: str) -> str:
        return free_name(f"{short_name(self.state.env_id, self.state.env_kwargs)}-{what}")

    def _start(self, kind: str, **wanted: Any) -> None:
        if self.errand.busy:
            return
        self._began_in = self._world
        self._set(doing=kind, done=0, of=0, problem=None, problem_of="")
        self.errand.start(kind, wanted)

    # ── what came of it ────────────────────────────────────────────────────────────────────────────────────────────

    def _told(self, told: Mapping[str, Any]) -> None:
        if "of" in told:
            self._set(done=int(told["done"]), of=int(told["of"]))

    def _done(self, answer: Mapping[str, Any]) -> None:
        kind = self.state.doing
        if self._began_in == self._world:
            self._set(returns={**self.state.returns, **_returns_in(kind, answer)})
        self._set(doing="", done=0, of=0)
        self.look()
        self.made.emit(kind, answer)

    def _failed(self, problem: ArenaError) -> None:
        self._set(problem=problem, problem_of=self.state.doing, doing="", done=0, of=0)

    def _set(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)
        self.changed.emit(self.state)


_STEPS = ("clone", "preferred", "direct")


def _step_of(entry: ModelEntry) -> str:
    """Return which of the steps a model came of, empty for none."""
    limits, told = entry.card.limits, entry.manifest.hyperparameters
    if entry.manifest.agent not in AGENTS or entry.origin == "shipped":
        return ""
    if "cloned" in limits:
        return "clone"
    if "labels" not in limits:
        return ""
    return "direct" if "dpo_beta" in told else "preferred"


def _returns_in(kind: str, answer: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    if kind == "compare":
        return dict(answer)
    if kind == "imitate":
        return {str(answer["folder"]): answer["return"]}
    if kind == "dpo":
        return {str(answer["folder"]): answer["return"]["dpo"], RANDOM: answer["return"][RANDOM]}
    return {}
