"""Every test has a library of its own; what needs the libraries of the extra ``deep`` is left out without them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

_NEED_TORCH = [
    "test_store.py",
    "test_train_on.py",
    "test_import*.py",
    "test_sb3*.py",
    "test_from_run.py",
    "test_playing.py",
]

collect_ignore_glob = [] if find_spec("torch") and find_spec("stable_baselines3") else _NEED_TORCH

if find_spec("torch"):
    import torch

    # Two threads that wait for each other at every layer are slower than one where tests run beside each other.
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Arena's own folder, empty."""
    place = tmp_path / "home"
    monkeypatch.setenv("ARENA_HOME", str(place))
    return place
