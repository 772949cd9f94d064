"""A map written as text is read as the same map, and a world carries its map wherever it goes."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.environments.grid.cells import DIRECTIONS, GLYPHS, Cell
from arena.environments.grid.dynamics import Dynamics
from arena.environments.grid.map_check import moves_to_a_goal
from arena.environments.grid.map_file import MOST_BYTES, GridMap, parse_drawing, parse_map
from arena.environments.grid.map_text import write_map
from arena.environments.grid.maps import find_map, map_titles, shipped_maps
from arena.environments.registry import make_world
from arena.errors import MapError, UsageError
from tests.arena.mutations import spoiled

ENV = "Arena/GridWorld-v0"
MINE = "# by hand\nstep: -1\ncell r: floor -5\n---\nS.r.G\n"


@pytest.mark.parametrize("name", shipped_maps())
def test_that_a_shipped_map_written_and_read_is_the_same(name: str) -> None:
    grid = shipped_maps()[name]
    assert parse_map(write_map(grid).encode(), grid.name) == grid


numbers = st.floats(-1e6, 1e6, allow_nan=False)
cells = st.one_of(
    st.sampled_from(list(GLYPHS.values())),
    st.builds(lambda kind, value: Cell(kind=kind, value=value), st.sampled_from(["goal", "trap", "floor"]), numbers),
    st.builds(lambda mean, spread: Cell(kind="noisy", value=mean, spread=spread), numbers, numbers),
    st.builds(
        lambda way, strength: Cell(kind="wind", wind=(way[0] * strength, way[1] * strength)),
        st.sampled_from(list(DIRECTIONS.values())),
        st.integers(1, 9),
    ),
    st.builds(lambda letter: Cell(kind="teleporter", letter=letter), st.sampled_from("abcdtuwxyz")),
)
lines = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40).map(str.strip)


@st.composite
def drawings(draw: st.DrawFn) -> GridMap:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    codes = st.dictionaries(st.sampled_from(["en", "zh_TW", "zh_CN", "fr"]), lines)
    return GridMap(
        name="drawn.txt",
        rows=rows,
        columns=columns,
        cells=tuple(draw(st.lists(cells, min_size=rows * columns, max_size=rows * columns))),
        title=draw(codes),
        teaches=draw(codes),
        numbers=draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "order": st.integers(0, 10**6).map(float),
                    "step": numbers,
                    "cliff": numbers,
                    "slip": st.floats(0, 1),
                    "ice": st.floats(0, 1),
                    "step_limit": st.integers(1, 10**6).map(float),
                    "gamma": st.floats(0, 1),
                },
            )
        ),
    )


@given(drawings())
@settings(max_examples=200, deadline=None)
def test_that_any_drawing_written_and_read_is_the_same(grid: GridMap) -> None:
    assert parse_drawing(write_map(grid).encode(), grid.name) == grid


def test_that_what_is_left_of_a_spoiled_map_is_written_as_it_was_read() -> None:
    luck = random.Random(1)
    folder = resources.files("assets").joinpath("maps")
    seeds = [file.read_bytes() for file in folder.iterdir() if file.name.endswith(".txt")]
    read = 0
    for _ in range(3_000):
        try:
            grid = parse_drawing(spoiled(luck.choice(seeds), luck), "spoiled.txt")
        except MapError:
            continue
        read += 1
        assert parse_drawing(write_map(grid).encode(), grid.name) == grid
    assert read > 100


def test_that_a_map_with_more_kinds_of_cells_than_characters_at_hand_is_written() -> None:
    many = tuple(Cell(kind="goal", value=float(value)) for value in range(2_000))
    grid = GridMap(name="x.txt", rows=20, columns=100, cells=many)
    assert parse_drawing(write_map(grid).encode(), "x.txt") == grid
    with pytest.raises(ValueError, match="no map can hold"):
        write_map(GridMap(name="x.txt", rows=1, columns=1, cells=(Cell(kind="wind", wind=(1, 1)),)))
    with pytest.raises(ValueError, match="room"):
        write_map(
            GridMap(
                name="x",
                rows=1,
                columns=40_000,
                cells=tuple(Cell(kind="goal", value=float(value)) for value in range(40_000)),
            )
        )


def test_that_a_file_read_once_is_carried_as_text_and_makes_the_same_world_without_it(tmp_path: Path) -> None:
    file = tmp_path / "my own.txt"
    file.write_bytes(b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode())
    first = make_world(ENV, {"map": str(file), "slip": 0.1})
    file.unlink()
    second = make_world(first.env_id, json.loads(json.dumps(dict(first.env_kwargs))))
    assert str(tmp_path) not in json.dumps(dict(first.env_kwargs))
    assert first.title == second.title == {"en": "my own"}
    assert first.env_kwargs == second.env_kwargs
    for name in ("probability", "next_state", "reward", "terminated"):
        assert np.array_equal(getattr(first.model, name), getattr(second.model, name))


def test_that_a_shipped_map_stays_a_name() -> None:
    assert make_world(ENV, {"map": "maze"}).env_kwargs == {"map": "maze"}
    assert make_world(ENV, {}).env_kwargs == {"map": "cliff"}


def test_that_a_text_that_is_no_map_says_where() -> None:
    with pytest.raises(MapError) as caught:
        make_world(ENV, {"map": "title: T\n---\nS?G\n"})
    assert (caught.value.key, caught.value.line, caught.value.column) == ("error.map.character", 3, 2)
    for text in ("---\n\ud800", "\n" * (MOST_BYTES + 1), "\n", "\r"):
        with pytest.raises(MapError):
            find_map(text)
    with pytest.raises(UsageError):
        find_map("no\x00such.txt")


def test_that_a_map_has_a_title_whatever_names_it(tmp_path: Path) -> None:
    assert map_titles("cliff")["zh_TW"] == "懸崖"
    assert map_titles("title: A\ntitle[zh_TW]: 甲\n---\nSG")["zh_TW"] == "甲"
    assert map_titles(MINE)["en"] == make_world(ENV, {"map": MINE}).title["en"] == "Own map"
    assert map_titles(str(tmp_path / "gone.txt")) == map_titles("C:\\maps\\gone.txt") == {"en": "gone"}
    assert map_titles("title:\n---\nSG")["en"] == "Own map"
    for junk in (None, 3, [], {}, "no such", "\n\ud800"):
        assert map_titles(junk)


def test_that_the_largest_file_is_carried_although_a_title_would_make_it_too_long(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    text = "---\nS.G\n"
    file.write_text("#" * (MOST_BYTES - len(text) - 1) + "\n" + text)
    world = make_world(ENV, {"map": str(file)})
    assert make_world(ENV, world.env_kwargs).model.states == 3


@given(drawings())
@settings(max_examples=300, deadline=None)
def test_that_a_goal_is_reachable_if_and_only_if_the_dynamics_lead_there(grid: GridMap) -> None:
    pairs = {letter: [c.letter for c in grid.cells].count(letter) for letter in "abcdtuwxyz"}
    grid = replace(grid, cells=tuple(c if pairs.get(c.letter, 2) == 2 else GLYPHS["."] for c in grid.cells))
    starts = [index for index, cell in enumerate(grid.cells) if cell.kind == "start"]
    made = Dynamics(grid, rewards="map", slip=0.0, discount=0.9)
    table, edge, moves = made.table() if starts else {}, set(made.starts), 0
    known = set(edge)
    while edge and not any(grid.cells[made.states[state]].kind == "goal" for state in edge):
        edge = {table[state][action][0][1] for state in edge for action in range(4)} - known
        known |= edge
        moves += 1
    assert moves_to_a_goal(grid.cells, grid.columns) == (moves if edge else None)
