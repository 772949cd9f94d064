"""Forks with one thing changed: what comes along, what is new, what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.catalog import POLICY_LEARNING, PREDICTING, TABULAR
from agents.configuration import settings_of
from agents.runtime.fork import fork_run
from agents.runtime.fork_changes import ForkChanges
from agents.runtime.replay import StoredRun
from agents.runtime.session import Session
from agents.tabular.learner import TabularLearner
from arena.environments.correspondence import final_states, states_at_same_place
from arena.environments.registry import make_world
from arena.errors import ArenaError, RunError, UsageError
from arena.runs.keyframe_file import state_hash
from arena.runs.run_config import RunConfig
from tests.agents.runtime.test_session import begin, hash_of, learn

GRID = "Arena/GridWorld-v0"
AT = 7_777
END = 12_000

SWEEPING = {entry.id for entry in TABULAR if "tolerance" in {item.name for item in settings_of(entry.config_class())}}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return learned(tmp_path)


def learned(folder: Path, agent: str = "q_learning", **more: object) -> Path:
    session, _ = begin(folder, agent, **more)
    learn(session, 12 if agent in SWEEPING else END)
    session.close()
    return session.folder.path


def resumed(made: Path) -> Session:
    return Session.resume(made, lambda event: None)


def ended(made: Path, until: int = END) -> Session:
    session = resumed(made)
    learn(session, until)
    session.close()
    return session


def at(run: Path, tick: int = AT) -> TabularLearner:
    return StoredRun(str(run)).learner_at(tick)


# ── each kind of change ────────────────────────────────────────────────────────────────────────────────────────────


def test_that_another_seed_is_new_luck_from_that_tick_on(run: Path) -> None:
    made = fork_run(run, AT, {"seed": 99})
    assert made.config.seed == 99 and made.config.parent == {"run": run.name, "tick": AT, "changes": {"seed": 99}}
    assert np.array_equal(at(made.path).q, at(run).q)
    twin = ended(made.path)
    assert not np.array_equal(twin.learner.q, at(run, END).q)
    assert StoredRun(str(made.path)).learner_at(END).q.tobytes() == twin.learner.q.tobytes()
    again = ended(fork_run(run, AT, {"seed": 99}).path)
    assert hash_of(again) == hash_of(twin)


def test_that_the_seed_it_has_changes_nothing(run: Path) -> None:
    assert hash_of(ended(fork_run(run, AT, {"seed": 3}).path)) == state_hash(at(run, END).arrays())


AGENTS = [entry.id for entry in TABULAR]
CHANGES = [
    # Q-learning from and to each, and each to two others: all with all would be some hundred runs.
    (old, new)
    for i, old in enumerate(AGENTS)
    for j, new in enumerate(AGENTS)
    if "q_learning" in (old, new) or (j - i) % len(AGENTS) in (1, 5)
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_that_any_algorithm_goes_on_from_the_tables_of_any_other(old: str, new: str, tmp_path: Path) -> None:
    run = learned(tmp_path, old)
    tick = 7 if old in SWEEPING else AT
    made = fork_run(run, tick, {"agent": new})
    assert made.config.agent == new
    before, after = at(run, tick), at(made.path, tick)
    known = before.q
    if {old, new} & set(POLICY_LEARNING) and not {old, new} <= set(POLICY_LEARNING):
        # Preferences are no values: what comes along is what the states are worth.
        known = before.action_values()
    if new in PREDICTING:
        policy = after.policy()
        assert policy is not None
        known = np.repeat((policy * known).sum(axis=1)[:, None], known.shape[1], axis=1)
        np.testing.assert_allclose(after.memory.v, known[:, 0])
    np.testing.assert_allclose(after.q, known, rtol=1e-12)
    assert np.array_equal(after.tables.visits, before.tables.visits)
    assert (after.tick, int(after.counters["episode"])) == (tick, int(before.counters["episode"]))
    session = resumed(made.path)
    learn(session, tick + (5 if new in SWEEPING else 3_000))
    assert session.tick > tick
    session.close()
    stored = StoredRun(str(made.path))
    assert stored.verify() > 0 and stored.mismatches == []


def test_that_another_algorithm_keeps_the_settings_both_have(run: Path, tmp_path: Path) -> None:
    changed = fork_run(run, AT, {"epsilon": 0.3, "alpha": 0.25}).path
    sarsa = fork_run(changed, AT, {"agent": "sarsa"}).config.hyperparameters
    assert (sarsa["epsilon"], sarsa["alpha"]) == (0.3, 0.25)
    means = fork_run(changed, AT, {"agent": "monte_carlo"}).config.hyperparameters
    assert (means["epsilon"], means["alpha"]) == (0.3, 0.0)
    falling = {"epsilon_schedule": "linear", "epsilon_end": 0.001}
    run = learned(tmp_path / "falling", hyperparameters={**falling, "epsilon": 0.005})
    kept = fork_run(run, AT, {"agent": "expected_sarsa"}).config.hyperparameters
    assert {name: kept[name] for name in falling} == falling and kept["epsilon"] == 0.005


def test_that_sarsas_choice_for_the_next_step_is_not_left_to_q_learning(tmp_path: Path) -> None:
    run = learned(tmp_path, "sarsa")
    tick = next(tick for tick in range(AT, AT + 100) if at(run, tick).counters["next_action"] >= 0)
    session = resumed(fork_run(run, tick, {"agent": "q_learning"}).path)
    actions = {session.step().tick["action"] for _ in range(200)}  # type: ignore[union-attr]
    assert len(actions) > 1
    session.close()


def test_that_the_next_action_is_forced_once_and_replayed(run: Path) -> None:
    own = resumed(fork_run(run, AT, {}).path)
    usual = own.step()
    own.close()
    assert usual is not None
    other = (int(usual.tick["action"]) + 1) % 4
    made = fork_run(run, AT, {"action": other})
    twin = resumed(made.path)
    told = [twin.step(), twin.step()]
    assert told[0] is not None and told[1] is not None
    assert (told[0].tick["action"], told[0].tick["forced"], told[1].tick["forced"]) == (other, 1, 0)
    learn(twin, END)
    twin.close()
    assert state_hash(StoredRun(str(made.path)).learner_at(END).arrays()) == hash_of(twin)
    fast = ended(fork_run(run, AT, {"action": other}).path)
    assert hash_of(fast) == hash_of(twin)


def test_that_another_reward_scheme_is_learned_from_that_tick_on(run: Path) -> None:
    made = fork_run(run, AT, {"world.rewards": "sparse"})
    assert made.config.env_kwargs == {"map": "cliff", "rewards": "sparse"}
    assert np.array_equal(at(made.path).q, at(run).q)
    twin = resumed(made.path)
    rewards = {float(happened.tick["reward"]) for _ in range(100) if (happened := twin.step()) is not None}
    assert rewards <= {0.0, 1.0}
    twin.close()
    back = fork_run(made.path, AT, {"world.rewards": None})
    assert back.config.env_kwargs == {"map": "cliff"}
    assert hash_of(ended(back.path)) == state_hash(at(run, END).arrays())


CLIFF = "step: -1\ncliff: -100\nstep_limit: 500\ngamma: 1\nalpha: 0.5\n---\n"
ROWS = ["............", "............", "............", "SXXXXXXXXXXG"]


def drawn(folder: Path, name: str, rows: list[str]) -> str:
    file = folder / f"{name}.txt"
    file.write_text(CLIFF + "\n".join(rows) + "\n", encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("agent", ["q_learning", "sarsa", "monte_carlo", "value_iteration"])
def test_that_values_stay_with_their_cells_when_a_cell_becomes_another(agent: str, tmp_path: Path) -> None:
    one = drawn(tmp_path, "one", ROWS)
    other = drawn(tmp_path, "other", [*ROWS[:2], "....#.......", "SXXXXX.XXXXG"])
    run = learned(tmp_path / "runs", agent, env_kwargs={"map": one})
    tick = 7 if agent == "value_iteration" else AT
    made = fork_run(run, tick, {"world.map": other})
    before, after = at(run, tick), at(made.path, tick)
    old, new = make_world(GRID, {"map": one}).layout, make_world(GRID, {"map": other}).layout
    for cell in range(48):
        was, now = int(old.state_at[0, cell]), int(new.state_at[0, cell])
        if now < 0:
            continue
        expected = before.q[was] if was >= 0 else np.zeros(4)
        assert np.array_equal(after.q[now], expected), cell
    session = resumed(made.path)
    learn(session, tick + 2_000)
    session.close()
    stored = StoredRun(str(made.path))
    assert stored.verify() > 0 and stored.mismatches == []


def test_that_an_agent_on_a_cell_that_goes_away_begins_an_episode(tmp_path: Path) -> None:
    one = drawn(tmp_path, "one", ROWS)
    run = learned(tmp_path / "runs", "monte_carlo", env_kwargs={"map": one})
    layout = make_world(GRID, {"map": one}).layout
    tick = next(tick for tick in range(AT, AT + 200) if 0 <= at(run, tick).counters["state"] < 30)
    learner = at(run, tick)
    cell = int(layout.cell_of_state[int(learner.counters["state"])])
    rows = [list(row) for row in ROWS]
    rows[cell // 12][cell % 12] = "G"
    other = drawn(tmp_path, "other", ["".join(row) for row in rows])
    made = fork_run(run, tick, {"world.map": other})
    there = at(made.path, tick)
    assert (there.counters["state"], there.counters["buffered"]) == (-1, 0)
    twin = resumed(made.path)
    first = twin.step()
    assert first is not None and first.tick["episode_step"] == 0
    twin.close()


def test_that_what_is_over_in_a_world_corresponds_to_nothing() -> None:
    world = make_world(GRID, {"map": "cliff"})
    places = states_at_same_place(world, world)
    assert np.flatnonzero(final_states(world.model)).tolist() == [37]
    assert places.tolist() == [*range(37), -1]


# ── refused ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"agent": "nobody"}, "error.agent.unknown"),
        ({"seed": -1}, "error.setting.range"),
        ({"seed": "x"}, "error.setting.range"),
        ({"action": 4}, "error.action.range"),
        ({"action": True}, "error.action.range"),
        ({"world.map": "four_rooms"}, "error.world.size"),
        ({"world.colour": "blue"}, "error.env.argument"),
        ({"alpha": 7}, "error.setting.range"),
        ({"initial_value": 1.0}, "error.setting.not_live"),
    ],
)
def test_that_what_does_not_fit_is_refused_and_leaves_no_folder(run: Path, changes: dict[str, Any], key: str) -> None:
    with pytest.raises(UsageError) as problem:
        fork_run(run, AT, changes)
    assert problem.value.key == key and str(problem.value).endswith((".", "?"))
    assert [folder for folder in run.parent.iterdir() if folder.is_dir()] == [run]


def test_that_a_sweep_has_no_next_action(tmp_path: Path) -> None:
    run = learned(tmp_path, "value_iteration")
    with pytest.raises(UsageError) as problem:
        fork_run(run, 3, {"action": 1})
    assert problem.value.key == "error.fork.no_action"


def test_that_a_deleted_run_is_refused_in_one_sentence(run: Path) -> None:
    shutil.rmtree(run)
    with pytest.raises(RunError) as problem:
        fork_run(run, AT, {})
    assert problem.value.key == "error.run.missing" and str(problem.value).count(".") == 1


# ── as plain values ────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_changes_come_back_from_their_flat_form() -> None:
    changes = ForkChanges(hyperparameters={"alpha": 0.1}, env_kwargs={"rewards": None}, agent="sarsa", seed=0, action=0)
    assert ForkChanges.of(changes.plain()) == changes
    assert changes.plain() == {"alpha": 0.1, "agent": "sarsa", "seed": 0, "action": 0, "world.rewards": None}
    assert ForkChanges.of({}) == ForkChanges() and ForkChanges().plain() == {}


def test_that_configurations_written_before_other_changes_were_known_are_read(run: Path) -> None:
    made = fork_run(run, AT, {"alpha": 0.25})
    old = made.config.plain()
    assert old["parent"]["changes"] == {"alpha": 0.25} and old["schema_version"] == 1
    assert RunConfig.from_json(made.config.to_json(), "x") == made.config


def test_that_a_session_foresees_when_a_goal_will_be_met_and_stays_where_it_is(tmp_path: Path) -> None:
    from agents.tabular.kernel import EPISODE_ENDED, REACHED
    from agents.tabular.learner import new_stop

    session, _ = begin(tmp_path)
    learn(session, 1_000)
    session.set_hyperparameter("epsilon", 0.5)
    before = hash_of(session)
    goal = new_stop(on_episode=int(session.learner.counters["episode"]) + 5)
    tick, reason = session.foresee(1_000_000, goal)
    assert reason == EPISODE_ENDED and tick > 1_000 and hash_of(session) == before
    assert session.foresee(tick - 1, goal) == (tick - 1, REACHED)
    learn(session, tick)
    assert session.learner.counters["episode"] == goal["on_episode"][0] and session.learner.counters["state"] == -1
    session.close()


def test_that_every_refusal_of_this_file_is_a_sentence_in_english() -> None:
    for key, params in (
        ("error.fork.nothing_fits", {"old": "a", "new": "b"}),
        ("error.fork.no_action", {}),
        ("error.world.actions", {}),
        ("error.world.size", {"rows": 1, "columns": 2, "other_rows": 3, "other_columns": 4}),
    ):
        assert str(ArenaError(key, **params)).endswith(".")


def test_that_an_action_there_is_not_never_reaches_compiled_code(run: Path) -> None:
    made = fork_run(run, AT, {"action": 1})
    text = made.config_path.read_text("utf-8")
    made.config_path.write_text(text.replace('"action": 1', '"action": 1000000'), "utf-8")
    session = resumed(made.path)
    with pytest.raises(RunError):
        session.step()
    session.close()


def test_that_a_fork_of_an_edited_world_keeps_the_edit(tmp_path: Path) -> None:
    session, _ = begin(tmp_path)
    learn(session, 1_000)
    edited = CLIFF + "\n".join([*ROWS[:2], "....#.......", ROWS[3]]) + "\n"
    session.edit_world({"map": edited})
    learn(session, 2_000)
    session.close()
    made = fork_run(session.folder.path, 1_500, {"world.rewards": "sparse"})
    assert made.config.env_kwargs == {"map": edited, "rewards": "sparse"}
    before = fork_run(session.folder.path, 900, {"world.rewards": "sparse"})
    assert before.config.env_kwargs == {"map": "cliff", "rewards": "sparse"}
