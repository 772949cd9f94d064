"""How fast a person can label: the real window on the two goals, a real worker, keys pressed and paintings timed.

    python benchmarks/labelling.py                      a key as soon as a pair is painted, then one every half second
    python benchmarks/labelling.py --task stay_left     in Breakout told as objects

The window is offscreen unless a screen is set. A key press is one of Qt's own, given to the page; the next pair is
there once both of its clips have been painted. A frame timer repaints the clips 60 times a second meanwhile, whether
anything changed or not, as in ``window_speed.py``; the gaps of the event loop are those between two calls of a timer
of 5 ms. Answers go by the true reward, so the reward model has something to learn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest

if TYPE_CHECKING:
    from gui.pages.prefer import PreferPage
    from gui.state.preference_state import Question

FRAME_MS, BEAT_MS = 16, 5

PACE_SECONDS = 0.5
"""Two answers a second: nobody who looks at clips is faster."""

BUDGET = 100_000
PATIENCE = 600.0
SETTLE_SECONDS = 3.0


class Paintings(QObject):
    """Notes which question the page had when each of the two screens was painted last.

    Args:
        page: The page.
    """

    def __init__(self, page: PreferPage) -> None:
        super().__init__()
        self._page = page
        self._screens = (page.pair.left, page.pair.right)
        self._painted: dict[QObject, Question | None] = {}
        for screen in self._screens:
            screen.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._painted[watched] = self._page._question
        return False

    def show_another(self, before: Question) -> bool:
        """Say whether both screens have shown the question after one."""
        now = self._page._question
        return now is not None and now is not before and all(self._painted.get(one) is now for one in self._screens)


class Sitting:
    """The window with the preference page, and what was measured of it.

    Args:
        name: Id of a shipped task.
    """

    def __init__(self, name: str) -> None:
        from gui.app import application, open_window
        from gui.pages.prefer import PreferPage
        from gui.settings_store import SettingsStore
        from gui.state.preference_tasks import task

        self.app = application()
        self.window = open_window(SettingsStore())
        page = self.window.page("prefer")
        assert isinstance(page, PreferPage)
        self.page, self.model = page, page.model
        page.task = task(name)
        self.window.show_page("prefer")
        self.answers = 0
        self.next_pair: list[float] = []
        self.until_used: list[float] = []
        self.waited = 0
        self.gaps: list[float] = []
        self.frames = 0
        self._pressed: list[float] = []
        self._last = 0.0
        self._paintings = Paintings(page)
        self._frame, self._beat = QTimer(), QTimer()
        for timer, act in ((self._frame, self._paint), (self._beat, self._note)):
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.timeout.connect(act)
        self.model.asked.connect(self._hear)

    def _paint(self) -> None:
        self.frames += 1
        self.page.pair.left.repaint()
        self.page.pair.right.repaint()

    def _note(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def _hear(self, _: object) -> None:
        fitted = self.model.known.fitted
        while fitted is not None and self._pressed and fitted.labels > self.answers - len(self._pressed):
            self.until_used.append(time.perf_counter() - self._pressed.pop(0))

    def until(self, done: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Let the event loop turn until something is so.

        Raises:
            TimeoutError: If it does not come to that.
        """
        end = time.perf_counter() + patience
        while not done():
            self.app.processEvents()
            if time.perf_counter() > end:
                raise TimeoutError(f"{self.model.state.phase}: {self.model.state.failure}")
            time.sleep(0.0005)

    def turn(self, seconds: float) -> None:
        """Let the event loop turn for so long."""
        end = time.perf_counter() + seconds
        self.until(lambda: time.perf_counter() >= end)

    def begin(self) -> None:
        """Wait for the first pairs."""
        self.until(lambda: self.model.known.question is not None)
        # As many as somebody may press here; the run asks no more by itself than it would.
        self.model.set_preference("label_budget", BUDGET)
        self.turn(SETTLE_SECONDS)

    def label(self, count: int, pace: float) -> float:
        """Answer so many pairs, each at the earliest so long after the last one; returns the seconds it took."""
        self.next_pair, self.until_used, self.gaps = [], [], []
        self.waited = self.frames = 0
        begun = self._last = time.perf_counter()
        self._frame.start(FRAME_MS)
        self._beat.start(BEAT_MS)
        for _ in range(count):
            due = time.perf_counter() + pace
            self._answer()
            self.turn(due - time.perf_counter())
        took = time.perf_counter() - begun
        self._frame.stop()
        self._beat.stop()
        self.until(lambda: not self._pressed)
        return took

    def _answer(self) -> None:
        question = self.model.known.question
        assert question is not None
        apart = float(question.left.rewards.sum() - question.right.rewards.sum())
        key = Qt.Key.Key_Up if abs(apart) < 1e-6 else Qt.Key.Key_Left if apart > 0 else Qt.Key.Key_Right
        pressed = time.perf_counter()
        QTest.keyClick(self.page.pair, key)
        self.answers += 1
        self._pressed.append(pressed)
        self.waited += self.model.known.question is None
        self.until(lambda: self._paintings.show_another(question))
        self.next_pair.append(time.perf_counter() - pressed)

    def close(self) -> None:
        """Close the window and everything it started."""
        self.window.close_now()


def _shown(values: Sequence[float]) -> str:
    ranked = sorted(values)
    p99 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    return f"median {statistics.median(ranked) * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms, slowest {ranked[-1] * 1e3:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", default="far_goal", help="id of a shipped task")
    parser.add_argument("--answers", type=int, default=120, help="of each of the two ways")
    given = parser.parse_args()
    os.environ["ARENA_HOME"] = tempfile.mkdtemp(prefix="arena-bench-")
    sitting = Sitting(given.task)
    try:
        sitting.begin()
        for pace in (0.0, PACE_SECONDS):
            took = sitting.label(given.answers, pace)
            print(f"an answer every {pace:g} s" if pace else "an answer as soon as a pair is painted")
            print(f"  {given.answers / took * 60:.0f} labels a minute; {sitting.waited} of them had to wait for a pair")
            print(f"  key to next pair painted: {_shown(sitting.next_pair)}")
            print(f"  answer to retrained model in use: {_shown(sitting.until_used)}")
            print(f"  {sitting.frames / took:.0f} frames/s; gap of the event loop: {_shown(sitting.gaps)}")
            print(f"  the run: {sitting.model.state.env_steps:,} steps so far", flush=True)
    finally:
        sitting.close()


if __name__ == "__main__":
    main()
