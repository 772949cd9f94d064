"""The network of Mnih et al. 2015 fed with bytes: the same numbers as Stable-Baselines3's, made with less copying.

SB3 makes a float copy of every observation and divides it by 255 before the first layer. Here the bytes are converted
once, straight into the memory order the convolutions are fastest in (channels last), and the division is folded into
the first layer's weights, which are 8,192 numbers instead of 28,224 per picture. Names and shapes of all parameters
stay SB3's, so weights go either way.
"""

from __future__ import annotations

from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticCnnPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import nn
from torch.nn import functional

BYTE_SCALE = 1.0 / 255.0

FILTERS = (32, 64, 64)
"""Filters of the three convolutions at full width."""

FEATURES = 512
"""Features at full width."""


class ByteNatureCNN(BaseFeaturesExtractor):
    """Nature's three convolutions and 512 features, from ``uint8 [B, stack, side, side]``.

    Args:
        observation_space: Pictures, channels first.
        width: Share of the filters and features of the original. Half the width costs a third of the time; with zeros
            for the missing filters it is exactly a network of full width.

    Attributes:
        precision: ``float32``, or ``bfloat16`` for what is computed in here; weights and features stay ``float32``.
    """

    precision: str = "float32"

    def __init__(self, observation_space: spaces.Box, width: float = 1.0) -> None:
        features = int(FEATURES * width)
        super().__init__(observation_space, features)
        first, second, third = (int(filters * width) for filters in FILTERS)
        stack, side, _ = observation_space.shape
        self.cnn = nn.Sequential(
            nn.Conv2d(stack, first, kernel_size=8, stride=4),
            nn.ReLU(),
            nn.Conv2d(first, second, kernel_size=4, stride=2),
            nn.ReLU(),
            nn.Conv2d(second, third, kernel_size=3, stride=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        left = ((side - 8) // 4 + 1 - 4) // 2 + 1 - 2
        self.linear = nn.Sequential(nn.Linear(third * left**2, features), nn.ReLU())

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """Return the features ``float32 [B, features]`` of bytes, or of floats from 0 to 255."""
        if self.precision == "bfloat16":
            with torch.autocast(observations.device.type, torch.bfloat16):
                return self._features(observations).float()
        return self._features(observations)

    def _features(self, observations: torch.Tensor) -> torch.Tensor:
        pictures = observations.to(torch.float32, memory_format=torch.channels_last)
        first = self.cnn[0]
        assert isinstance(first, nn.Conv2d)
        hidden = functional.conv2d(pictures, first.weight * BYTE_SCALE, first.bias, first.stride)
        for layer in list(self.cnn)[1:]:
            hidden = layer(hidden)
        features: torch.Tensor = self.linear(hidden)
        return features


class ByteCnnPolicy(ActorCriticCnnPolicy):
    """SB3's ``CnnPolicy`` with :class:`ByteNatureCNN`, which wants its bytes as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("features_extractor_class", ByteNatureCNN)
        # As SB3 has it for NatureCNN: the heads stand directly on the features.
        kwargs.setdefault("net_arch", [])
        # Where SB3 goes round extract_features (predict_values, get_distribution), it must not divide by 255 as well.
        kwargs["normalize_images"] = False
        super().__init__(*args, **kwargs)
        # Not before: SB3's orthogonal first weights are written by a function that knows only the usual memory order.
        self.features_extractor.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def extract_features(  # type: ignore[override]
        self, obs: torch.Tensor, features_extractor: BaseFeaturesExtractor | None = None
    ) -> torch.Tensor:
        """Return the features of bytes; actor and critic share them."""
        extractor = self.features_extractor if features_extractor is None else features_extractor
        features: torch.Tensor = extractor(obs)
        return features
