"""How learners are shown that have no value a pair: states' values, a policy's probabilities, a bandit's arms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from agents.catalog import TABULAR, agent
from agents.runtime.shown import tick_records, view_arrays
from agents.tabular.arrays import IMPROVING
from agents.tabular.exact import solve
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.protocol.messages import TickHappened, View
from arena.protocol.world_codec import describe, shown_world
from gui.panels.formulas import symbols_now, with_numbers
from gui.panels.narration import sentence
from gui.panels.why_row import link_fact, update_fact
from gui.state.past_picture import before_tick
from gui.state.run_state import RunState
from gui.state.why_chain import link_of
from gui.widgets.stage.arms import column
from gui.widgets.stage.content import content_of, policy_of
from gui.widgets.stage.describe import cell_text
from gui.widgets.stage.lens import Lens
from gui.widgets.stage.stage import StageWidget

Show = Callable[..., RunState]
LAYERS = ("q", "visits", "v", "policy")


def state_of(name: str, ticks: int, env_id: str = "Arena/GridWorld-v0", **hyper: object) -> RunState:
    """A paused run of one agent after so many ticks, its last one recorded."""
    world = make_world(env_id, {"map": "corridor"} if env_id == "Arena/GridWorld-v0" else {})
    entry = agent(name)
    learner: TabularLearner = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=world.model, hyperparameters=hyper, seed=7
    )
    records = learner.records_for_one_tick()
    while learner.tick < ticks and not learner.finished:
        records.used[:] = 0
        learner.advance(learner.tick + 1, new_stop(), records)
    solution = solve(world.model, float(learner.config.gamma))
    tick, changes = tick_records(records)
    return RunState(
        phase="paused",
        agent=name,
        world=shown_world(*describe(world)),
        solution_q=learner.exact_values(solution),
        hyperparameters=dict(hyper),
        env_steps=learner.tick,
        view=View(env_steps=learner.tick, arrays=view_arrays(learner, LAYERS), scalars={"state": 1.0}),
        tick=TickHappened(tick=tick, changes=changes, env_steps=learner.tick),
    )


def stage_of(qtbot: QtBot, state: RunState, layer: str = "q") -> StageWidget:
    stage = StageWidget()
    qtbot.addWidget(stage)
    stage.resize(QSize(840, 420))
    stage.show()
    stage.set_layer(layer)
    stage.show_state(state)
    return stage


def color_at(stage: StageWidget, at: QPointF) -> QColor:
    return QColor(stage.grab().toImage().pixelColor(at.toPoint()))


# ── prediction ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_predicted_value_fills_its_cell_and_is_asked_for_as_one_of_the_state(qtbot: QtBot) -> None:
    state = state_of("td_prediction", 400, gamma=1.0)
    four, one = stage_of(qtbot, state, "q"), stage_of(qtbot, state, "value")
    assert four.grab().toImage() == one.grab().toImage(), "there are no four ways"
    asked: list[tuple[int, int]] = []
    four.value_clicked.connect(lambda s, a: asked.append((s, a)))
    at = (four.cell_box(4).center() + QPointF(30, 5)).toPoint()
    qtbot.mouseClick(four, Qt.MouseButton.LeftButton, pos=at)
    assert asked == [(4, -1)]


def test_that_the_policy_layer_shows_the_policy_that_is_valued_and_the_hint_its_exact_value() -> None:
    state = state_of("td_prediction", 400, gamma=1.0)
    content = content_of(state)
    assert content is not None and content.shows == "states"
    assert (policy_of(content, state) == 0.25).all()
    told = cell_text(state, content, 4)
    assert "exact value under the policy 0.667" in told and told.count("V =") == 1


# ── policies ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["reinforce", "actor_critic"])
def test_that_a_learned_policy_is_drawn_with_its_probabilities(qtbot: QtBot, name: str) -> None:
    state = state_of(name, 6_000, gamma=0.8)
    content = content_of(state)
    assert content is not None and content.shows == "probabilities" and content.policy is not None
    assert state.view is not None
    weight = np.exp(state.view.arrays["q"])
    np.testing.assert_allclose(content.q, weight / weight.sum(axis=1, keepdims=True))
    right = list(content.world.layout.action_steps).index((0, 1))
    assert content.q[4, right] > 0.9 > 4 * content.q[4].min()
    stage = stage_of(qtbot, state)
    box = stage.cell_box(4)
    likely = color_at(stage, box.center() + QPointF(box.width() * 0.3, box.height() * 0.2))
    unlikely = color_at(stage, box.center() - QPointF(box.width() * 0.3, box.height() * 0.2))
    assert likely.lightness() > unlikely.lightness() + 60
    assert stage.scale.reach <= 1.0, "the scale of values is that of the critic"
    assert "π = " in cell_text(state, content, 4)


def test_that_before_a_step_the_critic_and_the_probabilities_are_the_old_ones() -> None:
    before, after = (state_of("actor_critic", ticks, gamma=1.0, alpha=0.7) for ticks in (40, 41))
    assert before.view is not None and after.view is not None
    undone = before_tick(after.view, after.tick)
    for layer in ("q", "v", "policy"):
        np.testing.assert_allclose(undone.arrays[layer], before.view.arrays[layer], atol=1e-12)
        assert after.tick is not None and after.tick.changes


def test_that_before_a_step_a_predicted_value_is_the_old_one() -> None:
    before, after = (state_of("td_prediction", ticks, gamma=1.0, alpha=0.7) for ticks in (402, 403))
    assert before.view is not None and after.view is not None
    undone = before_tick(after.view, after.tick)
    for layer in ("q", "v"):
        np.testing.assert_allclose(undone.arrays[layer], before.view.arrays[layer], atol=1e-12)


# ── the bandit ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pulled() -> RunState:
    return state_of("monte_carlo", 60, "Arena/Bandit-v0", gamma=1.0, epsilon=0.5)


def test_that_each_arm_has_a_bar_as_long_as_its_value_and_a_line_at_its_true_one(
    qtbot: QtBot, pulled: RunState
) -> None:
    stage = stage_of(qtbot, pulled)
    content = stage.content
    assert content is not None and content.has_arms
    picture, box = stage.grab().toImage(), stage.cell_box(0)
    q, exact = content.q[0], content.exact[0]
    spans: dict[int, tuple[int, int]] = {}
    for arm in range(10):
        strip = column(box, arm, 10)
        # Beside its number, along the left part of the bar.
        x = round(strip.x() + strip.width() * 0.2)
        ground = QColor("#1C232B").rgb()
        lit = [y for y in range(round(box.top() + 10), round(box.bottom() - box.height() * 0.12))
               if picture.pixel(x, y) != ground]  # fmt: skip
        spans[arm] = (min(lit), max(lit))
    best, worst = int(q.argmax()), int(q.argmin())
    assert spans[best][0] < spans[worst][0] and spans[worst][1] > spans[best][1]
    # The true values are drawn even where nothing is known.
    untried = replace(pulled, view=View(env_steps=0, arrays={"q": q[None] * 0, "visits": np.zeros((1, 10), int)}))
    stage.show_state(untried)
    picture = stage.grab().toImage()
    rows = {}
    for arm in range(10):
        strip = column(box, arm, 10)
        x = round(strip.center().x())
        rows[arm] = [y for y in range(round(box.top()), round(box.bottom() - box.height() * 0.2))
                     if QColor(picture.pixel(x, y)).lightness() > 240]  # fmt: skip
    found = [arm for arm in range(10) if rows[arm]]
    order = sorted(found, key=lambda arm: rows[arm][0])
    assert len(found) >= 6 and order == sorted(found, key=lambda arm: -exact[arm])


def test_that_a_click_on_an_arm_asks_for_its_value(qtbot: QtBot, pulled: RunState) -> None:
    stage = stage_of(qtbot, pulled, "value")
    asked: list[tuple[int, int]] = []
    stage.value_clicked.connect(lambda s, a: asked.append((s, a)))
    at = column(stage.cell_box(0), 6, 10).center().toPoint()
    qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=at)
    assert asked == [(0, 6)]


def test_that_every_layer_and_the_lens_of_a_bandit_differ(qtbot: QtBot, pulled: RunState) -> None:
    stage = stage_of(qtbot, pulled)
    pictures = set()
    for layer in ("q", "policy", "visits"):
        stage.set_layer(layer)
        pictures.add(bytes(stage.grab().toImage().constBits()))
    assert len(pictures) == 3
    lens = Lens()
    qtbot.addWidget(lens)
    empty = lens.grab().toImage()
    lens.show_cell(stage.content, stage.scale, 0, pulled)
    assert lens.grab().toImage() != empty
    assert stage.content is not None
    told = cell_text(pulled, stage.content, 0)
    assert "arm 7" in told and "exact 0.79" in told


# ── words ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def arithmetic(text: str) -> float:
    """The value of the numbers put into a formula, up to the explanation behind it."""
    return float(eval(text.split("    ", maxsplit=1)[0].replace("−", "-").replace("·", "*").replace("=", "=="), {}))


@pytest.mark.parametrize("name", ["td_prediction", "mc_prediction", "reinforce", "actor_critic"])
def test_that_the_numbers_put_into_the_rule_make_the_new_value(name: str) -> None:
    checked = 0
    for ticks in range(60, 140):
        state = state_of(name, ticks, gamma=1.0)
        assert state.tick is not None and symbols_now(state)
        for change in state.tick.changes[-6:]:
            assert arithmetic(with_numbers(name, change)) == pytest.approx(change["new"], abs=0.02)
            checked += 1
    assert checked > 5


def test_that_a_sweep_and_an_improvement_are_told_apart() -> None:
    sweep = state_of("policy_iteration", 5, gamma=0.9)
    assert "what the policy is worth" in sentence(sweep) and symbols_now(sweep).startswith("Q(s,a)")
    ticks = 5
    while (tick := state_of("policy_iteration", ticks, gamma=0.9).tick) is not None and tick.tick["kind"] != IMPROVING:
        ticks += 1
    improved = state_of("policy_iteration", ticks, gamma=0.9)
    assert "improved: another move is better in 5 states" in sentence(improved)
    assert symbols_now(improved).startswith("π(s)")
    assert "No move anywhere is better" in sentence(state_of("policy_iteration", 5_000, gamma=0.9))


@pytest.mark.parametrize("name", [entry.id for entry in TABULAR])
def test_that_every_agent_tells_what_it_did_and_why(name: str) -> None:
    state = state_of(name, 250, gamma=0.9)
    assert state.tick is not None and state.world is not None
    assert len(sentence(state)) > 20 and "lab.happened" not in sentence(state)
    assert symbols_now(state)
    for change in state.tick.changes[-3:]:
        assert with_numbers(name, change)
        assert update_fact(state.world, change, name).figure
        assert link_fact(state.world, link_of(change, whole_episodes=False)).main


@pytest.mark.parametrize("name", ["monte_carlo", "q_learning", "reinforce", "actor_critic"])
def test_that_a_pull_is_told_as_one(name: str) -> None:
    state = state_of(name, 30, "Arena/Bandit-v0", gamma=1.0)
    assert "It pulled arm" in sentence(state)
