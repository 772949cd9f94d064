"""Where a deep agent learns: any Atari game, Breakout's objects, any world of tables, any other Gymnasium id.

A place knows what is seen there, which actions there are and what others score; it makes the games. Nothing heavy is
loaded before it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces

from agents.deep.config import DeepConfig
from agents.deep.place_kind import kind_of
from arena.environments.atari.reference_scores import BREAKOUT, DQN_NATURE, OBJECTS, PERSON, RANDOM, published_scores
from arena.errors import UsageError

if TYPE_CHECKING:
    from agents.deep.games_vec_env import GamesVecEnv
    from arena.environments.atari.recipe import AtariRecipe


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a deep agent learns.

    Attributes:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.
        kind: One of :data:`agents.deep.place_kind.KINDS`.
        observation_space: What one game shows: ``pixels`` a Box ``uint8 [stack, side, side]``, ``states`` a
            ``Discrete``, else a Box ``float32 [features]``.
        action_names: Upper case, in order.
        stack: Pictures in one observation, 0 where there are none.
    """

    env_id: str
    env_kwargs: Mapping[str, Any]
    kind: str
    observation_space: spaces.Box | spaces.Discrete
    action_names: tuple[str, ...]
    stack: int = 0

    def under(self, config: DeepConfig) -> Place:
        """Return the place as an agent with that configuration sees it: without a frame stack, one picture."""
        stack = 1 if config.frame_stack == "off" else self.stack
        if self.kind != "pixels" or stack == self.stack:
            return self
        side = self.recipe.side
        return replace(self, stack=stack, observation_space=spaces.Box(0, 255, (stack, side, side), np.uint8))

    @property
    def recipe(self) -> AtariRecipe:
        """The preprocessing of an Atari game, with this place's frame stack; of ``objects`` the game behind them.

        Raises:
            ValueError: If this is no Atari game.
        """
        if self.kind == "objects":
            objects = import_module("arena.environments.atari.breakout_objects")
            made: AtariRecipe = objects.objects_recipe(**self.env_kwargs)
            return made
        if self.kind != "pixels":
            raise ValueError(f"{self.env_id} is no Atari game")
        from arena.environments.atari.recipe import recipe_for

        return replace(recipe_for(self.env_id, self.env_kwargs), stack=self.stack)

    @property
    def reference(self) -> dict[str, float]:
        """Scores to compare with, by name (``random``, ``person``, ``dqn_nature``); empty where none are known."""
        if not self._is_breakout:
            return {}
        return {"random": RANDOM, "person": PERSON, "dqn_nature": DQN_NATURE}

    def published(self, agent_id: str) -> list[list[float]]:
        """Return ``[env_steps, score]`` others have published of an agent here; empty where none are known."""
        known = published_scores(agent_id, self.env_id)
        return [[float(steps), score] for steps, score in known]

    @property
    def _is_breakout(self) -> bool:
        return self.env_id in (*BREAKOUT, OBJECTS)

    def vec_env(self, count: int, seed: int, config: DeepConfig) -> GamesVecEnv:
        """Make games to train in; they hold emulators, so close them.

        Args:
            count: How many.
            seed: Seed of the run.
            config: Settings of the agent: whether it sees a frame stack, whether rewards are clipped.
        """
        clip = config.reward_clipping == "on"
        here = self.under(config)
        if self.kind in ("pixels", "objects"):
            name, games = ("games", "AtariGames") if self.kind == "pixels" else ("objects_games", "ObjectsGames")
            playing = getattr(import_module(f"arena.environments.atari.{name}"), games)(here.recipe, count)
            env = import_module("agents.deep.atari_vec_env").AtariVecEnv(playing, run_seed=seed, clip_rewards=clip)
        elif self.kind == "states":
            from arena.environments.registry import make_world

            world = make_world(self.env_id, self.env_kwargs)
            env = import_module("agents.deep.table_vec_env").TableVecEnv(world, count, run_seed=seed, clip_rewards=clip)
        else:
            env = import_module("agents.deep.gymnasium_vec_env").GymnasiumVecEnv(
                self.env_id, self.env_kwargs, count, run_seed=seed, clip_rewards=clip
            )
        made: GamesVecEnv = env
        return made


def place_of(env_id: str, env_kwargs: Mapping[str, Any] | None = None) -> Place:
    """Return the place an id names.

    Args:
        env_id: Gymnasium id.
        env_kwargs: Its arguments.

    Raises:
        UsageError: If there is none of that id, an argument is not allowed, or a deep agent cannot learn there.
        MapError: If a map file is broken.
    """
    kwargs = dict(env_kwargs or {})
    kind = kind_of(env_id)
    if kind == "states":
        return _states(env_id, kwargs)
    if kind == "vector":
        return _vector(env_id, kwargs)
    return _atari(env_id, kwargs, kind)


