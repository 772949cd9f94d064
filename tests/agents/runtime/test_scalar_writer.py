"""What TensorBoard shows of a run: Stable-Baselines3's tags, means over the last hundred episodes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from agents.runtime.scalar_writer import EPISODES_AVERAGED, MOST_POINTS, ScalarWriter


def row(episode: int) -> tuple[float, ...]:
    """One episode a row: it ended at tick 10 · number and returned minus its number in as many steps."""
    return (episode, 1.0, 10.0 * episode, -float(episode), 0.0, 0.0, float(episode))


def test_that_means_are_of_the_last_hundred_episodes_and_a_burst_keeps_its_shape(tmp_path: Path) -> None:
    writer = ScalarWriter(tmp_path)
    writer.add(500, tuple(row(n) for n in range(1, 31)), 0.1, 1e6, 0.5, 2.0)
    writer.add(9_000, tuple(row(n) for n in range(31, 831)), -1.0, 1e6, 0.25, -1.0)
    writer.close()
    read = EventAccumulator(str(tmp_path))
    read.Reload()
    means = {event.step: event.value for event in read.Scalars("rollout/ep_rew_mean")}
    assert means[10] == pytest.approx(-1.0) and means[300] == pytest.approx(-15.5)
    newest = range(830 - EPISODES_AVERAGED + 1, 831)
    assert means[8_300] == pytest.approx(-sum(newest) / EPISODES_AVERAGED)
    assert len(means) <= 30 + MOST_POINTS
    lengths = {event.step: event.value for event in read.Scalars("rollout/ep_len_mean")}
    assert lengths == {step: pytest.approx(-value) for step, value in means.items()}
    assert [event.step for event in read.Scalars("rollout/exploration_rate")] == [500], "none where there is none"
    assert [event.value for event in read.Scalars("train/distance_to_optimum")] == [2.0]
    assert [event.step for event in read.Scalars("time/fps")] == [500, 9_000]
