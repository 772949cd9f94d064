"""Scores others have published for Breakout, to compare with."""

from __future__ import annotations

RANDOM, PERSON = 1.7, 31.8
"""Random moves and a person (Mnih et al. 2015, extended data table 2)."""

DQN_NATURE = 401.2
"""DQN (Mnih et al. 2015, extended data table 2)."""
