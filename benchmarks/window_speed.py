"""Training flat out with the window open against headless, in alternating pairs; and how long the window ever stalled.

Run: ``python benchmarks/window_speed.py [--pairs 5] [--seconds 6]``. Both sides are the same worker process; on one
side the real window is shown (offscreen unless a screen is set), its Lab paints and asks for views. A frame timer
repaints the stage 60 times a second, whether anything changed or not. The event loop's gaps are measured with a timer
of 5 ms: a gap is the time between two of its calls.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import SPEED_MAXIMUM, Metrics, PhaseChanged, Run

SETTLE_SECONDS = 1.0
"""Left out at the beginning of each measurement: the first burst of episodes and window painting."""

FRAME_MS = 16


def headless(seconds: float) -> float:
    """Return steps/s of a worker nobody looks at."""
    spec = RunSpec(env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, agent="q_learning", speed=SPEED_MAXIMUM)
    client = WorkerClient.start(spec)
    seen: list[tuple[float, int]] = []
    try:
        while not any(isinstance(m, PhaseChanged) and m.phase == "paused" for m in client.poll()):
            time.sleep(0.01)
        client.send(Run())
        started = time.monotonic()
        while time.monotonic() - started < SETTLE_SECONDS + seconds:
            time.sleep(0.02)
            steps = [m.env_steps for m in client.poll() if isinstance(m, Metrics)]
            if steps and time.monotonic() - started > SETTLE_SECONDS:
                seen.append((time.monotonic(), steps[-1]))
    finally:
        client.stop(timeout=10.0)
    return (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])


class Watched:
    """The real window with the first scene, run flat out and measured."""

    def __init__(self) -> None:
        from gui.app import application, open_window
        from gui.pages.lab import LabPage
        from gui.settings_store import SettingsStore
        from gui.state.scene import SCENES

        self.app = application()
        self.window = open_window(SettingsStore())
        self.window.open_scene(SCENES[0])
        lab = self.window.page("lab")
        assert isinstance(lab, LabPage)
        self.stage, self.model = lab.stage, lab.model
        self.gaps: list[float] = []
        self.frames = 0
        self._last = 0.0
        self._beat = QTimer()
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._note)
        self._frame = QTimer()
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._paint)

    def _note(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def _paint(self) -> None:
        self.frames += 1
        self.stage.repaint()

    def turn(self, seconds: float) -> None:
        """Let the event loop run for so long."""
        # Not app.quit(): that asks every window to close first.
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def speed(self, seconds: float) -> float:
        """Return steps/s with the window open; gaps of the event loop are collected on the way."""
        while self.model.state.phase != "paused":
            self.turn(0.05)
        self.turn(3.0)  # the spare worker loads its libraries meanwhile
        self.model.set_speed(SPEED_MAXIMUM)
        self.model.run()
        self._frame.start(FRAME_MS)
        self.turn(SETTLE_SECONDS)
        self._last = time.perf_counter()
        self._beat.start(5)
        self.frames = 0
        before, steps = time.monotonic(), self.model.state.env_steps
        self.turn(seconds)
        after, done = time.monotonic(), self.model.state.env_steps - steps
        self._beat.stop()
        self._frame.stop()
        self.frames = round(self.frames / (after - before))
        self.model.pause()
        self.turn(0.5)
        return done / (after - before)

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
        print(
            f"pair {pair + 1}: headless {alone / 1e6:.2f} M steps/s, window {seen / 1e6:.2f} M steps/s"
            f" at {watched.frames} frames/s"
        )
    gaps.sort()
    print(f"window / headless: median {statistics.median(ratios):.1%} of {given.pairs} pairs")
    print(f"event-loop gap: p99 {gaps[int(len(gaps) * 0.99)] * 1e3:.1f} ms, max {gaps[-1] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
