"""Writing down what a tick did, for people: one row for the step, one for each value it changed."""

from __future__ import annotations

from agents.tabular.arrays import STEP, Records
from agents.tabular.compiled import called


@called
def ticks_are_full(records: Records) -> bool:
    """Say whether steps are recorded and there is no room for another."""
    return bool(0 < records.ticks.shape[0] <= records.used[0])


@called
def record_update(
    records: Records,
    tick: int,
    episode: int,
    s: int,
    a: int,
    old: float,
    new: float,
    shown: float,
    r: float,
    gamma: float,
    bootstrap: float,
    target: float,
    size: float,
    delta: float,
    weight: float,
    kind: int,
    table: int,
    s_next: int,
    a_next: int,
    explored: int,
) -> None:
    """Append one row of ``UPDATE``, unless another pair is watched."""
    if records.watch[0] >= 0 and (records.watch[0] != s or records.watch[1] != a):
        return
    row = records.updates[records.used[1]]
    row.tick = tick
    row.episode = episode
    row.state = s
    row.action = a
    row.old = old
    row.new = new
    row.shown = shown
    row.reward = r
    row.gamma = gamma
    row.bootstrap = bootstrap
    row.target = target
    row.step_size = size
    row.delta = delta
    row.weight = weight
    row.kind = kind
    row.table = table
    row.next_state = s_next
    row.next_action = a_next
    row.explored = explored
    records.used[1] += 1


@called
def record_tick(
    records: Records,
    tick: int,
    episode: int,
    episode_step: int,
    s: int,
    a: int,
    r: float,
    s_next: int,
    terminated: bool,
    truncated: bool,
    forced: int,
    epsilon: float,
    draw: float,
    explored: int,
    best: int,
    ties: int,
    updates: int,
) -> None:
    """Append one row of ``TICK``, where steps are recorded."""
    if records.ticks.shape[0] == 0:
        return
    row = records.ticks[records.used[0]]
    row.tick = tick
    row.episode = episode
    row.episode_step = episode_step
    row.state = s
    row.action = a
    row.reward = r
    row.next_state = s_next
    row.terminated = terminated
    row.truncated = truncated
    row.forced = forced
    row.epsilon = epsilon
    row.draw = draw
    row.explored = explored
    row.greedy_action = best
    row.ties = ties
    row.updates = updates
    row.kind = STEP
    records.used[0] += 1
