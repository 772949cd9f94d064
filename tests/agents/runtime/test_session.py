"""A session: what it tells, what it writes, and that going on, rewinding and forking are exact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.catalog import SWEEPING, TABULAR
from agents.runtime.fork import fork_run
from agents.runtime.replay import StoredRun
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.tabular.kernel import NOT_FINITE, REACHED
from arena.errors import ConfigError, RunError, UsageError
from arena.protocol.messages import Event, HyperparameterChanged, Metrics, TickHappened, Warned, WorldReady
from arena.protocol.world_codec import shown_world
from arena.runs.event_log import read_events
from arena.runs.keyframe_file import KeyframeFile, state_hash

AGENTS = [entry.id for entry in TABULAR]


def begin(folder: Path, agent: str = "q_learning", **more: object) -> tuple[Session, list[Event]]:
    events: list[Event] = []
    spec = RunSpec(
        **{
            "env_id": "Arena/GridWorld-v0",
            "env_kwargs": {"map": "cliff"},
            "agent": agent,
            "seed": 3,
            "log_folder": str(folder),
            **more,
        }  # type: ignore[arg-type]
    )
    return Session.begin(spec, events.append), events


def learn(session: Session, until: int) -> None:
    while session.tick < until and not session.learner.finished:
        session.advance(until)


def hash_of(session: Session) -> str:
    return state_hash(session.learner.arrays())


def test_that_the_first_event_describes_the_world_and_the_optimum(tmp_path: Path) -> None:
    session, events = begin(tmp_path)
    session.announce()
    session.close()
    ready = events[0]
    assert isinstance(ready, WorldReady)
    world = shown_world(ready.world, ready.arrays)
    assert (world.layout.rows, world.layout.columns) == (4, 12)
    assert ready.optimum == pytest.approx(-13.0)
    assert Path(ready.folder).is_dir()
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_that_a_step_tells_the_draw_the_move_and_the_arithmetic(tmp_path: Path) -> None:
    session, events = begin(tmp_path)
    for _ in range(200):
        session.step()
    session.close()
    steps = [event for event in events if isinstance(event, TickHappened)]
    assert [step.tick["tick"] for step in steps] == list(range(200))
    for step in steps:
        (change,) = step.changes
        assert change["target"] == pytest.approx(change["reward"] + change["gamma"] * change["bootstrap"])
        expected = change["old"] + change["step_size"] * (change["target"] - change["old"])
        assert change["new"] == pytest.approx(expected)
    assert (
        session.learner.q[steps[-1].changes[0]["state"], steps[-1].changes[0]["action"]] == steps[-1].changes[0]["new"]
    )


def test_that_what_happened_last_can_be_told_after_running_flat_out(tmp_path: Path) -> None:
    session, _ = begin(tmp_path)
    learn(session, 123_457)
    told = session.explain_last()
    assert told is not None and told.tick["tick"] == 123_456
    change = told.changes[0]
    assert session.learner.q[change["state"], change["action"]] == change["new"]
    session.close()


@pytest.mark.parametrize("agent", AGENTS)
def test_that_resume_is_exact_with_live_changes_in_between(agent: str, tmp_path: Path) -> None:
    def change(session: Session) -> None:
        session.set_hyperparameter("gamma", 0.9)
        if agent not in SWEEPING:
            if hasattr(session.learner.config, "epsilon"):
                session.set_hyperparameter("epsilon", 0.4)
            session.set_hyperparameter("mover", "random")
            learn(session, session.tick + 50)
            session.set_hyperparameter("mover", "agent")

    first, second = (5, 20) if agent in SWEEPING else (4_000, 30_000)
    whole, _ = begin(tmp_path / "a", agent)
    learn(whole, first)
    change(whole)
    learn(whole, second)
    expected = hash_of(whole)
    whole.close()

    cut, _ = begin(tmp_path / "b", agent)
    learn(cut, first)
    change(cut)
    learn(cut, cut.tick + 7)
    path = cut.folder.path
    cut.close()
    again = Session.resume(path, lambda event: None)
    learn(again, second)
    assert hash_of(again) == expected
    again.close()


@pytest.mark.parametrize("agent", AGENTS)
def test_that_a_fork_without_a_change_repeats_the_run(agent: str, tmp_path: Path) -> None:
    end, at = (20, 7) if agent in SWEEPING else (20_000, 7_777)
    session, _ = begin(tmp_path, agent)
    learn(session, at // 2)
    session.set_hyperparameter("gamma", 0.97)
    learn(session, end)
    expected, stop = hash_of(session), session.tick
    session.close()
    made = fork_run(session.folder.path, at, {})
    twin = Session.resume(made.path, lambda event: None)
    assert twin.tick == at
    learn(twin, stop)
    assert hash_of(twin) == expected
    assert twin.folder.config.parent == {"run": session.folder.path.name, "tick": at, "changes": {}}
    twin.close()


def test_that_a_fork_with_a_change_differs_only_after_its_tick(tmp_path: Path) -> None:
    session, _ = begin(tmp_path)
    learn(session, 10_000)
    session.close()
    made = fork_run(session.folder.path, 4_000, {"alpha": 0.05})
    twin = Session.resume(made.path, lambda event: None)
    assert np.array_equal(twin.learner.q, StoredRun(str(session.folder.path)).learner_at(4_000).q)
    learn(twin, 10_000)
    assert not np.array_equal(twin.learner.q, session.learner.q)
    twin.close()


def test_that_a_persons_moves_are_replayed(tmp_path: Path) -> None:
    session, _ = begin(tmp_path)
    learn(session, 1_000)
    session.set_hyperparameter("mover", "person")
    for action in (0, 1, 1, 2, 1):
        session.step(action)
    session.set_hyperparameter("mover", "agent")
    learn(session, 3_000)
    expected = hash_of(session)
    session.close()
    stored = StoredRun(str(session.folder.path))
    assert state_hash(stored.learner_at(3_000).arrays()) == expected
    assert stored.verify() > 0
    assert stored.mismatches == []


def test_that_any_tick_can_be_looked_at(tmp_path: Path) -> None:
    session, _ = begin(tmp_path, "monte_carlo")
    tables = {}
    for until in (1, 10, 999, 5_000, 20_000):
        learn(session, until)
        tables[until] = session.learner.q.copy()
    session.close()
    stored = StoredRun(str(session.folder.path))
    for tick, expected in tables.items():
        assert np.array_equal(stored.learner_at(tick).q, expected)
    with pytest.raises(RunError):
        stored.learner_at(20_001)


def test_that_a_damaged_keyframe_is_passed_over_and_said(tmp_path: Path) -> None:
    session, _ = begin(tmp_path)
    for until in (10_000, 20_000, 30_000):
        learn(session, until)
        session.checkpoint()
    path = session.folder.path
    session.close()
    with KeyframeFile(path / "keyframes", read_only=True) as file:
        last, entry = max(file.ticks), file._entries[-1]
    content = bytearray((path / "keyframes").read_bytes())
    content[entry.offset + entry.size - 2] ^= 0xFF
    (path / "keyframes").write_bytes(bytes(content))
    told: list[Event] = []
    again = Session.resume(path, told.append)
    assert again.tick <= last
    learn(again, 30_000)
    assert np.array_equal(again.learner.q, session.learner.q)
    again.close()


def test_that_settings_fall_back_to_the_world_and_are_checked_before_a_folder_is_made(tmp_path: Path) -> None:
    session, _ = begin(tmp_path / "a")
    suggested = session.world.suggested
    assert session.folder.config.hyperparameters["alpha"] == suggested.get("alpha", 0.5)
    session.close()
    with pytest.raises(ConfigError):
        begin(tmp_path / "b", hyperparameters={"alpha": 2})
    with pytest.raises(UsageError):
        begin(tmp_path / "b", agent="q_lerning")
    with pytest.raises(UsageError):
        begin(tmp_path / "b", env_kwargs={"map": "clif"})
    assert not (tmp_path / "b").exists() or not list((tmp_path / "b").iterdir())


def test_that_a_value_that_is_not_finite_stops_learning_and_resume_still_works(tmp_path: Path) -> None:
    session, _ = begin(tmp_path, hyperparameters={"gamma": 1.0, "initial_value": 1_000_000.0})
    session.learner.tables.q[:] = np.finfo(float).max
    reason = REACHED
    while reason == REACHED and session.tick < 10_000:
        session.learner.tables.q[:] = np.finfo(float).max
        session.learner.model.reward[:] = np.finfo(float).max
        reason = session.advance(10_000)
    session.close()
    assert reason in (REACHED, NOT_FINITE)
    Session.resume(session.folder.path, lambda event: None).close()


def test_that_two_sessions_never_write_one_run(tmp_path: Path) -> None:
    session, _ = begin(tmp_path)
    with pytest.raises(RunError):
        Session.resume(session.folder.path, lambda event: None)
    session.close()
    Session.resume(session.folder.path, lambda event: None).close()


def test_that_the_log_holds_changes_and_aggregates_and_the_curve_survives_a_resume(tmp_path: Path) -> None:
    session, events = begin(tmp_path)
    learn(session, 5_000)
    session.set_hyperparameter("alpha", 0.25)
    learn(session, 50_000)
    session.publish_metrics()
    episodes = int(session.learner.counters["episode"])
    path = session.folder.path
    session.close()
    logged = read_events(path / "events.jsonl")
    assert [(e.name, e.value, e.env_steps) for e in logged if isinstance(e, HyperparameterChanged)] == [
        ("alpha", 0.25, 5_000)
    ]
    rows = [row for event in logged if isinstance(event, Metrics) for row in event.blocks]
    assert sum(row[1] for row in rows) <= episodes
    told: list[Event] = []
    again = Session.resume(path, told.append)
    again.announce()
    again.close()
    shown = [row for event in told if isinstance(event, Metrics) for row in event.blocks]
    assert shown == [tuple(row) for row in rows]
    once_more = [
        row for event in read_events(path / "events.jsonl") if isinstance(event, Metrics) for row in event.blocks
    ]
    assert len(once_more) == len(rows)
    assert not [event for event in told if isinstance(event, Warned)]
