"""TensorBoard as a child of ours: started, waited for until it answers, ended with us. Nothing of it is loaded here."""

from __future__ import annotations

import http.client
import importlib.util
import json
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path

from agents.runtime.client import enter
from agents.tensorboard.guard import HOST
from arena.errors import RunError, UsageError
from arena.runs.safe_file import told_plainly

SERVER = "agents.tensorboard.server:serve"
PACKAGE = "tensorboard"

SECONDS = 90.0
"""So long it may take until it answers; on a busy machine loading it alone takes many seconds."""

_LOOK_SECONDS = 0.1


class TensorBoardChild:
    """One TensorBoard. It ends with :meth:`close`, and by itself when this process is gone, however that went.

    Args:
        folder: Folder of run folders; made where there is none.
        port: Wanted port; a free one is taken where it is busy, or 0.

    Raises:
        UsageError: If TensorBoard is not installed.
        RunError: If the folder cannot be made.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        if importlib.util.find_spec(PACKAGE) is None:
            raise UsageError("error.tensorboard.missing")
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True)
        context = multiprocessing.get_context("spawn")
        self._control, theirs = context.Pipe(duplex=True)
        self._process = context.Process(
            target=enter, args=(SERVER, theirs, str(folder), port), name="arena-tensorboard", daemon=True
        )
        self._process.start()
        # With our copy of its end closed, its death is an end of file here, and ours one there.
        theirs.close()
        self.port = 0

    @property
    def url(self) -> str:
        """Where it answers, empty before :meth:`wait` has returned."""
        return f"http://{HOST}:{self.port}/" if self.port else ""

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process.is_alive()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid or 0

    def wait(self, cancelled: Callable[[], bool] = lambda: False, seconds: float = SECONDS) -> bool:
        """Wait until it answers.

        Args:
            cancelled: Asked ten times a second; true ends the child.
            seconds: How long at most.

        Returns:
            Whether it answers; false if it was cancelled.

        Raises:
            RunError: If it ended, could not listen or did not answer in time; the child is closed then.
        """
        until = time.monotonic() + seconds
        port = 0
        while not cancelled():
            if not port:
                port = self._told_port()
            elif self._answers(port):
                self.port = port
                return True
            if not self.alive:
                self.close()
                raise RunError("error.tensorboard.died", problem=str(self._process.exitcode))
            if time.monotonic() > until:
                self.close()
                raise RunError("error.tensorboard.silent", seconds=f"{seconds:g}")
            time.sleep(_LOOK_SECONDS)
        self.close()
        return False

    def _told_port(self) -> int:
        try:
            if not self._control.poll():
                return 0
            told = json.loads(self._control.recv_bytes(2**16))
        except (EOFError, OSError):
            return 0
        if "problem" in told:
            self.close()
            raise RunError("error.tensorboard.died", problem=f"{told['problem']:.200}")
        return int(told["port"])

    def _answers(self, port: int) -> bool:
        # Asked directly: a proxy for other addresses must not be asked for this one.
        connection = http.client.HTTPConnection(HOST, port, timeout=2.0)
        try:
            connection.request("GET", "/data/environment")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def close(self) -> None:
        """End it."""
        self._control.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join(5.0)
