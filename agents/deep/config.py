"""Configurations of the deep agents. No learning library is imported here: the window reads these classes.

Settings bear the names they have in Stable-Baselines3 and RL Baselines3 Zoo. Defaults are those of the Zoo for Atari
games from pixels; what suits other places is in :mod:`agents.deep.suggestions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agents.configuration import setting
from arena.errors import ConfigError

_ZOO = "RL Baselines3 Zoo, Atari"
_SWITCH = ("on", "off")


@dataclass(frozen=True, kw_only=True)
class DeepConfig:
    """What every deep agent has: its discount, its step size, its games and its network."""

    agent: ClassVar[str]
    """Id in the catalog."""

    switches: ClassVar[tuple[str, ...]] = ("frame_stack", "reward_clipping")
    """Settings that turn a mechanism off."""

    gamma: float = setting(0.99, low=0.0, high=1.0, live="next rollout", source="Mnih et al. 2015")
    learning_rate: float = setting(
        2.5e-4, low=0.0, high=1.0, above=True, live="next rollout", main=True, source=_ZOO
    )  # fmt: skip
    learning_rate_schedule: str = setting(
        "linear", choices=("linear", "constant"), live="next rollout", source=_ZOO
    )  # fmt: skip
    horizon: int = setting(
        10_000_000, low=1, high=1_000_000_000_000, unit="unit.env_steps", live="never", source=_ZOO
    )  # fmt: skip
    n_envs: int = setting(8, low=1, high=256, live="never", source=_ZOO)
    width: float = setting(0.5, low=0.125, high=1.0, live="never", source="Arena: a third of the arithmetic")
    hidden_layers: int = setting(2, low=0, high=8, live="never", source="Stable-Baselines3")
    hidden_units: int = setting(64, low=1, high=4_096, live="never", source="Stable-Baselines3")
    frame_stack: str = setting("on", choices=_SWITCH, live="never", source="Mnih et al. 2015")
    reward_clipping: str = setting("on", choices=_SWITCH, source="Mnih et al. 2015")

    def check(self) -> None:
        """Refuse settings that contradict each other; there are none here."""


@dataclass(frozen=True, kw_only=True)
class RolloutConfig(DeepConfig):
    """What agents share that play with their newest policy, learn from that, and forget it."""

    switches: ClassVar[tuple[str, ...]] = (*DeepConfig.switches, "normalize_advantage", "critic")

    n_steps: int = setting(128, low=1, high=100_000, unit="unit.env_steps", live="never", source=_ZOO)
    gae_lambda: float = setting(0.95, low=0.0, high=1.0, live="next rollout", source="Schulman et al. 2016")
    normalize_advantage: str = setting("on", choices=_SWITCH, live="next rollout", source="Stable-Baselines3")
    critic: str = setting("on", choices=_SWITCH, live="next rollout", source="Sutton & Barto 2018, sect. 13.5")


@dataclass(frozen=True, kw_only=True)
class WeightedLossConfig(RolloutConfig):
    """What agents share whose actor and critic learn in one loss."""

    ent_coef: float = setting(0.01, low=0.0, high=10.0, live="next rollout", main=True, source=_ZOO)
    vf_coef: float = setting(
        0.5, low=0.0, high=10.0, live="next rollout", only_if=("critic", ("on",)), source=_ZOO
    )  # fmt: skip
    max_grad_norm: float = setting(0.5, low=0.0, high=1_000.0, above=True, live="next rollout", source=_ZOO)


@dataclass(frozen=True, kw_only=True)
class PpoConfig(WeightedLossConfig):
    """PPO (Schulman et al. 2017)."""

    agent: ClassVar[str] = "ppo"
    switches: ClassVar[tuple[str, ...]] = (*RolloutConfig.switches, "ratio_clipping")

    batch_size: int = setting(256, low=2, high=100_000, live="next rollout", source=_ZOO)
    n_epochs: int = setting(4, low=1, high=100, live="next rollout", main=True, source=_ZOO)
    ratio_clipping: str = setting("on", choices=_SWITCH, live="next rollout", source="Schulman et al. 2017, eq. 7")
    clip_range: float = setting(
        0.1, low=0.0, high=1.0, above=True, live="next rollout", main=True, only_if=("ratio_clipping", ("on",)),
        source=_ZOO,
    )  # fmt: skip
    clip_range_schedule: str = setting(
        "linear", choices=("linear", "constant"), live="next rollout", only_if=("ratio_clipping", ("on",)), source=_ZOO
    )

    def check(self) -> None:
        """Refuse batches that are larger than what is played between two updates.

        Raises:
            ConfigError: If they are.
        """
        _check_batch(self.batch_size, self.n_envs * self.n_steps)


@dataclass(frozen=True, kw_only=True)
class A2cConfig(WeightedLossConfig):
    """A2C, the synchronous form of A3C (Mnih et al. 2016)."""

    agent: ClassVar[str] = "a2c"

    learning_rate: float = setting(
        7e-4, low=0.0, high=1.0, above=True, live="next rollout", main=True, source="Stable-Baselines3"
    )
    learning_rate_schedule: str = setting(
        "constant", choices=("linear", "constant"), live="next rollout", source="Stable-Baselines3"
    )
    n_envs: int = setting(16, low=1, high=256, live="never", source=_ZOO)
    n_steps: int = setting(5, low=1, high=100_000, unit="unit.env_steps", live="never", main=True, source=_ZOO)
    gae_lambda: float = setting(1.0, low=0.0, high=1.0, live="next rollout", source="Stable-Baselines3")
    normalize_advantage: str = setting("off", choices=_SWITCH, live="next rollout", source="Stable-Baselines3")
    vf_coef: float = setting(
        0.25, low=0.0, high=10.0, live="next rollout", only_if=("critic", ("on",)), source=_ZOO
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TrpoConfig(RolloutConfig):
    """TRPO (Schulman et al. 2015); the step size is the critic's alone."""

    agent: ClassVar[str] = "trpo"

    learning_rate: float = setting(
        1e-3, low=0.0, high=1.0, above=True, live="next rollout", main=True, source="SB3-Contrib"
    )
    learning_rate_schedule: str = setting(
        "constant", choices=("linear", "constant"), live="next rollout", source="SB3-Contrib"
    )
    n_steps: int = setting(256, low=1, high=100_000, unit="unit.env_steps", live="never", source="SB3-Contrib")
    batch_size: int = setting(128, low=2, high=100_000, live="next rollout", source="SB3-Contrib")
    target_kl: float = setting(
        0.01, low=0.0, high=1.0, above=True, live="next rollout", main=True, source="Schulman et al. 2015"
    )
    cg_max_steps: int = setting(15, low=1, high=1_000, live="next rollout", source="SB3-Contrib")
    cg_damping: float = setting(0.1, low=0.0, high=10.0, live="next rollout", source="SB3-Contrib")
    n_critic_updates: int = setting(10, low=1, high=1_000, live="next rollout", source="SB3-Contrib")

    def check(self) -> None:
        """Refuse batches that are larger than what is played between two updates.

        Raises:
            ConfigError: If they are.
        """
        _check_batch(self.batch_size, self.n_envs * self.n_steps)


