"""``arena FILE``: what can be opened opens the window; what cannot is one sentence and exit code 2, display or not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agents.command_line.verbs import app
from arena.scenes.scene_file import ENDING, Scene, scene_json
from tests.agents.command_line.commands import Arena, answer

BROKEN: dict[str, dict[str, Any]] = {
    "newer": {"schema_version": 99},
    "no map": {"env_kwargs": {"map": "gone.txt"}},
    "outside": {"env_kwargs": {"map": "../gone.txt"}},
    "no agent": {"agent": "nobody"},
    "no world": {"env_id": "Mars-v0"},
    "unknown field": {"colour": "red"},
}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the window was opened with; the window itself has tests of its own."""
    calls: list[list[str]] = []
    window = SimpleNamespace(main=lambda argv: calls.append(argv) or 0)
    real = app.import_module
    monkeypatch.setattr(app, "import_module", lambda name: window if name == "gui.app" else real(name))
    return calls


def scene_file(folder: Path, **fields: Any) -> Path:
    path = folder / f"lesson{ENDING}"
    plain = json.loads(scene_json(Scene(title={"en": "A"}, env_kwargs={"map": "cliff"})))
    path.write_text(json.dumps({**plain, **fields}))
    return path


def test_that_a_scene_and_a_map_file_open_the_window(
    arena: Arena, opened: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    scene, row = scene_file(tmp_path), tmp_path / "row.txt"
    row.write_text("---\nS..G\n")
    assert arena(scene).code == 0 and arena(row).code == 0
    assert opened == [[str(scene)], [str(row)]]


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("display", ["", "offscreen"])
def test_that_a_broken_scene_is_one_sentence_and_exit_code_2(
    what: str, display: str, arena: Arena, opened: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", display)
    said = arena(scene_file(tmp_path, **BROKEN[what]))
    assert said.code == 2 and said.sentence() and not opened


def test_that_files_that_are_not_there_are_named(arena: Arena, opened: list[list[str]], tmp_path: Path) -> None:
    for name in (f"gone{ENDING}", "gone.txt"):
        said = arena(tmp_path / name)
        assert said.code == 2 and name in said.sentence()
    assert not opened


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_that_a_broken_file_after_a_double_click_opens_the_window_that_says_it(
    arena: Arena, opened: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    path = scene_file(tmp_path, **BROKEN["newer"])
    said = arena(path)
    assert said.code == 2 and "newer" in said.sentence()
    assert opened == [[str(path)]]


def test_that_a_process_without_a_display_says_it_too(tmp_path: Path) -> None:
    path = scene_file(tmp_path, agent="nobody")
    said = answer(path, cwd=tmp_path, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert said.code == 2 and "nobody" in said.sentence()
