"""How many threads a gradient step gets."""

from __future__ import annotations

import pytest

from agents.deep.config import A2cConfig, DeepReinforceConfig, DqnConfig, PpoConfig
from agents.deep.threads import pictures_at_once, usual_threads


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, 2), (4, 3), (8, 4), (64, 4)])
def test_that_a_core_is_left_to_the_window_and_the_games(cores: int, threads: int) -> None:
    assert usual_threads("pixels", PpoConfig(batch_size=256), cores) == threads


def test_that_small_batches_and_vectors_are_learned_from_by_one_thread() -> None:
    assert usual_threads("pixels", DqnConfig(batch_size=32), 8) == 1
    assert usual_threads("pixels", DqnConfig(batch_size=65), 8) == 4
    for kind in ("objects", "states", "vector"):
        assert usual_threads(kind, PpoConfig(batch_size=256), 8) == 1


def test_that_agents_without_batches_are_counted_by_what_they_play() -> None:
    assert pictures_at_once(A2cConfig(n_envs=16, n_steps=5)) == 80
    assert pictures_at_once(DeepReinforceConfig()) > 64
