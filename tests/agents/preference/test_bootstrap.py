"""Every label has its own luck."""

from __future__ import annotations

import numpy as np

from agents.preference.bootstrap import counts, held_out, label_keys, order, uniform

NAMES = [f"label {number}" for number in range(4_000)]


def test_that_a_new_label_leaves_everybody_elses_draws_as_they_were() -> None:
    few, more = label_keys(NAMES[:50]), label_keys([*NAMES[:50], "new"])
    assert np.array_equal(counts(few, 3, 5), counts(more, 3, 5)[:, :50])
    assert np.array_equal(held_out(few, 3, 5, 0.2), held_out(more, 3, 5, 0.2)[:, :50])
    assert [index for index in order(more, 3, 7) if index < 50] == order(few, 3, 7).tolist()


def test_that_samples_are_as_a_bootstrap_has_them() -> None:
    drawn = counts(label_keys(NAMES), 1, 4)
    assert abs(drawn.mean() - 1.0) < 0.05
    assert abs(drawn.var() - 1.0) < 0.08
    assert abs((drawn == 0).mean() - np.exp(-1)) < 0.03
    assert np.corrcoef(drawn)[0, 1] < 0.06


def test_that_the_share_kept_for_validation_is_the_one_asked_for() -> None:
    assert abs(held_out(label_keys(NAMES), 1, 3, 1 / 3).mean() - 1 / 3) < 0.03


def test_that_numbers_are_spread_evenly_and_hang_on_every_salt() -> None:
    keys = label_keys(NAMES)
    drawn = uniform(keys, 7, 1)
    assert np.abs(np.histogram(drawn, 10, (0, 1))[0] - 400).max() < 80
    assert abs(np.corrcoef(drawn, uniform(keys, 7, 2))[0, 1]) < 0.06
    assert abs(np.corrcoef(drawn, uniform(keys, 8, 1))[0, 1]) < 0.06
    assert len(label_keys([])) == 0
