"""What a training worker says is folded into one picture, event by event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from arena.protocol.messages import Failed, HyperparameterChanged, KeyframeWritten, PhaseChanged, View, Warned
from arena.protocol.training_messages import TrainingProgress, TrainingReady, WeightsPublished
from gui.language import tr
from gui.pages.train_transport import TrainTransport
from gui.state.growing_curve import MOST_POINTS, GrowingCurve
from gui.state.training_forecast import clock_words, forecast
from gui.state.training_model import TrainingModel
from gui.state.training_state import TrainingState


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(qtbot: QtBot, clock: Clock) -> TrainingModel:
    made = TrainingModel(clock=clock)
    made.begin("ppo")
    return made


def ready(folder: Path, **given: Any) -> TrainingReady:
    config = {
        "env_id": "BreakoutNoFrameskip-v4", "agent": "ppo", "seed": 5,
        "hyperparameters": {"clip_range": 0.1, "ratio_clipping": "on"},
    }  # fmt: skip
    return TrainingReady(
        **{
            "config": config, "folder": str(folder), "horizon": 10_000, "switches": ("ratio_clipping",),
            "reference": {"random": 1.7, "person": 31.8, "published": [[1_000.0, 22.0], [2_000.0, 55.0]]},
            "rows": ((100.0, 3.0, 1.5, 1.0, 2.0, 50.0, 1.0),), **given,
        }
    )  # fmt: skip


def progress(env_steps: int, score: float | None = None, **given: Any) -> TrainingProgress:
    rows = () if score is None else ((float(env_steps), 9.0, score, score - 1, score + 1, 60.0, 1.0),)
    return TrainingProgress(rows=rows, env_steps=env_steps, **given)


def test_that_rows_of_before_and_of_now_make_one_curve(model: TrainingModel, tmp_path: Path) -> None:
    model.take(ready(tmp_path))
    assert model.state.score == (1.5, 1.0, 2.0)
    model.take(progress(200, 4.0))
    assert list(model.state.column("env_steps")) == [100.0, 200.0]
    assert model.state.score == (4.0, 3.0, 5.0)


def test_that_what_lay_after_a_checkpoint_is_forgotten_when_a_run_goes_back_to_it(
    model: TrainingModel, tmp_path: Path
) -> None:
    model.take(ready(tmp_path, ages=({"env_steps": 0, "file": "a", "score": -1.0},)))
    model.take(progress(200, 4.0, values={"train/entropy_loss": -1.0}))
    model.take(WeightsPublished(file="b", kept=True, score=4.0, env_steps=250))
    model.take(progress(300, 9.0, values={"train/entropy_loss": -0.5}))
    model.take(progress(200, 4.5, values={"train/entropy_loss": -0.9}))
    assert list(model.state.column("env_steps")) == [100.0, 200.0]
    assert [age["file"] for age in model.state.ages] == ["a"]
    assert model.state.curves["entropy"].tolist() == [[200.0, 0.9]]


def test_that_a_picture_once_told_never_changes(model: TrainingModel, tmp_path: Path) -> None:
    model.take(ready(tmp_path))
    model.take(progress(200, 4.0))
    kept = model.state
    before = kept.rows.copy()
    model.take(progress(150, 7.0))
    assert np.array_equal(kept.rows, before)


def test_that_ages_and_the_newest_weights_are_told_apart(model: TrainingModel, clock: Clock, tmp_path: Path) -> None:
    model.take(ready(tmp_path))
    model.take(WeightsPublished(file="age", kept=True, score=2.0, env_steps=500))
    clock.now = 140.0
    model.take(WeightsPublished(file="newest", score=3.0, env_steps=600))
    assert [age["file"] for age in model.state.ages] == ["age"]
    assert [(age["env_steps"], age["file"]) for age in model.state.shown_ages] == [(500, "age"), (600, "")]
    assert model.state.newest_at == 140.0


def test_that_entropy_is_shown_and_not_its_loss_and_a_value_told_twice_is_one_point(
    model: TrainingModel, tmp_path: Path
) -> None:
    model.take(ready(tmp_path))
    for steps in (10, 20, 30):
        model.take(progress(steps, values={"train/entropy_loss": -1.25, "train/clip_fraction": steps / 100}))
    assert model.state.curves["entropy"].tolist() == [[10.0, 1.25]]
    assert model.state.curves["train/clip_fraction"][:, 1].tolist() == [0.1, 0.2, 0.3]


def test_that_the_past_of_a_resumed_run_comes_from_its_table(model: TrainingModel, tmp_path: Path) -> None:
    (tmp_path / "progress.csv").write_text(
        "env_steps,entropy,approx_kl,explained_variance\n100,1.38,,0.1\nbroken,1,1,1\n200,1.2,nan,0.4\n",
        encoding="utf-8",
    )
    model.take(ready(tmp_path))
    assert model.state.curves["entropy"].tolist() == [[100.0, 1.38], [200.0, 1.2]]
    assert model.state.curves["train/explained_variance"].tolist() == [[100.0, 0.1], [200.0, 0.4]]
    assert "train/approx_kl" not in model.state.curves


def test_that_a_refused_setting_is_no_longer_pending_and_is_said(
    model: TrainingModel, tmp_path: Path, qtbot: QtBot
) -> None:
    model.take(ready(tmp_path))
    model._asked[7] = "clip_range"
    model._set(pending={"clip_range": 5.0, "ratio_clipping": "off"})
    with qtbot.waitSignal(model.warned) as said:
        model.take(Warned(key="error.setting.range", params={"field": "clip_range"}, command_id=7))
    assert said.args[0] == "error.setting.range"
    assert model.state.pending == {"ratio_clipping": "off"}
    model.take(HyperparameterChanged(name="ratio_clipping", value="off"))
    assert model.state.pending == {}
    assert model.state.hyperparameters["ratio_clipping"] == "off"


def test_that_a_fault_is_told_from_a_pause(model: TrainingModel, tmp_path: Path) -> None:
    model.take(ready(tmp_path))
    model.take(PhaseChanged(phase="paused"))
    assert not model.state.faulty
    model.take(PhaseChanged(phase="paused", reason="phase.reason.bad_loss", params={"step": 5}))
    assert model.state.faulty
    model.take(PhaseChanged(phase="running"))
    assert not model.state.faulty


def test_that_the_end_of_a_failed_worker_does_not_hide_why_it_failed(model: TrainingModel) -> None:
    model.take(Failed(key="error.worker.died", params={"cause": "SIGKILL"}))
    model.take(PhaseChanged(phase="stopped"))
    assert model.state.phase == "failed"
    assert model.state.failure is not None


def test_that_only_time_spent_training_counts(model: TrainingModel, clock: Clock, tmp_path: Path) -> None:
    model.take(ready(tmp_path))
    model.take(PhaseChanged(phase="running"))
    clock.now += 3.0
    model.take(progress(10))
    model.take(PhaseChanged(phase="paused"))
    clock.now += 60.0
    model.take(PhaseChanged(phase="running"))
    clock.now += 2.0
    model.take(progress(20))
    assert model.state.seconds == pytest.approx(5.0)
    model.take(progress(30, values={"time/time_elapsed": 77.0}))
    assert model.state.seconds == 77.0


def test_that_a_save_sets_the_clock_of_saves(model: TrainingModel, clock: Clock, tmp_path: Path) -> None:
    model.take(ready(tmp_path))
    model.take(progress(10, saved_ago=30.0, save_in=12.0))
    assert (model.state.saved_at, model.state.save_in) == (70.0, 12.0)
    model.take(KeyframeWritten())
    assert model.state.saved_at == 100.0


def test_that_a_view_is_looked_up_by_name(model: TrainingModel) -> None:
    model.take(View(arrays={"ratios": np.ones(3, np.float32)}, scalars={"replay_size": 4.0}))
    assert model.state.array("ratios") is not None and model.state.array("td_errors") is None
    assert model.state.scalar("replay_size") == 4.0 and model.state.scalar("epsilon") == -1.0


def test_that_the_forecast_is_others_next_score_at_this_speed_and_nothing_where_nothing_is_known(
    model: TrainingModel, tmp_path: Path
) -> None:
    assert forecast(TrainingState()) is None
    model.take(ready(tmp_path))
    assert forecast(model.state) is None
    model.take(progress(400, steps_per_second=2.0))
    coming = forecast(model.state)
    assert coming is not None
    assert (coming.env_steps, coming.score, coming.seconds) == (1_000.0, 22.0, 300.0)
    model.take(progress(2_000, steps_per_second=2.0))
    assert forecast(model.state) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "0:00"), (38.4, "0:38"), (201.0, "3:21"), (3_599.6, "1:00:00"), (18_130.0, "5:02:10")]
)
def test_that_times_are_written_like_clocks(seconds: float, words: str) -> None:
    assert clock_words(seconds) == words


def test_that_a_long_curve_keeps_its_ends_and_stays_small() -> None:
    curve = GrowingCurve(2)
    for step in range(3 * MOST_POINTS):
        curve.add((float(step), float(step)))
    points = curve.points
    assert len(points) <= MOST_POINTS
    assert points[0, 0] == 0.0 and points[-1, 0] == 3 * MOST_POINTS - 1
    assert (np.diff(points[:, 0]) > 0).all()


@pytest.mark.parametrize(
    ("env_steps", "now", "begun_with", "said"),
    [
        (0, 0, {}, ["knowing nothing"]),
        (0, 0, {"model": "ppo-breakout", "env_steps": 3_000_000}, ["ppo-breakout", "3,000,000"]),
        (40_960, 40_960, {}, ["40,960", "checkpoint"]),
        (40_960, 40_960, {"model": "ppo-breakout", "env_steps": 3_000_000}, ["40,960", "checkpoint"]),
    ],
)
def test_that_a_run_that_waits_says_what_it_begins_with(
    env_steps: int, now: int, begun_with: dict[str, Any], said: list[str], qtbot: QtBot
) -> None:
    transport = TrainTransport()
    qtbot.addWidget(transport)
    ready = TrainingReady(env_steps=env_steps, begun_with=begun_with)
    transport.show_state(TrainingState(phase="paused", ready=ready, env_steps=now))
    assert all(words in transport.words.text() for words in said)
    assert ("knowing nothing" in transport.words.text()) == (said == ["knowing nothing"])
    transport.show_state(TrainingState(phase="paused", ready=ready, env_steps=now + 64, reason="phase.reason.update"))
    assert transport.words.text() == tr("phase.reason.update")
