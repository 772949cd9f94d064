"""REINFORCE and GRPO do what their papers' equations say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from agents.deep.algorithms import algorithm_for
from agents.deep.whole_episodes import Episodes
from tests.agents.deep.corridor import corridor, settings_in


@pytest.fixture
def made() -> Iterator[Any]:
    models: list[Any] = []

    def make(agent_id: str, **changed: Any) -> Any:
        place = corridor()
        models.append(algorithm_for(settings_in(place, agent_id, **changed), place, seed=1))
        return models[-1]

    yield make
    for model in models:
        model.env.close()


def play(model: Any) -> Episodes:
    """Let it play once, without learning."""
    _, callback = model._setup_learn(10_000)
    assert model.collect_rollouts(model.env, callback, model.rollout_buffer, 1)
    episodes: Episodes = model.episodes
    return episodes


def probabilities(model: Any, states: Any) -> torch.Tensor:
    found: torch.Tensor = model.policy.get_distribution(torch.as_tensor(states)).distribution.logits
    return found


def test_that_every_game_plays_one_whole_episode_and_waits() -> None:
    place = corridor()
    model: Any = algorithm_for(settings_in(place, "deep_reinforce"), place, seed=1)
    episodes = play(model)
    lengths = episodes.played.sum(axis=0)
    assert [game.length for game in sorted(model.env.take_finished(), key=lambda each: each.index)] == lengths.tolist()
    assert model.num_timesteps == lengths.sum()
    assert (np.diff(episodes.played.astype(int), axis=0) <= 0).all()
    assert not episodes.rewards[~episodes.played].any()
    assert (episodes.observations[0] == episodes.observations[0, 0]).all()


def test_that_an_episode_too_long_is_cut_and_counts_with_what_it_brought(made: Any) -> None:
    model = made("deep_reinforce", episode_limit=2)
    episodes = play(model)
    assert episodes.played.shape == (2, 8) and model.env.take_finished() == []


def test_that_returns_are_discounted_rewards_to_come() -> None:
    rewards = np.array([[1.0], [0.0], [2.0]], np.float32)
    ones = np.ones((3, 1))
    episodes = Episodes(
        observations=ones, actions=ones.astype(int), log_probs=ones, rewards=rewards, played=ones.astype(bool)
    )
    assert episodes.returns(0.5).flatten().tolist() == [1.5, 1.0, 2.0]


@pytest.mark.parametrize("baseline", ["mean", "none"])
def test_that_reinforce_follows_the_gradient_of_its_equation(baseline: str, made: Any) -> None:
    model = made("deep_reinforce", baseline=baseline, ent_coef=0.0, max_grad_norm=1_000.0)
    episodes = play(model)
    played = episodes.played
    returns = torch.as_tensor(episodes.returns(0.9)[played])
    judged = returns - (returns.mean() if baseline == "mean" else 0.0)
    logits = probabilities(model, episodes.observations[played])
    loss = -(judged * logits[torch.arange(len(judged)), torch.as_tensor(episodes.actions[played])]).mean()
    wanted = torch.autograd.grad(loss, list(model.policy.mlp_extractor.policy_net.parameters()))
    found: list[torch.Tensor] = []
    model.policy.optimizer.register_step_pre_hook(
        lambda *_: found.extend(p.grad.clone() for p in model.policy.mlp_extractor.policy_net.parameters())
    )
    model.train()
    assert all(torch.allclose(mine, theirs, atol=1e-6) for mine, theirs in zip(found, wanted, strict=True))
    assert float(max(each.abs().max() for each in wanted)) > 1e-4


def test_that_a_group_begins_alike_and_another_group_otherwise(made: Any) -> None:
    model = made("grpo")
    begun: list[Any] = []
    begin = model.env.begin
    model.env.begin = lambda seeds: begun.append(seeds) or begin(seeds)
    play(model)
    first = begun[-1].reshape(2, 8)
    assert (first == first[:, :1]).all() and first[0, 0] != first[1, 0]


@pytest.mark.parametrize("normalize", ["on", "off"])
def test_that_grpo_judges_by_the_group(normalize: str, made: Any) -> None:
    model = made("grpo", normalize_advantage=normalize, gamma=1.0)
    episodes = play(model)
    brought = episodes.rewards.sum(axis=0).reshape(2, 8)
    wanted = brought - brought.mean(axis=1, keepdims=True)
    if normalize == "on":
        wanted = wanted / brought.std(axis=1, keepdims=True)
    assert brought.std() > 0
    judged = model.judged()
    assert np.allclose(judged[0], wanted.flatten(), atol=1e-4)
    assert (judged[~episodes.played] == 0).all()
    steps = episodes.played.sum(axis=0)
    assert np.allclose(judged.sum(axis=0), wanted.flatten() * steps, atol=1e-3)


def test_that_a_group_that_brings_the_same_teaches_nothing(made: Any) -> None:
    model = made("grpo", ent_coef=0.0, episode_limit=1)
    before = [value.clone() for value in model.policy.parameters()]
    play(model)
    model.train()
    assert all(bool((mine == old).all()) for mine, old in zip(model.policy.parameters(), before, strict=True))


def test_that_holding_to_the_first_policy_keeps_grpo_nearer_to_it(made: Any) -> None:
    apart = []
    states = np.arange(7)
    for weight in (0.0, 5.0):
        model = made("grpo", kl_coef=weight)
        first = probabilities(model, states).detach()
        model.learn(600)
        apart.append(float((probabilities(model, states).detach() - first).abs().mean()))
    assert apart[1] < 0.7 * apart[0]


def test_that_neither_has_a_critic(made: Any) -> None:
    for name in ("deep_reinforce", "grpo"):
        assert not any("value" in parameter for parameter, _ in made(name).policy.named_parameters())
