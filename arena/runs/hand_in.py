"""A run as one file to hand in: packed by a student, opened by anybody. Opening copies checked bytes and runs nothing.

The file is a zip of a few members with fixed names. Nothing in it is a path, so nothing can lead out of a folder; every
size is bounded while it is read, so nothing unpacks without end.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.errors import RunError
from arena.runs.bounded_zip import NOT_A_ZIP, check_directory, check_members, member_pieces
from arena.runs.locations import ensure_writable, home
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import CONFIG, MANIFEST, RunFolder, folder_name
from arena.runs.safe_file import sync_folder, told_plainly

ENDING = ".arena-handin.zip"
"""What such a file's name ends in."""

SCHEMA_VERSION = 1

SCENE = "scene.arena-scene.json"
"""The scene that goes with a run, if there is one."""

MOST_BYTES: Mapping[str, int] = {
    CONFIG: 4 * 2**20,
    "events.jsonl": 256 * 2**20,
    "keyframes": 640 * 2**20,
    "writes": 1024 * 2**20,
    "agent.py": 2**18,
    "bookmarks.json": 4 * 2**20,
    SCENE: 4 * 2**20,
}
"""The members there may be, and how many bytes each may have unpacked."""

NEEDED = (CONFIG, "keyframes")
"""Without these there is nothing to show."""

MOST_IN_ALL = 1024 * 2**20
"""Bytes of all members together, packed or not."""

_MANIFEST_BYTES = 2**16
_SURE_BYTES = 32 * 2**20
_MOST_LIST = 2**16
_CHUNK = 2**20
_MOMENT = (2020, 1, 1, 0, 0, 0)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A file that has been opened.

    Attributes:
        folder: Run folder with checked copies of its members.
        config: The run's configuration.
        scene: Path of the scene that came with it, ``None`` for none.
        has_code: Whether the source of an own agent came with it.
    """

    folder: Path
    config: RunConfig
    scene: Path | None
    has_code: bool


def is_hand_in_name(name: str) -> bool:
    """Say whether a file is called as a handed-in run is."""
    return name.lower().endswith(ENDING)


def hand_in_name(folder: RunFolder) -> str:
    """Return what the file of a run is called if nobody says otherwise."""
    return folder.run_id + ENDING


def names_map_file(map: object) -> bool:
    """Say whether a world's ``map`` is a path: neither the name of a map that ships nor the text of one."""
    if not isinstance(map, str) or "\n" in map or "\r" in map:
        return False
    return "/" in map or "\\" in map or map.lower().endswith(".txt")


# ── packing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def pack_run(folder: RunFolder, file: str | os.PathLike[str], scene: bytes | None = None) -> Path:
    """Pack a run into one file; it may be running meanwhile: what is written so far goes in.

    Args:
        folder: The run.
        file: The file to write; what was there is replaced as a whole.
        scene: A scene file that goes with it.

    Raises:
        RunError: If the run is too large, or the file cannot be written.
    """
    target = Path(file)
    # In this order: what a later member says of a moment is there when an earlier one is opened at it.
    given: dict[str, bytes | Path] = {CONFIG: folder.config.to_json().encode()}
    for name in MOST_BYTES:
        path = folder.path / name
        if name not in (CONFIG, SCENE) and path.is_file():
            given[name] = path
    if scene is not None:
        given[SCENE] = scene
    missing = [name for name in NEEDED if name not in given]
    if missing:
        raise RunError("error.handin.missing", file=folder.run_id, name=missing[0])
    with told_plainly(target):
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        os.close(descriptor)
        try:
            _write(Path(temporary), given, folder)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    return target


def _write(path: Path, given: Mapping[str, bytes | Path], folder: RunFolder) -> None:
    files: dict[str, dict[str, Any]] = {}
    left = MOST_IN_ALL
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in given.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            digest, size = hashlib.sha256(), 0
            with archive.open(info, "w", force_zip64=False) as member:
                for piece in _pieces(content):
                    size += len(piece)
                    if size > min(left, MOST_BYTES[name]):
                        raise RunError("error.handin.too_large", file=folder.run_id, name=name)
                    digest.update(piece)
                    member.write(piece)
            left -= size
            files[name] = {"size": size, "sha256": digest.hexdigest()}
        manifest = {"schema_version": SCHEMA_VERSION, "run": folder.run_id, "files": files}
        archive.writestr(zipfile.ZipInfo(MANIFEST, _MOMENT), json.dumps(manifest, indent=1))
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _pieces(content: bytes | Path) -> Any:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


# ── opening ────────────────────────────────────────────────────────────────────────────────────────────────────────


