"""One trained run for all tests of the command line, and the command as a call."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agents.command_line.main import main
from agents.tabular.warm_up import warm_up
from tests.agents.command_line.commands import Arena, Said, runs_in


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    """Compile the learners before the first test: the command would say that it does."""
    warm_up()


@pytest.fixture
def arena(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arena:
    """Call the command in this process."""
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ARENA_DEBUG", raising=False)
    monkeypatch.delenv("ARENA_LANGUAGE", raising=False)

    def call(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code=code, out=said.out, err=said.err)

    return call


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 20,000 steps; not to be written."""
    root = tmp_path_factory.mktemp("trained")
    assert main(["train", "--env-kwargs", "map:cliff", "-n", "20000", "-f", str(root)]) == 0
    (folder,) = runs_in(root)
    return folder


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A copy of that run, to be written."""
    return Path(shutil.copytree(trained, tmp_path / "runs" / trained.name))
