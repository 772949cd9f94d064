"""A moment of the past as the panels take it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.tabular.arrays import IN_Q, IN_V
from arena.protocol.messages import TickHappened, View
from arena.protocol.past_messages import MomentShown
from arena.protocol.world_codec import ShownWorld
from gui.state.beats import LAST
from gui.state.run_state import RunState


def picture_of(live: RunState, moment: MomentShown, beat: int, world: ShownWorld | None) -> RunState:
    """Return a run as it was.

    Args:
        live: The run as it is now.
        moment: What the worker that looks back said.
        beat: Beats shown of the step that led there.
        world: The world then, where it is known to be another one.
    """
    view = View(
        env_steps=moment.env_steps,
        episodes=moment.episodes,
        updates=moment.updates,
        arrays=moment.arrays,
        scalars=moment.scalars,
    )
    tick = TickHappened(tick=moment.tick, changes=moment.changes) if moment.tick else None
    settings = dict(moment.hyperparameters)
    mover = str(settings.pop("mover", live.mover))
    return replace(
        live,
        at=moment.env_steps,
        now=live.env_steps,
        reason="",
        world=world or live.world,
        view=view,
        tick=tick,
        beat=beat,
        before=before_tick(view, tick) if beat < LAST else None,
        hyperparameters=settings,
        mover=mover,
        env_steps=moment.env_steps,
        episodes=moment.episodes,
        updates=moment.updates,
        epsilon=moment.scalars.get("epsilon", -1.0),
    )


def before_tick(view: View, tick: TickHappened | None) -> View:
    """Return what was known before a tick: its updates undone.

    Args:
        view: What was known after it.
        tick: What it did; ``None`` for nothing.
    """
    if tick is None or tick.tick["state"] < 0:
        return view
    q, visits = np.array(view.arrays["q"]), np.array(view.arrays["visits"])
    more: dict[str, NDArray[Any]] = {}
    # Where a policy is learned, V stands beside the table; where one is only valued, V is the table.
    beside = any(change.get("table", IN_Q) == IN_Q for change in tick.changes)
    if "v" in view.arrays:
        more["v"] = np.array(view.arrays["v"])
    for change in reversed(tick.changes):
        if change.get("table", IN_Q) == IN_V:
            more["v"][int(change["state"])] = change["old"]
            if not beside:
                q[int(change["state"])] = change["old"]
            continue
        # Where two tables are averaged, what is shown moved by half of what was written.
        share = 1.0 if change["shown"] == change["new"] else 0.5
        if change["action"] >= 0:
            moved = share * (change["new"] - change["old"])
            q[int(change["state"]), int(change["action"])] = change["old"] if share == 1.0 else change["shown"] - moved
    if beside and "v" in more and "policy" in view.arrays:
        weight = np.exp(q - q.max(axis=1, keepdims=True))
        more["policy"] = weight / weight.sum(axis=1, keepdims=True)
    visits[int(tick.tick["state"]), int(tick.tick["action"])] -= 1
    scalars = {**view.scalars, "state": float(tick.tick["state"]), "episode_step": float(tick.tick["episode_step"])}
    return replace(
        view, env_steps=view.env_steps - 1, arrays={**view.arrays, **more, "q": q, "visits": visits}, scalars=scalars
    )
