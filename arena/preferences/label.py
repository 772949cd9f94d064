"""Pairs of clips, and what somebody said of them: the triple (σ¹, σ², μ) of Christiano et al. 2017, §2.2.3."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Answer = Literal["left", "right", "equal", "unclear"]
"""Left is better, right is better, equally good, cannot tell."""

Why = Literal["disagreement", "random", "coverage"]
"""Why a pair was asked: the ensemble's members disagree most, by chance, or its part of the world was asked least."""

ANSWERS: tuple[str, ...] = get_args(Answer)
REASONS: tuple[str, ...] = get_args(Why)

HANDS = "hand "
"""Beginning of the name of a hand that was counted; nobody knows whether hand 3 is the same person twice."""

LONGEST_RATER = 60
"""Characters of a rater's name."""

_MU: Mapping[str, tuple[float, float] | None] = {
    "left": (1.0, 0.0),
    "right": (0.0, 1.0),
    "equal": (0.5, 0.5),
    "unclear": None,
}


@dataclass(frozen=True, kw_only=True)
class Votes:
    """How many of a class said what.

    Attributes:
        left: Left is better.
        right: Right is better.
        equal: Equally good.
        unclear: Cannot tell.
    """

    left: int = 0
    right: int = 0
    equal: int = 0
    unclear: int = 0

    @property
    def total(self) -> int:
        """How many voted."""
        return self.left + self.right + self.equal + self.unclear


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two clips that somebody is asked to compare.

    Attributes:
        pair_id: See :func:`pair_id_of`; computed where not given.
        run_id: Name of the folder of the run that asks.
        left: ``clip_id`` of σ¹.
        right: ``clip_id`` of σ².
        why: Why this pair was asked.
        details: What is behind that, as plain values (the members' P̂ …).
        env_step: The run's clock when it was asked.
    """

    pair_id: str = ""
    run_id: str
    left: str
    right: str
    why: Why = "random"
    details: Mapping[str, Any] = field(default_factory=dict)
    env_step: int = 0

    def __post_init__(self) -> None:
        if not self.pair_id:
            object.__setattr__(self, "pair_id", pair_id_of(self.run_id, self.left, self.right, self.env_step))


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a rater said of a pair.

    Attributes:
        label_id: See :func:`label_id_of`.
        pair_id: The pair.
        answer: What was said.
        rater: Who said it.
        seconds: How long it took, as far as known.
        given: When, ISO 8601 in UTC.
        source: Where it came from: ``person``, a synthetic teacher (``oracle`` …), ``class``, ``import``.
        votes: How a class voted, if one did.
        taken_back: Whether it counts no longer.
        revision: How often it was changed, taken back or restored.
    """

    label_id: str
    pair_id: str
    answer: Answer
    rater: str
    seconds: float = 0.0
    given: str = ""
    source: str = "person"
    votes: Votes | None = None
    taken_back: bool = False
    revision: int = 0


def mu(label: Label) -> tuple[float, float] | None:
    """Return the distribution μ over (σ¹, σ²): (1, 0), (0, 1), or (½, ½) for equally good.

    Christiano et al. 2017, §2.2.3: where the two are marked incomparable, the comparison is not used.

    Returns:
        ``(μ(1), μ(2))``, or ``None`` where the label teaches nothing: cannot tell, or taken back.
    """
    return None if label.taken_back else _MU[label.answer]


def pair_id_of(run_id: str, left: str, right: str, env_step: int) -> str:
    """Return the id of a pair: the same question of the same run has the same one, also after a resumption."""
    return _short_digest([run_id, left, right, env_step])


def moved_pair_id(pair_id: str, run_id: str) -> str:
    """Return the id that a pair of one run has in another run which took it over."""
    return _short_digest([pair_id, run_id])


def label_id_of(pair_id: str, rater: str) -> str:
    """Return the id of a label: a rater has one for each pair, so a second answer changes the first."""
    return _short_digest([pair_id, rater])


def _short_digest(parts: list[str | int]) -> str:
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:32]
