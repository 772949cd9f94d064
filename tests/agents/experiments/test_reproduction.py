"""Figures of the book drawn again: the numbers lie where the book has them, and the verdict is honest."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest

from agents.experiments.reproduction.book import BOOK, BookFigure, FigurePlan, Published, book_figure
from agents.experiments.reproduction.drawing import Drawing, draw, look_at, new_drawing
from agents.experiments.reproduction.dyna_maze import DynaMaze
from agents.experiments.reproduction.figure_file import as_csv
from agents.experiments.reproduction.maximization_bias import MaximizationBias, played
from agents.experiments.reproduction.n_step_walk import NStepWalk
from agents.experiments.reproduction.problem import episodes_of
from agents.experiments.reproduction.verdict import agrees, all_agree, short_number, verdict
from agents.experiments.reproduction.worlds import maximization
from agents.tabular.arrays import IN_Q1, new_records
from agents.tabular.exact import solve, start_value
from agents.tabular.learner import new_stop
from arena.environments.registry import make_world
from arena.errors import UsageError
from arena.texts import LANGUAGES, render


def drawing_of(name: str, seeds: int) -> Drawing:
    return draw(new_drawing(FigurePlan(figure=name, seeds=seeds)))


def numbers_of(drawing: Drawing) -> dict[str, float]:
    own = look_at(drawing, rough=True).numbers[:, 0].tolist()
    return dict(zip((each.name for each in drawing.figure.published), own, strict=True))


def say(key: str, /, **params: object) -> str:
    return render(key, language="en", **params)


def test_that_sarsa_earns_more_at_the_cliff_and_q_learning_finds_the_shorter_path() -> None:
    drawing = drawing_of("cliff", 20)
    found = numbers_of(drawing)
    assert all_agree(drawing.figure, list(found.values()))
    assert found["q_path"] == -13 and found["sarsa_path"] == -17
    assert found["sarsa_online"] > found["q_online"] + 15
    mean = look_at(drawing, rough=True).mean
    assert (mean[1, 20:] > mean[0, 20:]).mean() > 0.9


def test_that_the_windy_worlds_episodes_become_shorter_but_not_as_short_as_the_book_says() -> None:
    drawing = drawing_of("windy", 10)
    found = numbers_of(drawing)
    assert found["soft"] == pytest.approx(17.05, abs=0.01)
    assert found["path"] == 15
    assert 150 < found["episodes"] < 180
    assert 20 < found["length"] < 28
    assert not all_agree(drawing.figure, list(found.values()))
    assert (np.diff(look_at(drawing, rough=True).mean[0]) >= 0).all()


def test_that_the_number_of_threads_changes_nothing() -> None:
    plan = FigurePlan(figure="windy", seeds=6)
    one, three = draw(new_drawing(plan), threads=1), draw(new_drawing(plan), threads=3)
    assert np.array_equal(look_at(one).numbers, look_at(three).numbers)
    assert np.array_equal(look_at(one).mean, look_at(three).mean)


def test_that_a_stopped_drawing_keeps_what_has_finished() -> None:
    plan = FigurePlan(figure="cliff", seeds=5_000)
    asked = []

    def enough() -> bool:
        asked.append(1)
        return len(asked) > 4

    drawing = draw(new_drawing(plan), stopped=enough)
    assert drawing.stopped and 0 < drawing.done < drawing.wanted


def test_that_nothing_is_concluded_before_every_curve_has_a_run() -> None:
    drawing = new_drawing(FigurePlan(figure="cliff", seeds=2))
    drawn = look_at(drawing)
    assert np.isnan(drawn.numbers).all() and np.isnan(drawn.mean).all()
    assert verdict(drawing.figure, drawn.numbers[:, 0].tolist(), 0, say=say, number=short_number) == ""


@pytest.mark.parametrize(
    ("own", "good"), [(-25.0, True), (-30.0, True), (-20.0, True), (-30.01, False), (-19.9, False), (math.nan, False)]
)
def test_that_a_number_agrees_up_to_its_tolerance_and_no_further(own: float, good: bool) -> None:
    assert agrees(Published(name="n", value=-25.0, tolerance=5.0), own) is good


def test_that_the_sentence_names_what_differs_and_by_how_much_it_might() -> None:
    figure = book_figure("cliff")
    met = [each.value for each in figure.published]
    told = verdict(figure, met, 20, say=say, number=short_number)
    assert told == "With 20 seeds our runs agree with the book in all 4 numbers, each within its tolerance."
    told = verdict(figure, [-40.0, *met[1:]], 20, say=say, number=short_number)
    assert "do not fully agree" in told and "3 of 4" in told
    assert "SARSA, mean return of the last 100 episodes -40, book about -25 ± 5" in told
    assert "Q-learning" not in told
    told = verdict(figure, [value - 50 for value in met], 20, say=say, number=short_number)
    assert "none of the 4 numbers" in told


@pytest.mark.parametrize(
    ("value", "text"),
    [(-13.0, "-13"), (17.05, "17.05"), (0.5, "0.5"), (158.84, "158.8"), (8000.0, "8,000"), (math.nan, "–"), (3.0, "3")],
)
def test_that_a_number_is_as_long_as_its_size_deserves(value: float, text: str) -> None:
    assert short_number(value) == text


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("figure", BOOK, ids=lambda figure: figure.name)
def test_that_every_figure_has_all_its_words(figure: BookFigure, code: str) -> None:
    name = figure.name
    keys = [f"reproduce.{name}.{part}" for part in ("title", "line", "about", "x", "y", "at")]
    keys += [f"reproduce.{name}.number.{each.name}" for each in figure.published]
    keys += [f"reproduce.{name}.note"] if figure.noted else []
    for key in keys:
        assert render(key, language=code, x="1") != key


def test_that_every_problem_has_the_curves_and_numbers_of_its_figure() -> None:
    for figure in BOOK:
        drawing = new_drawing(FigurePlan(figure=figure.name, seeds=1))
        assert drawing.problem.curves == len(figure.curves)
        for each in figure.published:
            assert each.curve < len(figure.curves)
            if each.span is not None:
                assert drawing.problem.x[0] <= each.span[0] <= each.span[1] <= drawing.problem.x[-1]


def test_that_a_wrong_name_and_a_wrong_number_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        FigurePlan(figure="clif", seeds=1).check()
    assert "cliff" in str(caught.value.params["near"])
    with pytest.raises(UsageError):
        replace(FigurePlan(figure="cliff", seeds=1), seeds=0).check()


def test_that_the_table_holds_every_point_and_every_number() -> None:
    drawing = drawing_of("cliff", 3)
    rows = list(csv.DictReader(io.StringIO(as_csv(drawing))))
    points = [row for row in rows if row["kind"] == "curve"]
    numbers = [row for row in rows if row["kind"] == "number"]
    assert len(points) == 2 * 50 and {row["name"] for row in points} == {"Q-learning", "SARSA"}
    assert {row["name"]: float(row["mean"]) for row in numbers} == numbers_of(drawing)
    assert {row["agrees"] for row in numbers} <= {"yes", "no"}
    assert all(row["seeds"] == "3" for row in rows)


def test_that_td_learns_the_random_walk_faster_than_monte_carlo() -> None:
    drawing = drawing_of("random_walk", 40)
    found = numbers_of(drawing)
    assert all_agree(drawing.figure, list(found.values()))
    mean = look_at(drawing, rough=True).mean
    # Every value is 1/2 at first, where 1/6 to 5/6 would be right.
    assert mean[:, 0] == pytest.approx(math.sqrt(2 * (1 / 9 + 1 / 36) / 5))


def test_that_imagined_steps_save_real_ones_and_the_first_episode_is_the_same_for_all() -> None:
    drawing = drawing_of("dyna_maze", 30)
    found = numbers_of(drawing)
    assert found["near0"] > 20 and found["near1"] <= 7 and found["near2"] <= 4
    assert found["path"] == 14
    _, extras = drawing.gathered()
    assert np.array_equal(extras[0][:, 0], extras[1][:, 0]) and np.array_equal(extras[0][:, 0], extras[2][:, 0])
    assert not all_agree(drawing.figure, list(found.values()))


def test_that_the_first_episode_in_the_maze_is_a_random_walk_and_the_note_says_how_long_one_is() -> None:
    """h = 1 + P h for the steps h left (Kemeny & Snell 1960), and its variance from E[T²] = 1 + 2 P h + P E[T²]."""
    model = make_world("Arena/GridWorld-v0", {"map": "dyna_maze"}).model
    walk = np.zeros((model.states, model.states))
    for s, a in np.ndindex(model.states, model.actions):
        if not model.terminated[s, a, 0]:
            walk[s, model.next_state[s, a, 0]] += 1 / model.actions
    left = np.eye(model.states) - walk
    # Nobody leaves the goal, so that its own row has no solution.
    inside = ~model.goals
    left, walk = left[np.ix_(inside, inside)], walk[np.ix_(inside, inside)]
    start = int(np.flatnonzero(np.flatnonzero(inside) == model.start_states[0])[0])
    steps = np.linalg.solve(left, np.ones(len(left)))
    squares = np.linalg.solve(left, 1.0 + 2.0 * walk @ steps)
    mean, deviation = steps[start], math.sqrt(squares[start] - steps[start] ** 2)
    assert (mean, deviation) == pytest.approx((868.725, 789.236), abs=0.001)
    for code in LANGUAGES:
        assert f"{mean:.0f}" in render("reproduce.dyna_maze.note", language=code)
    problem = DynaMaze()
    runs = [episodes_of(problem.ready[0].learner(seed), 1, lambda: False) for seed in range(1_000)]
    own = np.mean([made[1][0] for made in runs if made is not None])
    assert abs(own - mean) < 3.0 * deviation / math.sqrt(1_000)


def test_that_the_shipped_maze_is_the_books() -> None:
    model = make_world("Arena/GridWorld-v0", {"map": "dyna_maze"}).model
    assert model.states == 6 * 9 - 7
    solution = solve(model, 0.95)
    assert -math.log(start_value(model, solution.v)) / -math.log(0.95) == pytest.approx(13)


def test_that_q_learning_runs_after_luck_and_double_q_learning_hardly() -> None:
    drawing = drawing_of("maximization_bias", 200)
    found = numbers_of(drawing)
    assert all_agree(drawing.figure, list(found.values()))
    assert found["q_late"] > 1.3 * found["double_late"] and found["double_late"] > 4
    mean = look_at(drawing, rough=True).mean
    assert mean[0, 20:120].mean() > 2.5 * mean[1, 20:120].mean()


def test_that_five_names_of_left_are_one_action_as_in_the_book() -> None:
    """Double Q-learning written out with two actions in A and ten in B gives every number and every greedy move."""
    learner = MaximizationBias().ready[1].learner(5)
    records = played(learner)
    in_a, in_b = np.zeros((2, 2)), np.zeros((2, 10))
    greedy_moves = 0
    for tick, update in zip(records.ticks[: records.used[0]], records.updates[: records.used[1]], strict=True):
        mine, other = (0, 1) if update["table"] == IN_Q1 else (1, 0)
        tables = in_a if tick["state"] == 0 else in_b
        action = tick["action"] // 5 if tick["state"] == 0 else tick["action"]
        if not tick["explored"]:
            total = tables.sum(axis=0)
            assert total[action] == total.max()
            greedy_moves += 1
        target = float(tick["reward"])
        if tick["next_state"] == 1 and tick["state"] == 0:
            target += update["bootstrap"]
            assert update["bootstrap"] in in_b[other][in_b[mine] == in_b[mine].max()]
        assert (update["old"], update["target"]) == (tables[mine, action], target)
        tables[mine, action] += 0.1 * (target - tables[mine, action])
        assert update["new"] == tables[mine, action]
    assert learner.counters["episode"] == 300 and greedy_moves > 300
    assert np.array_equal(learner.memory.q1[0], np.repeat(in_a[0], 5))


def test_that_bs_rewards_have_the_mean_and_deviation_of_the_book() -> None:
    model = maximization().model
    reward, share = model.reward[1, 0], model.probability[1, 0]
    assert share @ reward == pytest.approx(-0.1)
    assert math.sqrt(share @ (reward + 0.1) ** 2) == pytest.approx(1.0)
    assert model.terminated[1].all() and model.reward[0].max() == 0.0


def test_that_neither_one_step_nor_many_are_best() -> None:
    drawing = drawing_of("n_step", 8)
    found = numbers_of(drawing)
    assert found["best_n"] in (2, 4, 8)
    assert found["error4"] < found["error1"] - 0.03 and found["error4"] < found["error32"] - 0.03
    assert 0.2 <= found["best_alpha"] <= 0.6


def test_that_n_step_sarsa_with_one_action_is_td_prediction() -> None:
    """One step of it, written out by hand, gives the same values: V(s) ← V(s) + α (r + V(s′) − V(s))."""
    problem = NStepWalk()
    learner = problem.ready[10].learner(3)  # n = 1
    alpha = float(learner.config.alpha)
    records = new_records(ticks=4_000, updates=4_000, blocks=16)
    learner.advance(4_000, new_stop(on_episode=5), records)
    values = np.zeros(19)
    for tick in records.ticks[: records.used[0]]:
        tail = 0.0 if tick["terminated"] else values[tick["next_state"]]
        values[tick["state"]] += alpha * (tick["reward"] + tail - values[tick["state"]])
    assert np.allclose(learner.q[:, 0], values, atol=1e-12)
