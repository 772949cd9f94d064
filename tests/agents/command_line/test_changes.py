"""Live changes asked for together."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from agents.command_line.changes import ordered_changes
from agents.configuration import values_of
from agents.tabular.config import QLearningConfig
from agents.tabular.learner import TabularLearner
from arena.errors import ConfigError, UsageError
from tests.agents.tabular.worlds import corridor

NOW: dict[str, Any] = {**values_of(QLearningConfig()), "mover": "agent"}
WANTED = {"epsilon": "0.001", "epsilon_end": 0.0005, "epsilon_schedule": "linear", "mover": "random"}


@pytest.mark.parametrize("names", list(permutations(WANTED)))
def test_that_changes_that_fit_together_come_in_an_order_in_which_each_is_allowed(names: tuple[str, ...]) -> None:
    learner = TabularLearner(
        rule="q_learning", config_class=QLearningConfig, model=corridor(), hyperparameters={}, seed=0
    )
    for name, value in ordered_changes("q_learning", NOW, {name: WANTED[name] for name in names}).items():
        learner.set(name, value)
    assert learner.config == QLearningConfig(epsilon=0.001, epsilon_end=0.0005, epsilon_schedule="linear")
    assert learner.mover == "random"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"alpha": 2}, "alpha"), ({"alhpa": 0.1}, "alhpa"), ({"alpha": "much"}, "alpha"),
     ({"initial_value": 1}, "initial_value"),
     ({"epsilon_schedule": "linear", "epsilon": 0.001}, "epsilon_end"),
     ({"mover": "nobody"}, "mover")],
)  # fmt: skip
def test_that_a_change_that_is_not_allowed_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ordered_changes("q_learning", NOW, changes)
    assert caught.value.field == field


def test_that_a_person_cannot_move_without_a_window() -> None:
    with pytest.raises(UsageError, match="mover:agent"):
        ordered_changes("q_learning", {**NOW, "mover": "person"}, {})
    assert ordered_changes("q_learning", {**NOW, "mover": "person"}, {"mover": "agent"}) == {"mover": "agent"}
