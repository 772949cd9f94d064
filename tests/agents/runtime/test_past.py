"""Looking into a run: any moment exactly, every update that made a number, and where things happened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.catalog import PREDICTING, TABULAR
from agents.runtime.past import Past
from agents.runtime.replay import StoredRun, advance_to, learner_for
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.tabular.arrays import IN_V, new_records
from arena.errors import RunError
from arena.runs.bookmarks import Bookmark, read_bookmarks, write_bookmarks
from arena.runs.keyframe_file import state_hash

STEPS = 3_000


def _run(folder: Path, agent: str, **hyperparameters: object) -> str:
    session = Session.begin(
        RunSpec(
            env_kwargs={"map": "cliff"},
            env_id="Arena/GridWorld-v0",
            agent=agent,
            hyperparameters=hyperparameters,
            log_folder=str(folder),
        ),
        lambda event: None,
    )
    for limit in (700, 1_400, 2_100, STEPS):
        before = -1
        while before < session.tick < limit and not session.learner.finished:
            before = session.tick
            session.advance(limit)
        session.checkpoint()
        if limit == 1_400 and hasattr(session.learner.config, "epsilon"):
            session.set_hyperparameter("epsilon", 0.3)
    session.close()
    return str(session.folder.path)


def _all_updates(path: str, end: int) -> np.ndarray:
    stored = StoredRun(path)
    learner = learner_for(stored.config, stored.world)
    records = new_records(updates=400_000, blocks=50_000)
    advance_to(learner, end, stored.inputs, records)
    assert learner.tick == end
    return records.updates[: records.used[1]]


@pytest.mark.parametrize("agent", [entry.id for entry in TABULAR])
def test_that_every_moment_is_the_table_it_was_in_whatever_order_they_are_asked_for(tmp_path: Path, agent: str) -> None:
    path = _run(tmp_path, agent)
    past, stored = Past(path), StoredRun(path)
    last = past.last_stored
    for at in (last, 1, 0, last // 2, last // 2 + 1, last // 2 + 2, last // 3, last):
        moment = past.at(at)
        assert state_hash(moment.learner.arrays()) == state_hash(stored.learner_at(at).arrays())
        assert [int(tick) for tick in moment.records.ticks["tick"][: moment.records.used[0]]] == (
            [at - 1] if at else []
        )
    past.close()


@pytest.mark.parametrize(
    "agent",
    [
        "q_learning",
        "sarsa",
        "monte_carlo",
        "double_q_learning",
        "n_step_sarsa",
        "sarsa_lambda",
        "dyna_q",
        "reinforce",
        "actor_critic",
        "policy_iteration",
    ],
)
def test_that_the_updates_of_a_value_are_all_of_them_page_by_page(tmp_path: Path, agent: str) -> None:
    path = _run(tmp_path, agent)
    past = Past(path)
    end = past.last_stored
    rows = _all_updates(path, end)
    pair = (int(rows["state"][len(rows) // 2]), int(rows["action"][len(rows) // 2]))
    expected = rows[(rows["state"] == pair[0]) & (rows["action"] == pair[1]) & (rows["table"] != IN_V)][::-1]
    assert len(expected) > 5
    pages, before = [], end
    while before >= 0:
        reasons = past.why(*pair, before, 4)
        pages.append(reasons.rows)
        before = reasons.earlier
    found = np.concatenate(pages)
    assert found.tobytes() == expected.tobytes()
    past.close()


@pytest.mark.parametrize("agent", ["td_prediction", "mc_prediction", "reinforce", "actor_critic"])
def test_that_the_updates_of_a_state_are_all_of_them_page_by_page(tmp_path: Path, agent: str) -> None:
    # A policy that arrives: one that wanders ends hardly an episode in so few steps.
    path = _run(tmp_path, agent, **({"policy": "best"} if agent in PREDICTING else {}))
    past = Past(path)
    end = past.last_stored
    rows = _all_updates(path, end)
    rows = rows[rows["table"] == IN_V]
    state = int(rows["state"][len(rows) // 2])
    expected = rows[rows["state"] == state][::-1]
    assert len(expected) > 5 and past.explained_action(state, -1, end) == -1
    pages, before = [], end
    while before >= 0:
        reasons = past.why(state, -1, before, 4)
        pages.append(reasons.rows)
        before = reasons.earlier
    found = np.concatenate(pages)
    # Whoever watches a state is told its value, whatever move it came from.
    expected["action"] = found["action"]
    assert found.tobytes() == expected.tobytes()
    assert past.value_curve(state, -1, end)[-1].tolist() == [end, found[0]["new"]]
    past.close()


def test_that_a_value_never_written_has_no_updates(tmp_path: Path) -> None:
    past = Past(_run(tmp_path, "q_learning"))
    untried = np.argwhere(past.at(past.last_stored).learner.tables.visits == 0)
    reasons = past.why(int(untried[0][0]), int(untried[0][1]), past.last_stored, 5)
    assert len(reasons.rows) == 0 and reasons.earlier == -1
    past.close()


def test_that_landmarks_are_where_every_single_update_says(tmp_path: Path) -> None:
    path = _run(tmp_path, "q_learning")
    past = Past(path)
    end = past.last_stored
    rows = _all_updates(path, end)
    moved = np.abs(rows["new"] - rows["old"])
    assert past.find("largest_change", end) == int(rows["tick"][moved.argmax()]) + 1
    q = np.zeros_like(past.at(0).learner.q)
    flipped = -1
    for row in rows:
        best = q[row["state"]] == q[row["state"]].max()
        q[row["state"], row["action"]] = row["new"]
        if (best != (q[row["state"]] == q[row["state"]].max())).any():
            flipped = int(row["tick"]) + 1
    assert past.find("policy_change", end) == flipped
    goal = past.find("first_goal", end)
    assert past.at(goal).records.ticks["terminated"][0] and not past.at(goal - 1).records.ticks["terminated"][0]
    assert int(past.at(goal).learner.counters["first_goal"]) == goal - 1
    past.close()


def test_that_episodes_are_walked_from_beginning_to_beginning(tmp_path: Path) -> None:
    past = Past(_run(tmp_path, "q_learning"))
    at, starts = past.last_stored, []
    while at > 0:
        at = past.find("episode_back", at)
        starts.append(at)
    assert starts[-1] == 0 and len(starts) >= 2
    for later, earlier in zip(starts, starts[1:], strict=False):
        assert past.find("episode_on", earlier) == later
    past.close()


def test_that_a_run_looked_into_while_it_learns_on_is_followed(tmp_path: Path) -> None:
    session = Session.begin(
        RunSpec(env_id="Arena/GridWorld-v0", agent="q_learning", log_folder=str(tmp_path)), lambda event: None
    )
    past = Past(str(session.folder.path))
    while session.tick < 5_000:
        session.advance(5_000)
    past.refresh()
    assert state_hash(past.at(5_000).learner.arrays()) == state_hash(session.learner.arrays())
    past.close()
    session.close()


def test_that_a_moment_before_the_beginning_is_refused(tmp_path: Path) -> None:
    past = Past(_run(tmp_path, "q_learning"))
    with pytest.raises(RunError):
        past.at(-5)
    past.close()


def test_that_bookmarks_are_kept_in_order_and_a_damaged_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.json"
    assert read_bookmarks(file) == ()
    write_bookmarks(file, (Bookmark(90, "懸崖"), Bookmark(7, "first fall")))
    assert read_bookmarks(file) == (Bookmark(7, "first fall"), Bookmark(90, "懸崖"))
    for spoiled in ("[]", "{", '{"schema_version":1,"bookmarks":[{"at":-1,"note":""}]}', '{"schema_version":1}'):
        file.write_text(spoiled)
        with pytest.raises(RunError) as problem:
            read_bookmarks(file)
        assert problem.value.key == "error.run.damaged"
    file.write_text('{"schema_version":2,"bookmarks":[]}')
    with pytest.raises(RunError) as problem:
        read_bookmarks(file)
    assert problem.value.key == "error.run.newer"
