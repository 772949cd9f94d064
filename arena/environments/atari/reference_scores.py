"""Scores others have published for Breakout, to compare with."""

from __future__ import annotations

from collections.abc import Mapping

BREAKOUT, OBJECTS = ("BreakoutNoFrameskip-v4", "ALE/Breakout-v5"), "Arena/BreakoutObjects-v0"
"""Ids of the game, seen as pixels and as objects."""

RANDOM, PERSON = 1.7, 31.8
"""Random moves and a person (Mnih et al. 2015, extended data table 2)."""

DQN_NATURE = 401.2
"""DQN (Mnih et al. 2015, extended data table 2)."""

PUBLISHED: Mapping[str, tuple[tuple[int, float], ...]] = {
    "ppo": ((1_000_000, 22.0), (2_000_000, 55.0), (3_000_000, 147.0), (4_000_000, 213.0), (10_000_000, 398.0)),
    "dqn": ((1_000_000, 61.0), (1_500_000, 131.0), (3_000_000, 265.0), (10_000_000, 358.0)),
}
"""From pixels: ``(env_steps, raw score)`` as RL Baselines3 Zoo's trained agents got them."""


def published_scores(agent_id: str, env_id: str) -> tuple[tuple[int, float], ...]:
    """Return ``(env_steps, score)`` others have published of an agent in a world; empty where none are known."""
    return PUBLISHED.get(agent_id, ()) if env_id in BREAKOUT else ()
