"""The colour scale: where it reaches, which ink is read on it."""

from __future__ import annotations

import numpy as np
import pytest

from gui.widgets.stage.names import short_number
from gui.widgets.stage.scale import BLACK, WHITE, ValueScale, black_ink, colors_at, luminance, next_step


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lighter, darker = np.maximum(one, other), np.minimum(one, other)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["viridis", "blue_orange", "cividis"])
def test_that_the_ink_is_read_on_every_colour_of_a_map(name: str) -> None:
    rgb = colors_at(name, np.linspace(0, 1, 1001))
    inks = np.array([[int(ink[i : i + 2], 16) for i in (1, 3, 5)] for ink in (WHITE, BLACK)], np.uint8)
    chosen = luminance(inks)[black_ink(rgb).astype(int)]
    assert contrast(luminance(rgb), chosen).min() >= 4.5


def test_that_black_is_read_on_all_of_the_two_sided_map() -> None:
    assert black_ink(colors_at("blue_orange", np.linspace(0, 1, 1001))).all()


@pytest.mark.parametrize(
    ("value", "step"), [(0.7, 1), (1, 1), (1.1, 2), (2.01, 5), (13, 20), (0.012, 0.02), (510, 1000)]
)
def test_that_the_bound_is_the_next_step_of_one_two_five(value: float, step: float) -> None:
    assert next_step(value) == pytest.approx(step)


def test_that_the_scale_only_widens_and_ignores_what_was_never_tried() -> None:
    scale = ValueScale("negative")
    q = np.full((10, 4), -1000.0)
    visits = np.zeros((10, 4), np.int64)
    assert not scale.widen(q, visits)
    q[:, 0], visits[:, 0] = -13.0, 1
    assert scale.widen(q, visits) and scale.bound == 20
    q[:, 0] = -1.0
    assert not scale.widen(q, visits) and scale.bound == 20


def test_that_the_falls_on_the_cliff_do_not_wash_out_everything() -> None:
    scale = ValueScale("negative")
    q = np.linspace(-13, -1, 152).reshape(38, 4)
    q[:11, 2] = -100.0
    scale.widen(q, np.ones((38, 4), np.int64))
    assert scale.bound == 20
    assert scale.beyond(q).sum() == 11


def test_that_one_sign_uses_the_whole_map_and_the_projector_the_two_sided_one() -> None:
    scale = ValueScale("negative")
    scale.bound = 20
    ends = scale.colors(np.array([-20.0, 0.0]))
    assert ends.tolist() == colors_at("viridis", np.array([0.0, 1.0])).tolist()
    middle = scale.colors(np.array([0.0]), projector=True)
    assert middle.tolist() == [[245, 245, 242]]


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(-13.04, 1, "−13.0"), (-0.04, 1, "0.0"), (-109.3, 1, "−109"), (0.996, 2, "1.00")]
)
def test_that_numbers_in_cells_are_short_with_a_real_minus(value: float, decimals: int, text: str) -> None:
    assert short_number(value, decimals) == text
