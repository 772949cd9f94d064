"""Jobs taken by as many threads as there are cores: compiled loops release the interpreter's lock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

LISTENING_SECONDS = 0.05
"""How long a wish to stop may lie unheard between jobs."""

Job = Callable[[], None]


class Work:
    """Jobs that threads take one after the other.

    Args:
        jobs: Made one at a time, when a thread is free.

    Attributes:
        stopped: Whether somebody stopped it before its end.
        halt: Set when no more jobs are to be taken, and for jobs to look at.
        lock: Held while a job is taken; jobs may hold it while they write down what they found.
    """

    def __init__(self, jobs: Iterator[Job]) -> None:
        self.stopped = False
        self.halt = threading.Event()
        self.lock = threading.Lock()
        self._jobs = jobs

    def run(self, *, changed: Callable[[], None], stopped: Callable[[], bool], threads: int | None = None) -> None:
        """Do all jobs.

        Args:
            changed: Called in this thread some twenty times a second, and at the end.
            stopped: Asked as often whether to stop.
            threads: How many at a time; one for each core where not given.
        """
        many = threads or os.cpu_count() or 1
        with ThreadPoolExecutor(many, thread_name_prefix="seed") as pool:
            waiting = {pool.submit(self._go_on) for _ in range(many)}
            try:
                while waiting:
                    done, waiting = wait(waiting, LISTENING_SECONDS, FIRST_COMPLETED)
                    for each in done:
                        each.result()
                    if stopped() and waiting:
                        self.stopped = True
                        self.halt.set()
                    changed()
            finally:
                self.halt.set()

    def _go_on(self) -> None:
        try:
            while not self.halt.is_set():
                with self.lock:
                    job = next(self._jobs, None)
                if job is None:
                    return
                job()
        except BaseException:
            self.halt.set()
            raise
