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
from agents.experiments.reproduction.figure_file import as_csv
from agents.experiments.reproduction.verdict import agrees, all_agree, short_number, verdict
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
    assert told.startswith("With 20 seeds our runs agree with the book in all 4 numbers") and "± 5" in told
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
    assert "cliff" in caught.value.params["near"]
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
