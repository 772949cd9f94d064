"""What is said when a moving picture has been made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agents.command_line.words import decimal, say, shown_path, whole


def told_of_film(file: Path, steps: int, totals: Sequence[float]) -> str:
    """Return the sentence that ends the making of a moving picture.

    Args:
        file: Where it lies.
        steps: Steps of all episodes.
        totals: Return, or raw score, of each.
    """
    if len(totals) == 1:
        return say("cli.done.gif", file=shown_path(file), steps=whole(steps), total=decimal(totals[0]))
    told = ", ".join(decimal(total) for total in totals)
    return say("cli.done.gifs", file=shown_path(file), episodes=len(totals), steps=whole(steps), totals=told)
