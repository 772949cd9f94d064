"""Sticky actions that can be saved: an emulator's own forget which button they would repeat.

``ALEState`` holds the console and the emulator's random numbers, but not the action it may repeat next: set back to a
saved moment, a game with sticky actions goes on with the button of another one. Here the emulator is told to repeat
nothing, and the buttons stick outside it, by the same law.
"""

from __future__ import annotations

from typing import Any

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


class StickyButtons:
    """An emulator whose buttons stick; everything but :meth:`act` and :meth:`reset_game` is the emulator's own.

    Args:
        emulator: An ``ALEInterface`` that repeats nothing by itself.
        probability: Probability that a frame repeats the action of the one before (Machado et al. 2018, sect. 5).

    Attributes:
        emulator: The emulator itself.
    """

    def __init__(self, emulator: Any, probability: float) -> None:
        self.emulator = emulator
        self._probability = probability
        self._seed = 0
        self._frames = 0
        self._last: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.emulator, name)

    def seed(self, seed: int) -> None:
        """Begin the luck of a game's seed."""
        self._seed, self._frames, self._last = seed, 0, None

    @property
    def held(self) -> tuple[int, Any]:
        """How far the luck is, and the action that may be repeated; set to go back there."""
        return self._frames, self._last

    @held.setter
    def held(self, held: tuple[int, Any]) -> None:
        self._frames, self._last = held

    def reset_game(self) -> None:
        """Begin a game; nothing is held."""
        self.emulator.reset_game()
        self._last = None

    def act(self, action: Any) -> Any:
        """Play a frame with an action, or with the one before; return its reward."""
        self._frames += 1
        if self._last is None or _share(self._seed, self._frames) >= self._probability:
            self._last = action
        return self.emulator.act(self._last)


def _share(seed: int, counter: int) -> float:
    """Return a number in [0, 1) made of seed and counter (SplitMix64, Steele et al. 2014)."""
    z = (seed * 0xD1342543DE82EF95 + counter * _GOLDEN) & _MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return ((z ^ z >> 31) >> 11) / 2**53
