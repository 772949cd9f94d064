"""A model's folder is written whole or not at all, and what is read from it is what was saved, or refused."""

from __future__ import annotations

import json
import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.models import folder as model_folder
from agents.models.folder import check_model, read_part, write_model
from agents.models.manifest import WEIGHTS
from agents.models.tensor_header import tensor_shapes
from arena.errors import ArenaError, ModelError
from tests.agents.models import small_model as small

Harm = Callable[[Path], object]


def _rewrite(folder: Path, **changed: object) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))


def _with_weights(folder: Path, data: bytes) -> None:
    """Other weights with hashes that fit: whoever makes up a model makes up those as well."""
    (folder / WEIGHTS).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    mark = model_folder._mark(data)
    manifest["files"][WEIGHTS] = {"size": mark.size, "sha256": mark.sha256}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _header(**told: object) -> bytes:
    head = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **told}}).encode()
    return len(head).to_bytes(8, "little") + head + bytes(8)


def _linked(folder: Path, name: str) -> None:
    (folder / name).replace(folder.parent / "elsewhere")
    (folder / name).symlink_to(folder.parent / "elsewhere")


HARM: dict[str, Harm] = {
    "a flipped bit": lambda f: (f / WEIGHTS).write_bytes(small.weights()[:-1] + b"\x01"),
    "cut weights": lambda f: (f / WEIGHTS).write_bytes(small.weights()[:-5]),
    "longer weights": lambda f: (f / WEIGHTS).write_bytes(small.weights() + b"\0"),
    "no weights": lambda f: (f / WEIGHTS).unlink(),
    "linked weights": lambda f: _linked(f, WEIGHTS),
    "linked manifest": lambda f: _linked(f, "manifest.json"),
    "linked folder of ages": lambda f: _linked(f, "ages"),
    "a folder for weights": lambda f: ((f / WEIGHTS).unlink(), (f / WEIGHTS).mkdir()),
    "a pipe for weights": lambda f: ((f / WEIGHTS).unlink(), os.mkfifo(f / WEIGHTS)),
    "changed card": lambda f: (f / "card.json").write_text("{}"),
    "no manifest": lambda f: (f / "manifest.json").unlink(),
    "empty manifest": lambda f: (f / "manifest.json").write_bytes(b""),
    "a list for a manifest": lambda f: (f / "manifest.json").write_text("[]"),
    "deep manifest": lambda f: (f / "manifest.json").write_text('{"a":' * 100_000 + "1" + "}" * 100_000),
    "huge manifest": lambda f: os.truncate(f / "manifest.json", 2**33),
    "manifest of many values": lambda f: (f / "manifest.json").write_text(json.dumps({"a": [0] * 60_000})),
    "NaN in the manifest": lambda f: (f / "manifest.json").write_text('{"env_steps": NaN}'),
    "a key twice": lambda f: (f / "manifest.json").write_text('{"name": "a", "name": "b"}'),
    "manifest that is no UTF-8": lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe{}"),
    "a number of many digits": lambda f: (f / "manifest.json").write_text('{"env_steps": ' + "9" * 10_000 + "}"),
    "lying size": lambda f: _rewrite(f, files={WEIGHTS: {"size": 1, "sha256": "0" * 64}}),
    "header beyond the file": lambda f: _with_weights(f, (2**40).to_bytes(8, "little") + b"{}"),
    "header that is none": lambda f: _with_weights(f, (4).to_bytes(8, "little") + b"\xff\xff\xff\xff"),
    "pickle for weights": lambda f: _with_weights(f, b"\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix"),
    "other kind of numbers": lambda f: _with_weights(f, _header(dtype="I32")),
    "shape that lies": lambda f: _with_weights(f, _header(shape=[2**30, 2**30])),
    "negative offset": lambda f: _with_weights(f, _header(data_offsets=[-8, 0])),
    "offset beyond the end": lambda f: _with_weights(f, _header(data_offsets=[8, 16])),
    "a hole before the data": lambda f: _with_weights(f, _header(shape=[1], data_offsets=[4, 8])),
    "shape of text": lambda f: _with_weights(f, _header(shape="22")),
    "deep header": lambda f: _with_weights(f, (200_000).to_bytes(8, "little") + b"[" * 100_000 + b"]" * 100_000),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_that_a_folder_that_was_tampered_with_is_refused_in_a_sentence(tmp_path: Path, harm: Harm) -> None:
    if sys.platform == "win32" and harm is HARM["a pipe for weights"]:
        pytest.skip("no pipes in folders here")
    folder = tmp_path / "mine"
    small.small_model(folder)
    check_model(folder)
    harm(folder)
    tracemalloc.start()
    try:
        with pytest.raises(ArenaError) as refused:
            check_model(folder)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()
    assert "mine/" in str(refused.value) and "\n" not in str(refused.value)


def test_that_a_part_the_manifest_does_not_list_is_not_read(tmp_path: Path) -> None:
    manifest = small.small_model(tmp_path / "mine")
    (tmp_path / "secret").write_text("x")
    with pytest.raises(ModelError):
        read_part(tmp_path / "mine", "../secret", manifest)


def test_that_a_model_that_could_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agents.models.folder.write_json", broken)
    with pytest.raises(OSError, match="No space"):
        small.small_model(tmp_path / "models" / "mine")
    assert list((tmp_path / "models").iterdir()) == []


def test_that_a_model_is_never_written_over_another_one(tmp_path: Path) -> None:
    first = small.small_model(tmp_path / "mine")
    with pytest.raises(ModelError, match="mine"):
        small.small_model(tmp_path / "mine", env_steps=1)
    assert check_model(tmp_path / "mine") == first
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []


def test_that_a_model_too_large_for_its_place_is_not_written(tmp_path: Path) -> None:
    files = {WEIGHTS: small.weights(), "ages/000000000.safetensors": small.weights()}
    with pytest.raises(ModelError, match="MB"):
        write_model(tmp_path / "mine", small.manifest(), small.card(), files, most=500)
    assert not (tmp_path / "mine").exists()


def test_that_the_header_tells_names_and_shapes() -> None:
    assert tensor_shapes(small.weights(), "x") == small.SHAPES
