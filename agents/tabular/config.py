"""Configurations of the tabular agents. No learning library is imported here: the window reads these classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agents.configuration import setting
from arena.errors import ConfigError

_EPSILON_GREEDY = ("exploration", ("epsilon_greedy",))
_SCHEDULED = ("epsilon_schedule", ("linear", "exponential"))


@dataclass(frozen=True, kw_only=True)
class DiscountedConfig:
    """What every agent has: how much the future counts."""

    gamma: float = setting(0.99, low=0.0, high=1.0, main=True, source="Sutton & Barto 2018, eq. 3.8")


@dataclass(frozen=True, kw_only=True)
class ControlConfig(DiscountedConfig):
    """Settings shared by agents that learn from their own moves."""

    alpha: float = setting(0.5, low=0.0, high=1.0, above=True, main=True, source="Sutton & Barto 2018, example 6.6")
    exploration: str = setting(
        "epsilon_greedy", choices=("epsilon_greedy", "softmax", "ucb"), source="Sutton & Barto 2018, ch. 2"
    )
    epsilon: float = setting(
        0.1, low=0.0, high=1.0, main=True, only_if=_EPSILON_GREEDY, source="Sutton & Barto 2018, example 6.6"
    )
    epsilon_schedule: str = setting(
        "constant", choices=("constant", "linear", "exponential"), only_if=_EPSILON_GREEDY, source="Mnih et al. 2015"
    )
    epsilon_end: float = setting(0.01, low=0.0, high=1.0, only_if=_SCHEDULED, source="Mnih et al. 2015")
    epsilon_horizon: int = setting(
        10_000, low=1, high=1_000_000_000_000, unit="unit.by_clock", only_if=_SCHEDULED, source="Arena"
    )
    epsilon_clock: str = setting("env_steps", choices=("env_steps", "episodes"), only_if=_SCHEDULED, source="Arena")
    temperature: float = setting(
        1.0, low=0.0, high=1_000_000.0, above=True, main=True, only_if=("exploration", ("softmax",)),
        source="Sutton & Barto 2018, sect. 13.1",
    )  # fmt: skip
    confidence: float = setting(
        2.0, low=0.0, high=1_000_000.0, main=True, only_if=("exploration", ("ucb",)),
        source="Sutton & Barto 2018, fig. 2.4",
    )  # fmt: skip
    initial_value: float = setting(
        0.0, low=-1_000_000.0, high=1_000_000.0, live="never", source="Sutton & Barto 2018, sect. 2.6"
    )

    def check(self) -> None:
        """Refuse settings that contradict each other.

        Raises:
            ConfigError: If ε is to fall but its end lies above its start.
        """
        if self.epsilon_schedule != "constant" and self.epsilon_end > self.epsilon:
            raise ConfigError(
                "error.setting.epsilon_rises", field="epsilon_end", value=self.epsilon_end, start=self.epsilon
            )


@dataclass(frozen=True, kw_only=True)
class QLearningConfig(ControlConfig):
    """Q-learning (Watkins 1989)."""


@dataclass(frozen=True, kw_only=True)
class SarsaConfig(ControlConfig):
    """SARSA (Rummery & Niranjan 1994)."""


@dataclass(frozen=True, kw_only=True)
class ExpectedSarsaConfig(ControlConfig):
    """Expected SARSA (van Seijen et al. 2009)."""


@dataclass(frozen=True, kw_only=True)
class DoubleQConfig(ControlConfig):
    """Double Q-learning (van Hasselt 2010)."""


@dataclass(frozen=True, kw_only=True)
class NStepSarsaConfig(ControlConfig):
    """n-step SARSA (Sutton & Barto 2018, sect. 7.2)."""

    n: int = setting(4, low=1, high=1_000, live="never", main=True, source="Sutton & Barto 2018, fig. 7.2")


@dataclass(frozen=True, kw_only=True)
class TracesConfig(ControlConfig):
    """Settings shared by agents with eligibility traces."""

    lam: float = setting(0.9, low=0.0, high=1.0, main=True, source="Sutton & Barto 2018, fig. 12.14")
    traces: str = setting("replacing", choices=("replacing", "accumulating"), source="Singh & Sutton 1996")


@dataclass(frozen=True, kw_only=True)
class SarsaLambdaConfig(TracesConfig):
    """SARSA(λ) (Rummery & Niranjan 1994)."""


@dataclass(frozen=True, kw_only=True)
class QLambdaConfig(TracesConfig):
    """Q(λ) (Watkins 1989)."""


@dataclass(frozen=True, kw_only=True)
class DynaQConfig(ControlConfig):
    """Dyna-Q (Sutton 1990)."""

    planning_steps: int = setting(5, low=0, high=1_000, main=True, source="Sutton & Barto 2018, fig. 8.2")


@dataclass(frozen=True, kw_only=True)
class MonteCarloConfig(ControlConfig):
    """Monte Carlo control (Sutton & Barto 2018, sect. 5.4); α = 0 averages all returns."""

    not_suggested: ClassVar[tuple[str, ...]] = ("alpha",)
    """Fields for which a world's suggestion does not count: a step size that suits TD is no mean of returns."""

    alpha: float = setting(0.0, low=0.0, high=1.0, main=True, source="Sutton & Barto 2018, sect. 5.1")
    visit: str = setting("every", choices=("every", "first"), main=True, source="Sutton & Barto 2018, sect. 5.1")


