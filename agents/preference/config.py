"""Settings of learning from preferences. No learning library is imported here: the window reads this class.

Symbols are those of Christiano et al. 2017, "Deep reinforcement learning from human preferences": r̂ is the predictor of
rewards, σ a clip, μ what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.configuration import setting

_PAPER = "Christiano et al. 2017"
_SWITCH = ("on", "off")

QUERIES = ("disagreement", "random", "coverage")
"""How the next pair is chosen."""

ENDS = ("rest", "hidden")
"""What the end of a game is to the learner, see :mod:`agents.preference.preference_vec_env`."""


@dataclass(frozen=True, kw_only=True)
class PreferenceConfig:
    """How rewards are learned from answers, and how often is asked."""

    clip_steps: int = setting(25, low=1, high=1_000, unit="unit.env_steps", live="never", main=True, source=_PAPER)
    first_labels: int = setting(8, low=0, high=100_000, live="never", main=True, source="Arena: a class waits")
    label_budget: int = setting(100, low=0, high=1_000_000, main=True, source="Arena")
    schedule: str = setting("even", choices=("even", "falling"), live="never", source="Arena")
    first_steps: int = setting(
        16_384, low=64, high=100_000_000, unit="unit.env_steps", live="never", source="Arena"
    )  # fmt: skip
    candidates: int = setting(2_000, low=1, high=20_000, source="Arena: clips weighed for each question")
    queries: str = setting("disagreement", choices=QUERIES, main=True, source=_PAPER)
    offline: str = setting("off", choices=_SWITCH, live="never", source=_PAPER + ", sect. 3.3")
    members: int = setting(5, low=1, high=16, live="never", main=True, source="Arena (the paper: 3)")
    hidden_units: int = setting(64, low=4, high=1_024, live="never", source=_PAPER)
    epochs: int = setting(100, low=1, high=10_000, source="Arena (the paper: 200 before the policy learns)")
    reward_learning_rate: float = setting(2e-3, low=0.0, high=1.0, above=True, source="Arena")
    pairs_per_step: int = setting(256, low=1, high=4_096, source="Arena")
    refit: str = setting("anew", choices=("anew", "on"), source="Arena: a small set is learned anew in no time")
    kept_labels: int = setting(3_000, low=1, high=100_000, source=_PAPER)
    error_rate: float = setting(0.1, low=0.0, high=0.9, source=_PAPER)
    bootstrap: str = setting("on", choices=_SWITCH, source=_PAPER)
    validation: float = setting(0.0, low=0.0, high=0.5, source=_PAPER + ": 1/e of the labels, for e members (0)")
    reserve: float = setting(0.0, low=0.0, high=0.5, source="Arena: labels no member ever learns from")
    dropout: float = setting(0.0, low=0.0, high=0.9, source=_PAPER + " (0.5 on pictures)")
    regularisation: str = setting("on", choices=_SWITCH, source=_PAPER)
    l2: float = setting(1e-4, low=0.0, high=1.0, only_if=("regularisation", ("on",)), source="Arena: to begin with")
    target: str = setting("comparisons", choices=("comparisons", "reward"), live="never", source=_PAPER)
    reward_std: float = setting(0.05, low=1e-4, high=100.0, source=_PAPER)
    ends: str = setting("rest", choices=ENDS, live="never", source="Arena (the paper: hidden)")
    hack_alarm: str = setting("on", choices=_SWITCH, source="Arena")
    kl_weight: float = setting(0.0, low=0.0, high=100.0, main=True, source="Ziegler et al. 2019")

    def member_validation(self) -> float:
        """Return the share of labels each member keeps to itself for validation: 1/e as in the paper, if not set."""
        if self.validation > 0.0:
            return self.validation
        return 1.0 / self.members if self.members > 1 else 0.2


CLASSROOM: Mapping[str, Any] = {}
"""At most ten labels before the policy learns, and a change to be seen within the next ten: the defaults."""

PAPER: Mapping[str, Any] = {
    "first_labels": 500,
    "label_budget": 5_500,
    "schedule": "falling",
    "epochs": 200,
    "members": 3,
    "refit": "on",
    "kept_labels": 3_000,
    "queries": "disagreement",
    "dropout": 0.5,
    "clip_steps": 25,
}
"""As in the paper's Atari experiments."""

PRESETS: Mapping[str, Mapping[str, Any]] = {"classroom": CLASSROOM, "paper": PAPER}

_OF_KIND: Mapping[str, Mapping[str, Any]] = {
    "states": {},
    "vector": {"reward_learning_rate": 1e-3},
    "objects": {"ends": "hidden", "members": 3, "reward_learning_rate": 1e-3, "refit": "on"},
    "pixels": {"ends": "hidden", "members": 3, "reward_learning_rate": 3e-4, "refit": "on", "dropout": 0.5},
}
"""What suits a kind of place better than the defaults, :data:`agents.deep.place_kind.KINDS`."""


def suggested_preferences(preset: str, kind: str) -> dict[str, Any]:
    """Return the settings of a preset in a kind of place that are not the defaults.

    Args:
        preset: One of :data:`PRESETS`.
        kind: One of :data:`agents.deep.place_kind.KINDS`.
    """
    return {**_OF_KIND[kind], **PRESETS[preset]}
