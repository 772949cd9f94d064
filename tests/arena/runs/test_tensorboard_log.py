"""TensorBoard reads what we write, and its import stays where it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from arena.errors import RunError
from arena.runs.tensorboard_log import TensorBoardLog
from tests.arena.runs.run_samples import ROOT


def test_that_tensorboard_reads_the_curves_of_both_sessions_of_a_run(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with TensorBoardLog(tmp_path) as log:
        for step in range(50):
            log.scalars({"rollout/ep_rew_mean": -step / 4, "time/fps": np.float32(1e6)}, step * 10)
    with TensorBoardLog(tmp_path) as log:
        log.scalars({"rollout/ep_rew_mean": 7.0}, 500)
        log.flush()
        assert len(list(tmp_path.iterdir())) == 2
    read = EventAccumulator(str(tmp_path))
    read.Reload()
    assert sorted(read.Tags()["scalars"]) == ["rollout/ep_rew_mean", "time/fps"]
    points = [(event.step, event.value) for event in read.Scalars("rollout/ep_rew_mean")]
    first = [(step * 10, -step / 4) for step in range(50)]
    assert points in (first, [*first, (500, 7.0)])
    assert len(read.Scalars("time/fps")) == 50


def test_that_closing_twice_does_nothing(tmp_path: Path) -> None:
    log = TensorBoardLog(tmp_path / "made")
    log.close()
    log.close()
    assert len(list((tmp_path / "made").iterdir())) == 1


def test_that_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError):
        TensorBoardLog(tmp_path / "file" / "below")


def test_that_neither_torch_nor_tensorflow_nor_the_rest_of_runs_comes_along() -> None:
    code = (
        "import sys, arena.runs.run_folder, arena.runs.database, arena.runs.keyframe_file, arena.runs.locations\n"
        "assert not {'tensorboard', 'scipy'} & set(sys.modules)\n"
        "import arena.runs.tensorboard_log\n"
        "print({'torch', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr
