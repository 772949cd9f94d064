"""Makes the algorithm of a deep run, and changes its settings while it runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.buffers import ReplayBuffer
from stable_baselines3.common.utils import FloatSchedule
from stable_baselines3.common.vec_env import VecEnv

from agents.deep.config import (
    A2cConfig,
    DeepConfig,
    DeepReinforceConfig,
    DqnConfig,
    GrpoConfig,
    PpoConfig,
    ReplayConfig,
    TrpoConfig,
)
from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.grpo import GRPO
from agents.deep.networks import network_of, policy_class_for
from agents.deep.places import Place
from agents.deep.precision import use_precision
from agents.deep.reinforce import DeepReinforce
from agents.deep.replay_algorithms import SwitchableDQN, SwitchableQRDQN
from agents.deep.replay_buffers import FrameMemory, FrameStepsMemory, StepMemory, StepsMemory
from agents.deep.rollout_algorithms import JudgedRollout, SwitchableA2C, SwitchablePPO, SwitchableTRPO

NO_CLIPPING = 1e9
"""Clip range of PPO with ratio clipping turned off: no ratio of probabilities is ever as far from 1."""


def _as_they_are(games: GamesVecEnv) -> VecEnv:
    return games


def algorithm_for(
    config: DeepConfig,
    place: Place,
    *,
    seed: int,
    threads: int = 1,
    device: str = "cpu",
    around: Callable[[GamesVecEnv], VecEnv] = _as_they_are,
    precision: str = "float32",
) -> BaseAlgorithm:
    """Make the algorithm of a run, with games of its own (``model.env``, to be closed), at the beginning.

    Args:
        config: Settings of the agent.
        place: Where it learns.
        seed: Seed of the run.
        threads: Threads of a gradient step. The same number gives the same weights bit for bit.
        device: Where the network computes.
        around: Returns what the learner is to see of the games.
        precision: ``float32`` or ``bfloat16``, see :mod:`agents.deep.precision`.
    """
    env = around(place.vec_env(config.n_envs, seed, config))
    model = algorithm_in(config, place, env, seed=seed, device=device)
    use_precision(model.policy, precision)
    if isinstance(model, GRPO):
        use_precision(model.reference, precision)
    model.acting_threads = 1  # type: ignore[attr-defined]
    model.learning_threads = threads  # type: ignore[attr-defined]
    change_settings(model, config)
    return model


def algorithm_in(config: DeepConfig, place: Place, env: VecEnv, *, seed: int, device: str) -> BaseAlgorithm:
    """Make the algorithm over games that are there already; see :func:`algorithm_for`."""
    policy, policy_kwargs = policy_class_for(config.agent, network_of(config, place))
    common: dict[str, Any] = {
        "policy": policy,
        "env": env,
        "learning_rate": _schedule(config.learning_rate, config.learning_rate_schedule),
        "gamma": config.gamma,
        "policy_kwargs": policy_kwargs,
        "seed": seed,
        "device": device,
    }
    if isinstance(config, ReplayConfig):
        return _replay_algorithm(config, common)
    return _rollout_algorithm(config, common)


def _replay_algorithm(config: ReplayConfig, common: dict[str, Any]) -> BaseAlgorithm:
    steps, updates = updates_shared_out(config.n_envs, config.train_freq)
    framed = len(common["env"].observation_space.shape) == 3
    memory: type[ReplayBuffer] = FrameMemory if framed else StepMemory
    if config.n > 1:
        memory = FrameStepsMemory if framed else StepsMemory
    several = {"n_steps": config.n, "gamma": config.gamma} if config.n > 1 else {}
    arguments: dict[str, Any] = {
        **common,
        "buffer_size": config.buffer_size,
        "learning_starts": config.learning_starts,
        "batch_size": config.batch_size,
        "train_freq": steps,
        "gradient_steps": updates,
        "target_update_interval": max(config.target_update_interval, config.n_envs),
        "exploration_fraction": config.exploration_fraction,
        "exploration_initial_eps": config.exploration_initial_eps,
        "exploration_final_eps": config.exploration_final_eps,
        "max_grad_norm": config.max_grad_norm,
        "replay_buffer_class": memory,
        "replay_buffer_kwargs": several,
    }
    if isinstance(config, DqnConfig):
        return SwitchableDQN(**arguments)
    return SwitchableQRDQN(**arguments)


def updates_shared_out(n_envs: int, train_freq: int) -> tuple[int, int]:
    """Return after how many steps of all games how many gradient steps are due: one for every ``train_freq`` steps.

    Args:
        n_envs: Games played at once.
        train_freq: ``env_steps`` between two gradient steps.
    """
    together = math.lcm(n_envs, train_freq)
    return together // n_envs, together // train_freq


def _rollout_algorithm(config: DeepConfig, common: dict[str, Any]) -> BaseAlgorithm:
    if isinstance(config, PpoConfig):
        return SwitchablePPO(
            **common,
            n_steps=config.n_steps,
            batch_size=config.batch_size,
            n_epochs=config.n_epochs,
            rollout_buffer_class=JudgedRollout,
        )
    if isinstance(config, A2cConfig):
        return SwitchableA2C(**common, n_steps=config.n_steps, rollout_buffer_class=JudgedRollout)
    if isinstance(config, DeepReinforceConfig):
        return DeepReinforce(**common, episode_limit=config.episode_limit)
    if isinstance(config, GrpoConfig):
        return GRPO(**common, episode_limit=config.episode_limit, group_size=config.group_size)
    assert isinstance(config, TrpoConfig)
    return SwitchableTRPO(
        **common, n_steps=config.n_steps, batch_size=config.batch_size, rollout_buffer_class=JudgedRollout
    )


def _schedule(start: float, kind: str) -> Callable[[float], float]:
    if kind == "constant":
        return lambda _: start
    # SB3 counts on below 0 where a run goes on past its horizon.
    return lambda left: start * max(left, 0.0)


def change_settings(model: BaseAlgorithm, config: DeepConfig) -> None:
    """Let an algorithm go on with other settings; those that cannot be changed while it runs stay as they were.

    Args:
        model: As :func:`algorithm_for` made it.
        config: The settings from now on.
    """
    model.learning_rate = _schedule(config.learning_rate, config.learning_rate_schedule)
    model._setup_lr_schedule()
    model.gamma = config.gamma  # type: ignore[attr-defined]
    env: Any = model.env
    env.clip_rewards = config.reward_clipping == "on"
    values: Mapping[str, Any] = {
        name: getattr(config, name) for name in _PLAIN if hasattr(config, name) and hasattr(model, name)
    }
    for name, value in values.items():
        setattr(model, name, value)
    if hasattr(config, "normalize_advantage"):
        model.normalize_advantage = config.normalize_advantage == "on"  # type: ignore[attr-defined]
    if hasattr(config, "ratio_clipping"):
        kind = getattr(config, "clip_range_schedule", "constant")
        clipped = _schedule(config.clip_range, kind) if config.ratio_clipping == "on" else NO_CLIPPING  # type: ignore[attr-defined]
        model.clip_range = FloatSchedule(clipped)  # type: ignore[attr-defined]
    if hasattr(config, "critic"):
        _judge(model, config)
    if isinstance(config, ReplayConfig):
        _remember(model, config)


_PLAIN = (
    "gae_lambda", "ent_coef", "vf_coef", "max_grad_norm", "batch_size", "n_epochs", "target_kl", "cg_max_steps",
    "cg_damping", "n_critic_updates", "target_update_interval", "baseline", "kl_coef",
)  # fmt: skip
"""Settings that bear the name of SB3's attribute and are read anew at every update."""


def _judge(model: Any, config: Any) -> None:
    buffer: JudgedRollout = model.rollout_buffer
    buffer.has_critic = config.critic == "on"
    buffer.gamma, buffer.gae_lambda = config.gamma, config.gae_lambda
    if not buffer.has_critic and hasattr(config, "vf_coef"):
        model.vf_coef = 0.0


def _remember(model: Any, config: ReplayConfig) -> None:
    model.target_update_interval = max(config.target_update_interval, config.n_envs)
    model.exploration_schedule.start = config.exploration_initial_eps
    model.exploration_schedule.end = config.exploration_final_eps
    model.exploration_schedule.end_fraction = config.exploration_fraction
    model.uses_target = config.target_network == "on"
    model.replay_buffer.remembers = config.replay == "on"
    if isinstance(config, DqnConfig):
        model.double = config.double == "on"
    if isinstance(model.replay_buffer, StepsMemory):
        model.replay_buffer.gamma = config.gamma