@dataclass(frozen=True, kw_only=True)
class WholeEpisodesConfig(DeepConfig):
    """What agents share that learn from whole episodes and have no critic."""

    learning_rate: float = setting(1e-3, low=0.0, high=1.0, above=True, live="next rollout", main=True, source="Arena")
    learning_rate_schedule: str = setting(
        "constant", choices=("linear", "constant"), live="next rollout", source="Arena"
    )
    episode_limit: int = setting(1_000, low=1, high=100_000, unit="unit.env_steps", live="never", source="Arena")
    ent_coef: float = setting(0.01, low=0.0, high=10.0, live="next rollout", main=True, source=_ZOO)
    max_grad_norm: float = setting(0.5, low=0.0, high=1_000.0, above=True, live="next rollout", source=_ZOO)


@dataclass(frozen=True, kw_only=True)
class DeepReinforceConfig(WholeEpisodesConfig):
    """REINFORCE with a network (Williams 1992)."""

    agent: ClassVar[str] = "deep_reinforce"

    baseline: str = setting(
        "mean", choices=("mean", "none"), live="next rollout", main=True, source="Sutton & Barto 2018, sect. 13.4"
    )


@dataclass(frozen=True, kw_only=True)
class GrpoConfig(WholeEpisodesConfig):
    """GRPO (Shao et al. 2024): a group of episodes from the same start is its own critic."""

    agent: ClassVar[str] = "grpo"
    switches: ClassVar[tuple[str, ...]] = (*DeepConfig.switches, "normalize_advantage", "ratio_clipping")

    n_envs: int = setting(16, low=2, high=256, live="never", source="Arena")
    group_size: int = setting(8, low=2, high=256, live="never", main=True, source="Shao et al. 2024 (64)")
    n_epochs: int = setting(2, low=1, high=100, live="next rollout", source="Arena")
    batch_size: int = setting(256, low=2, high=100_000, live="next rollout", source=_ZOO)
    normalize_advantage: str = setting("on", choices=_SWITCH, live="next rollout", source="Shao et al. 2024")
    ratio_clipping: str = setting("on", choices=_SWITCH, live="next rollout", source="Schulman et al. 2017, eq. 7")
    clip_range: float = setting(
        0.2, low=0.0, high=1.0, above=True, live="next rollout", main=True, only_if=("ratio_clipping", ("on",)),
        source="Schulman et al. 2017",
    )  # fmt: skip
    kl_coef: float = setting(0.0, low=0.0, high=10.0, live="next rollout", source="Shao et al. 2024 (0.04)")

    def check(self) -> None:
        """Refuse games that cannot be shared out over whole groups.

        Raises:
            ConfigError: If they cannot.
        """
        if self.n_envs % self.group_size:
            raise ConfigError("error.setting.group", field="group_size", value=self.group_size, games=self.n_envs)


