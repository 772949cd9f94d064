"""From process start to a window that answers; what the window's process weighs, and what it has not loaded.

Run: ``python benchmarks/start_up.py [--times 7]``. A child starts the app as ``arena`` does; "usable" is when the first
picture has been painted and a timer posted after it has come back through the event loop. Offscreen unless a screen is
set; disk caches are warm after the first, uncounted start.
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
from pathlib import Path
from gui.app import application, open_window
from gui.settings_store import SettingsStore
from PySide6.QtCore import QTimer
app = application()
window = open_window(SettingsStore())
def tell():
    status = Path('/proc/self/status')
    lines = status.read_text().splitlines() if status.exists() else []
    rss = next((line.split()[1] for line in lines if line.startswith('VmRSS')), '0')
    names = ('torch', 'stable_baselines3', 'numba', 'gymnasium', 'pygame', 'ale_py', 'scipy', 'tensorboard')
    loaded = [name for name in names if name in sys.modules]
    print(time.time(), int(rss) / 1024, ','.join(loaded) or 'none', flush=True)
    app.quit()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, tell))
app.exec()
window.close_now()
"""


def once() -> tuple[float, float, str]:
    """Start the window once; return seconds, MiB resident, and learning libraries loaded."""
    home = tempfile.mkdtemp(prefix="arena-start-")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ARENA_HOME": home,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "" if "DISPLAY" in os.environ else "offscreen"),
    }
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, env=environment, check=True, timeout=60
    )
    usable, memory, loaded = done.stdout.split()
    return float(usable) - started, float(memory), loaded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    once()
    seen = [once() for _ in range(given.times)]
    print(f"start to usable window: median {statistics.median(s for s, _, _ in seen):.2f} s of {given.times}")
    print(f"window process: {max(m for _, m, _ in seen):.0f} MiB resident; learning libraries loaded: {seen[-1][2]}")


if __name__ == "__main__":
    main()
