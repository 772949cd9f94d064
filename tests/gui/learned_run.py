"""A real run learned in this process, as the window would have it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from arena.protocol.messages import Event, Metrics
from arena.protocol.world_codec import describe, shown_world
from gui.state.run_state import RunState


def learned_run(folder: Path, env_id: str, env_kwargs: Mapping[str, Any], ticks: int, steps: int = 0) -> list[RunState]:
    """Learn for so many ticks, then one step at a time; return the run then and after each of the steps."""
    blocks: list[tuple[float, ...]] = []

    def emit(event: Event) -> None:
        if isinstance(event, Metrics):
            blocks.extend(event.blocks)

    spec = RunSpec(env_id=env_id, env_kwargs=env_kwargs, agent="q_learning", log_folder=str(folder), seed=1)
    session = Session.begin(spec, emit)
    world = shown_world(*describe(session.world))

    def now(tick: Any = None) -> RunState:
        return RunState(
            phase="paused",
            run_id=session.folder.run_id,
            folder=str(session.folder.path),
            agent="q_learning",
            world=world,
            view=session.view(("q", "visits")),
            tick=tick,
            env_steps=session.tick,
            episodes=int(session.learner.counters["episode"]),
            blocks=np.array(blocks),
        )

    while session.tick < ticks:
        session.advance(ticks)
    session.publish_metrics()
    states = [now()]
    for _ in range(steps):
        told = session.step()
        states.append(now(told))
    session.close()
    return states
