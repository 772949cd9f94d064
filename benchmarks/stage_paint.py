"""What the stage costs: taking in a new table and painting it, for small to very large worlds, in every layer.

Run: ``python benchmarks/stage_paint.py [--frames 60] [--json]``. For each world a seeded random table is moved a little
for every frame, as a run flat out would: ``all`` moves every value (the worst case), ``one`` only that of one pair and
the agent (a run at 60 updates/s). Reported is the median and the 95th percentile of milliseconds a frame, taking in and
painting together. A frame at 60 frames/s has 16.7 ms, of which the stage may use 3 where one value moved.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from arena.environments.world import WorldLayout
from arena.protocol.messages import View
from arena.protocol.world_codec import ShownWorld
from gui.app import application
from gui.state.run_state import RunState
from gui.widgets.stage.stage import StageWidget

WORLDS = ((4, 12), (8, 8), (20, 20), (30, 30), (200, 200))
LAYERS = ("q", "value", "policy", "visits", "change")


def open_grid(rows: int, columns: int) -> ShownWorld:
    """Return a world of floor with a start and a goal."""
    cells = rows * columns
    layout = WorldLayout(
        rows=rows,
        columns=columns,
        kinds=("start", *("floor",) * (cells - 2), "goal"),
        marks=("",) * cells,
        winds=((0, 0),) * cells,
        cell_of_state=np.arange(cells, dtype=np.int32),
        context_of_state=np.zeros(cells, np.int32),
        state_at=np.arange(cells, dtype=np.int32).reshape(1, cells),
        action_keys=("action.up", "action.right", "action.down", "action.left"),
        action_steps=((-1, 0), (0, 1), (1, 0), (0, -1)),
    )
    return ShownWorld(
        env_id="Arena/GridWorld-v0",
        env_kwargs={},
        title={"en": f"{rows} × {columns}"},
        teaches={},
        layout=layout,
        states=cells,
        actions=4,
        step_limit=10 * cells,
        usual_reward=-1.0,
        reward_signs="negative",
        suggested={},
    )


def frames(stage: StageWidget, world: ShownWorld, count: int, *, moves_all: bool) -> list[float]:
    """Return milliseconds of each frame."""
    rng = np.random.default_rng(0)
    q = -rng.random((world.states, world.actions)) * 20
    visits = np.ones_like(q, np.int64)
    state = RunState(phase="running", run_id="bench", world=world, speed=0.0, epsilon=0.1)
    took = []
    for frame in range(count + 3):
        q = q.copy()
        at = int(rng.integers(world.states))
        if moves_all:
            q += rng.normal(0, 0.2, q.shape)
        else:
            q[at, 0] -= 0.5
        visits = visits + 1 if moves_all else visits
        view = View(env_steps=frame, arrays={"q": q, "visits": visits}, scalars={"state": float(at)})
        started = time.perf_counter()
        stage.show_state(replace(state, view=view, env_steps=frame))
        stage.repaint()
        took.append((time.perf_counter() - started) * 1e3)
    return took[3:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    application()
    rows = []
    for height, width in WORLDS:
        world = open_grid(height, width)
        for layer in LAYERS:
            for moves_all in (False, True):
                stage = StageWidget()
                stage.resize(1180, 620)
                stage.set_layer(layer)
                stage.show()
                took = sorted(frames(stage, world, arguments.frames, moves_all=moves_all))
                rows.append(
                    {
                        "world": f"{height}x{width}",
                        "layer": layer,
                        "moves": "all" if moves_all else "one",
                        "median_ms": round(statistics.median(took), 2),
                        "p95_ms": round(took[int(0.95 * (len(took) - 1))], 2),
                    }
                )
                stage.close()
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(
            f"{row['world']:>8} {row['layer']:>7} {row['moves']:>4}"
            f"  {row['median_ms']:>7} ms  p95 {row['p95_ms']:>7} ms"
        )


if __name__ == "__main__":
    main()
