"""Map files: what is wrong is said with line and column, and nothing else ever comes out."""

from __future__ import annotations

import random
from importlib import resources

import pytest

from arena.environments.grid.map_file import MOST_CELLS_A_SIDE, parse_map
from arena.errors import MapError
from tests.arena.mutations import spoiled

GOOD = "title: T\nstep: -1\n---\nS..\n.#G\n"


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("", "error.map.no_separator", 1, 1),
        ("title: T\n", "error.map.no_separator", 2, 1),
        ("---\n", "error.map.no_rows", 2, 1),
        ("step -1\n---\nSG", "error.map.header_form", 1, 1),
        ("speed: 3\n---\nSG", "error.map.header_unknown", 1, 1),
        ("step: fast\n---\nSG", "error.map.number", 1, 6),
        ("slip: 1.5\n---\nSG", "error.map.number", 1, 6),
        ("step: nan\n---\nSG", "error.map.number", 1, 6),
        ("step_limit: 2.5\n---\nSG", "error.map.number", 1, 12),
        ("cell G: goal 3\n---\nSG", "error.map.glyph_taken", 1, 6),
        ("cell 2: wind over 2\n---\nSG", "error.map.legend", 1, 8),
        ("cell 2: floor\n---\nSG", "error.map.legend", 1, 8),
        ("cell 2: floor much\n---\nSG", "error.map.number", 1, 8),
        ("---\nS..\n..\nG..", "error.map.uneven", 3, 3),
        ("---\nS.?\n..G", "error.map.character", 2, 3),
        ("---\nSa.\n..G", "error.map.teleporter", 2, 2),
        ("---\nSaa\na.G", "error.map.teleporter", 3, 1),
        ("---\n...\n..G", "error.map.no_start", 2, 1),
        ("---\nS..\n...", "error.map.no_goal", 2, 1),
        ("---\nS#G", "error.map.unreachable", 2, 1),
        ("title: \x00\n---\nSG", "error.map.not_text", 1, 8),
        ("---\n" + "." * (MOST_CELLS_A_SIDE + 1), "error.map.too_big", 2, 1),
        ("#" * 300_000, "error.map.too_long", 1, 1),
    ],
)
def test_that_a_broken_map_gets_one_sentence_with_file_line_and_column(
    text: str, key: str, line: int, column: int
) -> None:
    with pytest.raises(MapError) as caught:
        parse_map(text.encode(), "broken.txt")
    assert (caught.value.key, caught.value.line, caught.value.column) == (key, line, column)
    assert str(caught.value).startswith(f"broken.txt, line {line}, column {column}")


def test_that_a_map_that_is_no_text_says_so() -> None:
    with pytest.raises(MapError) as caught:
        parse_map(b"title: T\n\xff\xfe\n---\nSG", "x.txt")
    assert caught.value.key == "error.map.not_text" and caught.value.line == 2


def test_that_line_ends_of_every_system_and_a_byte_order_mark_are_read() -> None:
    for text in (GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r"), "\ufeff" + GOOD):
        grid = parse_map(text.encode(), "x.txt")
        assert (grid.rows, grid.columns, grid.numbers["step"]) == (2, 3, -1)


def test_that_the_largest_map_is_read_and_a_long_way_is_found() -> None:
    rows = ["." * MOST_CELLS_A_SIDE for _ in range(MOST_CELLS_A_SIDE)]
    rows[0] = "S" + rows[0][1:]
    rows[-1] = rows[-1][:-1] + "G"
    grid = parse_map(("---\n" + "\n".join(rows)).encode(), "big.txt")
    assert grid.rows == grid.columns == MOST_CELLS_A_SIDE


def test_that_spoiled_maps_raise_only_our_own_error() -> None:
    luck = random.Random(0)
    folder = resources.files("assets").joinpath("maps")
    seeds = [file.read_bytes() for file in folder.iterdir() if file.name.endswith(".txt")]
    read = refused = 0
    for _ in range(10_000):
        try:
            parse_map(spoiled(luck.choice(seeds), luck), "spoiled.txt")
            read += 1
        except MapError:
            refused += 1
    assert read > 100 and refused > 1_000
