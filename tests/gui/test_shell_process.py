"""The application as a process of its own: light, and closed in good order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

_OPEN = """
import json, sys
from PySide6.QtCore import QTimer
import gui.app, gui.main_window
def look(self, event, old=gui.main_window.MainWindow.showEvent):
    old(self, event)
    QTimer.singleShot(400, lambda: print(json.dumps(sorted(sys.modules)), flush=True))
gui.main_window.MainWindow.showEvent = look
sys.exit(gui.app.main([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_that_the_window_loads_no_learning_library_and_ctrl_c_closes_it_in_good_order(tmp_path: Path) -> None:
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "ARENA_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", _OPEN], cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        loaded = set(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=90)
        told = process.stderr.read()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
    assert code == 0, told
    assert "Traceback" not in told
    heavy = {"torch", "stable_baselines3", "numba", "gymnasium", "pygame", "ale_py", "scipy", "qtawesome"}
    assert not loaded & heavy
    assert (tmp_path / "window.json").is_file()
