"""Files of somebody with bad intentions: nothing of theirs runs, memory stays small, and each gets one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.models.library import models
from agents.models.sb3_import import import_model
from arena.errors import ArenaError
from tests.agents.models import sb3_zips as zips

MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Members of a sound zip."""
    return zips.members(zips.saved(tmp_path_factory.mktemp("good")))


def tried(what: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.agents.models.watched", what, str(folder)],
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def held(answer: dict[str, Any], names: dict[str, str], mark: Path) -> None:
    accepted = [names[file] for file, told in answer["told"].items() if not told["said"]]
    assert accepted == []
    assert answer["seen"] == []
    assert not mark.exists()
    for file, told in answer["told"].items():
        assert told["said"].endswith(".") and "\n" not in told["said"] and len(told["said"]) < 400, names[file]
        assert told["key"].startswith("error.model."), names[file]


def test_that_of_weights_made_up_by_somebody_nothing_runs_and_none_are_taken(
    tmp_path: Path, good: dict[str, bytes]
) -> None:
    folder, mark = tmp_path / "weights", tmp_path / "ran"
    folder.mkdir()
    bad = zips.bad_weights(good, mark)
    assert len(bad) >= 35
    names = {}
    for number, (name, data) in enumerate(bad.items()):
        names[f"{number:02d}.pth"] = name
        (folder / f"{number:02d}.pth").write_bytes(data)
    held(tried("weights", folder), names, mark)


def test_that_a_made_up_zip_is_refused_before_anything_in_it_is_read(tmp_path: Path, good: dict[str, bytes]) -> None:
    folder, mark = tmp_path / "zips", tmp_path / "ran"
    folder.mkdir()
    bad = zips.bad_zips(folder, good, mark)
    assert len(bad) >= 20
    for file in set(folder.iterdir()) - set(bad.values()):
        file.unlink()
    answer = tried("zips", folder)
    held(answer, {file.name: name for name, file in bad.items()}, mark)
    assert answer["grown"] <= 50 * MEBIBYTE


def test_that_pickles_beside_sound_weights_are_never_decoded(tmp_path: Path, good: dict[str, bytes]) -> None:
    from agents.deep.places import place_of
    from agents.models.sb3_reading import answer

    mark = tmp_path / "ran"
    for data in zips.bad_data(good, mark).values():
        told, weights = answer(good["policy.pth"], data, place_of("CartPole-v1"), "", "x.zip")
        assert told["agent"] == "ppo" and weights
        assert told["env_steps"] >= 0 and "x" not in str(told["seed"])
    assert not mark.exists()


def test_that_importing_a_payload_leaves_nothing_behind(tmp_path: Path, good: dict[str, bytes]) -> None:
    mark = tmp_path / "ran"
    payload = zips.bad_weights(good, mark)["a pickle among the tensors"]
    file = zips.written(tmp_path / "evil.zip", {**good, "policy.pth": payload})
    with pytest.raises(ArenaError, match=r"evil\.zip.*nothing in them was run"):
        import_model(file, env_id="CartPole-v1")
    assert not mark.exists()
    assert [entry for entry in models() if entry.origin == "imported"] == []


def test_that_reading_that_takes_too_long_is_ended(tmp_path: Path, good: dict[str, bytes]) -> None:
    file = zips.written(tmp_path / "slow.zip", good)
    with pytest.raises(ArenaError, match=r"slow\.zip.*0 seconds"):
        import_model(file, env_id="CartPole-v1", seconds=0.0)


def test_that_a_sealed_process_can_begin_nothing(tmp_path: Path) -> None:
    code = (
        "import os, socket, subprocess, sys\n"
        "from agents.models.seal import Seal\n"
        "seal = Seal()\nseal.shut()\n"
        f"mark = {str(tmp_path / 'ran')!r}\n"
        "attempts = [lambda: open(mark, 'w'), lambda: os.system('touch ' + mark), lambda: __import__('wave'),\n"
        "    lambda: subprocess.run(['touch', mark]), lambda: exec('1'), lambda: eval('1'), lambda: os.mkdir(mark),\n"
        "    lambda: socket.socket(), lambda: os.remove(__file__ if '__file__' in globals() else mark)]\n"
        "refused = 0\n"
        "for attempt in attempts:\n"
        "    try:\n        attempt()\n"
        "    except PermissionError:\n        refused += 1\n"
        "print(refused, len(attempts), len(seal.broken) >= len(attempts))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=250)
    assert done.stdout.split() == ["9", "9", "True"], done.stderr
    assert not (tmp_path / "ran").exists()
