"""The deep agents are Stable-Baselines3's but for rounding, they learn, repeat, and can have parts taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from sb3_contrib import QRDQN, TRPO
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm

from agents.catalog import DEEP, agent
from agents.configuration import build
from agents.deep.algorithms import algorithm_for, change_settings, updates_shared_out
from agents.deep.asking import answer
from agents.deep.config import DqnConfig
from agents.deep.places import place_of
from agents.deep.weights import named_weights
from tests.agents.deep.corridor import STEPS, corridor, settings_in

ALL = [entry.id for entry in DEEP]
TABLES = [name for name in ALL if name not in ("deep_reinforce", "grpo")]
RIGHT = 1


@pytest.fixture
def made() -> Iterator[Any]:
    models: list[BaseAlgorithm] = []

    def make(agent_id: str, seed: int = 1, **changed: Any) -> Any:
        place = corridor()
        models.append(algorithm_for(settings_in(place, agent_id, **changed), place, seed=seed))
        return models[-1]

    yield make
    for model in models:
        assert model.env is not None
        model.env.close()


def weights(model: BaseAlgorithm) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in named_weights(model.policy)}


def largest_difference(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    assert list(one) == list(other)
    return max(float((one[name] - other[name]).abs().max()) for name in one)


@pytest.mark.parametrize("agent_id", ALL)
def test_that_every_deep_agent_learns_the_corridor(agent_id: str, made: Any) -> None:
    model = made(agent_id)
    model.learn(STEPS)
    assert answer(model.policy, np.arange(1, 6)).best().tolist() == [RIGHT] * 5
    scores = [game.score for game in model.env.take_finished()]
    assert np.mean(scores[-20:]) > 0.9 > np.mean(scores[:10])


@pytest.mark.parametrize("agent_id", ALL)
def test_that_the_same_seed_gives_the_same_weights(agent_id: str, made: Any) -> None:
    found = []
    for seed in (3, 3, 4):
        model = made(agent_id, seed=seed)
        model.learn(260)
        found.append(weights(model))
    assert largest_difference(found[0], found[1]) == 0.0
    assert largest_difference(found[0], found[2]) > 0.0


STABLE: dict[str, tuple[Any, tuple[str, ...]]] = {
    "dqn": (DQN, ("learning_starts", "batch_size", "exploration_fraction", "exploration_final_eps", "buffer_size")),
    "qr_dqn": (
        QRDQN,
        ("learning_starts", "batch_size", "exploration_fraction", "exploration_final_eps", "buffer_size"),
    ),
    "ppo": (PPO, ("n_steps", "batch_size", "n_epochs", "gae_lambda", "ent_coef", "vf_coef")),
    "a2c": (A2C, ("n_steps", "gae_lambda", "ent_coef", "vf_coef")),
    "trpo": (TRPO, ("n_steps", "batch_size", "gae_lambda", "target_kl", "n_critic_updates")),
}


@pytest.mark.parametrize("agent_id", TABLES)
def test_that_weights_are_those_of_stable_baselines(agent_id: str, made: Any) -> None:
    ours = made(agent_id, learning_rate_schedule="constant", n_envs=4)
    config = settings_in(corridor(), agent_id, learning_rate_schedule="constant", n_envs=4)
    kind, names = STABLE[agent_id]
    kwargs: dict[str, Any] = {name: getattr(config, name) for name in names}
    if agent_id == "ppo":
        kwargs["clip_range"] = lambda left: config.clip_range * left  # type: ignore[attr-defined]
    if agent_id in ("ppo", "trpo"):
        kwargs["policy_kwargs"] = {"optimizer_kwargs": {"eps": 1e-5}}
    if agent_id in ("dqn", "qr_dqn"):
        kwargs |= {"train_freq": 1, "target_update_interval": config.target_update_interval, "max_grad_norm": 10}  # type: ignore[attr-defined]
    if agent_id == "qr_dqn":
        kwargs["policy_kwargs"] = {"n_quantiles": 11}
    theirs = kind(
        "MlpPolicy",
        corridor().vec_env(4, 1, config),
        gamma=config.gamma,
        learning_rate=config.learning_rate,
        seed=1,
        device="cpu",
        **kwargs,
    )
    assert largest_difference(weights(ours), weights(theirs)) == 0.0
    for model in (ours, theirs):
        # Both draw from the same global generators.
        model.set_random_seed(1)
        model.learn(768)
    moved = largest_difference(weights(ours), weights(made(agent_id)))
    assert ours._n_updates == theirs._n_updates > 5
    assert largest_difference(weights(ours), weights(theirs)) <= 2e-4 * moved


@pytest.mark.parametrize("agent_id", ["dqn", "qr_dqn"])
def test_that_learning_from_pictures_is_that_of_stable_baselines(agent_id: str) -> None:
    place = place_of("BreakoutNoFrameskip-v4")
    changed = {"n_envs": 2, "learning_starts": 40, "buffer_size": 400, "width": 1.0, "target_update_interval": 60}
    config = build(agent(agent_id).config_class(), {**changed, "horizon": 100, **_few(agent_id)})
    ours = algorithm_for(config, place, seed=1)
    kind = DQN if agent_id == "dqn" else QRDQN
    theirs = kind(
        "CnnPolicy",
        place.vec_env(2, 1, config),
        learning_rate=config.learning_rate,
        learning_starts=40,
        buffer_size=400,
        batch_size=32,
        target_update_interval=60,
        train_freq=2,
        max_grad_norm=10,
        exploration_fraction=config.exploration_fraction,
        exploration_final_eps=0.01,
        seed=1,
        device="cpu",
        policy_kwargs=_few(agent_id),
    )
    assert largest_difference(weights(ours), weights(theirs)) == 0.0
    before = weights(ours)
    for model in (ours, theirs):
        model.set_random_seed(1)
        model.learn(64)
        model.env.close()
    assert ours._n_updates == theirs._n_updates == 6
    assert largest_difference(before, weights(ours)) > 2e-4
    assert largest_difference(weights(ours), weights(theirs)) <= 1e-5


def _few(agent_id: str) -> dict[str, Any]:
    return {"n_quantiles": 5} if agent_id == "qr_dqn" else {}


@pytest.mark.parametrize("games", [1, 2, 3, 4, 8, 10, 16])
def test_that_there_is_one_update_for_every_four_steps_however_many_games(games: int, made: Any) -> None:
    steps, updates = updates_shared_out(games, 4)
    assert steps * games == 4 * updates
    model = made("dqn", n_envs=games, learning_starts=0)
    model.learn(240)
    assert model._n_updates * 4 == model.num_timesteps


def test_that_double_dqn_asks_one_network_to_choose_and_the_other_to_judge(made: Any) -> None:
    model = made("dqn", double="on")
    model.learn(300)
    seen = torch.arange(7)
    with torch.no_grad():
        online, target = model.q_net(seen), model.q_net_target(seen)
    kept = model.q_net_target
    batch = model.replay_buffer.sample(32)
    model.replay_buffer.sample = lambda *_, **__: batch
    aimed_at: list[torch.Tensor] = []
    loss = torch.nn.functional.smooth_l1_loss

    def listening(values: torch.Tensor, aim: torch.Tensor) -> torch.Tensor:
        aimed_at.append(aim.detach().clone())
        return loss(values, aim)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stable_baselines3.dqn.dqn.F.smooth_l1_loss", listening)
        model.train(1, 32)
    then = batch.next_observations.long().flatten()
    chosen = online[then].argmax(dim=1, keepdim=True)
    aim = batch.rewards + (1 - batch.dones) * 0.9 * target[then].gather(1, chosen)
    assert torch.allclose(aimed_at[0], aim)
    assert model.q_net_target is kept


def test_that_without_a_target_network_the_newest_guess_is_aimed_at(made: Any) -> None:
    model = made("dqn", target_network="off", target_update_interval=100_000)
    with torch.no_grad():
        for parameter in model.q_net_target.parameters():
            parameter.fill_(float("nan"))
    model.learn(300)
    assert all(bool(torch.isfinite(value).all()) for value in model.q_net.state_dict().values())


@pytest.mark.parametrize(
    ("agent_id", "switch"),
    [
        (entry.id, switch)
        for entry in DEEP
        for switch in entry.config_class().switches
        if switch != "frame_stack"  # there is none without pictures
    ],
)
def test_that_every_switch_changes_what_is_learned(agent_id: str, switch: str, made: Any) -> None:
    # Large steps, so that clipping has something to clip.
    haste = {"learning_rate": 0.02} if switch == "ratio_clipping" else {}
    found = []
    for position in ("on", "off"):
        model = made(agent_id, **haste, **{switch: position})
        if switch == "reward_clipping":
            model.env.world = _paying_double(model.env.world)
        model.learn(260)
        found.append(weights(model))
    assert list(found[0]) != list(found[1]) or largest_difference(found[0], found[1]) > 0.0


def _paying_double(world: Any) -> Any:
    from dataclasses import replace

    return replace(world, model=replace(world.model, reward=world.model.reward * 2))


def test_that_without_a_critic_a_move_is_judged_by_what_it_brought(made: Any) -> None:
    model = made("a2c", critic="off", n_steps=50)
    model.learn(400)
    buffer = model.rollout_buffer
    returns, following = np.zeros_like(buffer.rewards), np.zeros(8, np.float32)
    rewards = buffer.rewards
    starts = np.vstack([buffer.episode_starts[1:], model._last_episode_starts])
    for step in range(49, -1, -1):
        following = rewards[step] + np.float32(0.9) * following * (1 - starts[step])
        returns[step] = following
    # SB3 has flattened what it drew batches from.
    assert np.allclose(buffer.swap_and_flatten(returns[:, :, None]).flatten(), buffer.advantages.flatten(), atol=1e-6)
    assert model.vf_coef == 0.0


def test_that_settings_change_while_it_learns(made: Any) -> None:
    model = made("dqn")
    model.learn(200)
    place = corridor()
    config = settings_in(place, "dqn", learning_rate=1e-2, learning_rate_schedule="constant", double="on", replay="off")
    change_settings(model, config)
    model.learn(200, reset_num_timesteps=False)
    assert model.policy.optimizer.param_groups[0]["lr"] == 1e-2
    assert model.double and not model.replay_buffer.remembers


def test_that_a_step_size_that_falls_stays_at_nothing_after_the_horizon(made: Any) -> None:
    model = made("ppo")
    assert model.lr_schedule(0.5) == pytest.approx(2.5e-3)
    assert model.lr_schedule(-0.1) == 0.0


def test_that_dqn_of_pictures_stores_each_picture_once() -> None:
    place = place_of("BreakoutNoFrameskip-v4")
    config = DqnConfig(n_envs=2, buffer_size=1_000, learning_starts=1_000, n=3, frame_stack="off")
    model: Any = algorithm_for(config, place, seed=1)
    model.learn(100)
    model.env.close()
    assert model.observation_space.shape == (1, 84, 84)
    assert model.replay_buffer.store.count.max() <= 55
    assert model.replay_buffer.n_steps == 3
