"""What may honestly be said of a training run's future: what others' runs had reached after as many steps."""

from __future__ import annotations

from dataclasses import dataclass

from gui.state.training_state import TrainingState


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The next point of a published curve.

    Attributes:
        env_steps: Where it lies.
        score: What others had there.
        seconds: Until then at the speed of late.
    """

    env_steps: float
    score: float
    seconds: float


def forecast(state: TrainingState) -> Forecast | None:
    """Return the next published point and when this run comes there; ``None`` where nothing is known.

    Args:
        state: A run and what others have published of its agent there.
    """
    ahead = [point for point in state.published if point[0] > state.env_steps]
    if not ahead or state.steps_per_second <= 0.0:
        return None
    steps, score = (float(value) for value in ahead[0])
    return Forecast(env_steps=steps, score=score, seconds=(steps - state.env_steps) / state.steps_per_second)


def clock_words(seconds: float) -> str:
    """Write a length of time as ``0:38``, ``3:21`` or ``5:02:10``."""
    whole = max(0, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
