"""The distance to the exact solution over a stored run, as its aggregates told it."""

from __future__ import annotations

from arena.protocol.messages import Metrics
from arena.runs.event_log import read_events
from arena.runs.run_folder import RunFolder

MOST_DISTANCES = 1_000
"""So many distances of a stored run are told; a curve has no more pixels."""


def told_distances(folder: RunFolder, until: int) -> tuple[tuple[float, float], ...]:
    """Return ``(tick, distance)`` of the aggregates logged up to a tick, a thousand at most.

    Args:
        folder: Run folder; what was logged is on disk.
        until: Tick.
    """
    told = [
        (float(event.env_steps), event.distance)
        for event in read_events(folder.events_path)
        if isinstance(event, Metrics) and event.distance >= 0.0 and event.env_steps <= until
    ]
    return tuple(told[:: max(1, len(told) // MOST_DISTANCES)])
