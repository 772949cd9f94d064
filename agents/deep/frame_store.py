"""Pictures of remembered steps, each stored once: a stack of four shares three with the next, and s′ is the next s.

100,000 steps of Atari take 0.75 GB in place of the 5.6 GB of two stacks a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SPARE = 16
"""One frame more than steps for every so many of them: a new game costs a frame of its own."""


class FrameStore:
    """The last T steps of N games: which frames make up s and s′ of each, and the frames.

    The frames of a game are numbered as they come; frame k lies in place k mod capacity. Where there are more new games
    than was thought, the capacity grows.

    Args:
        steps: T.
        games: N.
        shape: Of an observation, ``(stack, side, side)``.

    Attributes:
        seen: ``int64 [T, N, stack]``, numbers of the frames of s.
        then: ``int64 [T, N, stack]``, numbers of the frames of s′.
        count: ``int64 [N]``, frames numbered so far.
        frames: ``uint8 [N, capacity, side, side]``.
    """

    def __init__(self, steps: int, games: int, shape: tuple[int, ...]) -> None:
        self.steps = steps
        self.stack = shape[0]
        self.seen = np.zeros((steps, games, self.stack), np.int64)
        self.then = np.zeros((steps, games, self.stack), np.int64)
        self.count = np.zeros(games, np.int64)
        self.frames = np.zeros((games, capacity_for(steps, self.stack), *shape[1:]), np.uint8)
        self._newest: NDArray[np.uint8] | None = None
        self._newest_numbers = np.zeros((games, self.stack), np.int64)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.frames.nbytes + self.seen.nbytes + self.then.nbytes

    def put_seen(self, at: int, stacks: NDArray[np.uint8]) -> None:
        """Store s of a step.

        Args:
            at: Place of the step, 0 … T − 1; what lay there is forgotten.
            stacks: ``uint8 [N, stack, side, side]``.
        """
        if self._newest is None:
            known = np.zeros(len(stacks), np.bool_)
        else:
            known = (stacks == self._newest).reshape(len(stacks), -1).all(axis=1)
        for game, stack in enumerate(stacks):
            numbers = self._newest_numbers[game] if known[game] else self._numbered(at, game, stack)
            self.seen[at, game] = numbers

    def put_then(self, at: int, stacks: NDArray[np.uint8], before: NDArray[np.uint8]) -> None:
        """Store s′ of a step whose s is stored.

        Args:
            at: As for :meth:`put_seen`.
            stacks: ``uint8 [N, stack, side, side]``.
            before: What was given to :meth:`put_seen`.
        """
        shifted = (stacks[:, :-1] == before[:, 1:]).reshape(len(stacks), -1).all(axis=1)
        for game, stack in enumerate(stacks):
            if shifted[game]:
                kept = self.seen[at, game, 1:]
                newest = self._add(at, game, stack[-1])
                self.then[at, game] = (*kept, newest)
            else:
                self.then[at, game] = self._numbered(at, game, stack)
        self._newest = stacks.copy()
        self._newest_numbers = self.then[at].copy()

    def _numbered(self, at: int, game: int, stack: NDArray[np.uint8]) -> list[int]:
        numbers = [self._add(at, game, stack[0])]
        for older, picture in zip(stack, stack[1:], strict=False):
            numbers.append(numbers[-1] if np.array_equal(older, picture) else self._add(at, game, picture))
        return numbers

    def _add(self, at: int, game: int, picture: NDArray[np.uint8]) -> int:
        number = int(self.count[game])
        if number >= self.capacity and number - int(self.seen[(at + 1) % self.steps, game].min()) >= self.capacity:
            self.make_room(self.capacity + max(self.capacity // 4, 1))
        self.frames[game, number % self.capacity] = picture
        self.count[game] = number + 1
        return number

    @property
    def capacity(self) -> int:
        """Frames of a game there is room for."""
        return self.frames.shape[1]

    def make_room(self, capacity: int) -> None:
        """Let there be room for so many frames of a game, if there is less."""
        old = self.frames
        if capacity <= old.shape[1]:
            return
        self.frames = np.zeros((old.shape[0], capacity, *old.shape[2:]), np.uint8)
        for game, count in enumerate(self.count):
            kept = np.arange(max(int(count) - old.shape[1], 0), int(count))
            self.frames[game, kept % capacity] = old[game, kept % old.shape[1]]

    def hold(self, game: int, first: int, pictures: NDArray[np.uint8], count: int) -> None:
        """Put frames back into their places.

        Args:
            game: Whose they are.
            first: Number of the first.
            pictures: ``uint8 [k, side, side]``.
            count: Frames of that game numbered by then.
        """
        self.frames[game, np.arange(first, first + len(pictures)) % self.capacity] = pictures
        self.count[game] = count

    def stacks(self, numbers: NDArray[np.int64], games: NDArray[np.integer]) -> NDArray[np.uint8]:
        """Return observations, ``uint8 [B, stack, side, side]``.

        Args:
            numbers: ``[B, stack]``, rows of :attr:`seen` or :attr:`then`.
            games: ``[B]``.
        """
        found: NDArray[np.uint8] = self.frames[games[:, None], numbers % self.capacity]
        return found

    def forget_newest(self) -> None:
        """What comes next is not to be compared with what came last."""
        self._newest = None


def capacity_for(steps: int, stack: int) -> int:
    """Return how many frames of a game are made room for."""
    return steps + steps // SPARE + 2 * stack + 2


class Stacks:
    """Stands where SB3's replay buffer has its array of observations ``[T, N, …]``.

    Args:
        store: Where the frames lie.
        before: ``None`` for s; for s′ what stands for s.
    """

    def __init__(self, store: FrameStore, before: Stacks | None = None) -> None:
        self._store = store
        self._before = before
        self._given: NDArray[np.uint8] | None = None

    def __setitem__(self, at: int, stacks: NDArray[np.uint8]) -> None:
        if self._before is None:
            self._store.put_seen(at, stacks)
            self._given = stacks
        else:
            assert self._before._given is not None
            self._store.put_then(at, stacks, self._before._given)

    def __getitem__(self, key: tuple[Any, ...]) -> NDArray[np.uint8]:
        numbers = self._store.seen if self._before is None else self._store.then
        return self._store.stacks(numbers[key[0], key[1]], np.asarray(key[1]))
