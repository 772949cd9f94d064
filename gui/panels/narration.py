"""A step in one sentence."""

from __future__ import annotations

from agents.tabular.arrays import BY_SOFTMAX, BY_UCB
from gui.language import number, tr
from gui.state.run_state import RunState
from gui.widgets.stage.names import action_glyph, state_name


def sentence(state: RunState) -> str:
    """Return what just happened, as far as the beats shown tell it, in words."""
    if state.world is None or state.tick is None:
        return tr("lab.happened.nothing")
    tick, world = state.tick.tick, state.world
    if tick["state"] < 0:
        return tr("lab.happened.sweep", count=number(len(state.tick.changes)), sweep=number(int(tick["tick"]) + 1))
    where = state_name(world, int(tick["state"])).split(" · ")[0]
    if state.beat == 0:
        return tr("lab.happened.covered", state=where)
    if state.beat == 1:
        return _draw(state, where)
    move = _move(state, where)
    if state.beat >= 3 and not state.tick.changes and not (tick["terminated"] or tick["truncated"]):
        return f"{move} {tr('lab.happened.waits')}"
    if state.beat >= 4 and len(state.tick.changes) > 1:
        return f"{move} {tr('lab.happened.path', count=number(len(state.tick.changes)))}"
    return move


def _draw(state: RunState, where: str) -> str:
    assert state.tick is not None and state.world is not None
    tick = state.tick.tick
    glyph = action_glyph(state.world, int(tick["action"]))
    if tick["forced"]:
        return tr("lab.happened.draw.person", state=where, action=glyph)
    if tick["epsilon"] == BY_UCB:
        return tr("lab.happened.draw.ucb", state=where, action=glyph)
    if tick["draw"] < 0:
        return tr("lab.happened.draw.random", state=where, action=glyph)
    draw = number(float(tick["draw"]), 2)
    if tick["epsilon"] == BY_SOFTMAX:
        return tr("lab.happened.draw.softmax", state=where, action=glyph, draw=draw)
    key = "lab.happened.draw.explore" if tick["explored"] else "lab.happened.draw.greedy"
    return tr(key, state=where, action=glyph, draw=draw, epsilon=number(float(tick["epsilon"]), 2))


def _move(state: RunState, where: str) -> str:
    assert state.tick is not None and state.world is not None
    tick, world = state.tick.tick, state.world
    values = {
        "state": where,
        "action": action_glyph(world, int(tick["action"])),
        "reward": _reward(float(tick["reward"])),
        "next": state_name(world, int(tick["next_state"])).split(" · ")[0],
    }
    if tick["forced"]:
        said = tr("lab.happened.move.person", **values)
    elif tick["explored"] and tick["epsilon"] == BY_UCB:
        said = tr("lab.happened.move.curious", **values)
    elif tick["explored"] and tick["epsilon"] == BY_SOFTMAX:
        said = tr("lab.happened.move.sampled", **values)
    elif tick["explored"]:
        said = tr("lab.happened.move.random", **values)
    else:
        said = tr("lab.happened.move.greedy", **values)
    if tick["terminated"]:
        return f"{said} {tr('lab.happened.end')}"
    if tick["truncated"]:
        return f"{said} {tr('lab.happened.cut')}"
    return said


def _reward(value: float) -> str:
    return number(value, 0 if value == int(value) else 2)
