"""Close the window at random moments and look for orphans (Linux).

Run: ``python benchmarks/close_window.py [--times 50]``. Each time the real window opens a scene offscreen, learns at a
random speed and is closed after a random time: as a person does (the question answered with yes), or its process gets
SIGTERM, SIGINT or SIGKILL. Orphans are processes that still carry that window's ``ARENA_HOME`` eight seconds later.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHILD = """
import sys
from gui.app import application, open_window
from gui.faults import Interrupts
from gui.settings_store import SettingsStore
from gui.state.scene import SCENES
from PySide6.QtCore import QTimer
def main():
    speed, seconds = float(sys.argv[1]), float(sys.argv[2])
    app = application()
    opened = []
    with Interrupts(lambda: [window.close_now() for window in opened]):
        begin(app, opened, speed, seconds)
def begin(app, opened, speed, seconds):
    window = open_window(SettingsStore())
    opened.append(window)
    window.open_scene(SCENES[int(sys.argv[3])])
    lab = window.page('lab')
    def go(state):
        if state.phase == 'paused' and state.env_steps == 0:
            lab.model.set_speed(speed)
            lab.model.run()
    lab.model.changed.connect(go)
    if seconds > 0:
        QTimer.singleShot(round(seconds * 1000), window.close_now)
    app.exec()
if __name__ == '__main__':
    main()
"""


def left_over(home: str) -> list[int]:
    """Return the processes that carry this home in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"ARENA_HOME={home}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def once(luck: random.Random, script: Path) -> tuple[str, float, list[int]]:
    """Open and close one window; return how, how long until all was gone, and what was left."""
    home = tempfile.mkdtemp(prefix="arena-close-")
    how = luck.choice(("close", "close", "SIGTERM", "SIGINT", "SIGKILL"))
    seconds = luck.uniform(0.05, 3.0)
    arguments = [
        str(luck.choice((0.0, 4.0, 60.0, -1.0))),
        str(seconds if how == "close" else 0),
        str(luck.randrange(6)),
    ]
    window = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        env={**os.environ, "ARENA_HOME": home, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.DEVNULL,
    )
    if how != "close":
        time.sleep(0.6 + seconds)
        window.send_signal(getattr(signal, how))
    ended = time.monotonic()
    window.wait(60)
    ended = max(ended, time.monotonic())
    while left_over(home) and time.monotonic() - ended < 8.0:
        time.sleep(0.05)
    gone = time.monotonic() - ended
    left = left_over(home)
    for number in left:
        os.kill(number, signal.SIGKILL)
    return how, gone, left


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    given = parser.parse_args()
    luck = random.Random(0)
    counts: dict[str, int] = {}
    orphans, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "window.py"
        script.write_text(CHILD, encoding="utf-8")
        for _ in range(given.times):
            how, gone, left = once(luck, script)
            counts[how] = counts.get(how, 0) + 1
            orphans += len(left)
            slowest = max(slowest, gone)
    print(
        f"{given.times} windows closed {counts}: {orphans} orphans; last worker gone {slowest:.1f} s after its window"
    )


if __name__ == "__main__":
    main()
