"""A run handed in as one file: what is packed comes out the same, and nothing a stranger makes up gets in."""

from __future__ import annotations

import hashlib
import json
import random
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arena.errors import RunError
from arena.runs import hand_in
from arena.runs.hand_in import MOST_BYTES, SCENE, is_hand_in_name, open_hand_in, pack_run
from arena.runs.run_folder import CONFIG, MANIFEST, RunFolder
from tests.arena.runs.run_samples import CONFIG as SAMPLE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(root: Path, **more: Any) -> RunFolder:
    folder = RunFolder.create(root / "runs", replace(SAMPLE, **more))
    (folder.path / "events.jsonl").write_bytes(b"")
    (folder.path / "keyframes").write_bytes(bytes(range(256)) * 400)
    (folder.path / "writes").write_bytes(b"ARENAWRT" + bytes(8))
    (folder.path / "agent.py").write_text("raise SystemExit('run by opening')\n")
    (folder.path / "events.out.tfevents.1").write_bytes(b"not to be handed in")
    return folder


def packed(root: Path, scene: bytes | None = None) -> Path:
    return pack_run(run(root), root / "mine.arena-handin.zip", scene)


def test_that_what_is_packed_comes_out_the_same_and_nothing_else(tmp_path: Path) -> None:
    folder = run(tmp_path)
    opened = open_hand_in(pack_run(folder, tmp_path / "mine.arena-handin.zip", b'{"a": 1}'))
    for name in (CONFIG, "events.jsonl", "keyframes", "writes", "agent.py"):
        assert (opened.folder / name).read_bytes() == (folder.path / name).read_bytes()
    assert opened.scene is not None and opened.scene.read_bytes() == b'{"a": 1}'
    assert {file.name for file in opened.folder.iterdir()} == {*MOST_BYTES, MANIFEST} - {"bookmarks.json"}
    assert opened.has_code and opened.folder.name == folder.run_id
    assert RunFolder.open(opened.folder).handed_in and not folder.handed_in
    assert opened.config == folder.config


def test_that_the_same_file_opens_in_the_same_place_and_leaves_nothing_beside_it(tmp_path: Path, home: Path) -> None:
    file = packed(tmp_path)
    one, other = open_hand_in(file), open_hand_in(file)
    assert one.folder == other.folder
    assert [item.name for item in (home / "handed_in").iterdir()] == [one.folder.parent.name]
    assert one.scene is None


def test_that_packing_twice_gives_the_same_bytes_and_replaces_the_file_as_a_whole(tmp_path: Path) -> None:
    folder = run(tmp_path)
    file = tmp_path / "mine.arena-handin.zip"
    pack_run(folder, file)
    first = file.read_bytes()
    pack_run(folder, file)
    assert file.read_bytes() == first
    assert not list(tmp_path.glob(".mine*"))


def test_that_a_run_without_a_saved_state_cannot_be_handed_in(tmp_path: Path) -> None:
    folder = run(tmp_path)
    (folder.path / "keyframes").unlink()
    with pytest.raises(RunError) as refused:
        pack_run(folder, tmp_path / "mine.arena-handin.zip")
    assert refused.value.params["name"] == "keyframes"
    assert not list(tmp_path.glob("*mine*"))


def test_that_too_large_a_run_is_refused_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run(tmp_path)
    monkeypatch.setattr(hand_in, "MOST_IN_ALL", 50_000)
    with pytest.raises(RunError) as refused:
        pack_run(folder, tmp_path / "mine.arena-handin.zip")
    assert refused.value.key == "error.handin.too_large"
    assert not list(tmp_path.glob("*mine*"))


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(file: Path, contents: dict[str, bytes], *, honest: bool = True, **manifest: Any) -> Path:
    """A file made by hand: its manifest fits its members unless it is to lie."""
    made = file.with_name("forged.arena-handin.zip")
    files = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in contents.items()
        if name != MANIFEST
    }
    told = {"schema_version": 1, "run": "x", "files": files if honest else {}, **manifest}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            if name != MANIFEST:
                archive.writestr(name, data)
        archive.writestr(MANIFEST, json.dumps(told))
    return made


def refused(file: Path, home: Path) -> str:
    before = sorted(str(item) for item in home.rglob("*")) if home.exists() else []
    with pytest.raises(RunError) as problem:
        open_hand_in(file)
    after = sorted(str(item) for item in home.rglob("*")) if home.exists() else []
    assert [item for item in after if item not in before and not item.endswith("handed_in") and item != str(home)] == []
    return problem.value.key


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "/etc/evil",
        "a/../../b",
        "sub/agent.py",
        "..\\evil",
        "C:\\evil",
        "evil.py",
        "AGENT.PY",
    ],
)
def test_that_only_known_names_get_in(name: str, tmp_path: Path, home: Path) -> None:
    contents = members(packed(tmp_path))
    assert refused(forged(tmp_path / "x", {**contents, name: b"x"}), home) == "error.handin.damaged"


def test_that_a_file_made_by_hand_of_honest_members_is_opened(tmp_path: Path) -> None:
    assert open_hand_in(forged(tmp_path / "x", members(packed(tmp_path)))).folder.is_dir()


