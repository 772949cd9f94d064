"""Direct preference optimisation: its loss and gradient are those of the paper, and it learns what was preferred."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from stable_baselines3.common.policies import ActorCriticPolicy

from agents.configuration import build
from agents.deep.asking import answer
from agents.deep.config import PpoConfig
from agents.preference.direct_preferences import DirectConfig, DirectPreferences
from agents.preference.kept_model import network_at_random
from agents.preference.labelled_clips import Answers, ClipShelf, Judged
from tests.agents.preference.made_clips import clip_of, open_place

LEFT, RIGHT = 3, 1


def policy(seed: int = 0) -> ActorCriticPolicy:
    return network_at_random("ppo", open_place(), build(PpoConfig, {"hidden_layers": 1, "hidden_units": 16}), seed)


def labelled(pairs: list[tuple[list[int], list[int], float]]) -> tuple[ClipShelf, Answers]:
    """Clips that see the same states and do different things, and which is better."""
    shelf, judged = ClipShelf(25), []
    for number, (one, other, mu) in enumerate(pairs):
        clips = [
            clip_of(list(range(number, number + len(done))), done, [0.0] * len(done), env_step=number)
            for done in (one, other)
        ]
        for clip in clips:
            shelf.add(clip)
        judged.append(Judged(pair_id=str(number), left=clips[0].clip_id, right=clips[1].clip_id, mu=mu))
    return shelf, Answers(judged)


def log_ratio(now: ActorCriticPolicy, then: ActorCriticPolicy, states: list[int], actions: list[int]) -> float:
    said = [np.log(answer(each, np.array(states)).preferences[np.arange(len(states)), actions]) for each in (now, then)]
    return float((said[0] - said[1]).sum())


def test_that_loss_and_logit_are_those_of_equation_7() -> None:
    shelf, answers = labelled([([LEFT, 0, -1], [RIGHT, 2, 2], 1.0), ([0, 0], [1, 2], 0.0), ([1, 1], [2, 0], 0.5)])
    learner = policy()
    direct = DirectPreferences(learner, shelf, answers, DirectConfig(beta=0.4))
    assert torch.allclose(direct.losses(np.arange(3)), torch.full((3,), math.log(2)))
    with torch.no_grad():
        learner.action_net.weight.add_(torch.randn(learner.action_net.weight.shape))
    # −1: the game is over, nothing is done there.
    done = (
        ([0, 1], [LEFT, 0], [0, 1, 2], [RIGHT, 2, 2]),
        ([1, 2], [0, 0], [1, 2], [1, 2]),
        ([2, 3], [1, 1], [2, 3], [2, 0]),
    )
    then = policy()
    wanted = [0.4 * (log_ratio(learner, then, *each[:2]) - log_ratio(learner, then, *each[2:])) for each in done]
    assert direct.logits(np.arange(3)).tolist() == pytest.approx(wanted, abs=1e-4)
    log_sigmoid = [-math.log1p(math.exp(-wanted[0])), -math.log1p(math.exp(wanted[1]))]
    assert direct.losses(np.arange(2)).tolist() == pytest.approx([-each for each in log_sigmoid], abs=1e-4)


def test_that_a_label_weighs_as_much_in_the_gradient_as_its_implied_reward_is_wrong() -> None:
    shelf, answers = labelled([([LEFT, 0], [RIGHT, 2], 1.0)])
    learner = policy()
    direct = DirectPreferences(learner, shelf, answers, DirectConfig(beta=0.4))
    with torch.no_grad():
        learner.action_net.bias.add_(torch.randn(4))
    (of_loss,) = torch.autograd.grad(direct.losses(np.arange(1)).sum(), [learner.action_net.bias])
    logit = direct.logits(np.arange(1))
    (of_logit,) = torch.autograd.grad(logit.sum(), [learner.action_net.bias])
    # ∇L = −σ(r̂_worse − r̂_better) ∇(β log-ratio of better − of worse), Rafailov et al. 2023, sect. 4.
    assert torch.allclose(of_loss, -torch.sigmoid(-logit.detach()) * of_logit, atol=1e-6)


def test_that_it_comes_to_do_what_was_preferred_and_a_large_beta_stays_nearer() -> None:
    pairs = [([LEFT] * 4, [RIGHT] * 4, 1.0) for _ in range(39)] + [([RIGHT] * 4, [LEFT] * 4, 0.0)]
    shelf, answers = labelled(pairs)
    found = {}
    for beta in (0.1, 5.0):
        learner = policy()
        how = DirectConfig(beta=beta, epochs=30, learning_rate=1e-2)
        found[beta] = DirectPreferences(learner, shelf, answers, how).learn()
        chances = answer(learner, np.arange(40)).preferences
        assert (chances[:, LEFT] > chances[:, RIGHT]).all()
        assert found[beta].accuracy == 1.0
    near, far = found[5.0], found[0.1]
    assert far.kl > 2 * near.kl > 0.0
    assert far.held_out > 0 and far.held_out_accuracy == 1.0 and far.labels + far.held_out == 40
    assert near.error_weight < far.error_weight < 0.5


def test_that_only_ties_move_nothing() -> None:
    shelf, answers = labelled([([LEFT] * 3, [RIGHT] * 3, 0.5)] * 1)
    learner = policy()
    report = DirectPreferences(learner, shelf, answers, DirectConfig(epochs=5)).learn()
    assert report.kl == pytest.approx(0.0, abs=1e-6) and math.isnan(report.accuracy)
