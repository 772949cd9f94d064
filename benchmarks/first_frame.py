"""From the start of ``arena enjoy ppo-breakout`` to the first picture of its game in the window.

Run: ``python benchmarks/first_frame.py [--model ppo-breakout] [--times 5]``. A child opens the window as ``arena
enjoy`` does (offscreen unless a screen is set); the clock runs from before its process begins until the game has been
painted. The first start, with a cold disk, is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHILD = """
import sys, time
from agents.command_line.trained_network import network_folder
from gui.app import application, open_window
from gui.settings_store import SettingsStore
from PySide6.QtCore import QTimer

if __name__ == "__main__":
    app = application()
    window = open_window(SettingsStore())
    window.watch_model(str(network_folder(sys.argv[1])))
    page = window.page("arcade")
    def look():
        if page.model.state.failure:
            sys.exit(str(page.model.state.failure))
        if page.model.state.array("frame") is None:
            return
        timer.stop()
        page.watch.repaint()
        print(time.time(), page.model.state.array("preferences") is not None, flush=True)
        app.quit()
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)
    app.exec()
    window.close_now()
"""


def once(model: str) -> float:
    """Return seconds from start to picture."""
    with tempfile.TemporaryDirectory(prefix="arena-first-") as home:
        child = Path(home) / "child.py"
        child.write_text(CHILD, "utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ARENA_HOME": home,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "" if "DISPLAY" in os.environ else "offscreen"),
        }
        began = time.time()
        done = subprocess.run(
            [sys.executable, str(child), model],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
            timeout=120,
        )
        return float(done.stdout.split()[0]) - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="ppo-breakout")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    once(given.model)
    seconds = [once(given.model) for _ in range(given.times)]
    print(f"{given.model}: first picture after {statistics.median(seconds):.2f} s "
          f"(median of {given.times}, {min(seconds):.2f}-{max(seconds):.2f})")  # fmt: skip


if __name__ == "__main__":
    main()
