"""The learner and the network of a recipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.deep.atari_vec_env import AtariVecEnv
from agents.deep.nature_network import ByteCnnPolicy
from agents.deep.ppo import ThreadedPPO
from agents.deep.recipes import PpoRecipe
from arena.environments.atari.breakout_objects import objects_recipe
from arena.environments.atari.games import AtariGames
from arena.environments.atari.objects_games import ObjectsGames
from arena.environments.atari.recipe import recipe_for

_ADAM_EPSILON = 1e-5


def learner_of(recipe: PpoRecipe, *, learning_threads: int = 1) -> ThreadedPPO:
    """Make the learner of a recipe, with games of its own, at the beginning.

    Args:
        recipe: What to train.
        learning_threads: Threads of a gradient step. The same number gives the same weights bit for bit.
    """
    policy, policy_kwargs = network_of(recipe)
    return ThreadedPPO(
        policy,
        AtariVecEnv(games_of(recipe, recipe.games), run_seed=recipe.seed),
        learning_rate=_falling(recipe.learning_rate),
        n_steps=recipe.rollout,
        batch_size=recipe.batch,
        n_epochs=recipe.epochs,
        gamma=recipe.gamma,
        gae_lambda=recipe.lam,
        clip_range=_falling(recipe.clip_range),
        ent_coef=recipe.entropy_weight,
        vf_coef=recipe.value_weight,
        max_grad_norm=recipe.largest_gradient,
        policy_kwargs=policy_kwargs,
        seed=recipe.seed,
        device="cpu",
        acting_threads=1,
        learning_threads=learning_threads,
    )


def games_of(recipe: PpoRecipe, count: int) -> AtariGames | ObjectsGames:
    """Make ``count`` games as a recipe's agent sees them."""
    if recipe.observations == "objects":
        return ObjectsGames(objects_recipe(), count)
    return AtariGames(recipe_for(recipe.env_id), count)


def network_of(recipe: PpoRecipe) -> tuple[type[ActorCriticPolicy], dict[str, Any]]:
    """Return the class of a recipe's network, and the arguments it is made with."""
    optimizer = {"optimizer_kwargs": {"eps": _ADAM_EPSILON, "fused": True}}
    if recipe.observations == "objects":
        layers = list(recipe.layers)
        return ActorCriticPolicy, {**optimizer, "net_arch": {"pi": layers, "vf": layers}}
    return ByteCnnPolicy, {**optimizer, "features_extractor_kwargs": {"width": recipe.width}}


def _falling(start: float) -> Callable[[float], float]:
    return lambda left: start * left


def policy_of(recipe: PpoRecipe, observations: spaces.Space[Any], actions: int) -> ActorCriticPolicy:
    """Make a recipe's network alone, to play with; its weights are random.

    Args:
        recipe: What was trained.
        observations: What it sees.
        actions: How many actions it has.
    """
    kind, kwargs = network_of(recipe)
    policy = kind(observations, spaces.Discrete(actions), lambda _: 0.0, **kwargs)
    policy.set_training_mode(False)
    return policy
