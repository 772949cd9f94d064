"""Scenes on disk: a file and the map it names are read into one scene, a scene is written as one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path, PureWindowsPath

from arena.environments.grid.map_file import MOST_BYTES as MOST_MAP_BYTES
from arena.environments.grid.map_file import titles_in
from arena.errors import SceneError
from arena.runs.locations import home
from arena.runs.safe_file import write_text
from arena.scenes.scene_checks import LONGEST_MAP, cleaned
from arena.scenes.scene_file import ENDING, GRID_WORLD, MOST_BYTES, Scene, parse_scene, scene_json


def is_scene_name(name: str) -> bool:
    """Say whether a file is called as a scene file is."""
    return name.lower().endswith(ENDING)


def read_scene(path: Path) -> Scene:
    """Read a scene file; a map that lies beside it is read too, and becomes part of the scene.

    Args:
        path: The file.

    Raises:
        SceneError: If it is no scene, or names a map that is missing or lies outside its folder.
    """
    scene = parse_scene(_bytes_of(path, MOST_BYTES + 1, "error.scene.missing"), path.name)
    wanted = scene.env_kwargs.get("map")
    if scene.env_id != GRID_WORLD or not isinstance(wanted, str) or not names_file(wanted):
        return scene
    text = _map_text(path, wanted)
    return replace(scene, env_kwargs={**scene.env_kwargs, "map": text})


def names_file(map: str) -> bool:
    """Say whether a world's ``map`` is a file name: neither the name of a map that ships nor the text of one."""
    return not {"\n", "\r"} & set(map) and ("/" in map or "\\" in map or map.lower().endswith(".txt"))


def _map_text(scene_path: Path, wanted: str) -> str:
    # Windows' rules are the stricter ones: they know all separators, and drives.
    pure = PureWindowsPath(wanted)
    if pure.anchor or ".." in pure.parts:
        raise SceneError("error.scene.outside", file=scene_path.name, map=wanted)
    folder = scene_path.absolute().parent
    path = folder.joinpath(*pure.parts)
    # A link inside the folder may lead out of it.
    if not path.resolve().is_relative_to(folder.resolve()):
        raise SceneError("error.scene.outside", file=scene_path.name, map=wanted)
    data = _bytes_of(path, MOST_MAP_BYTES + 1, "error.scene.map_missing", scene=scene_path.name, map=wanted)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise SceneError("error.scene.map_not_text", file=scene_path.name, map=wanted) from None
    # The text goes on without its file, and so without the name the file gave it.
    titled = text if any(titles_in(text).values()) else f"title: {path.stem}\n{text}"
    if len(titled) > LONGEST_MAP or "\n" not in text or titled != cleaned(titled, "\n\t"):
        raise SceneError("error.scene.map_not_text", file=scene_path.name, map=wanted)
    return titled


def _bytes_of(path: Path, most: int, missing_key: str, **params: str) -> bytes:
    """Return the first bytes of an ordinary file.

    Raises:
        SceneError: If there is none, or it cannot be read.
    """
    file = params.get("scene", path.name)
    try:
        # A pipe or a device would be waited for without end.
        if not path.is_file():
            raise SceneError(missing_key, **{"file": file, **params})
        with path.open("rb") as stream:
            return stream.read(most)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        raise SceneError("error.scene.unreadable", file=path.name, problem=reason) from None


def write_scene(path: Path, scene: Scene) -> None:
    """Write a scene file as a whole or not at all.

    Args:
        path: The file; its folder must exist.
        scene: What to write.

    Raises:
        SceneError: If a field is not allowed.
        RunError: If it cannot be written.
    """
    write_text(path, scene_json(scene))


def scenes_folder() -> Path:
    """Return the folder that is meant for a person's own scenes; it is made when something is saved there."""
    return home() / "scenes"


def own_scene_files() -> tuple[Path, ...]:
    """Return the scene files in a person's own folder, the newest first."""
    try:
        found = [(file.stat().st_mtime, file) for file in scenes_folder().iterdir() if is_scene_name(file.name)]
    except OSError:
        return ()
    return tuple(file for _, file in sorted(found, reverse=True))


@cache
def shipped_names() -> tuple[str, ...]:
    """Return the names of the scenes that ship, without reading them."""
    folder = resources.files("assets").joinpath("scenes")
    return tuple(sorted(file.name.removesuffix(ENDING) for file in folder.iterdir() if file.name.endswith(ENDING)))


@cache
def shipped_scenes() -> Mapping[str, Scene]:
    """Return the scenes in ``assets/scenes`` by name."""
    folder = resources.files("assets").joinpath("scenes")
    return {
        name: parse_scene(folder.joinpath(name + ENDING).read_bytes(), name + ENDING, id=name)
        for name in shipped_names()
    }
