"""A scene file and the map beside it; what lies elsewhere, or is no ordinary file, is not read."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import RunError, SceneError
from arena.scenes.scene_file import ENDING
from arena.scenes.scene_store import is_scene_name, names_file, read_scene, shipped_names, shipped_scenes, write_scene
from tests.arena.scenes.scene_samples import FULL

MAP = "---\nS..G\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "lessons"
    (made / "maps").mkdir(parents=True)
    (made / "maps" / "row.txt").write_text(MAP)
    (tmp_path / "secret.txt").write_text(MAP)
    return made


def scene_with(folder: Path, map: str) -> Path:
    path = folder / f"a{ENDING}"
    values = {"schema_version": 1, "title": {"en": "A"}, "env_id": "Arena/GridWorld-v0", "agent": "sarsa"}
    path.write_text(json.dumps({**values, "env_kwargs": {"map": map, "slip": 0.5}}))
    return path


def test_that_a_scene_on_disk_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / f"x{ENDING}"
    write_scene(path, FULL)
    assert read_scene(path) == FULL
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_that_a_map_beside_the_scene_becomes_part_of_it(folder: Path) -> None:
    scene = read_scene(scene_with(folder, "maps/row.txt"))
    assert scene.env_kwargs == {"map": f"title: row\n{MAP}", "slip": 0.5}
    (folder / "maps" / "row.txt").write_text(f"title: A row\r\n{MAP}")
    assert read_scene(folder / f"a{ENDING}").env_kwargs["map"] == f"title: A row\n{MAP}"


def test_that_names_and_texts_of_maps_are_left_alone(folder: Path) -> None:
    for wanted in ("cliff", MAP):
        assert not names_file(wanted)
        assert read_scene(scene_with(folder, wanted)).env_kwargs["map"] == wanted


@pytest.mark.parametrize(
    "map",
    ["../secret.txt", "maps/../../secret.txt", "/etc/hosts", "\\\\server\\share\\m.txt", "C:\\m.txt", "C:m.txt",
     "..\\secret.txt", "maps\\..\\..\\secret.txt", "/secret.txt"],
)  # fmt: skip
def test_that_a_path_out_of_the_folder_is_refused(folder: Path, map: str) -> None:
    with pytest.raises(SceneError) as problem:
        read_scene(scene_with(folder, map))
    assert problem.value.key == "error.scene.outside" and map in str(problem.value)


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_that_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "elsewhere").symlink_to(folder.parent)
    for wanted in ("link.txt", "elsewhere/secret.txt"):
        with pytest.raises(SceneError, match="outside"):
            read_scene(scene_with(folder, wanted))
    (folder / "inside.txt").symlink_to(folder / "maps" / "row.txt")
    assert MAP in read_scene(scene_with(folder, "inside.txt")).env_kwargs["map"]


@pytest.mark.parametrize("map", ["gone.txt", "maps", "maps/", "maps/gone.txt", "a" * 190 + "/b.txt"])
def test_that_a_missing_map_is_named(folder: Path, map: str) -> None:
    with pytest.raises(SceneError) as problem:
        read_scene(scene_with(folder, map + ("/x.txt" if "." not in map else "")))
    assert problem.value.key == "error.scene.map_missing"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_that_nothing_is_waited_for_that_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with pytest.raises(SceneError, match="not beside it"):
        read_scene(scene_with(folder, "pipe.txt"))
    os.mkfifo(folder / f"pipe{ENDING}")
    with pytest.raises(SceneError, match="no scene file"):
        read_scene(folder / f"pipe{ENDING}")


@pytest.mark.parametrize("data", [b"\xff\xfe---", b"---\x00\nS", b"no line break", b"x\n" * 100_001])
def test_that_a_map_that_is_no_text_is_named(folder: Path, data: bytes) -> None:
    (folder / "m.txt").write_bytes(data)
    with pytest.raises(SceneError) as problem:
        read_scene(scene_with(folder, "m.txt"))
    assert problem.value.key == "error.scene.map_not_text"


def test_that_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="does not exist"):
        write_scene(tmp_path / "gone" / f"x{ENDING}", FULL)
    with pytest.raises(SceneError):
        write_scene(tmp_path / f"x{ENDING}", replace(FULL, speed=3.0))
    assert not list(tmp_path.iterdir())


def test_that_the_scenes_that_ship_are_found_by_name() -> None:
    assert "cliff" in shipped_names() and set(shipped_scenes()) == set(shipped_names())
    assert all(scene.id == name for name, scene in shipped_scenes().items())
    assert is_scene_name("Lesson.ARENA-SCENE.JSON") and not is_scene_name("lesson.json")
