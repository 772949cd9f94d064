"""Where a run stands, in one line over the stage."""

from __future__ import annotations

from agents.catalog import SWEEPING
from agents.runtime.deep_runs import is_deep_agent
from arena.protocol.messages import SPEED_EPISODE, SPEED_MAXIMUM
from gui.language import number, tr
from gui.state.run_state import RunState


def status_text(state: RunState) -> str:
    """Return episode, step, exploration rate and speed in words; empty before there is a world."""
    if state.world is None:
        return ""
    speed = tr("lab.status.speed.max", value=number(state.steps_per_second / 1e6, 1))
    if is_deep_agent(state.agent):
        speed = tr("train.lab.speed", value=number(state.steps_per_second if state.phase == "running" else 0))
    elif state.speed == SPEED_EPISODE:
        speed = tr("lab.speed.episode.tip")
    elif state.speed != SPEED_MAXIMUM:
        speed = tr("lab.status.speed", value=number(state.speed))
    elif state.phase != "running":
        speed = tr("lab.speed.max")
    if state.agent in SWEEPING:
        return f"{tr('lab.status.sweep', count=number(state.env_steps))} · {speed}"
    step = int(state.view.scalars.get("episode_step", 0)) if state.view is not None else 0
    parts = [tr("lab.status.episode", count=number(state.episodes + 1)), tr("lab.status.step", count=number(step))]
    if state.epsilon >= 0:
        parts.append(f"ε {number(state.epsilon, 2)}")
    return " · ".join([*parts, speed])
