"""What twins side by side are made of, without workers: foresight, words, differences, arrangement, curves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from pytestqt.qtbot import QtBot

from arena.environments.grid.cells import Cell
from arena.environments.grid.map_difference import difference, rewards, with_cell, with_reward
from arena.environments.grid.map_file import parse_map
from arena.environments.grid.map_text import write_map
from arena.environments.grid.maps import find_map
from arena.environments.registry import make_world
from arena.protocol.messages import View, Warned
from arena.protocol.twin_messages import Foreseen
from arena.protocol.world_codec import ShownWorld, describe, shown_world
from gui.language import language
from gui.panels.twins.arrangement import arranged
from gui.panels.twins.comparison import TwinComparison
from gui.panels.twins.curves import TwinCurves
from gui.panels.twins.stages import TwinStages
from gui.state.foresight import Foresight, Goal
from gui.state.run_model import RunModel
from gui.state.run_state import RunState
from gui.widgets.change_words import Before, sides
from gui.widgets.stage.content import content_of
from gui.widgets.stage.difference import greedy_difference, pair_up
from gui.widgets.stage.stage import StageWidget

GRID = "Arena/GridWorld-v0"


def world(**env_kwargs: Any) -> ShownWorld:
    made = make_world(GRID, {"map": "cliff", **env_kwargs})
    return shown_world(*describe(made))


def state_of(shown: ShownWorld, q: np.ndarray[Any, Any] | None = None, **more: Any) -> RunState:
    shape = (shown.states, shown.actions)
    values = np.zeros(shape) if q is None else q
    view = View(env_steps=10, arrays={"q": values, "visits": np.ones(shape, np.int64)}, scalars={"state": 24.0})
    settings = {
        "alpha": 0.5,
        "gamma": 1.0,
        "epsilon": 0.1,
        "exploration": "epsilon_greedy",
        "epsilon_schedule": "constant",
    }
    fields = {"phase": "paused", "agent": "q_learning", "hyperparameters": settings, "env_steps": 10, "run_id": "r"}
    return RunState(**{"world": shown, "view": view, **fields, **more})


# ── differences ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_states_are_counted_as_different_where_the_best_moves_are_not_the_same() -> None:
    shown = world()
    left = np.zeros((38, 4))
    left[:, 1] = 1.0
    right = left.copy()
    right[3] = [2.0, 0.0, 0.0, 0.0]
    right[5, 0] = 1.0
    right[7] += 5.0
    one, other = content_of(state_of(shown, left)), content_of(state_of(shown, right))
    assert one is not None and other is not None
    found = greedy_difference(pair_up(shown, shown), one, other)
    # A tie on one side alone differs; larger values with the same best move do not. The goal is no place to act in.
    assert (found.count, found.of) == (2, 37)
    assert found.cells == (frozenset({3, 5}), frozenset({3, 5}))


def test_that_worlds_of_which_one_has_a_wall_are_compared_place_by_place() -> None:
    grid = find_map("cliff")
    changed = world(map=write_map(with_cell(grid, 4, Cell(kind="wall"))))
    pairing = pair_up(world(), changed)
    assert pairing.left.size == 36 and 4 not in pairing.cells
    assert pairing.other(5, of_left=True) == 4 and pairing.other(4, of_left=False) == 5
    assert pairing.other(4, of_left=True) == -1 and pairing.other(-1, of_left=True) == -1


def test_that_maps_tell_what_differs_and_come_back_with_one_thing_changed() -> None:
    grid = find_map("cliff")
    assert rewards(grid) == {"step": -1.0, "cliff": -100.0, "goal": 0.0}
    cheap = parse_map(write_map(with_reward(grid, "cliff", -10.0)).encode(), "x")
    assert dict(difference(grid, cheap).numbers) == {"cliff": (-100.0, -10.0)} and not difference(grid, cheap).cells
    walled = parse_map(write_map(with_cell(grid, 30, Cell(kind="wall"))).encode(), "x")
    assert {index: (a.kind, b.kind) for index, (a, b) in difference(grid, walled).cells.items()} == {
        30: ("floor", "wall")
    }
    assert not difference(grid, find_map("four_rooms")).same_size


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"alpha": 0.1}, ("α 0.5", "α 0.1")),
        ({"exploration": "softmax"}, ("Exploration ε-greedy", "Exploration softmax")),
        ({"agent": "sarsa"}, ("Q-learning", "SARSA")),
        ({"seed": 7}, ("seed 0", "seed 7")),
        ({"action": 1}, ("its own next move", "next move →")),
        ({"world.rewards": "sparse"}, ("as the map says", "sparse: goals only")),
        ({"world.rewards": "shaped", "world.discount": 0.9}, ("as the map says", "shaped: nearer is better")),
        ({"world.slip": 0.25}, ("slip –", "slip 0.25")),
        ({}, ("the original", "the same again")),
    ],
)
def test_that_both_sides_are_told_by_what_differs(changes: dict[str, Any], words: tuple[str, str]) -> None:
    assert sides(changes, Before.of(state_of(world()))) == words


def test_that_a_cell_and_a_reward_are_told_by_place_and_name() -> None:
    grid, before = find_map("cliff"), Before.of(state_of(world()))
    walled = {"world.map": write_map(with_cell(grid, 30, Cell(kind="wall")))}
    assert sides(walled, before) == ("(2, 6) floor", "(2, 6) wall")
    cheap = {"world.map": write_map(with_reward(grid, "cliff", -10.0))}
    assert sides(cheap, before) == ("cliff −100", "cliff −10")
    assert sides({"world.map": "four_rooms"}, before)[1] == "another map"
    language().choose("zh_TW")
    assert sides(walled, before)[1] == "(2, 6) 牆"


def test_that_both_are_asked_and_the_first_to_meet_a_goal_decides(qtbot: QtBot) -> None:
    ahead = Foresight((RunModel(), RunModel()))
    goal = Goal(name="episode", count=5, began=10, episodes=(7, 3))
    assert (goal.left(0, 9), goal.left(1, 3), goal.left(0, 30)) == (3, 5, 1)
    ahead.ask(goal, [0, 1], 100)
    assert ahead.asked and not ahead.complete and not ahead.hear(0, Foreseen(command_id=9))
    assert ahead.hear(0, Foreseen(tick=90, met=True)) and not ahead.complete
    assert ahead.hear(1, Foreseen(tick=50, met=True)) and ahead.complete
    assert ahead.decide() == (50, (False, True)) and not ahead.asked
    ahead.ask(goal, [0, 1], 100)
    ahead.hear(0, Foreseen(tick=20))
    ahead.hear(1, Foreseen(tick=110))
    assert ahead.decide() == (110, (False, False))
    ahead.ask(goal, [0, 1], 100)
    ahead.hear(0, Warned(key="error.own.foresee"))
    ahead.forget(1)
    assert ahead.complete and ahead.refused


# ── looks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("columns", "rows", "beside", "right"), [(12, 4, False, True), (8, 8, True, True), (5, 12, True, False)]
)
def test_that_wide_worlds_lie_above_each_other_and_others_side_by_side(
    columns: int, rows: int, beside: bool, right: bool
) -> None:
    made = arranged(columns, rows, QSize(1172, 580), 26, QSize(372, 190), 12)
    assert made.beside == beside and (made.cards_right == right or rows > columns)


def test_that_both_stages_share_scale_and_cell_size_and_what_is_pointed_at(qtbot: QtBot) -> None:
    pair = TwinStages()
    qtbot.addWidget(pair)
    pair.resize(801, 583)
    pair.show()
    shown, other = world(), world(rewards="sparse")
    small, large = np.full((38, 4), -1.5), np.full((38, 4), -17.0)
    left, right = state_of(shown, small, run_id="a"), state_of(other, large, run_id="b")
    found = pair.show_states(left, right)
    one, two = pair.stages
    assert found.count == 0 and one.scale is two.scale and one.scale.bound == 20.0 and one.scale.signs == "both"
    assert one.cell_size() == two.cell_size() and one.size() == two.size()
    qtbot.mouseMove(one, one.cell_box(17).center().toPoint())
    assert pair.place == (17, 17)
    qtbot.mouseClick(two, Qt.MouseButton.LeftButton, pos=two.cell_box(20).center().toPoint())
    assert (one.pinned, two.pinned) == (20, 20)
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton, pos=one.cell_box(20).center().toPoint())
    assert (one.pinned, two.pinned) == (-1, -1)


def test_that_the_comparison_tells_both_values_and_how_far_they_are_apart(qtbot: QtBot) -> None:
    shown = world()
    q = np.zeros((38, 4))
    q[28] = [-9.0, -8.0, -100.0, -9.5]
    one, two = content_of(state_of(shown, q)), content_of(state_of(shown, q + 0.25))
    card = TwinComparison()
    qtbot.addWidget(card)
    card.show_place((one, two), (-1, -1))
    assert "Point at a cell" in card.text()
    card.show_place((one, two), (28, 28))
    assert card.text().startswith("(2, 4): ↑ −9.00 −8.75 +0.25, → −8.00 −7.75 +0.25")
    card.show_place((one, two), (28, -1))
    assert "→ −8.00 –" in card.text()


def test_that_curves_are_painted_and_told_apart(qtbot: QtBot) -> None:
    curves = TwinCurves()
    qtbot.addWidget(curves)
    curves.resize(360, 200)
    empty = curves.grab().toImage()
    rows = np.array([[n, 1, 20 * (n + 1), -60.0 + n, -60.0, -60.0, 20] for n in range(40)], float)
    better = rows.copy()
    better[20:, 3] += 15
    curves.show_words(("α 0.5", "α 0.1"), 400)
    shown = world()
    left = state_of(shown, blocks=rows, env_steps=800, optimum=-13.0)
    curves.show_states(left, replace(left, blocks=better, run_id="other"))
    assert curves.caption() == "α 0.5 −25.5 · α 0.1 −10.5"
    assert curves.grab().toImage() != empty


def test_that_the_mark_of_a_different_cell_is_seen(qtbot: QtBot) -> None:
    stage = StageWidget()
    qtbot.addWidget(stage)
    stage.resize(800, 300)
    stage.show()
    stage.show_state(state_of(world()))
    before = stage.grab().toImage()
    stage.mark(frozenset({5}))
    after = stage.grab().toImage()
    corner = stage.cell_box(5).bottomLeft().toPoint() + QPoint(3, -3)
    assert before.pixelColor(corner) != after.pixelColor(corner) and after.pixelColor(corner).name() == "#ffffff"
