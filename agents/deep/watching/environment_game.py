"""Any Gymnasium environment, or a world of tables, as a game that is watched; set back by playing it again."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agents.deep.watching.games import Moved, WatchedGame, emulator_seed
from arena.errors import UsageError


class EnvironmentWatched(WatchedGame):
    """A Gymnasium environment that can draw itself.

    It cannot be saved: it is set back by doing the same actions again from the same seed, which such environments
    answer in the same way.

    Args:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.
        by_turns: Whether it waits for a person.

    Raises:
        UsageError: If it cannot draw itself.
    """

    def __init__(self, env_id: str, env_kwargs: Mapping[str, Any], *, by_turns: bool = False) -> None:
        self._how = import_module("agents.deep.gymnasium_game")
        self.by_turns = by_turns
        if not import_module("agents.deep.environments_known").can_be_drawn(env_id):
            raise UsageError("error.watch.not_drawn", id=env_id)
        self.env = self._how.made(env_id, {**env_kwargs, "render_mode": "rgb_array"})
        actions = self.env.action_space
        assert isinstance(actions, spaces.Discrete)
        self.idle = -1
        self._first_action = int(actions.start)
        self._seen: Any = None

    def begin(self, game_seed: int) -> None:
        self._seen, _ = self.env.reset(seed=emulator_seed(game_seed))

    @property
    def observation(self) -> NDArray[np.generic]:
        shown: NDArray[np.generic] = self._how.shown(self.env.observation_space, self._seen)
        return shown

    @property
    def frame(self) -> NDArray[np.uint8]:
        return np.asarray(self.env.render(), np.uint8)

    @property
    def lives(self) -> int:
        return 0

    def act(self, action: int) -> Moved:
        self._seen, reward, terminated, truncated, _ = self.env.step(action + self._first_action)
        return Moved(
            reward=float(reward), over=bool(terminated or truncated), truncated=bool(truncated and not terminated)
        )

    def save(self) -> None:
        """There is nothing to keep."""

    def restore(self, saved: Any) -> None:
        raise NotImplementedError("an environment is set back by playing it again")

    def size_of(self, saved: Any) -> int:  # noqa: ARG002
        return 0

    def close(self) -> None:
        self.env.close()


class TableWatched(WatchedGame):
    """A world of tables, drawn as it is in its recordings; it waits for a person to move.

    Args:
        env_id: Id of the world.
        env_kwargs: Its arguments.
    """

    by_turns = True
    idle = -1

    def __init__(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        from arena.environments.registry import make_world
        from arena.environments.table_env import TableWorldEnv

        self.env = TableWorldEnv(make_world(env_id, env_kwargs), "rgb_array")

    def begin(self, game_seed: int) -> None:
        self.env.reset(seed=emulator_seed(game_seed))

    @property
    def observation(self) -> NDArray[np.generic]:
        return np.asarray(self.env.s, np.int64)

    @property
    def frame(self) -> NDArray[np.uint8]:
        return np.asarray(self.env.render(), np.uint8)

    @property
    def lives(self) -> int:
        return 0

    def act(self, action: int) -> Moved:
        _, reward, terminated, truncated, _ = self.env.step(np.int64(action))
        return Moved(reward=reward, over=terminated or truncated, truncated=truncated)

    def save(self) -> None:
        """There is nothing to keep: its games are short."""

    def restore(self, saved: Any) -> None:
        raise NotImplementedError("a world is set back by playing it again")

    def size_of(self, saved: Any) -> int:  # noqa: ARG002
        return 0

    def close(self) -> None:
        self.env.close()
