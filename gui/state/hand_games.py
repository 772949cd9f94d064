"""Games a person plays in the Lab, kept as demonstrations: each as soon as it is over, and only whole ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from arena.errors import ArenaError
from arena.preferences.demonstration_file import write_demonstrations
from arena.preferences.demonstration_shelf import new_file
from arena.preferences.demonstrations import MOST_GAMES, MOST_STEPS, Demonstrations
from arena.protocol.messages import TickHappened
from arena.protocol.world_codec import ShownWorld
from gui.state.run_model import RunModel


@dataclass
class _Games:
    """Steps of whole games, and of the one being played."""

    states: list[int] = field(default_factory=list)
    actions: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    cut: list[bool] = field(default_factory=list)

    def add(self, tick: Mapping[str, Any]) -> None:
        self.states.append(int(tick["state"]))
        self.actions.append(int(tick["action"]))
        self.rewards.append(float(tick["reward"]))

    def take(self, game: _Games, *, cut: bool) -> None:
        self.states += game.states
        self.actions += game.actions
        self.rewards += game.rewards
        self.lengths.append(len(game.actions))
        self.cut.append(cut)


class HandGames(QObject):
    """Listens to a run in a world of tables.

    A game counts from its first step to its last if a person made every one of them. What is seen there is the number
    of the state, as a network is told it.

    Args:
        model: The run.

    Attributes:
        changed: Emitted after a game was kept, and when recording begins or ends.
        failed: Emitted with an :class:`ArenaError` where a game could not be written; it is tried again with the next.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, model: RunModel) -> None:
        super().__init__(model)
        self._model = model
        self._world: ShownWorld | None = None
        self._file: Path | None = None
        self._kept, self._now = _Games(), _Games()
        self._next = -1
        self.on = False
        model.ticked.connect(self._take)

    @property
    def games(self) -> int:
        """Whole games kept."""
        return len(self._kept.lengths)

    @property
    def steps(self) -> int:
        """Steps of them."""
        return len(self._kept.actions)

    @property
    def mean_return(self) -> float:
        """Mean of what they brought; 0 of none."""
        return sum(self._kept.rewards) / max(1, self.games)

    def begin(self) -> None:
        """Keep what is played from the next game on."""
        self.on = True
        self._world, self._file = None, None
        self._kept, self._now, self._next = _Games(), _Games(), -1
        self.changed.emit()

    def end(self) -> None:
        """Keep nothing any more; what was kept stays."""
        self.on = False
        self.changed.emit()

    def _take(self, message: TickHappened) -> None:
        world, tick = self._model.state.world, message.tick
        if not self.on or world is None:
            return
        if self._world is None:
            self._world = world
        elif world is not self._world:
            # Changed on the way, or another one: what was kept is of the one there was.
            self.end()
            return
        if not tick["episode_step"]:
            self._now, self._next = _Games(), int(tick["tick"])
        if int(tick["tick"]) != self._next or not tick["forced"] or tick["kind"]:
            # Begun in the middle, or somebody else has moved: no whole game of a person.
            self._next = -1
            return
        self._next += 1
        self._now.add(tick)
        if tick["terminated"] or tick["truncated"]:
            self._keep(world, cut=not tick["terminated"])

    def _keep(self, world: ShownWorld, *, cut: bool) -> None:
        kept, now = self._kept, self._now
        self._next = -1
        if self.games >= MOST_GAMES or self.steps + len(now.actions) > MOST_STEPS:
            return
        kept.take(now, cut=cut)
        try:
            self._file = self._file or new_file(world.env_id, world.env_kwargs)
            write_demonstrations(self._file, self._made(world))
        except ArenaError as problem:
            self.failed.emit(problem)
        self.changed.emit()

    def _made(self, world: ShownWorld) -> Demonstrations:
        kept = self._kept
        return Demonstrations(
            env_id=world.env_id,
            env_kwargs=dict(world.env_kwargs),
            kind="states",
            action_names=tuple(key.rpartition(".")[2].upper() for key in world.layout.action_keys),
            player="person",
            observations=np.array(kept.states, np.int64),
            actions=np.array(kept.actions, np.int64),
            rewards=np.array(kept.rewards, np.float32),
            lengths=np.array(kept.lengths, np.int64),
            cut=np.array(kept.cut, np.bool_),
        )