def open_hand_in(file: str | os.PathLike[str], root: Path | None = None) -> HandedIn:
    """Check a handed-in run and copy it into a folder of its own, where it can be looked at.

    The same file opened again gives the same folder. Nothing in it is run, and nothing is unpickled.

    Args:
        file: The file.
        root: Where folders of handed-in runs lie; the usual place where not given.

    Raises:
        RunError: If it is no such file, damaged, made up, too large or from a newer Arena.
    """
    source = Path(file)
    if not source.is_file():
        raise RunError("error.handin.no_file", file=str(file))
    place = (root or home() / "handed_in") / _fingerprint(source)
    if not place.is_dir():
        ensure_writable(place.parent)
        with told_plainly(place):
            begun = Path(tempfile.mkdtemp(dir=place.parent, prefix=".opening-"))
        try:
            _unpack(source, begun)
            config = _config_of(begun, source)
            if any(names_map_file(value) for value in config.env_kwargs.values()):
                # A stranger's file must not make Arena read one of ours, or ask a machine of theirs for it.
                raise RunError("error.handin.outside", file=source.name)
            with told_plainly(place):
                (begun.parent / f"{begun.name}-run").mkdir()
                begun.replace(begun.parent / f"{begun.name}-run" / folder_name(config))
                (begun.parent / f"{begun.name}-run").replace(place)
        except BaseException:
            shutil.rmtree(begun, ignore_errors=True)
            shutil.rmtree(begun.parent / f"{begun.name}-run", ignore_errors=True)
            if not place.is_dir():
                raise
    folder = next((item for item in place.iterdir() if (item / CONFIG).is_file()), None)
    if folder is None:
        raise RunError("error.handin.damaged", file=source.name)
    scene = folder / SCENE
    opened = RunFolder.open(folder)
    return HandedIn(
        folder=folder,
        config=opened.config,
        scene=scene if scene.is_file() else None,
        has_code=opened.own_agent_path.is_file(),
    )


def _config_of(folder: Path, source: Path) -> RunConfig:
    try:
        return RunFolder.open(folder).config
    except RunError as problem:
        # Whoever opened a file knows its name, not that of the folder it is looked at in meanwhile.
        raise RunError(problem.key, **{**problem.params, "file": source.name}) from None


def _fingerprint(source: Path) -> str:
    digest = hashlib.sha256()
    with told_plainly(source), source.open("rb") as file:
        size = 0
        while piece := file.read(_CHUNK):
            size += len(piece)
            if size > MOST_IN_ALL:
                raise RunError("error.handin.too_large", file=source.name, name=source.name)
            digest.update(piece)
    return digest.hexdigest()[:24]


def _unpack(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as file:
            check_directory(file, most_members=len(MOST_BYTES) + 1, most_list=_MOST_LIST)
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive, source)
            left = MOST_IN_ALL
            for name, known in manifest["files"].items():
                left -= _copy(archive, name, target / name, min(left, MOST_BYTES[name]), known)
    except NOT_A_ZIP:
        raise RunError("error.handin.damaged", file=source.name) from None
    (target / MANIFEST).write_text(json.dumps(manifest), "utf-8")


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    members = check_members(archive, {**MOST_BYTES, MANIFEST: _MANIFEST_BYTES}.get, sure_bytes=_SURE_BYTES)
    if MANIFEST not in members or sum(entry.file_size for entry in members.values()) > MOST_IN_ALL:
        raise ValueError
    with archive.open(MANIFEST) as member:
        manifest = json.loads(member.read(_MANIFEST_BYTES + 1))
    version = manifest["schema_version"]
    if type(version) is not int or version < 1:
        raise ValueError
    if version > SCHEMA_VERSION:
        raise RunError("error.run.newer", file=source.name, found=min(version, 2**63), known=SCHEMA_VERSION)
    files = manifest["files"]
    well = isinstance(files, dict) and set(files) == set(members) - {MANIFEST} and set(NEEDED) <= set(files)
    if not well or not all(type(each["size"]) is int and _SHA256.fullmatch(each["sha256"]) for each in files.values()):
        raise ValueError
    return {
        "schema_version": SCHEMA_VERSION,
        "run": f"{manifest['run']!s:.200}",
        "files": {name: {"size": each["size"], "sha256": each["sha256"]} for name, each in files.items()},
    }


def _copy(archive: zipfile.ZipFile, name: str, target: Path, most: int, known: Mapping[str, Any]) -> int:
    digest, size = hashlib.sha256(), 0
    with told_plainly(target), target.open("xb") as file:
        for piece in member_pieces(archive, name, most):
            size += len(piece)
            digest.update(piece)
            file.write(piece)
    if size != known["size"] or digest.hexdigest() != known["sha256"]:
        raise ValueError
    return size
