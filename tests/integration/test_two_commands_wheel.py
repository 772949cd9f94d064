"""The built wheel carries everything Arena needs outside its checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("arena", "agents", "gui", "assets", "saved_models")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as the build backend makes it, without a new environment and without the network."""
    pytest.importorskip("hatchling", reason="the build backend comes with the extra `test`")
    folder = tmp_path_factory.mktemp("wheel")
    code = f"import hatchling.build as build; print(build.build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.splitlines()[-1]


def test_that_every_file_of_the_five_packages_is_in_the_wheel(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True
    ).stdout.splitlines()
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert len(tracked) > 100
    assert sorted(set(tracked) - packed) == []


def test_that_nothing_but_the_five_packages_is_in_the_wheel(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith((".pyc", ".nbi", ".nbc"))]


def test_that_arena_answers_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path)
    code = (
        "import sys, arena.texts, agents.command_line.main as it, assets\n"
        f"assert it.__file__.startswith({str(tmp_path)!r}), it.__file__\n"
        f"assert list(assets.__path__)[0].startswith({str(tmp_path)!r})\n"
        "assert arena.texts.catalog('zh_TW')\n"
        "sys.exit(it.main(['list', 'envs']))"
    )
    # -I leaves the checkout out of the path; the libraries of this environment stay.
    run = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    assert "Arena/GridWorld-v0" in done.stdout
