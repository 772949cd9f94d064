"""What is different in a fork, as one flat mapping of plain values: so it travels, is stored, and is read by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORLD = "world."
"""A change named ``world.<argument>`` is one of the world's arguments; ``None`` takes it away."""

_OTHERS = ("agent", "seed", "action")


@dataclass(frozen=True, kw_only=True)
class ForkChanges:
    """The changes of a fork by what they are.

    Attributes:
        hyperparameters: Settings of the agent (``mover`` counts as one), by name.
        env_kwargs: Arguments of the world that are different.
        agent: Catalog id of another algorithm, ``None`` for the same one.
        seed: Another seed: new luck from there on.
        action: The agent's next action.
    """

    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str | None = None
    seed: int | None = None
    action: int | None = None

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> ForkChanges:
        """Read the flat mapping: a setting by its name, ``agent``, ``seed``, ``action``, ``world.<argument>``."""
        return cls(
            hyperparameters={
                name: value for name, value in plain.items() if name not in _OTHERS and not name.startswith(WORLD)
            },
            env_kwargs={name.removeprefix(WORLD): value for name, value in plain.items() if name.startswith(WORLD)},
            **{name: plain[name] for name in _OTHERS if plain.get(name) is not None},
        )

    def plain(self) -> dict[str, Any]:
        """Return the flat mapping."""
        others = {name: getattr(self, name) for name in _OTHERS if getattr(self, name) is not None}
        world = {WORLD + name: value for name, value in self.env_kwargs.items()}
        return {**self.hyperparameters, **others, **world}
