"""Workers that were told to stop: they save and end in their own time, and the window does not wait for that."""

from __future__ import annotations

import threading

from agents.runtime.client import WorkerClient


class LeavingWorkers:
    """Lets workers go, and waits for them only where the window itself is going.

    Args:
        patience: Seconds a worker has to save and end by itself before it is killed; ``None`` for the usual time.
    """

    def __init__(self, patience: float | None = None) -> None:
        self._patience = () if patience is None else (patience,)
        self._longest = 8.0 if patience is None else patience + 5.0
        self._threads: list[threading.Thread] = []

    @property
    def gone(self) -> bool:
        """Whether there is none any more."""
        return not any(thread.is_alive() for thread in self._threads)

    def let_go(self, client: WorkerClient | None) -> None:
        """Stop a worker without waiting for it; ``None`` for none."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if client is not None:
            thread = threading.Thread(target=client.stop, args=self._patience, name="arena-leaving")
            thread.start()
            self._threads.append(thread)

    def wait(self) -> None:
        """Wait until all are gone."""
        for thread in self._threads:
            thread.join(self._longest)
        self._threads.clear()
