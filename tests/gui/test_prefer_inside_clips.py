"""A clip as the reward model sees it: its line with the band, what it hangs on, and whether it is as sure as right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from arena.environments.atari.breakout_memory import FIELDS
from arena.environments.registry import make_world
from arena.preferences.clip import Clip
from arena.protocol.messages import View
from gui.language import language, tr
from gui.panels.prefer.answered_clips import AnsweredClips, LitClip
from gui.panels.prefer.calibration_plot import CalibrationPlot
from gui.panels.prefer.field_bars import MOST, FieldBars
from gui.panels.prefer.reward_line import RewardLine, shared_range
from gui.state.training_state import TrainingState

WORLD = make_world("Arena/GridWorld-v0", {"map": "four_rooms"})
STEPS = 10


def grid_clip(step: int) -> Clip:
    return Clip(
        env_id=WORLD.env_id, env_kwargs=dict(WORLD.env_kwargs), kind="states", env_step=step, game=0,
        observations=np.full(STEPS, int(WORLD.model.start_states[0])), actions=np.zeros(STEPS, np.int64),
        rewards=np.zeros(STEPS, np.float32),
    )  # fmt: skip


def game_clip(step: int, kind: str) -> Clip:
    seen = np.zeros((STEPS, len(FIELDS)), np.float32) if kind == "objects" else np.zeros((STEPS, 4, 84, 84), np.uint8)
    return Clip(
        env_id="Arena/BreakoutObjects-v0" if kind == "objects" else "BreakoutNoFrameskip-v4", env_kwargs={},
        kind=kind, env_step=step, game=0, observations=seen, actions=np.zeros(STEPS, np.int64),  # type: ignore[arg-type]
        rewards=np.zeros(STEPS, np.float32), pictures=np.zeros((STEPS, 210, 160, 3), np.uint8),
    )  # fmt: skip


def seen(arrays: dict[str, np.ndarray]) -> TrainingState:
    return replace(TrainingState(), view=View(env_steps=1, arrays=arrays, scalars={}))


def test_that_the_band_holds_every_member_and_a_click_finds_its_step(qtbot: QtBot) -> None:
    line = RewardLine()
    qtbot.addWidget(line)
    line.resize(300, 90)
    members = np.array([[0.0, 1.0, 0.5], [0.2, -1.0, 0.5]], np.float32)
    line.show_members(members, *shared_range(members))
    low, high = line.band
    assert low.tolist() == pytest.approx([0.0, -1.0, 0.5]) and high.tolist() == pytest.approx([0.2, 1.0, 0.5])
    assert line.mean.tolist() == pytest.approx([0.1, 0.0, 0.5])
    moved: list[int] = []
    line.moved.connect(moved.append)
    for x in (60, 175, 295):
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(x, 40))
    assert moved == [0, 1, 2]
    line.show_members(np.full((2, 3), np.nan))
    assert line.steps == 0


def test_that_two_lines_share_an_axis_and_a_flat_one_has_room() -> None:
    assert shared_range(np.array([[0.0, 3.0]]), np.array([[-2.0]]), None) == (-2.0, 3.0)
    assert shared_range(np.zeros((2, 4))) == (-0.5, 0.5)
    assert shared_range(None, np.zeros((0, 0))) == (0.0, 1.0)


def test_that_the_numbers_that_matter_most_come_first_and_a_row_of_bricks_is_one(qtbot: QtBot) -> None:
    bars = FieldBars()
    qtbot.addWidget(bars)
    fields = np.zeros((2, len(FIELDS)), np.float32)
    names = [name for name, _ in FIELDS]
    fields[0, names.index("ball_x")] = -0.5
    fields[0, names.index("brick_5_0")] = fields[0, names.index("brick_5_17")] = 0.4
    fields[1, names.index("paddle_x")] = 0.1
    bars.show_fields(fields, breakout=True)
    first = bars.rows()
    assert len(first) == MOST
    assert first[0] == (tr("prefer.field.bricks", row="6"), pytest.approx(0.8))
    assert first[1] == (tr("prefer.field.ball_x"), pytest.approx(-0.5))
    bars.show_step(1)
    assert bars.rows()[0][0] == tr("prefer.field.paddle_x")
    bars.show_fields(np.ones((2, 3), np.float32), breakout=True)
    assert bars.rows()[0][0] == tr("prefer.field.number", number="1")


def test_that_bins_that_are_none_are_not_drawn(qtbot: QtBot) -> None:
    plot = CalibrationPlot()
    qtbot.addWidget(plot)
    plot.show_bins(((0.1, 0.2, 5.0), (0.5, float("nan"), 2.0), (0.7, 1.4, 1.0), (0.9, 1.0, 0.0), (0.3,)))
    assert plot.bins == ((0.1, 0.2, 5.0),)
    plot.resize(300, 150)
    plot.grab()


@pytest.mark.parametrize("kind", ["states", "objects", "pixels"])
def test_that_the_worker_is_asked_for_what_a_clip_of_that_kind_has(qtbot: QtBot, kind: str) -> None:
    panel = AnsweredClips()
    qtbot.addWidget(panel)
    panel.resize(620, 500)
    assert panel.isHidden() and panel.layers == ()
    one, other = (grid_clip(1), grid_clip(2)) if kind == "states" else (game_clip(1, kind), game_clip(2, kind))
    panel.show_clips((one, other), WORLD.layout if kind == "states" else None)
    panel.show()
    kinds = {"states": ["clip"], "objects": ["clip", "clip_fields"], "pixels": ["clip", "clip_saliency"]}[kind]
    assert panel.layers == tuple(f"{each}:{clip.clip_id}" for clip in (one, other) for each in kinds)
    arrays = {f"clip:{one.clip_id}": np.ones((3, STEPS), np.float32), f"clip:{other.clip_id}": np.zeros((3, STEPS))}
    for clip in (one, other):
        arrays[f"clip_fields:{clip.clip_id}"] = np.ones((STEPS, len(FIELDS)), np.float32)
        arrays[f"clip_saliency:{clip.clip_id}"] = np.full((STEPS, 84, 84), 255, np.uint8)
    dark = panel.pair.left.grab().toImage()
    panel.show_arrays(seen(arrays))
    assert panel.lines[0].mean.tolist() == [1.0] * STEPS and panel.lines[1].mean.tolist() == [0.0] * STEPS
    assert panel.bars[0].isVisible() == (kind == "objects")
    panel.pair.hold(4)
    panel.tick()
    assert panel.pair.left.step == panel.lines[0].step == 4
    # Only of pictures can it be shown where r̂ looks.
    assert isinstance(panel.pair.left.drawing, LitClip) == (kind == "pixels")
    assert kind != "pixels" or panel.pair.left.grab().toImage() != dark
    for code in ("zh_TW", "en"):
        language().choose(code)
    panel.show_clips(None, None)
    assert panel.isHidden() and panel.layers == ()
