"""Our worlds as Gymnasium environments; ``step`` draws from the very arrays that learners and solvers read."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.environments.world import Transition, World

FRAMES_PER_SECOND = 4
"""Speed at which recordings of these worlds are watched."""


class TableWorldEnv(gymnasium.Env[np.int64, np.int64]):
    """A world of transition arrays.

    Args:
        world: The world.
        render_mode: ``rgb_array`` or ``ansi``.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 — Gymnasium declares it so
        "render_modes": ["rgb_array", "ansi"],
        "render_fps": FRAMES_PER_SECOND,
    }

    def __init__(self, world: World, render_mode: str | None = None) -> None:
        self.world = world
        self.render_mode = render_mode
        model = self.world.model
        self.observation_space = spaces.Discrete(model.states)
        self.action_space = spaces.Discrete(model.actions)
        self.initial_state_distrib: NDArray[np.float64] = np.zeros(model.states)
        self.initial_state_distrib[model.start_states] = np.diff(model.start_cumulative, prepend=0.0)
        self.s = int(model.start_states[0])
        self._steps = 0

    @property
    def P(self) -> dict[int, dict[int, list[Transition]]]:
        """``P[state][action]`` as in Gymnasium's toy_text worlds, read from the arrays."""
        model = self.world.model
        return {
            s: {
                a: [
                    (
                        float(model.probability[s, a, k]),
                        int(model.next_state[s, a, k]),
                        float(model.reward[s, a, k]),
                        bool(model.terminated[s, a, k]),
                    )
                    for k in range(model.outcome_count[s, a])
                ]
                for a in range(model.actions)
            }
            for s in range(model.states)
        }

    def reset(
        self,
        *,
        seed: int | None = None,
        options: dict[str, Any] | None = None,  # noqa: ARG002 — Gymnasium's signature
    ) -> tuple[np.int64, dict[str, Any]]:
        """Begin an episode; see :meth:`gymnasium.Env.reset`."""
        super().reset(seed=seed)
        model = self.world.model
        drawn = np.searchsorted(model.start_cumulative, self.np_random.random(), side="right")
        self.s = int(model.start_states[drawn])
        self._steps = 0
        return np.int64(self.s), {"prob": 1.0}

    def step(self, action: np.int64) -> tuple[np.int64, float, bool, bool, dict[str, Any]]:
        """Do one step; the episode is truncated at the world's step limit. See :meth:`gymnasium.Env.step`."""
        model = self.world.model
        s, a = self.s, int(action)
        k = int(np.searchsorted(model.cumulative[s, a], self.np_random.random(), side="right"))
        self._steps += 1
        self.s = int(model.next_state[s, a, k])
        terminated = bool(model.terminated[s, a, k])
        truncated = not terminated and self._steps >= model.step_limit
        return (
            np.int64(self.s),
            float(model.reward[s, a, k]),
            terminated,
            truncated,
            {"prob": float(model.probability[s, a, k])},
        )

    def render(self) -> Any:
        """Return the picture (``uint8 [H, W, 3]``) or the text of the world as it stands."""
        if self.render_mode == "rgb_array":
            from arena.environments.picture import frame

            return frame(self.world, self.s)
        return self._text() if self.render_mode == "ansi" else None

    def _text(self) -> str:
        layout = self.world.layout
        glyphs = {"floor": ".", "wall": "#", "start": "S", "goal": "G", "trap": "T", "cliff": "X", "ice": "~"}
        cells = [glyphs.get(kind, "o") for kind in layout.kinds]
        cells[int(layout.cell_of_state[self.s])] = "@"
        width = layout.columns
        return "\n".join("".join(cells[row * width : (row + 1) * width]) for row in range(layout.rows)) + "\n"
