"""Which pair to ask next: where the members disagree most, where least was asked, or by chance."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.preference.ensemble import Opinion

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A pair worth asking.

    Attributes:
        left: Index of the left clip among the candidates.
        right: Index of the right one.
        why: One of :data:`agents.preference.config.QUERIES`.
        worth: How much it was worth by that, larger is better.
        votes: P̂[left ≻ right] of each member; empty where none were asked.
    """

    left: int
    right: int
    why: str
    worth: float
    votes: tuple[float, ...] = ()


def candidate_pairs(clips: int, pairs: int, luck: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw pairs of different clips.

    Args:
        clips: How many clips there are, at least 2.
        pairs: How many pairs.
        luck: Draws.

    Returns:
        Left and right clip of each, ``int64 [pairs]``.
    """
    left = luck.integers(clips, size=pairs)
    right = (left + luck.integers(1, clips, size=pairs)) % clips
    return left, right


def by_chance(clips: int, wanted: int, luck: np.random.Generator) -> list[Query]:
    """Return pairs drawn by chance."""
    left, right = candidate_pairs(clips, wanted, luck)
    return [Query(left=int(a), right=int(b), why="random", worth=0.0) for a, b in zip(left, right, strict=True)]


def by_disagreement(left: NDArray[np.int64], right: NDArray[np.int64], opinion: Opinion, wanted: int) -> list[Query]:
    """Return the pairs with the largest variance of P̂ across members (Christiano et al. 2017, sect. 2.2.4).

    No clip is asked about twice at once: the next answer may settle what the first one asks.

    Args:
        left: Left clip of each candidate, ``int64 [B]``.
        right: Right clip.
        opinion: P̂[left ≻ right] of each member.
        wanted: How many pairs.
    """
    variance = opinion.members.var(axis=0)
    found: list[Query] = []
    used: set[int] = set()
    for index in np.argsort(-variance, kind="stable"):
        first, second = int(left[index]), int(right[index])
        if used & {first, second}:
            continue
        used |= {first, second}
        votes = tuple(float(vote) for vote in opinion.members[:, index])
        found.append(Query(left=first, right=second, why="disagreement", worth=float(variance[index]), votes=votes))
        if len(found) == wanted:
            break
    return found


def by_coverage(novelty: Floats, wanted: int, luck: np.random.Generator) -> list[Query]:
    """Return pairs of the clips that show most of what was asked about least.

    Args:
        novelty: Of each clip, ``float [N]``.
        wanted: How many pairs.
        luck: Pairs up the clips that were chosen.
    """
    newest = np.argsort(-novelty, kind="stable")[: 2 * wanted]
    luck.shuffle(newest)
    return [
        Query(left=int(a), right=int(b), why="coverage", worth=float(novelty[a] + novelty[b]))
        for a, b in zip(newest[0::2], newest[1::2], strict=False)
    ]


class Coverage:
    """How often each feature of the world was asked about.

    States count as themselves with their action; numbers are told apart by the cell of a coarse grid they fall into.

    Attributes:
        asked: How many steps of asked clips showed each cell.
    """

    def __init__(self) -> None:
        self.asked: dict[int, int] = {}

    def note(self, cells: NDArray[np.int64]) -> None:
        """Count a clip that is asked about, ``int64 [T]``."""
        for cell in cells.tolist():
            self.asked[cell] = self.asked.get(cell, 0) + 1

    def novelty(self, cells: NDArray[np.int64], counted: NDArray[np.bool_]) -> Floats:
        """Return Σ 1/√(1 + n) over the different cells each clip shows, ``float32 [N]``.

        Args:
            cells: Cell of each step, ``int64 [N, T]``.
            counted: Which steps there are, ``bool [N, T]``.
        """
        known, index = np.unique(cells, return_inverse=True)
        worth = np.array([(1.0 + self.asked.get(cell, 0)) ** -0.5 for cell in known.tolist()])
        rows = np.repeat(np.arange(len(cells)), cells.shape[1])[counted.ravel()]
        shown = np.unique(np.stack((rows, index.ravel()[counted.ravel()])), axis=1)
        return np.bincount(shown[0], weights=worth[shown[1]], minlength=len(cells)).astype(np.float32)


def cells_of(observations: NDArray[np.generic], actions: NDArray[np.int64], actions_known: int) -> NDArray[np.int64]:
    """Return the cell of each step, ``int64 [B]``.

    Args:
        observations: ``[B]`` numbers of states, or ``[B, …]``.
        actions: ``int64 [B]``.
        actions_known: A.
    """
    if observations.ndim == 1:
        return np.asarray(observations, np.int64) * (actions_known + 1) + np.where(actions < 0, actions_known, actions)
    flat = observations.reshape(len(observations), -1)
    if flat.dtype == np.uint8:
        # Of pictures every ninth pixel, as dark or light.
        bits = np.packbits(flat[:, ::9].astype(np.uint8) > 96, axis=1)
    else:
        bits = np.round(np.clip(flat.astype(np.float32) * 2.0, -100, 100)).astype(np.int8).view(np.uint8)
    known, index = np.unique(bits, axis=0, return_inverse=True)
    names = [int.from_bytes(hashlib.blake2b(row.tobytes(), digest_size=7).digest(), "little") for row in known]
    return np.array(names, np.int64)[index.ravel()]
