"""Our DQN and PPO beside Stable-Baselines3's own classes and games: the same settings, several seeds, the same curve?

Run: ``nice -n 5 python benchmarks/learning_curves.py [--env CartPole-v1] [--steps 50000] [--seeds 3] [--algos dqn
ppo]``, for Breakout ``--env BreakoutNoFrameskip-v4 --steps 1e6`` (hours; SB3's DQN then takes 3 GB for 100,000 steps).
Ours are made as a run makes them, with a network of full width; SB3's are ``DQN`` and ``PPO`` with ``MlpPolicy`` over
``make_vec_env``, or with ``CnnPolicy`` over ``make_atari_env`` and ``VecFrameStack``.

For each fifth of training: the mean raw score of the whole games that ended in it, mean and spread over the seeds, the
95 % bootstrap interval of the mean, and whether the two intervals overlap. Scores are kept in ``--out`` as they come;
what is there is not trained again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import ale_py
import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_atari_env, make_vec_env
from stable_baselines3.common.vec_env import VecEnv, VecFrameStack

from agents.catalog import agent
from agents.configuration import build
from agents.deep.algorithms import algorithm_for, updates_shared_out
from agents.deep.place_kind import kind_of
from agents.deep.places import place_of
from agents.deep.suggestions import deep_settings_for
from arena.statistics.interquartile import stratified_bootstrap

PARTS = 5
WHO = ("ours", "SB3")


class Scores(BaseCallback):
    """Notes each whole game: steps of training by its end, and its raw score."""

    def __init__(self) -> None:
        super().__init__()
        self.games: list[tuple[int, float]] = []

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.games.append((self.num_timesteps, float(info["episode"]["r"])))
        return True


def config_of(algo: str, env_id: str, steps: int) -> Any:
    wanted = {"horizon": steps, **({"width": 1.0} if kind_of(env_id) == "pixels" else {})}
    return build(agent(algo).config_class(), deep_settings_for(algo, env_id, wanted))


def theirs(algo: str, env_id: str, config: Any, seed: int) -> BaseAlgorithm:
    pictures = kind_of(env_id) == "pixels"
    games: VecEnv
    if pictures:
        gymnasium.register_envs(ale_py)
        games = VecFrameStack(make_atari_env(env_id, n_envs=config.n_envs, seed=seed), n_stack=4)
    else:
        games = make_vec_env(env_id, n_envs=config.n_envs, seed=seed)
    linear = config.learning_rate_schedule == "linear"
    common: dict[str, Any] = {
        "policy": "CnnPolicy" if pictures else "MlpPolicy",
        "env": games,
        "gamma": config.gamma,
        "learning_rate": (lambda left: config.learning_rate * left) if linear else config.learning_rate,
        "max_grad_norm": config.max_grad_norm,
        "batch_size": config.batch_size,
        "seed": seed,
        "device": "cpu",
    }
    if not pictures:
        common["policy_kwargs"] = {"net_arch": [config.hidden_units] * config.hidden_layers}
    if algo == "ppo":
        linear = config.clip_range_schedule == "linear"
        return PPO(
            **common,
            n_steps=config.n_steps,
            n_epochs=config.n_epochs,
            gae_lambda=config.gae_lambda,
            clip_range=(lambda left: config.clip_range * left) if linear else config.clip_range,
            ent_coef=config.ent_coef,
            vf_coef=config.vf_coef,
            normalize_advantage=config.normalize_advantage == "on",
        )
    frequency, updates = updates_shared_out(config.n_envs, config.train_freq)
    return DQN(
        **common,
        buffer_size=config.buffer_size,
        learning_starts=config.learning_starts,
        train_freq=frequency,
        gradient_steps=updates,
        target_update_interval=config.target_update_interval,
        exploration_fraction=config.exploration_fraction,
        exploration_initial_eps=config.exploration_initial_eps,
        exploration_final_eps=config.exploration_final_eps,
        # Else a step of pictures is stored twice; that way SB3 counts a game cut off at its limit as one that was lost.
        optimize_memory_usage=pictures,
        replay_buffer_kwargs={"handle_timeout_termination": False} if pictures else {},
    )


def curve(who: str, algo: str, env_id: str, steps: int, seed: int) -> list[float | None]:
    """Train once; return the mean score of the games that ended in each fifth, ``None`` where none did."""
    config = config_of(algo, env_id, steps)
    model = algorithm_for(config, place_of(env_id), seed=seed) if who == "ours" else theirs(algo, env_id, config, seed)
    scores = Scores()
    try:
        model.learn(steps, callback=scores)
    finally:
        assert model.env is not None
        model.env.close()
    ended = np.array(scores.games, np.float64).reshape(-1, 2)
    part = np.minimum((ended[:, 0] - 1) * PARTS // steps, PARTS - 1)
    return [float(ended[part == k, 1].mean()) if (part == k).any() else None for k in range(PARTS)]


def interval(scores: NDArray[np.float64]) -> tuple[float, float]:
    return stratified_bootstrap(lambda drawn: np.asarray(drawn.mean(axis=(-2, -1))), scores[:, None])


def told(algo: str, steps: int, seeds: int, found: dict[str, list[float | None]]) -> None:
    print(
        f"{algo}, {seeds} seeds: mean score of the games of each fifth ± spread over seeds [95 % interval of the mean]"
    )
    for k in range(PARTS):
        columns, ends = [], []
        for who in WHO:
            rows = [found[f"{algo} {who} {seed}"][k] for seed in range(1, seeds + 1)]
            values = np.array([row for row in rows if row is not None], np.float64)
            if len(values) < 2:
                columns.append("no games")
                continue
            low, high = interval(values)
            ends.append((low, high))
            columns.append(f"{who} {values.mean():7.2f} ± {values.std(ddof=1):6.2f} [{low:7.2f}, {high:7.2f}]")
        overlap = "" if len(ends) < 2 else max(e[0] for e in ends) <= min(e[1] for e in ends)
        print(f"  to {(k + 1) * steps // PARTS:>9,}: {'; '.join(columns)}; overlap: {overlap}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--steps", type=lambda text: int(float(text)), default=50_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--algos", nargs="+", choices=("dqn", "ppo"), default=["dqn", "ppo"])
    parser.add_argument("--out", type=Path, default=Path("learning_curves.json"))
    given = parser.parse_args()
    torch.set_num_threads(1)
    about = {"env": given.env, "steps": given.steps}
    kept: dict[str, Any] = json.loads(given.out.read_text("utf-8")) if given.out.exists() else {**about, "curves": {}}
    if {name: kept[name] for name in about} != about:
        parser.error(f"{given.out} holds curves of {kept['env']}, {kept['steps']} steps")
    for seed in range(1, given.seeds + 1):
        for algo in given.algos:
            for who in WHO:
                name = f"{algo} {who} {seed}"
                if name not in kept["curves"]:
                    kept["curves"][name] = curve(who, algo, given.env, given.steps, seed)
                    given.out.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
                    print(name, [None if one is None else round(one, 2) for one in kept["curves"][name]], flush=True)
    for algo in given.algos:
        told(algo, given.steps, given.seeds, kept["curves"])


if __name__ == "__main__":
    main()
