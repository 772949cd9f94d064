"""Networks of action values: SB3's own, fed with bytes where pictures are seen, and with a dueling head on request."""

from __future__ import annotations

from typing import Any

import torch
from sb3_contrib.qrdqn.policies import QRDQNPolicy, QuantileNetwork
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, create_mlp
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import nn

from agents.deep.nature_network import ByteNatureCNN


class DuelingHead(nn.Module):
    """Q(s, a) = V(s) + A(s, a) − mean over a′ of A(s, a′) (Wang et al. 2016, eq. 9).

    Args:
        features: Features that come in.
        actions: Number of actions.
        layers: Units of the hidden layers of each of the two streams.
    """

    def __init__(self, features: int, actions: int, layers: list[int]) -> None:
        super().__init__()
        self.value = nn.Sequential(*create_mlp(features, 1, layers))
        self.advantage = nn.Sequential(*create_mlp(features, actions, layers))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return ``float32 [B, actions]``."""
        advantage = self.advantage(features)
        values: torch.Tensor = self.value(features) + advantage - advantage.mean(dim=1, keepdim=True)
        return values


class ValueNetwork(QNetwork):
    """SB3's Q network; bytes go to :class:`ByteNatureCNN` as they are.

    Args:
        dueling: Whether it ends in a :class:`DuelingHead`.
        args: As SB3's.
        kwargs: As SB3's.
    """

    def __init__(self, *args: Any, dueling: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if dueling:
            # Directly on the picture's features each stream needs a layer of its own, else the two are one.
            layers = self.net_arch or [self.features_dim]
            self.q_net = DuelingHead(self.features_dim, int(self.action_space.n), layers)  # type: ignore[assignment]
        _lay_out(self.features_extractor)

    def extract_features(self, obs: Any, features_extractor: BaseFeaturesExtractor) -> torch.Tensor:
        """Return the features; see :class:`ByteNatureCNN`."""
        if isinstance(features_extractor, ByteNatureCNN):
            return features_extractor(obs)  # type: ignore[no-any-return]
        return super().extract_features(obs, features_extractor)


class QuantilesNetwork(QuantileNetwork):
    """SB3-Contrib's network of quantiles; bytes go to :class:`ByteNatureCNN` as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _lay_out(self.features_extractor)

    def extract_features(self, obs: Any, features_extractor: BaseFeaturesExtractor) -> torch.Tensor:
        """Return the features; see :class:`ByteNatureCNN`."""
        if isinstance(features_extractor, ByteNatureCNN):
            return features_extractor(obs)  # type: ignore[no-any-return]
        return super().extract_features(obs, features_extractor)


class ValuePolicy(DQNPolicy):
    """SB3's DQN policy with :class:`ValueNetwork` for θ and θ⁻.

    Args:
        dueling: Whether the networks end in a dueling head.
        args: As SB3's.
        kwargs: As SB3's.
    """

    def __init__(self, *args: Any, dueling: bool = False, **kwargs: Any) -> None:
        self.dueling = dueling
        super().__init__(*args, **kwargs)

    def make_q_net(self) -> QNetwork:
        """Make one network with a features extractor of its own."""
        arguments = self._update_features_extractor(self.net_args, features_extractor=None)
        return ValueNetwork(**arguments, dueling=self.dueling).to(self.device)


class QuantilesPolicy(QRDQNPolicy):
    """SB3-Contrib's QR-DQN policy with :class:`QuantilesNetwork` for θ and θ⁻."""

    def make_quantile_net(self) -> QuantileNetwork:
        """Make one network with a features extractor of its own."""
        arguments = self._update_features_extractor(self.net_args, features_extractor=None)
        return QuantilesNetwork(**arguments).to(self.device)


def _lay_out(extractor: nn.Module | None) -> None:
    if isinstance(extractor, ByteNatureCNN):
        extractor.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
