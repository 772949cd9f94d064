"""The last steps of every game, and clips cut out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.places import Place
from agents.preference.labelled_clips import Batch
from agents.preference.reward_network import OVER
from arena.preferences.clip import Clip

_ENDED, _CUT = 1, 2


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Where N clips lie in the memory.

    Attributes:
        slots: Which of the games played at once, ``int64 [N]``.
        starts: Row of the first step, ``int64 [N]``.
        steps: How many steps were played, ``int64 [N]``.
        rests: How many steps of standing still come after them, ``int64 [N]``.
    """

    slots: NDArray[np.int64]
    starts: NDArray[np.int64]
    steps: NDArray[np.int64]
    rests: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.slots)


class RecentSteps:
    """The last steps of N games: what was seen, what was done, and what the game paid for it.

    Args:
        place: Where.
        games: N.
        rows: Steps kept of each game.
        rests: Whether a clip goes on after the end of its game, standing still.
    """

    def __init__(self, place: Place, games: int, rows: int, *, rests: bool) -> None:
        self.place = place
        self.rests = rests
        self.rows = rows
        shape = place.observation_space.shape
        dtype: Any = np.int64 if place.kind == "states" else place.observation_space.dtype
        self._seen = np.zeros((rows, games, *(shape or ())), dtype)
        self._acted = np.zeros((rows, games), np.int64)
        self._paid = np.zeros((rows, games), np.float32)
        self._ends = np.zeros((rows, games), np.uint8)
        self._clock = np.zeros(rows, np.int64)
        self._last: dict[tuple[int, int], Any] = {}
        self._next = 0
        self._count = 0

    def __len__(self) -> int:
        """Steps held, of all games together."""
        return self._count * self._acted.shape[1]

    def add(
        self,
        seen: NDArray[Any],
        acted: NDArray[np.int64],
        paid: NDArray[Any],
        ended: NDArray[np.bool_],
        cut: NDArray[np.bool_],
        last: Sequence[Any],
        clock: int,
    ) -> None:
        """Take in a step of all games.

        Args:
            seen: Observations before the step, ``[N, …]``.
            acted: Actions.
            paid: True rewards.
            ended: Games that were over with it.
            cut: Games that were cut off at their step limit.
            last: What was seen last, where a game ended.
            clock: ``env_steps`` before it.
        """
        row = self._next
        for slot in np.flatnonzero(self._ends[row] == _ENDED):
            self._last.pop((row, int(slot)), None)
        self._seen[row], self._acted[row], self._paid[row] = seen, acted, paid
        self._ends[row] = np.where(ended, _ENDED, np.where(cut, _CUT, 0))
        self._clock[row] = clock
        for slot in np.flatnonzero(ended):
            self._last[row, int(slot)] = np.array(last[int(slot)], copy=True)
        self._next = (row + 1) % self.rows
        self._count = min(self._count + 1, self.rows)

    def forget(self) -> None:
        """Begin anew: other games are played from here on."""
        self._next = self._count = 0
        self._ends[:] = 0
        self._last.clear()

    # ── cutting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _order(self) -> NDArray[np.int64]:
        first = (self._next - self._count) % self.rows
        return (first + np.arange(self._count)) % self.rows

    def windows(self, wanted: int, steps: int, luck: np.random.Generator) -> Windows:
        """Draw clips: pieces of one game of exactly ``steps`` steps, shorter only where a whole game is.

        Args:
            wanted: How many; fewer come back where there are not so many.
            steps: T.
            luck: Draws.
        """
        order = self._order()
        count, games = self._count, self._acted.shape[1]
        empty = np.zeros(0, np.int64)
        if not count:
            return Windows(slots=empty, starts=empty, steps=empty, rests=empty)
        ends = self._ends[order]
        rows = np.arange(count)[:, None]
        # Row of the last step of the game each step belongs to; the newest game is not over yet.
        marks = np.where(ends > 0, rows, count)
        last = np.minimum.accumulate(marks[::-1], axis=0)[::-1]
        over = np.take_along_axis(np.vstack((ends, np.zeros((1, games), np.uint8))), last, axis=0) == _ENDED
        left = np.minimum(last, count - 1) - rows + 1
        # The oldest row held is the beginning of a game only if none was dropped before it.
        begins = np.vstack((np.full((1, games), count < self.rows), ends[:-1] > 0))
        whole = left >= steps
        resting = (over & (left < steps)) if self.rests else np.zeros_like(whole)
        short = begins & (left < steps) & (last < count) & ~resting
        usable = np.argwhere(whole | resting | short)
        if not len(usable):
            return Windows(slots=empty, starts=empty, steps=empty, rests=empty)
        chosen = usable[np.sort(luck.permutation(len(usable))[:wanted])]
        chosen = chosen[luck.permutation(len(chosen))]
        row, slot = chosen[:, 0], chosen[:, 1]
        played = np.minimum(left[row, slot], steps)
        return Windows(
            slots=slot,
            starts=order[row],
            steps=played,
            rests=np.where(resting[row, slot], steps - played, 0),
        )

    def batch(self, windows: Windows) -> Batch:
        """Return clips as tensors."""
        length = int((windows.steps + windows.rests).max())
        at = np.arange(length)
        played = at < windows.steps[:, None]
        counted = at < (windows.steps + windows.rests)[:, None]
        rows = (windows.starts[:, None] + np.minimum(at, windows.steps[:, None] - 1)) % self.rows
        slots = windows.slots[:, None]
        observations = self._seen[rows, slots]
        for index in np.flatnonzero(windows.rests):
            row = (windows.starts[index] + windows.steps[index] - 1) % self.rows
            observations[index, windows.steps[index] :] = self._last[int(row), int(windows.slots[index])]
        return Batch(
            observations=torch.from_numpy(observations),
            actions=torch.from_numpy(np.where(played, self._acted[rows, slots], np.where(counted, OVER, 0))),
            rewards=torch.from_numpy(np.where(played, self._paid[rows, slots], 0.0).astype(np.float32)),
            counted=torch.from_numpy(counted),
        )

    def clocks(self, windows: Windows) -> NDArray[np.int64]:
        """Return ``env_steps`` at the first step of each clip, ``int64 [N]``."""
        return self._clock[windows.starts]

    def clip(self, windows: Windows, index: int) -> Clip:
        """Return one clip, whole."""
        one = Windows(
            slots=windows.slots[index : index + 1],
            starts=windows.starts[index : index + 1],
            steps=windows.steps[index : index + 1],
            rests=windows.rests[index : index + 1],
        )
        cut = self.batch(one)
        observations = cut.observations[0].numpy()
        return Clip(
            env_id=self.place.env_id,
            env_kwargs=dict(self.place.env_kwargs),
            kind=self.place.kind,  # type: ignore[arg-type]
            env_step=int(self._clock[one.starts[0]]),
            game=int(one.slots[0]),
            observations=observations,
            actions=cut.actions[0].numpy(),
            rewards=cut.rewards[0].numpy(),
            pictures=pictures_of(self.place, observations),
        )


def pictures_of(place: Place, observations: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return what to show of a clip, ``uint8 [T, H, W, 3]``; ``None`` where the window draws it itself."""
    if place.kind == "objects":
        from agents.preference.breakout_drawing import drawn_breakout

        return drawn_breakout(observations)
    if place.kind == "pixels":
        from agents.preference.breakout_drawing import enlarged

        return enlarged(observations)
    return None
