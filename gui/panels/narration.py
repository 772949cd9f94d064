"""A step in one sentence."""

from __future__ import annotations

from agents.own.library import is_own
from agents.runtime.deep_runs import is_deep_agent
from agents.tabular.arrays import BY_POLICY, BY_SOFTMAX, BY_UCB, IMAGINED, IMPROVING, IN_V, REAL, STEP, TRACE
from gui.language import number, tr
from gui.state.own_agents import own_name
from gui.state.run_state import RunState
from gui.widgets.stage.names import action_glyph, state_name


def sentence(state: RunState) -> str:
    """Return what just happened, as far as the beats shown tell it, in words."""
    if is_deep_agent(state.agent):
        return tr("train.lab.happened")
    if state.world is None or state.tick is None:
        return tr("lab.happened.nothing")
    tick, world = state.tick.tick, state.world
    if tick["state"] < 0:
        return _swept(state)
    where = state_name(world, int(tick["state"])).split(" · ")[0]
    if state.beat == 0:
        return tr("lab.happened.covered", state=where)
    if state.beat == 1:
        return _draw(state, where)
    move = _move(state, where)
    if state.beat >= 3 and not state.tick.changes and not (tick["terminated"] or tick["truncated"]):
        return f"{move} {_waiting(state)}"
    learned = _learned(state) if state.beat >= 4 else ""
    return f"{move} {learned}" if learned else move


def _swept(state: RunState) -> str:
    assert state.tick is not None
    tick, changes = state.tick.tick, state.tick.changes
    # Of very many updates only some travel to the window: the tick knows how many there were.
    count = number(max(int(tick.get("updates", 0)), len(changes)))
    if tick.get("kind", STEP) == IMPROVING:
        return tr("lab.happened.improved", count=count) if changes else tr("lab.happened.stays")
    if state.agent == "policy_iteration":
        return tr("lab.happened.evaluated", count=count)
    return tr("lab.happened.sweep", count=count, sweep=number(int(tick["tick"]) + 1))


def _waiting(state: RunState) -> str:
    if state.agent == "n_step_sarsa":
        return tr("lab.happened.early", n=number(int(state.hyperparameters.get("n", 1))))
    return tr("lab.happened.waits")


def _learned(state: RunState) -> str:
    """Return what more there is to say of what changed than the one update shown, or nothing."""
    assert state.tick is not None and state.world is not None
    kinds = [change.get("kind", REAL) for change in state.tick.changes]
    if IMAGINED in kinds:
        # Told by the run's setting: of very many updates only some travel to the window.
        return tr("lab.happened.imagined", count=number(int(state.hyperparameters.get("planning_steps", 0))))
    if TRACE in kinds:
        return tr("lab.happened.traces", count=number(kinds.count(TRACE)))
    if state.agent == "reinforce" and kinds:
        # V and the preference of every action, or those alone, for each step of the episode.
        rows = state.world.actions + (1 if state.tick.changes[0].get("table") == IN_V else 0)
        steps = int(state.tick.tick.get("updates", len(kinds))) // rows
        return tr("lab.happened.reinforced", count=number(max(1, steps)))
    if state.agent == "actor_critic" and kinds:
        delta = float(state.tick.changes[-1]["delta"])
        key = "more" if delta > 0 else "less" if delta < 0 else "same"
        return tr("lab.happened.policy." + key, action=action_glyph(state.world, int(state.tick.tick["action"])))
    if len(kinds) > 1:
        return tr("lab.happened.path", count=number(len(kinds)))
    if state.agent == "n_step_sarsa" and kinds and int(state.hyperparameters.get("n", 1)) > 1:
        where = state_name(state.world, int(state.tick.changes[0]["state"])).split(" · ")[0]
        return tr("lab.happened.late", state=where, n=number(int(state.hyperparameters["n"])))
    return ""


def _draw(state: RunState, where: str) -> str:
    assert state.tick is not None and state.world is not None
    tick = state.tick.tick
    glyph = action_glyph(state.world, int(tick["action"]))
    if tick["forced"]:
        return tr("lab.happened.draw.person", state=where, action=glyph)
    if is_own(state.agent) and tick["draw"] < 0 and state.mover != "random":
        return tr("own.happened.chose", state=where, action=glyph, name=own_name(state.agent))
    if tick["epsilon"] == BY_UCB:
        return tr("lab.happened.draw.ucb", state=where, action=glyph)
    if tick["draw"] < 0:
        return tr("lab.happened.draw.random", state=where, action=glyph)
    draw = number(float(tick["draw"]), 2)
    if tick["epsilon"] == BY_POLICY:
        return tr("lab.happened.draw.policy", state=where, action=glyph, draw=draw)
    if tick["epsilon"] == BY_SOFTMAX:
        return tr("lab.happened.draw.softmax", state=where, action=glyph, draw=draw)
    key = "lab.happened.draw.explore" if tick["explored"] else "lab.happened.draw.greedy"
    return tr(key, state=where, action=glyph, draw=draw, epsilon=number(float(tick["epsilon"]), 2))


def _move(state: RunState, where: str) -> str:
    assert state.tick is not None and state.world is not None
    tick, world = state.tick.tick, state.world
    if world.states == 1:
        # One state and arms: there is nowhere to arrive, and every pull is an episode.
        return tr(
            "lab.happened.pull", action=action_glyph(world, int(tick["action"])), reward=_reward(float(tick["reward"]))
        )
    values = {
        "state": where,
        "action": action_glyph(world, int(tick["action"])),
        "reward": _reward(float(tick["reward"])),
        "next": state_name(world, int(tick["next_state"])).split(" · ")[0],
    }
    if tick["forced"]:
        said = tr("lab.happened.move.person", **values)
    elif is_own(state.agent) and state.mover != "random":
        said = tr("own.happened.move", name=own_name(state.agent), **values)
    elif tick["epsilon"] == BY_POLICY:
        said = tr("lab.happened.move.policy", **values)
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
