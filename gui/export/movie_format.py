"""Kinds of moving pictures: which can be written here, and what is needed for the others. No Qt, no Pillow loaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, kw_only=True)
class MovieLook:
    """How a moving picture is written.

    Attributes:
        format: One of :data:`FORMATS`.
        width: In pixels.
        height: In pixels.
        milliseconds: How long a frame is shown.
    """

    format: str
    width: int
    height: int
    milliseconds: int


FORMATS = ("gif", "webp", "mp4")
"""Endings of what can be written: the first anywhere, the last only with the package ``av``."""

MOST_FRAMES = 300
"""Frames of one moving picture at most: its writer holds all of them, and nobody watches longer."""

LINE = 40
"""Height of the line under the world, in pixels."""

LAST_MILLISECONDS = 1_000
"""The end stays at least so long before the picture begins again."""


def missing(format: str) -> str:
    """Return the translation key of why a format cannot be written here; empty if it can."""
    return "export.movie.no_mp4" if format == "mp4" and find_spec("av") is None else ""