@dataclass(frozen=True, kw_only=True)
class ReplayConfig(DeepConfig):
    """What agents share that learn from remembered steps."""

    switches: ClassVar[tuple[str, ...]] = (*DeepConfig.switches, "replay", "target_network")

    learning_rate: float = setting(1e-4, low=0.0, high=1.0, above=True, main=True, source=_ZOO)
    learning_rate_schedule: str = setting("constant", choices=("linear", "constant"), source=_ZOO)
    gamma: float = setting(0.99, low=0.0, high=1.0, source="Mnih et al. 2015")
    n_envs: int = setting(8, low=1, high=256, live="never", source="Arena: the zoo's 1 leaves the network idle")
    replay: str = setting("on", choices=_SWITCH, main=True, source="Lin 1992; Mnih et al. 2015")
    buffer_size: int = setting(
        100_000,
        low=100,
        high=100_000_000,
        unit="unit.env_steps",
        live="never",
        only_if=("replay", ("on",)),
        source=_ZOO,
    )
    learning_starts: int = setting(
        100_000, low=0, high=100_000_000, unit="unit.env_steps", live="never", source=_ZOO
    )  # fmt: skip
    batch_size: int = setting(32, low=1, high=10_000, source=_ZOO)
    train_freq: int = setting(4, low=1, high=10_000, unit="unit.env_steps", live="never", source=_ZOO)
    target_network: str = setting("on", choices=_SWITCH, main=True, source="Mnih et al. 2015")
    target_update_interval: int = setting(
        1_000, low=1, high=100_000_000, unit="unit.env_steps", only_if=("target_network", ("on",)), source=_ZOO
    )
    exploration_initial_eps: float = setting(1.0, low=0.0, high=1.0, source="Mnih et al. 2015")
    exploration_final_eps: float = setting(0.01, low=0.0, high=1.0, main=True, source=_ZOO)
    exploration_fraction: float = setting(0.1, low=0.0, high=1.0, above=True, source=_ZOO)
    n: int = setting(1, low=1, high=100, live="never", source="Sutton & Barto 2018, sect. 7.1")
    max_grad_norm: float = setting(10.0, low=0.0, high=1_000.0, above=True, source="Stable-Baselines3")

    def check(self) -> None:
        """Refuse an exploration that rises and a memory smaller than what is learned from at once.

        Raises:
            ConfigError: If it does, or is.
        """
        if self.exploration_final_eps > self.exploration_initial_eps:
            raise ConfigError(
                "error.setting.epsilon_rises",
                field="exploration_final_eps",
                value=self.exploration_final_eps,
                start=self.exploration_initial_eps,
            )
        _check_batch(self.batch_size, self.buffer_size)


@dataclass(frozen=True, kw_only=True)
class DqnConfig(ReplayConfig):
    """DQN (Mnih et al. 2015)."""

    agent: ClassVar[str] = "dqn"
    switches: ClassVar[tuple[str, ...]] = (*ReplayConfig.switches, "double", "dueling")

    double: str = setting("off", choices=_SWITCH, source="van Hasselt et al. 2016")
    dueling: str = setting("off", choices=_SWITCH, live="never", source="Wang et al. 2016")


@dataclass(frozen=True, kw_only=True)
class QrDqnConfig(ReplayConfig):
    """QR-DQN (Dabney et al. 2018): learns how returns are spread, not only their mean."""

    agent: ClassVar[str] = "qr_dqn"

    learning_rate: float = setting(5e-5, low=0.0, high=1.0, above=True, main=True, source="SB3-Contrib")
    exploration_fraction: float = setting(0.025, low=0.0, high=1.0, above=True, source=_ZOO)
    target_update_interval: int = setting(
        10_000, low=1, high=100_000_000, unit="unit.env_steps", only_if=("target_network", ("on",)),
        source="SB3-Contrib",
    )  # fmt: skip
    n_quantiles: int = setting(200, low=1, high=1_000, live="never", source="Dabney et al. 2018")


def _check_batch(batch: int, steps: int) -> None:
    if batch > steps:
        raise ConfigError("error.setting.batch", field="batch_size", value=batch, steps=steps)
