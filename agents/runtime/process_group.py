"""A process together with those it starts: somebody's code may start some, and none of them may outlive its run.

Who wants to escape can (by a session of its own); what is merely forgotten ends. Windows has no such groups.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def lead_group() -> None:
    """Be the first of a group; what this process starts from now on belongs to it."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)


def end_group(leader: int) -> None:
    """End what is left of a group, also after its leader is gone.

    Args:
        leader: Process number of who called :func:`lead_group`; one that never did has no group, and nothing happens.
    """
    if sys.platform != "win32" and leader > 0:
        with contextlib.suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


def exit_now() -> None:
    """End this process at once, whatever it is doing, and its group where it leads one."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
