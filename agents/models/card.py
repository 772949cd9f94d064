"""``card.json``: the truth about a model: how it was made, what it scored, and what it cannot do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from agents.models.manifest import CARD
from agents.models.plain_file import MOST_JSON, is_name, is_number, is_plain, is_whole, plain_mapping, read_bounded
from arena.errors import ModelError

LIMITS = ("half_width", "one_game", "objects", "no_optimizer", "imported", "table", "short_training", "cloned",
          "labels")  # fmt: skip
"""What a model may be unable to do; the text of each is ``model.limit.<name>``."""

_MOST_GAMES = 10_000

MOST_POINTS = 200
"""Points a learning curve on a card has at most."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Whole games a model played, none of them one it was trained on.

    Attributes:
        seed: Seed of games and draws.
        deterministic: Whether the likeliest action was taken instead of a drawn one.
        epsilon: Share of random moves.
        scores: Raw score of every game.
        mean: Of the scores.
        median: Of the scores.
        std: Standard deviation of the sample.
        iqm: Mean of the middle half.
        iqm_low: Lower end of its 95 % bootstrap interval.
        iqm_high: Upper end.
        cut: Games that were ended by the limit of frames.
        played: When, as an ISO time; empty where nobody wrote it down.
    """

    seed: int
    deterministic: bool
    scores: tuple[float, ...]
    mean: float
    median: float
    std: float
    iqm: float
    iqm_low: float
    iqm_high: float
    epsilon: float = 0.0
    cut: int = 0
    played: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is told of a model.

    Attributes:
        title: Its name in words, per language.
        env_steps: Decisions it was trained for.
        seed: Seed of the training, ``None`` if unknown.
        wall_seconds: How long training took by the clock, ``None`` if unknown.
        machine: What it was trained on, ``None`` values left out.
        evaluation: Whole games of the weights it plays with, ``None`` where nobody has played any.
        ages: ``env_steps`` and ``evaluation`` of each earlier age that was played.
        distilled_from: Name of the agent it was taught by, empty for none.
        source: Where an imported model came from: the name of its file.
        limits: What it cannot do, names from :data:`LIMITS`.
        curve: ``(env_steps, mean raw score of the last games)`` over its training, see
            :mod:`agents.models.learning_curve`; empty where nobody knows.

    Raises:
        ModelError: If a value is of the wrong type or out of range.
    """

    title: Mapping[str, str] = field(default_factory=dict)
    env_steps: int
    seed: int | None = None
    wall_seconds: float | None = None
    machine: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Evaluation | None = None
    ages: tuple[tuple[int, Evaluation], ...] = ()
    distilled_from: str = ""
    source: str = ""
    limits: tuple[str, ...] = ()
    curve: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        for name, well in _CHECKS.items():
            if not well(getattr(self, name)):
                raise ModelError("error.model.field", file=CARD, field=name)

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return asdict(self)


def read_card(folder: Path) -> Card:
    """Read the card of a model's folder, which may come from anybody.

    Raises:
        ModelError: If it is none of ours.
        RunError: If there is none, or it cannot be read.
    """
    shown = f"{folder.name}/{CARD}"
    return card_from(plain_mapping(read_bounded(folder / CARD, MOST_JSON, shown), shown), shown)


def card_from(values: Mapping[str, Any], shown: str) -> Card:
    """Make a card of plain values.

    Raises:
        ModelError: If they are none of a card.
    """
    # A card of before there were curves has none.
    values = {"curve": (), **values}
    for name in sorted({item.name for item in fields(Card)} ^ set(values)):
        raise ModelError("error.model.field", file=shown, field=f"{name:.40}")
    try:
        return Card(
            **{
                **values,
                "evaluation": _evaluation(values["evaluation"]),
                "ages": tuple((steps, _played(found)) for steps, found in values["ages"]),
                "limits": tuple(values["limits"]),
                "curve": tuple((steps, score) for steps, score in values["curve"]),
            }
        )
    except (TypeError, ValueError, AttributeError):
        raise ModelError("error.model.damaged", file=shown) from None
    except ModelError as problem:
        raise ModelError(problem.key, **{**problem.params, "file": shown}) from None


def _evaluation(values: Any) -> Evaluation | None:
    return None if values is None else _played(values)


def evaluation_in(values: Any, shown: str) -> Evaluation:
    """Make an evaluation of plain values.

    Raises:
        ModelError: If they are none.
    """
    try:
        found = _played(values)
        if not _is_evaluation(found):
            raise ValueError(found)
    except (TypeError, ValueError, KeyError):
        raise ModelError("error.model.damaged", file=shown) from None
    return found


def _played(values: Any) -> Evaluation:
    return Evaluation(**{**values, "scores": tuple(values["scores"])})


# ── what is allowed ────────────────────────────────────────────────────────────────────────────────────────────────


def _is_evaluation(value: Evaluation | None) -> bool:
    if value is None:
        return True
    numbers = (value.mean, value.median, value.std, value.iqm, value.iqm_low, value.iqm_high)
    return (
        is_whole(value.seed, 0, 2**64 - 1)
        and isinstance(value.deterministic, bool)
        and 0 < len(value.scores) <= _MOST_GAMES
        and all(map(is_number, (*value.scores, *numbers)))
        and is_number(value.epsilon)
        and 0 <= value.epsilon <= 1
        and is_whole(value.cut, 0, len(value.scores))
        and (value.played == "" or is_name(value.played, 40))
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        is_name(code, 20) and is_name(text, 2000)
        for code, text in value.items()  # one text per language
    )


def _is_machine(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= 20
        and is_plain(value)
        and all(isinstance(item, (str, int, float)) for item in value.values())
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "title": _is_texts,
    "env_steps": lambda value: is_whole(value, 0, 2**62),
    "seed": lambda value: value is None or is_whole(value, 0, 2**64 - 1),
    "wall_seconds": lambda value: value is None or (is_number(value) and value >= 0),
    "machine": _is_machine,
    "evaluation": _is_evaluation,
    "ages": lambda value: (
        len(value) <= 32
        and all(is_whole(steps, 0, 2**62) and found and _is_evaluation(found) for steps, found in value)
    ),
    "distilled_from": lambda value: value == "" or is_name(value),
    "source": lambda value: value == "" or is_name(value),
    "curve": lambda value: (
        len(value) <= MOST_POINTS and all(is_whole(steps, 0, 2**62) and is_number(score) for steps, score in value)
    ),
    "limits": lambda value: (
        len(value) <= len(LIMITS) and all(isinstance(name, str) and name in LIMITS for name in value)
    ),
}