@pytest.mark.parametrize(
    "manifest",
    [
        {"files": {}},
        {"files": []},
        {"files": {CONFIG: 5}},
        {"schema_version": "1"},
        {"run": 5, "files": {"keyframes": {"size": 0, "sha256": "0" * 64}}},
    ],
    ids=str,
)
def test_that_a_lying_manifest_is_refused(manifest: dict[str, Any], tmp_path: Path, home: Path) -> None:
    made = forged(tmp_path / "x", members(packed(tmp_path)), **manifest)
    assert refused(made, home) == "error.handin.damaged"


def test_that_a_newer_file_is_named_as_such(tmp_path: Path, home: Path) -> None:
    assert refused(forged(tmp_path / "x", members(packed(tmp_path)), schema_version=9), home) == "error.run.newer"


def test_that_a_run_of_a_newer_arena_is_named_by_the_file_it_came_in(tmp_path: Path, home: Path) -> None:
    contents = members(packed(tmp_path))
    contents[CONFIG] = json.dumps({**json.loads(contents[CONFIG]), "schema_version": 99}).encode()
    made = forged(tmp_path / "x", contents)
    with pytest.raises(RunError) as found:
        open_hand_in(made, home)
    assert (found.value.key, found.value.params["file"]) == ("error.run.newer", made.name)


def test_that_a_member_given_twice_is_refused(tmp_path: Path, home: Path) -> None:
    made = forged(tmp_path / "x", members(packed(tmp_path)))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr("agent.py", b"other")
    assert refused(made, home) == "error.handin.damaged"


def test_that_a_changed_member_is_noticed(tmp_path: Path, home: Path) -> None:
    contents = members(packed(tmp_path))
    manifest = json.loads(contents[MANIFEST])
    contents["agent.py"] = b"raise SystemExit('other')"
    assert refused(forged(tmp_path / "x", contents, files=manifest["files"]), home) == "error.handin.damaged"


def test_that_a_map_outside_of_the_file_is_not_asked_for(tmp_path: Path, home: Path) -> None:
    for path in ("/etc/passwd", "\\\\elsewhere\\share\\map.txt", "maps/mine.txt", "mine.txt"):
        contents = members(packed(tmp_path))
        contents[CONFIG] = replace(SAMPLE, env_kwargs={"map": path}).to_json().encode()
        assert refused(forged(tmp_path / "x", contents), home) == "error.handin.outside"


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no zip at all" * 100, b"PK\x03\x04" + bytes(100)])
def test_that_what_is_no_zip_is_refused(content: bytes, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "mine.arena-handin.zip"
    file.write_bytes(content)
    assert refused(file, home) == "error.handin.damaged"


def test_that_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.arena-handin.zip", tmp_path):
        with pytest.raises(RunError) as problem:
            open_hand_in(path)
        assert problem.value.key == "error.handin.no_file"


def test_that_a_member_that_unpacks_beyond_its_bound_is_refused(tmp_path: Path, home: Path) -> None:
    contents = members(packed(tmp_path))
    contents["agent.py"] = bytes(2**18 + 1)
    assert refused(forged(tmp_path / "x", contents), home) == "error.handin.damaged"


def test_that_a_member_that_unpacks_to_far_more_than_anything_learned_is_not_unpacked(
    tmp_path: Path, home: Path
) -> None:
    made = forged(tmp_path / "x", {**members(packed(tmp_path)), "writes": bytes(40 * 2**20)})
    assert made.stat().st_size < 2**20
    assert refused(made, home) == "error.handin.damaged"


def test_that_a_member_larger_than_its_directory_says_is_refused(tmp_path: Path, home: Path) -> None:
    contents = members(packed(tmp_path))
    contents["events.jsonl"] = bytes(30 * 2**20)
    made = forged(tmp_path / "x", contents)
    data = bytearray(made.read_bytes())
    entry = data.rindex(b"events.jsonl") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = struct.pack("<L", 10)
    made.write_bytes(data)
    assert refused(made, home) == "error.handin.damaged"


def test_that_a_list_of_many_members_is_not_even_read(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "many.arena-handin.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(200):
            archive.writestr(f"m{number}", b"")
    assert refused(file, home) == "error.handin.damaged"


def test_that_a_zip64_directory_that_says_something_else_is_refused(tmp_path: Path, home: Path) -> None:
    data = packed(tmp_path).read_bytes()
    end = data[-22:]
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    file = tmp_path / "two.arena-handin.zip"
    file.write_bytes(data[:-22] + locator + end)
    assert refused(file, home) == "error.handin.damaged"


def test_that_spoiled_bytes_are_refused_or_change_nothing(tmp_path: Path, home: Path) -> None:
    file = packed(tmp_path)
    whole, honest = file.read_bytes(), members(file)
    luck = random.Random(5)
    opened = 0
    for number in range(300):
        spoiled = bytearray(whole)
        spoiled[luck.randrange(len(spoiled))] = luck.randrange(256)
        other = tmp_path / f"{number}.arena-handin.zip"
        other.write_bytes(spoiled)
        try:
            found = open_hand_in(other)
        except RunError:
            other.unlink()
            continue
        opened += 1
        for name in ("keyframes", "writes", "agent.py", CONFIG):
            assert (found.folder / name).read_bytes() == honest[name]
    assert opened < 60
    assert not list((home / "handed_in").glob(".opening*"))


def test_that_its_name_says_what_it_is() -> None:
    assert is_hand_in_name("A.Arena-HandIn.ZIP") and not is_hand_in_name("a.zip")
    assert SCENE in MOST_BYTES
