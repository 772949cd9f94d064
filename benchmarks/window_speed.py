"""Training flat out with the window open against headless, in alternating pairs; and how long the window ever stalled.

Run: ``python benchmarks/window_speed.py [--pairs 5] [--seconds 6]``. Both sides are the same worker process; on one side
the real window is shown (offscreen unless a screen is set), its Lab paints at 60 frames/s and asks for views. The event
loop's gaps are measured with a timer of zero interval.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import SPEED_MAXIMUM, Metrics, Pause, PhaseChanged, Run

SETTLE_SECONDS = 1.0
"""Left out at the beginning of each measurement: the first burst of episodes and window painting."""


def headless(seconds: float) -> float:
    """Return steps/s of a worker nobody looks at."""
    client = WorkerClient.start(_spec())
    seen: list[tuple[float, int]] = []
    try:
        while not any(isinstance(m, PhaseChanged) and m.phase == "paused" for m in client.poll()):
            time.sleep(0.01)
        client.send(Run())
        started = time.monotonic()
        while time.monotonic() - started < SETTLE_SECONDS + seconds:
            time.sleep(0.05)
            for message in client.poll():
                if isinstance(message, Metrics) and time.monotonic() - started > SETTLE_SECONDS:
                    seen.append((time.monotonic(), message.env_steps))
        client.send(Pause())
    finally:
        client.stop(timeout=10.0)
    return (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])


def _spec() -> RunSpec:
    return RunSpec(env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, agent="q_learning", speed=SPEED_MAXIMUM)


class Watched:
    """The real window with the first scene, run flat out and measured."""

    def __init__(self) -> None:
        from gui.app import application, open_window
        from gui.settings_store import SettingsStore
        from gui.state.scene import SCENES

        self.app = application()
        self.window = open_window(SettingsStore())
        self.window.open_scene(SCENES[0])
        self.lab = self.window.page("lab")
        self.model = self.lab.model  # type: ignore[attr-defined]
        self.gaps: list[float] = []
        self.frames = 0

    def turn(self, seconds: float) -> None:
        """Let the event loop run for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.0005)

    def speed(self, seconds: float) -> float:
        """Return steps/s with the window open; gaps of the event loop are collected on the way."""
        while self.model.state.phase != "paused":
            self.turn(0.05)
        self.model.set_speed(SPEED_MAXIMUM)
        self.model.run()
        last = time.perf_counter()

        def beat() -> None:
            nonlocal last
            now = time.perf_counter()
            self.gaps.append(now - last)
            last = now

        QTimer.singleShot(round(SETTLE_SECONDS * 1000), lambda: timer.start(0))
        timer = QTimer()
        timer.timeout.connect(beat)
        marks: list[tuple[float, int]] = []

        def note() -> None:
            marks.append((time.monotonic(), self.model.state.env_steps))

        def begin() -> None:
            nonlocal last
            last = time.perf_counter()
            note()

        QTimer.singleShot(round(SETTLE_SECONDS * 1000), begin)
        QTimer.singleShot(round((SETTLE_SECONDS + seconds) * 1000), note)
        QTimer.singleShot(round((SETTLE_SECONDS + seconds) * 1000) + 50, QApplication.quit)
        self.app.exec()
        timer.stop()
        self.model.pause()
        self.turn(0.5)
        return (marks[1][1] - marks[0][1]) / (marks[1][0] - marks[0][0])

    def close(self) -> None:
        """Close the window and everything it started."""
        self.window.close_now()
        self.turn(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0)
    given = parser.parse_args()
    os.environ["ARENA_HOME"] = tempfile.mkdtemp(prefix="arena-bench-")
    ratios, gaps = [], []
    for pair in range(given.pairs):
        alone = headless(given.seconds)
        watched = Watched()
        seen = watched.speed(given.seconds)
        gaps += watched.gaps
        watched.close()
        ratios.append(seen / alone)
        print(f"pair {pair + 1}: headless {alone / 1e6:.2f} M steps/s, window {seen / 1e6:.2f} M steps/s")
    gaps.sort()
    print(f"window / headless: median {statistics.median(ratios):.1%} of {given.pairs} pairs")
    print(f"event-loop gap: p99 {gaps[int(len(gaps) * 0.99)] * 1e3:.1f} ms, max {gaps[-1] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
