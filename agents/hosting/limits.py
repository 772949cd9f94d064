"""How much memory a process that runs somebody's code may take: asking for more fails there, not on the machine.

Linux keeps to it. macOS accepts the wish and does not keep to it, Windows knows none: :func:`limit_memory` says so.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

USUAL_BYTES = 2 * 2**30
"""What an agent may take beyond what its process has already."""


def limit_memory(more: int = USUAL_BYTES) -> bool:
    """Let this process take at most so many bytes more than it has now.

    Args:
        more: Bytes.

    Returns:
        Whether the system will see to it.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    used = _address_space()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + more
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    try:
        # The soft limit only: a process that has hit it may still give itself room to save.
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (OSError, ValueError):
        return False
    return True


def relax_memory() -> None:
    """Take the limit back: whoever hit it has been let go of, and what was learned is still to be saved."""
    if sys.platform.startswith("linux"):
        import resource

        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    import resource

    return pages * resource.getpagesize()
