"""Whether a window can be opened here. Qt would end the process without a word we could choose."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Say whether there is a screen, or a Qt platform named that needs none (``QT_QPA_PLATFORM=offscreen``)."""
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def is_seen() -> bool:
    """Say whether somebody could see a window that is opened here."""
    return has_display() and os.environ.get("QT_QPA_PLATFORM", "") not in ("offscreen", "minimal")
