"""Recorded moments on a plane, near each other where the network's last layer takes them for alike.

After figure 4 of Mnih et al. 2015, laid out along the two largest principal components.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 1_000

EVERY = 4
"""Every so many decisions one is put on the map."""

SEEN_AGAIN = 64
"""After other weights came, so many moments are looked at anew each time the map is shown."""

REFIT_POINTS = 16
"""The plane is laid anew after so many more points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A recorded moment with all that is shown of it, also when its game is long over.

    Attributes:
        game: Number of its game.
        step: Its decision.
        weights: Number of the weights that saw it.
        features: ``float32 [F]``.
        preferences: ``float32 [A]``.
        value: Of the situation.
        action: The action chosen there.
        score: Raw score by then.
        lives: Lives left.
        frame: Packed screen and its shape.
        observation: Packed input, its shape and dtype.
    """

    game: int
    step: int
    weights: int
    features: NDArray[np.float32]
    preferences: NDArray[np.float32]
    value: float
    action: int
    score: float
    lives: int
    frame: tuple[bytes, tuple[int, ...]]
    observation: tuple[bytes, tuple[int, ...], str]

    def screen(self) -> NDArray[np.uint8]:
        """Return the screen, ``uint8 [H, W, 3]``."""
        data, shape = self.frame
        return np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape)

    def input(self) -> NDArray[np.generic]:
        """Return what the network saw."""
        data, shape, kind = self.observation
        seen: NDArray[np.generic] = np.frombuffer(zlib.decompress(data), np.dtype(kind)).reshape(shape)
        return seen


def packed(array: NDArray[np.generic]) -> bytes:
    """Return an array's bytes, packed."""
    return zlib.compress(np.ascontiguousarray(array).tobytes(), 1)


class FeatureMap:
    """The last moments of this game and those before, and where they lie."""

    def __init__(self) -> None:
        self._points: deque[Point] = deque(maxlen=MOST_POINTS)
        self._shown: tuple[Point, ...] = ()
        self._places = np.zeros((0, 2), np.float32)
        self._values = np.zeros(0, np.float32)
        self._stale = False
        self._axes: NDArray[np.float64] | None = None
        self._middle: NDArray[np.float64] = np.zeros(0)
        self._fitted = 0
        self._added = 0

    def add(self, point: Point) -> None:
        """Put a moment on the map."""
        self._points.append(point)
        self._added += 1

    def forget(self, game: int, after: int) -> None:
        """Take away the moments of a game from a decision on: they are played otherwise now."""
        kept = [point for point in self._points if point.game != game or point.step < after]
        if len(kept) < len(self._points):
            self._points = deque(kept, maxlen=MOST_POINTS)

    def see_again(self, weights: int, see: Callable[[Point], Point]) -> None:
        """Have other weights look at moments that earlier ones saw, some at a time: their features mean something else.

        Args:
            weights: Number of the weights that play now.
            see: Returns a moment as they see it.
        """
        left = SEEN_AGAIN
        for place, point in enumerate(self._points):
            if point.weights != weights and left > 0:
                self._points[place] = see(point)
                left -= 1
        self._stale = left == 0
        if left < SEEN_AGAIN:
            self._fitted = -REFIT_POINTS

    def places(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return where the moments lie, ``float32 [T, 2]`` within −1 … 1, and their values ``float32 [T]``."""
        if self._stale and len(self._places):
            # Half of them as one network sees them and half as another would be no map at all.
            return self._places, self._values
        points = tuple(self._points)
        if len(points) < 3:
            self._shown = ()
            return np.zeros((0, 2), np.float32), np.zeros(0, np.float32)
        features = np.stack([point.features for point in points]).astype(np.float64)
        if self._axes is None or len(self._axes) != features.shape[1] or self._added - self._fitted >= REFIT_POINTS:
            self._lay(features)
        assert self._axes is not None
        places = (features - self._middle) @ self._axes
        largest = np.abs(places).max()
        self._shown = points
        self._values = np.array([point.value for point in points], np.float32)
        self._places = (places / largest if largest > 0 else places).astype(np.float32)
        return self._places, self._values

    def point(self, index: int) -> Point | None:
        """Return the moment of a row of the map last shown; ``None`` if there is no such row."""
        return self._shown[index] if 0 <= index < len(self._shown) else None

    def _lay(self, features: NDArray[np.float64]) -> None:
        self._middle = features.mean(axis=0)
        centered = features - self._middle
        # Only here: it takes a moment to load, and many never look at the map.
        from scipy.linalg import eigh

        size = centered.shape[1]
        _, vectors = eigh(centered.T @ centered, subset_by_index=(max(0, size - 2), size - 1))
        axes = vectors[:, ::-1]
        if size < 2:
            axes = np.concatenate((axes, np.zeros((size, 1))), axis=1)
        before = self._axes
        if before is not None and before.shape == axes.shape:
            # The plane may turn and flip freely; it is turned back onto the one shown before (orthogonal Procrustes).
            left, _, right = np.linalg.svd(axes.T @ before)
            axes = axes @ left @ right
        else:
            # An eigenvector's sign means nothing: its largest part points up.
            axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
        self._axes, self._fitted = axes, self._added
