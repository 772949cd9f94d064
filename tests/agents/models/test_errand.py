"""Work on models in a process of its own: its answers, its refusals, and that nothing is left of what was ended."""

from __future__ import annotations

import os
import signal
import time
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from agents.models.errand import Errand
from agents.models.folder import check_model
from agents.models.library import find_model, models_folder, open_model, shipped_folder
from agents.own.handing_in import open_handed_in

TABLE = shipped_folder() / "q-cliff"


def finished(errand: Errand, seconds: float = 100.0) -> Errand:
    until = time.monotonic() + seconds
    while not errand.over:
        assert time.monotonic() < until
        errand.poll()
        time.sleep(0.02)
    return errand


def test_that_a_models_folder_is_brought_in_under_a_free_name(tmp_path: Path) -> None:
    out = finished(Errand("export", {"folder": str(TABLE), "target": str(tmp_path / "mine"), "kind": "ours"}))
    assert out.answer == {"name": "mine", "loader": ""}
    assert check_model(tmp_path / "mine").env_id == open_model(TABLE).manifest.env_id
    brought = finished(Errand("import", {"path": str(tmp_path / "mine"), "env_id": ""}))
    assert brought.problem is None and brought.answer is not None
    entry = open_model(Path(brought.answer["folder"]))
    assert entry.folder.parent == models_folder() and entry.name == entry.manifest.name == "mine"
    check_model(entry.folder)


def test_that_a_changed_file_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    finished(Errand("export", {"folder": str(TABLE), "target": str(copy), "kind": "ours"}))
    part = copy / "run.arena-handin.zip"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    brought = finished(Errand("import", {"path": str(copy), "env_id": ""}))
    assert brought.problem is not None and brought.problem.key == "error.model.damaged"
    assert not models_folder().exists() or not [p for p in models_folder().iterdir() if find_model(p.name)]


def test_that_a_zip_of_something_else_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "holiday.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("beach.txt", "sun")
    brought = finished(Errand("import", {"path": str(file), "env_id": "CartPole-v1"}))
    assert brought.problem is not None and brought.problem.key == "error.model.sb3_member"


def test_that_what_exists_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "thesis.txt").write_text("x")
    out = finished(Errand("export", {"folder": str(TABLE), "target": str(tmp_path / "there"), "kind": "ours"}))
    assert out.problem is not None and out.problem.key == "error.model.taken"
    assert (tmp_path / "there" / "thesis.txt").read_text() == "x"


@pytest.mark.skipif(not (find_spec("torch") and find_spec("stable_baselines3")), reason="needs the extra deep")
def test_that_the_agent_of_a_run_is_kept_as_a_model() -> None:
    run = open_handed_in(TABLE / "run.arena-handin.zip").folder
    saved = finished(Errand("save", {"run": str(run), "name": "kept"}))
    assert saved.problem is None and saved.answer is not None
    assert check_model(Path(saved.answer["folder"])).family == "tabular"


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_that_one_that_is_killed_is_told() -> None:
    errand = Errand("export", {"folder": str(TABLE), "target": "/nowhere/at/all", "kind": "ours"})
    os.kill(errand.pid, signal.SIGKILL)
    assert finished(errand).problem is not None
    assert errand.problem is not None and errand.problem.key == "error.model.errand_died"


def test_that_a_cancelled_one_is_gone() -> None:
    errand = Errand("export", {"folder": str(TABLE), "target": "/nowhere/at/all", "kind": "ours"})
    pid = errand.pid
    errand.close()
    assert errand.over and errand.answer is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_that_only_known_work_is_begun() -> None:
    with pytest.raises(ValueError, match="format"):
        Errand("format", {})
