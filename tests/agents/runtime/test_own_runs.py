"""Runs of somebody's own agent: rewound without their code, gone on with where it may run, never run by looking."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from agents.hosting.recorded import RecordedLearner
from agents.own.library import new_agent
from agents.own.trust import consent
from agents.runtime.fork import fork_run
from agents.runtime.past import Past
from agents.runtime.replay import StoredRun, advance_to, settings_at
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.tabular.arrays import new_records
from agents.tabular.recorded_kernel import AGENT_FAILED
from arena.errors import ArenaError, RunError, UsageError
from arena.protocol.messages import Event, TickHappened, Warned
from arena.runs.keyframe_file import KeyframeFile, state_hash
from arena.runs.write_log import WriteLog
from tests.agents.hosting.agents import SARSA_LAMBDA, method


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path))
    return tmp_path


def written(source: str | None = None, name: str = "mine") -> str:
    """Write an agent, consent to it, and return its fingerprint."""
    path = new_agent(name)
    if source is not None:
        path.write_text(source, "utf-8")
    return consent(f"own:{name}", given=True)


def begin(trusted: str, events: list[Event] | None = None, **more: object) -> Session:
    spec = RunSpec(
        **{
            "env_id": "Arena/GridWorld-v0",
            "env_kwargs": {"map": "windy", "slip": 0.1},
            "agent": "own:mine",
            "seed": 3,
            "trusted_hash": trusted,
            **more,
        }  # type: ignore[arg-type]
    )
    return Session.begin(spec, (events if events is not None else []).append)


def learn(session: Session, until: int) -> int:
    reason = 0
    while session.tick < until and not session.learner.finished and reason == 0:
        reason = session.advance(until)
    return reason


def without_code(session: Session, tmp_path: Path) -> Path:
    """A copy of the run as a machine has it that never had the code."""
    copy = tmp_path / "elsewhere" / session.folder.path.name
    shutil.copytree(session.folder.path, copy)
    (copy / "agent.py").unlink()
    (tmp_path / "agents" / "mine.py").unlink()
    return copy


@pytest.mark.parametrize("source", [None, SARSA_LAMBDA], ids=["template", "traces"])
def test_that_a_run_rewinds_to_the_bit_where_its_code_never_was(source: str | None, tmp_path: Path) -> None:
    session = begin(written(source))
    known: dict[int, str] = {}
    for until in (1, 2, 500, 501, 1_700, 2_500):
        learn(session, until)
        known[session.tick] = state_hash(session.learner.arrays())
        if until == 501:
            session.set_hyperparameter("epsilon", 0.4)
            session.set_hyperparameter("mover", "random")
            session.step(2)
            session.set_hyperparameter("mover", "agent")
    told = [session.step() for _ in range(4)]
    known[session.tick] = state_hash(session.learner.arrays())
    session.close()
    stored = StoredRun(str(without_code(session, tmp_path)))
    for tick, state in known.items():
        learner = stored.learner_at(tick)
        assert isinstance(learner, RecordedLearner)
        assert state_hash(learner.arrays()) == state, tick
    assert stored.verify() > 3
    assert not stored.mismatches and not stored.skipped
    assert settings_at(stored, 600)["epsilon"] == 0.4
    for happened in told:
        assert happened is not None
        tick = int(happened.tick["tick"])
        learner = stored.learner_at(tick)
        records = learner.records_for_one_tick()
        advance_to(learner, tick + 1, stored.inputs, records)
        again = records.ticks[: records.used[0]]
        assert dict(zip(again.dtype.names or (), again[0].item(), strict=True)) == happened.tick
        rows = records.updates[: records.used[1]]
        assert [dict(zip(rows.dtype.names or (), row.item(), strict=True)) for row in rows][-200:] == [
            *happened.changes
        ]


def test_that_a_stretch_is_recorded_for_one_pair_alone(tmp_path: Path) -> None:
    session = begin(written())
    learn(session, 1_000)
    state, action = np.unravel_index(session.learner.tables.visits.argmax(), session.learner.q.shape)
    wrote = int(session.learner.tables.backups[state, action])
    value = session.learner.q[state, action]
    session.close()
    stored = StoredRun(str(session.folder.path))
    learner = stored.learner_at(0)
    records = new_records(updates=2_000, watch=(int(state), int(action)))
    while learner.tick < 1_000:
        advance_to(learner, 1_000, stored.inputs, records)
    rows = records.updates[: records.used[1]]
    assert len(rows) == wrote
    assert (rows["new"][:-1] == rows["old"][1:]).all() and rows["new"][-1] == value


def test_that_code_nobody_trusts_never_begins_a_run(home: Path) -> None:
    ran = home / "ran"
    new_agent("mine").write_text(f"open({str(ran)!r}, 'w').close()\n" + method("pass"), "utf-8")
    for trusted in ("", "0" * 64):
        with pytest.raises(UsageError) as refused:
            begin(trusted)
        assert refused.value.key == "error.own.not_trusted"
    assert not ran.exists()
    assert not (home / "runs").exists()


def test_that_looking_at_a_run_runs_nothing_and_writes_nothing(tmp_path: Path) -> None:
    events: list[Event] = []
    ran = tmp_path / "ran"
    session = begin(
        written(f"with open({str(ran)!r}, 'a') as file:\n    file.write('x')\n" + method("self.q[state, action] += 1"))
    )
    learn(session, 400)
    session.close()
    assert ran.read_text() == "x"
    folder = session.folder.path
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}
    seen = Session.resume(folder, events.append)
    seen.announce()
    assert (seen.tick, seen.learner.finished) == (400, True)
    assert seen.step() is None and seen.advance(500) != 0 and seen.tick == 400
    told = seen.explain_last()
    assert told is not None and told.tick["tick"] == 399
    seen.publish_metrics()
    seen.checkpoint()
    seen.close()
    assert ran.read_text() == "x"
    assert {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()} == before


def test_that_a_recorded_run_can_be_played_from_its_beginning() -> None:
    session = begin(written())
    learn(session, 300)
    session.close()
    stored = StoredRun(str(session.folder.path))
    events: list[Event] = []
    seen = Session(stored.folder, stored.world, stored.learner_at(0), stored.inputs, events.append, look_only=True)
    assert seen.learner.finished_reason == "phase.reason.recorded"
    for _ in range(300):
        assert seen.step() is not None
    assert seen.step() is None
    assert np.array_equal(seen.learner.q, session.learner.q)
    assert [event.tick["tick"] for event in events if isinstance(event, TickHappened)] == list(range(300))
    seen.close()


def test_that_a_trusted_run_goes_on_exactly_and_says_that_its_file_has_changed(home: Path) -> None:
    trusted = written(SARSA_LAMBDA)
    whole = begin(trusted)
    learn(whole, 1_200)
    hash_of_whole = state_hash(whole.learner.arrays())
    whole.close()
    first = begin(trusted)
    learn(first, 700)
    first.close()
    (home / "agents" / "mine.py").write_text(method("pass"), "utf-8")
    events: list[Event] = []
    second = Session.resume(first.folder.path, events.append, trusted)
    learn(second, 1_200)
    assert state_hash(second.learner.arrays()) == hash_of_whole
    second.close()
    assert [event.key for event in events if isinstance(event, Warned)] == ["warning.own.changed"]
    assert not StoredRun(str(first.folder.path)).mismatches
    assert StoredRun(str(first.folder.path)).verify() > 1


def test_that_a_killed_run_goes_on_from_its_last_keyframe_and_records_the_rest_once(tmp_path: Path) -> None:
    trusted = written()
    session = begin(trusted)
    learn(session, 500)
    session.checkpoint()
    kept = session.tick
    learn(session, 600)
    session.publish_metrics()
    # What a kill at this moment leaves.
    left = Path(shutil.copytree(session.folder.path, tmp_path / "left"))
    session.close()
    again = Session.resume(left, [].append, trusted)
    assert again.tick == kept
    learn(again, 800)
    again.close()
    stored = StoredRun(str(left))
    assert np.array_equal(stored.learner_at(800).q, again.learner.q)
    with WriteLog(again.folder.writes_path, read_only=True) as log:
        assert log.end == 800


def test_that_other_code_in_the_run_folder_is_not_run(home: Path) -> None:
    trusted = written()
    session = begin(trusted)
    learn(session, 50)
    session.close()
    other = method("pass")
    (session.folder.path / "agent.py").write_text(other, "utf-8")
    with pytest.raises(RunError) as refused:
        Session.resume(session.folder.path, [].append, trusted)
    assert refused.value.key == "error.own.other_code"
    new_agent("evil").write_text(other, "utf-8")
    with pytest.raises(RunError):
        Session.resume(session.folder.path, [].append, consent("own:evil", given=True))


def test_that_a_failing_agent_leaves_a_run_that_can_be_looked_at() -> None:
    session = begin(written(method("self.q[state, action] += 1\nif self.q[state, action] > 5:\n    1 / 0")))
    assert learn(session, 10_000) == AGENT_FAILED
    stuck = session.tick
    assert session.learner.problem is not None and session.learner.problem.params["line"] == 10  # type: ignore[attr-defined]
    assert session.step() is None
    session.close()
    stored = StoredRun(str(session.folder.path))
    assert stored.last_tick() == stuck > 5
    assert np.array_equal(stored.learner_at(stuck).q, session.learner.q)


def test_that_an_agent_that_keeps_things_to_itself_is_told_of_once() -> None:
    events: list[Event] = []
    session = begin(written(method("self.last = action")), events)
    learn(session, 3_000)
    session.close()
    told = [event for event in events if isinstance(event, Warned)]
    assert [(event.key, event.params["names"]) for event in told] == [("warning.own.forgets", "last")]


def test_that_a_fork_goes_on_with_the_code_and_without_it(tmp_path: Path) -> None:
    trusted = written()
    session = begin(trusted)
    learn(session, 900)
    last = state_hash(session.learner.arrays())
    session.close()
    made = fork_run(session.folder.path, 400, {})
    twin = Session.resume(made.path, [].append, trusted)
    learn(twin, 900)
    assert state_hash(twin.learner.arrays()) == last
    twin.close()
    assert np.array_equal(
        StoredRun(str(made.path)).learner_at(650).q, StoredRun(str(session.folder.path)).learner_at(650).q
    )
    bare = fork_run(without_code(session, tmp_path), 400, {"alpha": 0.1})
    seen = Session.resume(bare.path, [].append)
    assert (seen.tick, seen.learner.finished) == (400, True)
    seen.close()


def test_that_a_fork_to_a_built_in_agent_takes_the_table_along_and_one_to_own_code_is_refused() -> None:
    session = begin(written())
    learn(session, 500)
    session.close()
    made = fork_run(session.folder.path, 500, {"agent": "sarsa"})
    other = Session.resume(made.path, [].append)
    assert made.config.own is None
    assert np.array_equal(other.learner.q, session.learner.q)
    learn(other, 700)
    other.close()
    with pytest.raises(UsageError) as refused:
        fork_run(made.path, 500, {"agent": "own:mine"})
    assert refused.value.key == "error.own.fork"


def test_that_a_damaged_stretch_is_said_and_the_moments_around_it_are_there() -> None:
    session = begin(written())
    for until in (300, 600, 900):
        learn(session, until)
        session.checkpoint()
    q_600, q_900 = (StoredRun(str(session.folder.path)).learner_at(tick).q.copy() for tick in (600, 900))
    session.close()
    path = session.folder.writes_path
    with WriteLog(path, read_only=True) as log:
        index = next(i for i, first in enumerate(log._firsts) if first >= 300)
        entry = log._entries[index]
    data = bytearray(path.read_bytes())
    data[entry.offset + entry.size - 2] ^= 0xFF
    path.write_bytes(data)
    stored = StoredRun(str(session.folder.path))
    with KeyframeFile(session.folder.keyframes_path, read_only=True) as file:
        held = file.ticks
    missing = next(tick for tick in range(entry.first_tick + 1, entry.end + 1) if tick not in held)
    with pytest.raises(RunError) as refused:
        stored.learner_at(missing)
    assert refused.value.key == "error.writes.gap"
    past = Past(str(session.folder.path))
    with pytest.raises(RunError) as unseen:
        past.at(missing)
    assert unseen.value.key == "error.writes.gap"
    assert np.array_equal(past.at(600).learner.q, q_600)
    past.close()
    assert np.array_equal(stored.learner_at(600).q, q_600)
    assert np.array_equal(stored.learner_at(900).q, q_900)


def test_that_a_forged_recording_cannot_write_elsewhere(tmp_path: Path) -> None:
    from dataclasses import replace

    session = begin(written())
    learn(session, 100)
    session.close()
    path = session.folder.writes_path
    with WriteLog(path, read_only=True) as log:
        block = log.block_at(0)
    assert block is not None
    for wrong in (
        replace(block, indices=block.indices + 10_000_000),
        replace(block, actions=block.actions + 4),
    ):
        path.unlink()
        with WriteLog(path) as log:
            log.append(wrong)
        learner = StoredRun(str(session.folder.path)).learner_at(0)
        advance_to(learner, 50, StoredRun(str(session.folder.path)).inputs)
        assert learner.tick == 0


def test_that_settings_of_an_own_agent_are_checked_like_any_others() -> None:
    trusted = written()
    with pytest.raises(ArenaError):
        begin(trusted, hyperparameters={"alpha": 7})
    with pytest.raises(ArenaError):
        begin(trusted, hyperparameters={"speed": 7})
    session = begin(trusted, hyperparameters={"alpha": "0.25"})
    with pytest.raises(ArenaError):
        session.set_hyperparameter("alpha", "much")
    assert session.learner.config.alpha == 0.25
    session.close()


def test_that_the_world_is_edited_under_a_learning_agent_and_the_recording_follows(tmp_path: Path) -> None:
    session = begin(written(SARSA_LAMBDA), env_kwargs={"map": "open_field"})
    learn(session, 400)
    session.edit_world({"rewards": "penalty", "slip": 0.3})
    assert session.learner.tick == 400
    learn(session, 800)
    last = state_hash(session.learner.arrays())
    session.close()
    stored = StoredRun(str(without_code(session, tmp_path)))
    assert state_hash(stored.learner_at(800).arrays()) == last
    assert stored.verify() > 1 and not stored.mismatches
    again = Session.resume(session.folder.path, [].append, str((stored.config.own or {})["sha256"]))
    learn(again, 900)
    again.close()
    assert StoredRun(str(session.folder.path)).learner_at(900).tick == 900


def test_that_a_world_of_another_size_is_refused_while_it_learns() -> None:
    session = begin(written(), env_kwargs={"map": "corridor"})
    learn(session, 50)
    with pytest.raises(ArenaError):
        session.edit_world({"map": "cliff"})
    learn(session, 60)
    session.close()
