"""A lock that two processes cannot hold at once and that no dead process holds: the operating system lets go of it."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from pathlib import Path
from types import TracebackType

from arena.runs.safe_file import told_plainly

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        # Far behind the end of the file, so that others may still read what is in it.
        os.lseek(descriptor, 2**30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_HELD_BY_ANOTHER = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class FileLock:
    """An exclusive lock on a file made for the purpose; it is never removed, only let go of.

    A file system without locks (some network homes) lets everybody pass: better a run than none.

    Args:
        path: The lock file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor >= 0

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take the lock.

        Args:
            timeout: Seconds to wait for another holder.

        Returns:
            Whether it is held now.

        Raises:
            RunError: If the lock file cannot be opened.
        """
        if self.held:
            return True
        with told_plainly(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                taken = self._wait(descriptor, timeout)
            except BaseException:
                os.close(descriptor)
                raise
        if not taken:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        # Only for people who wonder; nothing reads it.
        with contextlib.suppress(OSError):
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        return True

    @staticmethod
    def _wait(descriptor: int, timeout: float) -> bool:
        until = time.monotonic() + timeout
        while True:
            try:
                _take(descriptor)
            except OSError as problem:
                if problem.errno in _NO_LOCKS_HERE:
                    return True
                if problem.errno not in _HELD_BY_ANOTHER:
                    raise
            else:
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(0.01)

    def release(self) -> None:
        """Let go of the lock; nothing happens where it is not held."""
        if self.held:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