@dataclass(frozen=True, kw_only=True)
class ValueIterationConfig(DiscountedConfig):
    """Value iteration (Bellman 1957)."""

    tolerance: float = setting(1e-9, low=0.0, high=1.0, main=True, source="Sutton & Barto 2018, sect. 4.4")


@dataclass(frozen=True, kw_only=True)
class PolicyIterationConfig(DiscountedConfig):
    """Policy iteration (Howard 1960)."""

    evaluation_sweeps: int = setting(1_000, low=1, high=1_000_000, main=True, source="Sutton & Barto 2018, sect. 4.3")
    tolerance: float = setting(1e-9, low=0.0, high=1.0, main=True, source="Sutton & Barto 2018, sect. 4.3")


@dataclass(frozen=True, kw_only=True)
class PredictionConfig(DiscountedConfig):
    """What agents share that value a policy which is given."""

    not_suggested: ClassVar[tuple[str, ...]] = ("alpha",)
    """Fields for which a world's suggestion does not count: its step size is meant for control."""

    policy: str = setting("random", choices=("random", "best"), main=True, source="Sutton & Barto 2018, example 6.2")
    epsilon: float = setting(
        0.1, low=0.0, high=1.0, main=True, only_if=("policy", ("best",)), source="Sutton & Barto 2018, sect. 5.4"
    )
    initial_value: float = setting(
        0.0, low=-1_000_000.0, high=1_000_000.0, live="never", source="Sutton & Barto 2018, sect. 6.1"
    )


@dataclass(frozen=True, kw_only=True)
class TdPredictionConfig(PredictionConfig):
    """TD(0) (Sutton 1988)."""

    alpha: float = setting(0.1, low=0.0, high=1.0, above=True, main=True, source="Sutton & Barto 2018, example 6.2")


@dataclass(frozen=True, kw_only=True)
class McPredictionConfig(PredictionConfig):
    """Monte Carlo prediction (Sutton & Barto 2018, sect. 5.1); α = 0 averages all returns."""

    alpha: float = setting(0.0, low=0.0, high=1.0, main=True, source="Sutton & Barto 2018, sect. 5.1")
    visit: str = setting("first", choices=("every", "first"), main=True, source="Sutton & Barto 2018, sect. 5.1")


@dataclass(frozen=True, kw_only=True)
class ReinforceConfig(DiscountedConfig):
    """REINFORCE (Williams 1992)."""

    not_suggested: ClassVar[tuple[str, ...]] = ("alpha",)
    """Fields for which a world's suggestion does not count: a step of preferences is none of values."""

    alpha: float = setting(0.1, low=0.0, high=1_000.0, above=True, main=True, source="Sutton & Barto 2018, fig. 2.5")
    baseline: str = setting(
        "state_value", choices=("state_value", "none"), main=True, source="Sutton & Barto 2018, sect. 13.4"
    )
    alpha_v: float = setting(
        0.2, low=0.0, high=1.0, above=True, main=True, only_if=("baseline", ("state_value",)), source="Arena"
    )


@dataclass(frozen=True, kw_only=True)
class ActorCriticConfig(DiscountedConfig):
    """One-step actor–critic (Barto, Sutton & Anderson 1983)."""

    not_suggested: ClassVar[tuple[str, ...]] = ("alpha",)
    """Fields for which a world's suggestion does not count: a step of preferences is none of values."""

    alpha: float = setting(0.1, low=0.0, high=1_000.0, above=True, main=True, source="Sutton & Barto 2018, fig. 2.5")
    alpha_v: float = setting(0.2, low=0.0, high=1.0, above=True, main=True, source="Arena")
