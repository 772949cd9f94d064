"""The map somebody works on: every change comes back with undo, and nothing brings it down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.environments.grid.map_file import MOST_CELLS_A_SIDE, GridMap, parse_drawing, parse_map
from arena.environments.grid.maps import find_map, shipped_maps
from arena.errors import MapError
from gui.state.map_brush import BRUSHES, LETTERS, STARTING, Brush, brush_of
from gui.state.map_document import MapDocument
from gui.state.map_draft import DraftFile, fresh_map
from gui.state.map_history import MOST_STEPS

SMALL = "title: Small\nstep: -1\n---\nS..\n.#G\n"


def document(text: str = SMALL) -> MapDocument:
    return MapDocument(parse_drawing(text.encode(), "small.txt"))


def drawn(made: MapDocument) -> str:
    return made.text.split("---\n")[1]


def same(one: GridMap, other: GridMap) -> bool:
    return one == GridMap(**{**vars(other), "name": one.name})


brushes = st.builds(
    Brush,
    kind=st.sampled_from(list(BRUSHES)),
    value=st.one_of(st.none(), st.integers(-9, 9).map(float)),
    spread=st.integers(0, 3).map(float),
    direction=st.sampled_from(["up", "right", "down", "left"]),
    strength=st.integers(1, 9),
    letter=st.sampled_from(LETTERS),
)
places = st.integers(-2, 50)
edits = st.one_of(
    st.tuples(st.just("paint"), places, brushes),
    st.tuples(st.just("stroke"), st.lists(places, max_size=6), brushes),
    st.tuples(st.just("place"), places, brushes, st.booleans()),
    st.tuples(st.just("resize"), st.integers(-1, 8), st.integers(-1, 8)),
    st.tuples(st.just("number"), st.sampled_from(["step", "goal", "slip"]), st.sampled_from([None, 0.0, 0.5, 1.0])),
    st.tuples(st.just("title"), st.sampled_from(["en", "zh_TW"]), st.sampled_from(["", "A", "B"])),
    st.tuples(st.just("open"), st.sampled_from(list(shipped_maps())), st.booleans()),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("save")),
)


def apply(made: MapDocument, edit: tuple[object, ...]) -> None:
    match edit:
        case ["paint", int(at), Brush() as brush]:
            made.paint(at, brush.cell)
        case ["stroke", list(path), Brush() as brush]:
            made.begin_stroke()
            for at in path:
                made.paint(at, brush.cell)
            made.end_stroke()
        case ["place", int(at), Brush() as brush, bool(more)]:
            made.place(at, brush.cell, one_more=more)
        case ["resize", int(rows), int(columns)]:
            made.resize(rows, columns)
        case ["number", str(name), value]:
            made.set_number(name, value)  # type: ignore[arg-type]
        case ["title", str(code), str(text)]:
            made.set_title(code, text)
        case ["open", str(name), bool(saved)]:
            made.replace_by(find_map(name), path=name, saved=saved)
        case ["undo"]:
            made.undo()
        case ["redo"]:
            made.redo()
        case ["save"]:
            made.note_saved()


@given(st.lists(edits, max_size=25))
@settings(max_examples=300, deadline=None)
def test_that_whatever_was_done_undo_leads_back_to_the_start_and_redo_to_the_end(
    todo: list[tuple[object, ...]],
) -> None:
    made = document()
    start = made.grid
    for edit in todo:
        apply(made, edit)
        assert len(made.cells) == made.rows * made.columns
        assert parse_drawing(made.text.encode(), made.grid.name) == made.grid
    end, steps = made.grid, 0
    while made.can_undo:
        made.undo()
        steps += 1
    assert made.grid == start
    for _ in range(steps):
        made.redo()
    assert made.grid == end and made.can_undo == (steps > 0)


@given(st.lists(edits, max_size=25))
@settings(max_examples=150, deadline=None)
def test_that_it_counts_as_saved_only_while_it_is_what_was_saved(todo: list[tuple[object, ...]]) -> None:
    made = document()
    saved = made.grid
    for edit in todo:
        apply(made, edit)
        if edit[0] == "save" or (edit[0] == "open" and edit[2]):
            saved = made.grid
            assert not made.modified
        assert made.modified or same(made.grid, saved)


def test_that_a_stroke_is_one_step_however_many_cells_it_has() -> None:
    made = document()
    made.begin_stroke()
    for at in (1, 2, 1, 3):
        made.paint(at, Brush(kind="wall").cell)
    made.end_stroke()
    assert drawn(made) == "S##\n##G\n"
    made.undo()
    assert drawn(made) == "S..\n.#G\n" and not made.can_undo and made.can_redo
    made.redo()
    assert drawn(made) == "S##\n##G\n"


def test_that_a_stroke_that_changes_nothing_is_no_step() -> None:
    made = document()
    made.begin_stroke()
    made.paint(1, Brush(kind="wall").cell)
    made.paint(1, Brush(kind="floor").cell)
    made.paint(99, Brush(kind="wall").cell)
    made.end_stroke()
    assert not made.can_undo and not made.modified


def test_that_undo_in_the_middle_of_a_stroke_takes_that_stroke_back() -> None:
    made = document()
    made.begin_stroke()
    made.paint(1, Brush(kind="wall").cell)
    assert made.can_undo and made.modified
    made.undo()
    assert drawn(made) == "S..\n.#G\n"


def test_that_an_only_start_moves_and_another_one_is_added_when_asked() -> None:
    made = document()
    start = Brush(kind="start").cell
    made.begin_stroke()
    for at in (1, 4, 2):
        made.place(at, start)
    made.end_stroke()
    assert drawn(made) == "..S\n.#G\n"
    made.place(0, start, one_more=True)
    made.place(3, start)
    assert drawn(made) == "S.S\nS#G\n"
    made.undo()
    made.undo()
    made.undo()
    assert drawn(made) == "S..\n.#G\n"


def test_that_a_third_place_of_a_teleporter_takes_one_away() -> None:
    made = document("---\nSa.\n.aG\n")
    made.place(2, Brush(kind="teleporter", letter="a").cell)
    assert drawn(made) == "S.a\n.aG\n"
    assert made.findings.faults == ()


def test_that_what_is_missing_is_said_with_the_cell_to_look_at() -> None:
    made = document("---\n...\n")
    assert [fault.name for fault in made.findings.faults] == ["no_start", "no_goal"]
    made = document("---\nS#G\na..\n")
    assert [(fault.name, fault.cell) for fault in made.findings.faults] == [("teleporter", 3)]
    made.paint(3, Brush(kind="wall").cell)
    assert [(fault.name, fault.cell) for fault in made.findings.faults] == [("unreachable", 0)]
    made.paint(1, Brush(kind="floor").cell)
    assert made.findings.faults == () and made.findings.moves == 2


def test_that_a_larger_size_brings_back_what_a_smaller_one_hid_as_one_step() -> None:
    made = document()
    for rows, columns in ((1, 3), (1, 1), (3, 4)):
        made.resize(rows, columns)
    assert drawn(made) == "S...\n.#G.\n....\n"
    made.undo()
    assert drawn(made) == "S..\n.#G\n" and not made.can_undo
    made.resize(1, 1)
    made.resize(2, 3)
    assert not made.can_undo and not made.modified


def test_that_a_size_gone_back_on_forgets_strokes_made_for_the_other_size() -> None:
    made = document()
    made.resize(4, 4)
    made.paint(15, Brush(kind="wall").cell)
    made.undo()
    made.resize(2, 3)
    made.redo()
    assert drawn(made) == "S..\n.#G\n"


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (MOST_CELLS_A_SIDE, MOST_CELLS_A_SIDE)])
def test_that_the_smallest_and_the_largest_map_take_every_edit(rows: int, columns: int) -> None:
    made = document()
    made.resize(rows, columns)
    assert (made.rows, made.columns) == (rows, columns)
    made.resize(0, 10**9)
    assert (made.rows, made.columns) == (1, MOST_CELLS_A_SIDE)
    made.resize(rows, columns)
    for kind in BRUSHES:
        made.place(0, Brush(kind=kind).cell)
        made.paint(rows * columns - 1, Brush(kind=kind).cell)
        assert isinstance(made.findings.faults, tuple)
    while made.can_undo:
        made.undo()
    assert drawn(made) == "S..\n.#G\n"


def test_that_a_number_a_map_cannot_have_is_refused_and_nothing_changes() -> None:
    made = document()
    for name, value in (("step", 1e7), ("slip", 1.5), ("slip", float("nan")), ("step_limit", 2.5), ("speed", 1.0)):
        with pytest.raises(ValueError, match=name):
            made.set_number(name, value)
    assert not made.modified
    made.set_number("step", None)
    assert "step" not in made.numbers


def test_that_a_title_is_given_in_the_language_the_map_has_it_in() -> None:
    made = document("title: A\ntitle[zh_TW]: 甲\n---\nSG\n")
    made.set_title("zh_TW", "乙")
    made.set_title("zh_CN", "B")
    assert made.title == {"en": "B", "zh_TW": "乙"}
    made.set_title("en", " ")
    assert made.title == {"zh_TW": "乙"}


def test_that_a_broken_text_changes_nothing_and_an_opened_one_comes_back_with_undo() -> None:
    made = document()
    made.paint(1, Brush(kind="wall").cell)
    with pytest.raises(MapError) as caught:
        made.read("---\nS?G\n", "other.txt")
    assert (caught.value.line, caught.value.column) == (2, 2)
    with pytest.raises(MapError):
        made.read("\ud800", "other.txt")
    assert drawn(made) == "S#.\n.#G\n" and made.modified
    made.read("---\nSG\n", "other.txt", path="/there/other.txt", saved=True)
    assert made.path == "/there/other.txt" and not made.modified
    made.undo()
    assert drawn(made) == "S#.\n.#G\n" and made.path == "" and made.modified


def test_that_the_steps_to_take_back_are_bounded() -> None:
    made = document()
    for step in range(MOST_STEPS + 50):
        made.paint(1, Brush(kind="wall" if step % 2 else "ice").cell)
    steps = 0
    while made.can_undo:
        made.undo()
        steps += 1
    assert steps == MOST_STEPS and made.modified


def test_that_only_touched_cells_are_painted_again() -> None:
    made = document()
    assert made.take_touched() is None
    made.paint(1, Brush(kind="wall").cell)
    made.paint(2, Brush(kind="wall").cell)
    assert made.take_touched() == {1, 2} and made.take_touched() == set()
    made.undo()
    assert made.take_touched() == {2}
    made.resize(3, 3)
    assert made.take_touched() is None


@given(brushes)
def test_that_a_cell_picked_up_paints_the_same_cell(brush: Brush) -> None:
    assert brush_of(brush.cell).cell == brush.cell


def test_that_every_kind_has_a_brush_to_begin_with_and_a_key_of_its_own() -> None:
    assert list(STARTING) == list(BRUSHES) and len(set(BRUSHES.values())) == len(BRUSHES)
    assert {name for name, grid in shipped_maps().items() if any(brush_of(c).cell != c for c in grid.cells)} == set()


# ── from one session to the next ───────────────────────────────────────────────────────────────────────────────────


def test_that_one_can_learn_in_the_map_a_person_begins_with() -> None:
    made = MapDocument(fresh_map())
    assert parse_map(made.text.encode(), "").rows == made.rows and not made.modified


def test_that_a_drawing_is_kept_as_it_was_left_finished_or_not(tmp_path: Path) -> None:
    kept = DraftFile(tmp_path / "new folder")
    assert kept.read() is None
    made = document("title: 甲\n---\n..\na.\n")
    kept.keep(made.text, "/somewhere/a.txt", saved=False)
    draft = kept.read()
    assert draft is not None and (draft.path, draft.saved) == ("/somewhere/a.txt", False)
    assert same(draft.grid, made.grid)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"text": 3, "path": "", "saved": true}', b'{"text": "---", "path": "", "saved": true}',
     b"\xff", json.dumps({"text": SMALL, "path": 1, "saved": True}).encode(), b"[" * 5000,
     json.dumps({"text": SMALL, "path": "", "saved": "no"}).encode()],
)  # fmt: skip
def test_that_a_damaged_drawing_is_set_aside_and_nobody_notices(tmp_path: Path, content: bytes) -> None:
    kept = DraftFile(tmp_path)
    kept.path.write_bytes(content)
    assert kept.read() is None
    assert not kept.path.exists() and kept.path.with_name("drawing.json.damaged").read_bytes() == content
