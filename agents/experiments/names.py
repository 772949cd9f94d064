"""Names for compared settings: no more than what tells them apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from agents.catalog import CATALOG
from agents.experiments.plan import Candidate

SYMBOLS = {"alpha": "α", "gamma": "γ", "epsilon": "ε", "lambda_": "λ", "lambda": "λ", "trace_decay": "λ"}
"""Letters that stand for settings in formulas and on curves."""


def shown_value(value: object) -> str:
    """Return a setting's value as short as it reads."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def names_of(
    candidates: Sequence[Candidate],
    *,
    say: Callable[[str], str],
    title: Callable[[Candidate], str],
    symbols: bool = True,
) -> tuple[str, ...]:
    """Return a name for each setting: its agent, its world and the hyper-parameters in which it differs from others.

    Letter and value of a hyper-parameter are kept on one line by a space that does not break.

    Args:
        candidates: The settings, their hyper-parameters as complete as they are known.
        say: Turns a translation key into words.
        title: Title of a setting's world.
        symbols: Write ``α 0.5`` rather than ``alpha=0.5``.
    """
    agents = {each.agent for each in candidates}
    worlds = {_world(each) for each in candidates}
    keys = {entry.id: entry.title_key for entry in CATALOG}
    names = []
    for each in candidates:
        parts = [say(keys[each.agent]) if each.agent in keys else each.agent] if len(agents) > 1 else []
        parts += [title(each)] if len(worlds) > 1 else []
        for name, value in each.hyperparameters.items():
            alike = [other for other in candidates if other.agent == each.agent and _world(other) == _world(each)]
            if any(other.hyperparameters.get(name, value) != value for other in alike):
                shown = shown_value(value)
                parts.append(f"{SYMBOLS.get(name, name)}\u00a0{shown}" if symbols else f"{name}={shown}")
        names.append(" ".join(parts))
    return _distinct(names, say(keys[candidates[0].agent]) if candidates else "")


def _world(candidate: Candidate) -> str:
    return json.dumps([candidate.env_id, dict(candidate.env_kwargs)], sort_keys=True, default=str)


def _distinct(names: list[str], agent: str) -> tuple[str, ...]:
    # Nothing tells them apart: then they are one setting, run several times over.
    filled = [name or agent for name in names]
    return tuple(
        f"{name} ({filled[: place + 1].count(name)})" if filled.count(name) > 1 else name
        for place, name in enumerate(filled)
    )
