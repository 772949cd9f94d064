"""Curves that grow while a network trains, and what a run's table says of their past."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TAGS: Mapping[str, str] = {
    "entropy": "entropy",
    "approx_kl": "train/approx_kl",
    "clip_fraction": "train/clip_fraction",
    "explained_variance": "train/explained_variance",
}
"""Columns of ``progress.csv`` and the tags they stand for."""

MOST_POINTS = 4_000


class GrowingCurve:
    """Points in the order of the clock; of very many every second one is left out, again and again.

    Args:
        width: Numbers of a point; the first is ``env_steps``.
    """

    def __init__(self, width: int) -> None:
        self._points = np.zeros((256, width))
        self._count = 0

    def add(self, point: tuple[float, ...]) -> None:
        """Add a point; those at or after its clock are forgotten: the run went back."""
        while self._count and self._points[self._count - 1, 0] >= point[0]:
            self._count -= 1
        if self._count == MOST_POINTS:
            half = self._points[: self._count : 2].copy()
            self._points[: len(half)] = half
            self._count = len(half)
        if self._count == len(self._points):
            self._points = np.concatenate([self._points, np.zeros_like(self._points)])
        self._points[self._count] = point
        self._count += 1

    @property
    def points(self) -> NDArray[np.float64]:
        """All of them, ``float64 [N, width]``; a copy, since going back writes over what was."""
        return self._points[: self._count].copy()


def recorded_curves(folder: str) -> dict[str, GrowingCurve]:
    """Return the curves of a run's past by tag, from its ``progress.csv``; what cannot be read is left out.

    Args:
        folder: Run folder.
    """
    found: dict[str, GrowingCurve] = {}
    try:
        with (Path(folder) / "progress.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                _take(found, row)
    except (OSError, UnicodeDecodeError, csv.Error):
        return found
    return found


def _take(found: dict[str, GrowingCurve], row: Mapping[str, str | None]) -> None:
    try:
        steps = float(row["env_steps"] or "")
    except (KeyError, ValueError):
        return
    for column, tag in TAGS.items():
        try:
            value = float(row.get(column) or "")
        except ValueError:
            continue
        if math.isfinite(value):
            found.setdefault(tag, GrowingCurve(2)).add((steps, value))
