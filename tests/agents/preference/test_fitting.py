"""A fit learns what was said, hangs on the labels alone, and keeps its hands off what it must not touch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from agents.preference.ensemble import Ensemble
from agents.preference.fitting import HIGH_RATIO, Fitting, shares_of
from agents.preference.judging import ripple_of, verdict_on
from agents.preference.labelled_clips import Answers
from agents.preference.queries import candidate_pairs
from tests.agents.preference.made_clips import ensemble, judged, random_clips


def fitted(model: Ensemble, shelf, answers, *, epochs: int = 60, anew: bool = True) -> Fitting:
    fitting = Fitting(model, shelf, answers, l2=1e-4, epochs=epochs, anew=anew)
    while fitting.work(0.01):
        pass
    fitting.finish()
    batch = shelf.batch(sorted(answers.clips()))
    model.normalise(*batch.steps)
    return fitting


def accuracy(model: Ensemble, seed: int = 9) -> float:
    clips = random_clips(200, seed)
    shelf, answers = judged(clips)
    left, right = candidate_pairs(200, 500, np.random.default_rng(0))
    batch = shelf.batch([clip.clip_id for clip in clips])
    apart = np.array([clip.true_return for clip in clips])[left] - np.array([c.true_return for c in clips])[right]
    said = model.probabilities(model.scores(batch), left, right).mean
    return float(((said > 0.5) == (apart > 0))[apart != 0].mean())


def test_that_r_follows_the_answers() -> None:
    model = ensemble()
    shelf, answers = judged(random_clips(400))
    assert accuracy(model) < 0.7
    fitting = fitted(model, shelf, answers)
    assert accuracy(model) > 0.8
    assert model.table()[0][40:, :4].mean() > model.table()[0][:24, :4].mean()
    assert fitting.finish().labels == 200


def test_that_the_same_labels_give_the_same_r_whatever_was_learned_before() -> None:
    shelf, answers = judged(random_clips(60))
    fewer = Answers(answers.judged[:-3])
    straight, detour = ensemble(), ensemble()
    fitted(straight, shelf, fewer)
    fitted(detour, shelf, answers)
    # Three answers are taken back.
    fitted(detour, shelf, fewer)
    for one, other in zip(straight.network.parameters(), detour.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_that_slices_change_nothing_but_when_it_is_done() -> None:
    shelf, answers = judged(random_clips(60))
    whole, sliced = ensemble(), ensemble()
    one = Fitting(whole, shelf, answers, l2=1e-4, epochs=10, anew=True)
    assert not one.work(1e9)
    other = Fitting(sliced, shelf, answers, l2=1e-4, epochs=10, anew=True)
    slices = 1
    while other.work(0.0):
        slices += 1
    assert slices > 9
    one.finish()
    other.finish()
    for first, second in zip(whole.network.parameters(), sliced.network.parameters(), strict=True):
        assert torch.equal(first, second)


def test_that_r_in_use_stays_as_it_is_until_a_fit_is_done() -> None:
    shelf, answers = judged(random_clips(40))
    model = ensemble()
    before = model.table()[0].copy()
    fitting = Fitting(model, shelf, answers, l2=1e-4, epochs=5, anew=True)
    while fitting.work(0.0):
        assert np.array_equal(model.table()[0], before)
    assert not model.reward(np.arange(4), np.zeros(4, np.int64)).any()
    fitting.finish()
    assert not np.array_equal(model.table()[0], before)


def test_that_random_numbers_of_the_policy_are_left_alone() -> None:
    shelf, answers = judged(random_clips(40))
    torch.manual_seed(5)
    before = torch.get_rng_state()
    fitted(ensemble(dropout=0.3), shelf, answers, epochs=5)
    assert torch.equal(before, torch.get_rng_state())


def test_that_each_member_is_brought_to_mean_0_and_the_unit_that_was_asked_for() -> None:
    shelf, answers = judged(random_clips(80))
    model = ensemble(reward_std=0.05)
    fitted(model, shelf, answers, epochs=20)
    said = model.opinion(*shelf.batch(sorted(answers.clips())).steps).members
    assert np.allclose(said.mean(axis=1), 0.0, atol=1e-5)
    assert np.allclose(said.std(axis=1), 0.05, atol=1e-4)


def test_that_all_ties_are_learned_as_ties() -> None:
    shelf, answers = judged(random_clips(80))
    ties = Answers(
        [type(each)(pair_id=each.pair_id, left=each.left, right=each.right, mu=0.5) for each in answers.judged]
    )
    model = ensemble()
    report = fitted(model, shelf, ties).finish()
    assert report.loss == pytest.approx(np.log(2.0), abs=0.02)


def test_that_l2_rises_where_validation_loss_is_far_above_training_loss() -> None:
    shelf, answers = judged(random_clips(24, steps=3))
    fitting = fitted(ensemble(reward_learning_rate=1e-2), shelf, answers, epochs=120)
    report = fitting.finish()
    assert report.validation_loss > HIGH_RATIO * report.loss or report.l2 > 1e-4
    off = fitted(ensemble(regularisation="off"), shelf, answers, epochs=5).finish()
    assert off.l2 == 0.0
    assert off.validation_loss == -1.0


def test_that_members_are_judged_by_labels_they_have_not_seen() -> None:
    model = ensemble()
    shelf, answers = judged(random_clips(300))
    fitted(model, shelf, answers)
    verdict = verdict_on(model, shelf, answers)
    times, _ = shares_of(answers, model.config, model.seed)
    usable = (times == 0).any(axis=0) & (answers.mu != 0.5)
    assert verdict.held_out == usable.sum()
    assert verdict.accuracy > 0.65
    assert sum(row[2] for row in verdict.calibration) == verdict.held_out


def test_that_a_reserved_label_is_learned_from_by_nobody() -> None:
    _, answers = judged(random_clips(200))
    model = ensemble(reserve=0.3)
    times, held = shares_of(answers, model.config, model.seed)
    nobody = (times == 0).all(axis=0) & ~held.any(axis=0)
    assert nobody.mean() > 0.2


def test_that_fitting_the_true_reward_instead_needs_no_answers() -> None:
    shelf, answers = judged(random_clips(400))
    blind = Answers(
        [type(each)(pair_id=each.pair_id, left=each.left, right=each.right, mu=0.5) for each in answers.judged]
    )
    model = ensemble(target="reward")
    fitted(model, shelf, blind)
    assert accuracy(model) > 0.8


def test_that_an_ensemble_comes_back_as_it_was() -> None:
    shelf, answers = judged(random_clips(60))
    model, again = ensemble(), ensemble()
    fitted(model, shelf, answers, epochs=10)
    again.load(model.state())
    assert np.array_equal(model.table()[0], again.table()[0])
    assert again.fitted
    with pytest.raises(RuntimeError):
        ensemble(members=2).load(model.state())


def test_that_a_ripple_names_the_cells_that_changed() -> None:
    before = np.zeros(6, np.float32)
    after = before.copy()
    after[4] = 0.5
    assert ripple_of(before, after, 0.05)["cells"] == [[4, 0.0, 0.5]]
    assert ripple_of(before, before, 0.05) == {"cells": [], "amount": 0.0}
