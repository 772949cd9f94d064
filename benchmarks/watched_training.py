"""PPO on Breakout's pixels with the window open, curve and live game shown, against headless, in alternating pairs.

Run: ``python benchmarks/watched_training.py [--pairs 3] [--updates 6]``. Both sides are the same worker; on one side
the arcade's train page is shown (offscreen unless a screen is set) and a second process plays the newest weights in
real time. A side's speed is taken between two ends of a rollout. Prints the window's memory and its event loop's gaps.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import PhaseChanged, Run
from arena.protocol.training_messages import TrainingProgress

GAME = "BreakoutNoFrameskip-v4"
ROLLOUT = 1_024


class Stopwatch:
    """Takes the time between the first full rollout and the last.

    Args:
        updates: How many rollouts are measured.
    """

    def __init__(self, updates: int) -> None:
        self._updates = updates
        self._marks: dict[int, float] = {}

    def take(self, env_steps: int) -> bool:
        """Note where the run stands; whether all has been measured."""
        self._marks.setdefault(env_steps // ROLLOUT, time.monotonic())
        return max(self._marks) >= 2 + self._updates

    @property
    def speed(self) -> float:
        """Steps per second."""
        return self._updates * ROLLOUT / (self._marks[2 + self._updates] - self._marks[2])


def headless(updates: int) -> float:
    """Return steps/s of a worker nobody looks at."""
    client = WorkerClient.start(RunSpec(env_id=GAME, agent="ppo", seed=1))
    watch = Stopwatch(updates)
    try:
        while not any(isinstance(m, PhaseChanged) and m.phase == "paused" for m in client.poll()):
            time.sleep(0.01)
        client.send(Run())
        while not any(watch.take(m.env_steps) for m in client.poll() if isinstance(m, TrainingProgress)):
            time.sleep(0.02)
    finally:
        client.stop(timeout=30.0)
    return watch.speed


class Watched:
    """The real window on the arcade's train page."""

    def __init__(self) -> None:
        from gui.app import application, open_window
        from gui.pages.arcade import ArcadePage
        from gui.settings_store import SettingsStore

        self.app = application()
        self.window = open_window(SettingsStore())
        self.window.resize(1280, 800)
        page = self.window.page("arcade")
        assert isinstance(page, ArcadePage)
        self.training = page.training
        self.training.env_id, self.training.agent = GAME, "ppo"
        self.training.begin(GAME, "ppo", {}, device="auto", seed=1)
        page.show_mode("train")
        self.window.show_page("arcade")
        self.gaps: list[float] = []
        self._last = 0.0
        self._beat = QTimer()
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._note)

    def _note(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def turn(self, seconds: float) -> None:
        """Let the event loop run for so long."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def speed(self, updates: int) -> float:
        """Return steps/s while curve and live game are shown."""
        model, live = self.training.model, self.training.live
        while model.state.phase != "paused" or live.state.array("frame") is None:
            self.turn(0.1)
        model.run()
        watch = Stopwatch(updates)
        self.turn(1.0)
        self._last = time.perf_counter()
        self._beat.start(5)
        while not watch.take(model.state.env_steps):
            self.turn(0.1)
        self._beat.stop()
        assert live.state.phase == "running", "the live game was not shown"
        return watch.speed

    def close(self) -> None:
        """Close the window and everything it started."""
        self.window.close_now()
        self.turn(0.3)
        WorkerClient.drop_spare()


def resident() -> float:
    """Return MiB of this process, which is the window's, in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--updates", type=int, default=6)
    given = parser.parse_args()
    os.environ["ARENA_HOME"] = tempfile.mkdtemp(prefix="arena-bench-")
    ratios, gaps, memory = [], [], 0.0
    for pair in range(given.pairs):
        alone = headless(given.updates)
        watched = Watched()
        seen = watched.speed(given.updates)
        memory = max(memory, resident())
        gaps += watched.gaps
        watched.close()
        ratios.append(seen / alone)
        print(f"pair {pair + 1}: headless {alone:.0f} steps/s, watched {seen:.0f} steps/s", flush=True)
    gaps.sort()
    print(f"watched / headless: median {statistics.median(ratios):.1%} of {given.pairs} pairs")
    print(f"window: {memory:.0f} MiB; event-loop gap p99 {gaps[int(len(gaps) * 0.99)] * 1e3:.1f} ms, "
          f"max {gaps[-1] * 1e3:.1f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
