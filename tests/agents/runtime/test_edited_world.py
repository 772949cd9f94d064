"""Editing the world of a running run: values move along, the change is an event, and everything stays exact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.runtime.fork import fork_run
from agents.runtime.past import Past
from agents.runtime.replay import StoredRun
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from arena.environments.grid.map_text import write_map
from arena.environments.grid.maps import find_map
from arena.errors import UsageError
from arena.protocol.messages import Event, WorldReady
from arena.runs.keyframe_file import state_hash

MAP = """title: corridor
step: -1
goal: 0
---
S....
.....
....G
"""
WALLED = MAP.replace("S....\n.....", "S.#..\n..#..")


def _begun(folder: Path, events: list[Event], agent: str = "q_learning", text: str = MAP) -> Session:
    spec = RunSpec(env_id="Arena/GridWorld-v0", env_kwargs={"map": text}, agent=agent, log_folder=str(folder), seed=3)
    return Session.begin(spec, events.append)


def _learn(session: Session, until: int) -> None:
    while session.tick < until:
        session.advance(until)


@pytest.mark.parametrize("agent", ["q_learning", "sarsa", "monte_carlo"])
def test_that_values_of_kept_cells_move_along_and_the_run_learns_on(tmp_path: Path, agent: str) -> None:
    events: list[Event] = []
    session = _begun(tmp_path, events, agent)
    _learn(session, 2_000)
    before = session.learner.q.copy()
    session.edit_world({"map": WALLED})
    old, new = session._inputs.worlds
    assert session.learner.q.shape == (new.model.states, 4) and new.model.states == old.model.states - 2
    for state, cell in enumerate(new.layout.cell_of_state):
        former = int(old.layout.state_at[0, cell])
        if not new.model.goals[state]:
            np.testing.assert_array_equal(session.learner.q[state], before[former])
    assert sum(isinstance(event, WorldReady) for event in events) == 1
    _learn(session, 6_000)
    session.close()
    assert np.isfinite(session.learner.q).all()


@pytest.mark.parametrize("agent", ["q_learning", "sarsa", "monte_carlo"])
def test_that_a_run_with_an_edited_world_is_replayed_resumed_and_forked_exactly(tmp_path: Path, agent: str) -> None:
    session = _begun(tmp_path, [], agent)
    _learn(session, 1_500)
    session.edit_world({"map": WALLED})
    _learn(session, 3_000)
    session.edit_world({"rewards": "sparse"})
    _learn(session, 4_000)
    middle = state_hash(session.learner.arrays())
    session.checkpoint()
    _learn(session, 5_000)
    expected = state_hash(session.learner.arrays())
    session.close()
    path = str(session.folder.path)
    stored = StoredRun(path)
    assert stored.verify() > 0 and not stored.mismatches
    assert state_hash(stored.learner_at(4_000).arrays()) == middle
    assert stored.world.env_kwargs["rewards"] == "sparse"
    past = Past(path)
    assert past.at(1_400).learner.model.states == past.at(1_600).learner.model.states + 2
    assert state_hash(past.at(4_000).learner.arrays()) == middle
    past.close()
    fork = Session.resume(fork_run(path, 4_000, {}, tmp_path / "forks").path, lambda event: None)
    _learn(fork, 5_000)
    assert state_hash(fork.learner.arrays()) == expected
    fork.close()
    again = Session.resume(path, lambda event: None)
    assert again.world.env_kwargs["map"] == WALLED and state_hash(again.learner.arrays()) == expected
    _learn(again, 5_500)
    again.close()


def test_that_another_size_is_refused_and_nothing_has_changed(tmp_path: Path) -> None:
    session = _begun(tmp_path, [])
    _learn(session, 500)
    before = state_hash(session.learner.arrays())
    with pytest.raises(UsageError) as problem:
        session.edit_world({"map": write_map(find_map("cliff"))})
    assert problem.value.key == "error.world.size"
    assert state_hash(session.learner.arrays()) == before
    session.close()
