"""A scene's setting learned without a window, and what one can read off it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.tabular.learner import new_stop
from arena.protocol.messages import Event, Metrics
from arena.scenes.scene_store import shipped_scenes

FOREVER = 2**62


class Learned:
    """A shipped scene at work.

    Attributes:
        rows: Rows of its return curve, see :class:`arena.protocol.messages.Metrics`.

    Args:
        name: Name of the scene.
        folder: Where its run is kept.
        agent: Another agent than the scene's.
        env: World arguments that differ.
        changes: Settings that differ.
    """

    def __init__(
        self, name: str, folder: Path, *, agent: str = "", env: dict[str, Any] | None = None, **changes: Any
    ) -> None:
        scene = shipped_scenes()[name]
        self.rows: list[tuple[float, ...]] = []
        self.session = Session.begin(
            RunSpec(
                env_id=scene.env_id,
                env_kwargs={**scene.env_kwargs, **(env or {})},
                agent=agent or scene.agent,
                hyperparameters={**scene.hyperparameters, **changes},
                seed=scene.seed,
                log_folder=str(folder),
            ),
            self._take,
        )
        self.layout = self.session.world.layout
        self.model = self.session.world.model
        self._state_of = {int(cell): state for state, cell in enumerate(self.layout.cell_of_state)}

    def _take(self, event: Event) -> None:
        if isinstance(event, Metrics):
            self.rows += event.blocks

    # ── learning ───────────────────────────────────────────────────────────────────────────────────────────────────

    def to_tick(self, tick: int) -> Learned:
        """Learn until the clock shows a tick, or there is nothing left to learn."""
        while self.session.tick < tick and not self.session.learner.finished:
            self.session.advance(tick)
        self.session.publish_metrics()
        return self

    def to_episode(self, count: int) -> Learned:
        """Learn until so many episodes have ended."""
        while int(self.session.learner.counters["episode"]) < count:
            self.session.advance(FOREVER, new_stop(on_episode=count))
        self.session.publish_metrics()
        return self

    def set(self, name: str, value: object) -> Learned:
        """Change a setting."""
        self.session.set_hyperparameter(name, value)
        return self

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def tick(self) -> int:
        """The clock."""
        return self.session.tick

    @property
    def q(self) -> NDArray[np.float64]:
        """``float64 [S, A]``."""
        return np.asarray(self.session.learner.tables.q)

    @property
    def visits(self) -> NDArray[np.int64]:
        """``int64 [S, A]``."""
        return np.asarray(self.session.learner.tables.visits)

    def episodes(self, first: int = 0, last: int = 10**9) -> tuple[float, float, float]:
        """Return mean return, mean length and total length of the episodes from ``first`` to before ``last``."""
        rows = np.array([row for row in self.rows if first <= row[0] < last])
        assert len(rows), "no episode ended there"
        counts = rows[:, 1]
        length = float((rows[:, 6] * counts).sum())
        return float((rows[:, 3] * counts).sum() / counts.sum()), length / float(counts.sum()), length

    def state_at(self, row: int, column: int) -> int:
        """Return the state of a cell."""
        return self._state_of[row * self.layout.columns + column]

    def arrow(self, row: int, column: int) -> tuple[int, int]:
        """Return the step (rows, columns) of the best action in a cell."""
        return self.layout.action_steps[int(self.q[self.state_at(row, column)].argmax())]

    def path(self, row: int, column: int, limit: int = 100) -> list[tuple[int, int]]:
        """Follow the best actions from a cell until something ends there, over a map without luck and wind."""
        way = [(row, column)]
        while len(way) <= limit and self._kind(*way[-1]) not in ("goal", "trap", "noisy"):
            step = self.arrow(*way[-1])
            way.append((way[-1][0] + step[0], way[-1][1] + step[1]))
            if self._kind(*way[-1]) in ("wall", "cliff", "outside"):
                break
        return way

    def _kind(self, row: int, column: int) -> str:
        if not (0 <= row < self.layout.rows and 0 <= column < self.layout.columns):
            return "outside"
        return self.layout.kinds[row * self.layout.columns + column]

    def close(self) -> None:
        """End the run."""
        self.session.close()
