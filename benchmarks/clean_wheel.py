"""Build the wheel, install it into a clean environment outside the checkout and use it as a stranger would.

    python benchmarks/clean_wheel.py

Runs `arena --version`, `arena list envs`, 1,000 steps of training, and opens the window offscreen until it has shown
itself. Only the standard library is needed; what the wheel needs is fetched with the tested versions.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
TRAIN = "train --algo q_learning --env Arena/GridWorld-v0 --env-kwargs map:cliff -n 1000 --seed 0 -f runs".split()  # noqa: SIM905

# Opens the app as `arena` does, and leaves once its event loop has turned with the window shown.
OPEN = """
import sys, threading, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
def leave():
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    print("window:", shown[0].windowTitle(), shown[0].width(), "x", shown[0].height())
    QApplication.exit(0)
def patched(*arguments):
    QTimer.singleShot(1500, leave)
    return original(*arguments)
original, QApplication.exec = QApplication.exec, staticmethod(patched)
from agents.command_line.main import main
sys.exit(main([]))
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", ARENA_HOME=str(folder / "home"))
        environment.update(ARENA_CACHE=str(folder / "kernels"), PIP_CONSTRAINT=str(ROOT / "constraints.txt"))
        environment.pop("PYTHONPATH", None)
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        programs = folder / "venv" / ("Scripts" if WINDOWS else "bin")
        python, arena = str(programs / "python"), str(programs / "arena")
        steps = {
            "build": [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
            "install": [python, "-m", "pip", "install", "--quiet", "--find-links", str(folder), "arena-lab"],
            "arena --version": [arena, "--version"],
            "arena list envs": [arena, "list", "envs"],
            "arena train": [arena, *TRAIN],
            "arena": [python, "-c", OPEN],
        }
        for title, command in steps.items():
            begun = time.perf_counter()
            done = subprocess.run(command, cwd=folder, env=environment)
            print(f"== {title}: exit code {done.returncode}, {time.perf_counter() - begun:.1f} s", flush=True)
            if done.returncode != 0:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
