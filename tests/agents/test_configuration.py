"""Hyper-parameters check themselves."""

from __future__ import annotations

import pytest

from agents.catalog import CATALOG, AgentEntry, agent
from agents.configuration import build, checked, settings_of, values_of
from agents.tabular.config import MonteCarloConfig, QLearningConfig
from arena.errors import ConfigError, UsageError


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.id)
def test_that_every_default_is_allowed_and_survives_a_round_trip(entry: AgentEntry) -> None:
    config = build(entry.config_class(), {})
    assert build(entry.config_class(), values_of(config)) == config
    assert {item.name for item in settings_of(config)} == set(values_of(config))


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("alpha", 0.0, "error.setting.range"),
        ("alpha", 1.01, "error.setting.range"),
        ("alpha", float("nan"), "error.setting.number"),
        ("alpha", True, "error.setting.number"),
        ("alpha", None, "error.setting.number"),
        ("alpha", "fast", "error.setting.number"),
        ("epsilon_horizon", 2.5, "error.setting.whole"),
        ("epsilon_horizon", "1e400", "error.setting.whole"),
        ("epsilon_schedule", "sometimes", "error.setting.choice"),
        ("aplha", 0.1, "error.setting.unknown"),
    ],
)
def test_that_what_is_not_allowed_is_named(name: str, value: object, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(QLearningConfig, name, value)
    assert caught.value.key == key and caught.value.field == name
    assert name in str(caught.value)


def test_that_a_misspelt_name_gets_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match="alpha"):
        checked(QLearningConfig, "aplha", 0.1)


def test_that_text_from_the_command_line_is_converted() -> None:
    assert checked(QLearningConfig, "alpha", "0.25") == 0.25
    assert checked(QLearningConfig, "epsilon_horizon", "1e3") == 1000
    assert isinstance(checked(QLearningConfig, "epsilon_horizon", 1000.0), int)


def test_that_monte_carlo_alone_may_average_all_returns() -> None:
    assert checked(MonteCarloConfig, "alpha", 0) == 0.0


def test_that_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        build(QLearningConfig, {"epsilon": 0.1, "epsilon_end": 0.2, "epsilon_schedule": "linear"})
    assert caught.value.field == "epsilon_end"


def test_that_an_unknown_agent_gets_the_nearest_ones() -> None:
    with pytest.raises(UsageError, match="sarsa"):
        agent("sarse")
