"""What the worker of a deep run says besides :mod:`arena.protocol.messages`; its commands are those of every run.

A deep run on a world of states also sends ``WorldReady`` and answers view requests with ``q``, ``v``, ``policy`` and
``visits`` over all states, so that it is shown like a table. What a view request may ask for besides (each only where
the algorithm has it): ``ratios`` ``float32 [B]`` (π_new / π_old of the last update, a sample), ``advantages``
``float32 [B]``, ``td_errors`` ``float32 [B]``. Scalars: ``epsilon``, ``replay_size``, ``replay_capacity``,
``target_age`` (updates since θ⁻ was copied), ``replay_bytes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.protocol.messages import Event

SCORE_COLUMNS = ("env_steps", "games", "score_mean", "score_low", "score_high", "length_mean", "reward_mean")
"""Columns of a score row: raw whole-game scores of the last games (mean with a 95 % interval), and the reward an
episode of training brought, which may be clipped and end with a life."""


@dataclass(frozen=True, kw_only=True)
class TrainingReady(Event):
    """The worker has built games and network; everything a window needs to show the run.

    Attributes:
        config: The run's configuration as in ``config.json``.
        folder: Run folder.
        observation: ``pixels``, ``objects``, ``states`` (one of a world's states, as a one-hot vector) or ``vector``.
        action_names: Name of each action, upper case as the emulator says it; translation keys are derived from it.
        horizon: ``env_steps`` at which step sizes that fall are 0.
        steps_per_update: ``env_steps`` between two updates.
        switches: Settings by which a mechanism is turned off (``live`` says when).
        reference: What is known of the game: ``random``, ``person`` and ``published`` ``[[env_steps, score], …]``.
        machine: ``device``, ``threads``, ``precision``, ``torch``; ``exact`` whether going on is bit for bit.
        rows: Score rows of before, see :data:`SCORE_COLUMNS`.
        ages: Weights kept, oldest first: ``env_steps``, ``file``, ``score`` (−1 unknown) each.
        begun_with: ``model`` and ``env_steps`` of the model whose weights it began with; empty if it began from
            nothing.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""
    observation: str = ""
    action_names: tuple[str, ...] = ()
    horizon: int = 0
    steps_per_update: int = 0
    switches: tuple[str, ...] = ()
    reference: Mapping[str, Any] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[tuple[float, ...], ...] = ()
    ages: tuple[Mapping[str, Any], ...] = ()
    begun_with: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TrainingProgress(Event):
    """How training goes, at most four times a second.

    Attributes:
        rows: Score rows since the last one, see :data:`SCORE_COLUMNS`.
        values: Newest value of each of SB3's tags (``train/approx_kl`` …).
        steps_per_second: Speed of late.
        seconds_left: Until the horizon at that speed; −1 if unknown.
        saved_ago: Seconds since the last checkpoint; −1 if there is none yet.
        save_in: Seconds until the next one at that speed; −1 if unknown.
        doing: ``playing`` or ``learning``.
    """

    rows: tuple[tuple[float, ...], ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    steps_per_second: float = 0.0
    seconds_left: float = -1.0
    saved_ago: float = -1.0
    save_in: float = -1.0
    doing: str = "playing"


@dataclass(frozen=True, kw_only=True)
class WeightsPublished(Event):
    """The newest weights lie in a file, for whoever watches; the next ones replace it.

    Attributes:
        file: ``safetensors`` file.
        kept: It is an age that stays.
        score: Mean whole-game score by then, −1 if unknown.
    """

    file: str = ""
    kept: bool = False
    score: float = -1.0


TRAINING_EVENTS: tuple[type[Event], ...] = (TrainingReady, TrainingProgress, WeightsPublished)