def _atari(env_id: str, kwargs: dict[str, Any], kind: str) -> Place:
    from arena.environments.atari.recipe import recipe_for

    behind = env_id if kind == "pixels" else "BreakoutNoFrameskip-v4"
    recipe = recipe_for(behind, kwargs)
    names = import_module("arena.environments.atari.served_game").ServedGame(recipe, 1).action_names
    stack = recipe.stack if kind == "pixels" else 0
    space: spaces.Box = spaces.Box(0, 255, (recipe.stack, recipe.side, recipe.side), np.uint8)
    if kind == "objects":
        fields = len(import_module("arena.environments.atari.breakout_memory").FIELDS)
        space = spaces.Box(-3.0, 3.0, (fields,), np.float32)
    return Place(
        env_id=env_id, env_kwargs=kwargs, kind=kind, observation_space=space, action_names=names, stack=stack
    )  # fmt: skip


def _states(env_id: str, kwargs: dict[str, Any]) -> Place:
    from arena.environments.registry import make_world

    world = make_world(env_id, kwargs)
    return Place(
        env_id=env_id,
        env_kwargs=world.env_kwargs,
        kind="states",
        observation_space=spaces.Discrete(world.model.states),
        action_names=tuple(key.rpartition(".")[2].upper() for key in world.layout.action_keys),
    )


_NAMED: Mapping[str, tuple[str, ...]] = {
    "CartPole-v1": ("LEFT", "RIGHT"),
    "MountainCar-v0": ("LEFT", "NOOP", "RIGHT"),
    "Acrobot-v1": ("LEFT", "NOOP", "RIGHT"),
    "LunarLander-v3": ("NOOP", "LEFT", "UP", "RIGHT"),
}


def _vector(env_id: str, kwargs: dict[str, Any]) -> Place:
    import gymnasium

    games = import_module("agents.deep.gymnasium_game")
    try:
        env = games.made(env_id, kwargs)
    except gymnasium.error.DependencyNotInstalled as problem:
        raise UsageError("error.deep.dependency", id=env_id, reason=problem) from problem
    except (gymnasium.error.Error, ImportError) as problem:
        raise UsageError("error.deep.no_place", id=env_id) from problem
    except TypeError as problem:
        raise UsageError("error.deep.place_arguments", id=env_id, reason=problem) from problem
    try:
        seen, acts = env.observation_space, env.action_space
        numbers = isinstance(seen, spaces.Box) and seen.dtype is not None and seen.dtype.kind in "biuf"
        if isinstance(acts, spaces.Box):
            raise UsageError("error.deep.continuous", id=env_id, seen=seen, acts=acts)
        if not isinstance(acts, spaces.Discrete) or not (numbers or isinstance(seen, spaces.Discrete)):
            raise UsageError("error.deep.spaces", id=env_id, seen=seen, acts=acts)
        names = _NAMED.get(env_id, tuple(str(action) for action in range(int(acts.n))))
        space = games.shown_space(seen)
    finally:
        env.close()
    return Place(env_id=env_id, env_kwargs=kwargs, kind="vector", observation_space=space, action_names=names)


def plain_space(space: spaces.Space[Any]) -> dict[str, Any]:
    """Return an observation space of a place as plain values, ready for JSON; :func:`space_of` is the way back."""
    if isinstance(space, spaces.Discrete):
        return {"kind": "discrete", "n": int(space.n)}
    assert isinstance(space, spaces.Box)
    return {"kind": "box", "shape": list(space.shape), "dtype": str(space.dtype)}


def space_of(plain: Mapping[str, Any]) -> spaces.Box | spaces.Discrete:
    """Return the space :func:`plain_space` described; bounds of numbers, which no network reads, are not kept.

    Raises:
        KeyError: If something is missing.
        ValueError: If it describes none of our spaces.
    """
    if plain["kind"] == "discrete":
        return spaces.Discrete(int(plain["n"]))
    if plain["kind"] != "box" or plain["dtype"] not in ("uint8", "float32"):
        raise ValueError(f"no observation space of ours: {plain}")
    shape = tuple(int(size) for size in plain["shape"])
    if plain["dtype"] == "uint8":
        return spaces.Box(0, 255, shape, np.uint8)
    return spaces.Box(-np.inf, np.inf, shape, np.float32)
