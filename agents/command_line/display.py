"""Whether a window can be opened here. Qt would end the process without a word we could choose."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Say whether there is a screen, or a Qt platform named that needs none (``QT_QPA_PLATFORM=offscreen``)."""
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
