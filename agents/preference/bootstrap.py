"""Which labels a member of the ensemble learns from, settled label by label.

Every draw is a number computed from the run's seed, the member and the label, not the next one of a row: a new label
leaves everybody else's as they were, and one that is taken back leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

_BOOTSTRAP, _VALIDATION, _RESERVE, _ORDER = 1, 2, 3, 4
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_POISSON = np.cumsum([1.0, 1.0, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720]) / np.e


def label_keys(names: Sequence[str]) -> Keys:
    """Return a number for each name, ``uint64 [N]``; different names have different ones."""
    digests = [hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names]
    return np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)


def uniform(keys: Keys, *salts: int) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each key, ``float64 [N]``: SplitMix64 of the key and the salts."""
    mixed = keys.copy()
    with np.errstate(over="ignore"):
        for salt in salts:
            mixed = _mixed(mixed + _GOLDEN * np.uint64(salt % 2**64 | 1) + np.uint64(salt % 2**64))
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


def _mixed(keys: Keys) -> Keys:
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def counts(keys: Keys, seed: int, members: int) -> NDArray[np.float32]:
    """Return how often each label is in each member's bootstrap sample, ``float32 [E, N]``.

    Poisson(1), what drawing N out of N with replacement tends to (Oza & Russell 2001): unlike that it needs no N.
    """
    drawn = np.stack([uniform(keys, seed, _BOOTSTRAP, member) for member in range(members)])
    return np.searchsorted(_POISSON, drawn, side="right").astype(np.float32)


def held_out(keys: Keys, seed: int, members: int, share: float) -> NDArray[np.bool_]:
    """Return which labels each member keeps for validation, ``bool [E, N]``."""
    return np.stack([uniform(keys, seed, _VALIDATION, member) < share for member in range(members)])


def reserved(keys: Keys, seed: int, share: float) -> NDArray[np.bool_]:
    """Return which labels no member ever learns from, ``bool [N]``."""
    return uniform(keys, seed, _RESERVE) < share


def order(keys: Keys, seed: int, epoch: int) -> NDArray[np.int64]:
    """Return the order in which an epoch goes through the labels, ``int64 [N]``."""
    return np.argsort(uniform(keys, seed, _ORDER, epoch), kind="stable")
