"""Parameter sweeps: ``alpha=0.1,0.3,0.5`` as values, values as settings."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agents.catalog import agent
from agents.configuration import Value, checked
from agents.experiments.plan import Candidate
from arena.errors import UsageError

MOST_VALUES = 50
"""Values of one parameter."""

MOST_VARIED = 2
"""Parameters varied at once: a curve or a picture can show no more."""


@dataclass(frozen=True, kw_only=True)
class Varied:
    """A parameter and the values it takes.

    Attributes:
        name: Field of the agent's configuration.
        values: Each of them once, in the order given.
    """

    name: str
    values: tuple[Value, ...]


def read_varied(text: str, agents: Sequence[str]) -> Varied:
    """Read ``name=values``: values apart by commas, each a value or a range ``first:last:step`` with both ends in it.

    Args:
        text: What a person typed.
        agents: Catalog ids of all agents that must know the parameter and allow its values.

    Raises:
        UsageError: If it cannot be read, or an agent does not know the parameter or allow a value.
    """
    name, sign, listed = text.partition("=")
    name = name.strip()
    if not name or not sign:
        raise UsageError("error.experiments.vary", text=text)
    given = [part.strip() for part in listed.replace("\u2212", "-").replace("，", ",").split(",")]
    values: list[object] = []
    for part in given:
        values.extend(_range(name, part) if part.count(":") == 2 else [part])
        if len(values) > MOST_VALUES:
            raise UsageError("error.experiments.values", name=name, most=MOST_VALUES)
    return Varied(name=name, values=_allowed(name, values, agents))


def _allowed(name: str, values: Sequence[object], agents: Sequence[str]) -> tuple[Value, ...]:
    allowed: list[Value] = []
    for name_of_agent in agents:
        config = agent(name_of_agent).config_class()
        allowed = [checked(config, name, value) for value in values]
    return tuple(dict.fromkeys(allowed))


def _range(name: str, part: str) -> list[float]:
    try:
        first, last, step = (float(each) for each in part.split(":"))
    except ValueError:
        raise UsageError("error.experiments.range", name=name, text=part) from None
    steps = (last - first) / step if step else math.nan
    if not math.isfinite(steps) or steps < 0:
        raise UsageError("error.experiments.range", name=name, text=part)
    # The last value is meant to be one of them, whatever rounding made of 0.9 / 0.1; and 0.1 + 0.2 is meant to be 0.3.
    count = math.floor(steps + 1e-9) + 1
    if count > MOST_VALUES:
        raise UsageError("error.experiments.values", name=name, most=MOST_VALUES)
    return [float(f"{first + place * step:.12g}") for place in range(count)]


def grid(bases: Sequence[Candidate], varied: Sequence[Varied]) -> tuple[Candidate, ...]:
    """Return every base with every combination of values: bases outermost, the last parameter innermost.

    Raises:
        UsageError: If a parameter is given twice, or there are too many.
    """
    names = [each.name for each in varied]
    if len(names) > MOST_VARIED:
        raise UsageError("error.experiments.varied", most=MOST_VARIED)
    if len(set(names)) < len(names):
        raise UsageError("error.experiments.twice", name=names[0])
    return tuple(
        with_values(base, dict(zip(names, values, strict=True)))
        for base in bases
        for values in itertools.product(*(each.values for each in varied))
    )


def with_values(base: Candidate, values: Mapping[str, Value]) -> Candidate:
    """Return a setting with some hyper-parameters changed."""
    return replace(base, hyperparameters={**base.hyperparameters, **values})
