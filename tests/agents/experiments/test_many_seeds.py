"""Many seeds: each is the run that ``arena train`` makes, in any number of threads, stopped at any moment."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from agents.catalog import TABULAR
from agents.experiments.many_seeds import Outcome, new_outcome, run
from agents.experiments.plan import Candidate, Plan
from agents.experiments.summary import summarize
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError, ConfigError, UsageError
from arena.protocol.messages import Event, Metrics

CLIFF = Candidate(env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, hyperparameters={"alpha": 0.3})
LAKE = Candidate(env_id="FrozenLake-v1", agent="sarsa")


def trained(candidate: Candidate, seed: int, episodes: int, root: Path) -> list[float]:
    """The mean returns of the rows of the curve that ``arena train`` keeps."""
    rows: list[tuple[float, ...]] = []

    def hear(event: Event) -> None:
        if isinstance(event, Metrics):
            rows.extend(event.blocks)

    spec = RunSpec(
        env_id=candidate.env_id, env_kwargs=candidate.env_kwargs, agent=candidate.agent,
        hyperparameters=candidate.hyperparameters, seed=seed, log_folder=str(root),
    )  # fmt: skip
    session = Session.begin(spec, hear)
    while int(session.learner.counters["episode"]) < episodes:
        session.advance(10**9)
    session.publish_metrics()
    session.close()
    return [row[3] for row in rows]


@pytest.mark.parametrize("candidate", [CLIFF, LAKE], ids=["cliff", "lake"])
def test_that_seed_k_is_the_run_arena_train_makes_with_seed_k(candidate: Candidate, tmp_path: Path) -> None:
    outcome = run(new_outcome(Plan(candidates=(candidate,), seeds=3, episodes=60)))
    for seed in range(3):
        assert outcome.returns[0, seed].tolist() == trained(candidate, seed, 60, tmp_path)[:60]


def test_that_a_long_run_has_the_rows_of_the_runs_own_curve(tmp_path: Path) -> None:
    outcome = run(new_outcome(Plan(candidates=(CLIFF,), seeds=1, episodes=1_025)))
    assert outcome.rows.count[-3:].tolist() == [10, 10, 5]
    assert outcome.returns[0, 0, :-1].tolist() == trained(CLIFF, 0, 1_025, tmp_path)[:1_002]


def test_that_the_number_of_threads_changes_nothing() -> None:
    plan = Plan(candidates=(CLIFF, LAKE), seeds=12, episodes=80)
    alone, many = (run(new_outcome(plan), threads=threads) for threads in (1, 5))
    assert np.array_equal(alone.returns, many.returns)
    assert np.array_equal(alone.optimum, many.optimum)
    assert np.array_equal(summarize(alone).iqm, summarize(many).iqm)


def test_that_the_optimum_is_the_exact_one_of_each_world() -> None:
    outcome = run(new_outcome(Plan(candidates=(CLIFF, LAKE), seeds=1, episodes=1)))
    assert outcome.optimum[0] == pytest.approx(-13.0)
    assert outcome.optimum[1] == pytest.approx(0.7333, abs=0.02)


def test_that_the_first_picture_comes_before_the_last_seed_and_only_whole_curves_are_in_it() -> None:
    pictures: list[tuple[int, bool]] = []

    def look(now: Outcome) -> None:
        finished = now.finished.copy()
        pictures.append((int(finished.sum()), bool(np.isfinite(now.returns[finished]).all())))

    run(new_outcome(Plan(candidates=(CLIFF, LAKE), seeds=400, episodes=400)), changed=look, threads=2)
    assert pictures[-1] == (800, True)
    assert all(whole for _, whole in pictures)
    assert any(0 < done < 800 for done, _ in pictures)


def test_that_stopping_midway_keeps_the_seeds_that_had_finished() -> None:
    plan = Plan(candidates=(CLIFF,), seeds=10_000, episodes=400)
    now = new_outcome(plan)
    outcome = run(now, stopped=lambda: now.done >= 3, threads=2)
    assert outcome.stopped
    assert 3 <= outcome.done < 10_000
    assert np.isfinite(outcome.returns[outcome.finished]).all()
    assert np.isnan(outcome.returns[~outcome.finished]).all()
    whole = run(new_outcome(Plan(candidates=(CLIFF,), seeds=3, episodes=400)))
    for seed in np.flatnonzero(outcome.finished[0, :3]):
        assert np.array_equal(outcome.returns[0, seed], whole.returns[0, seed])


def test_that_a_wish_to_stop_is_heard_within_a_seed_that_takes_hours() -> None:
    asked = iter([False, True])
    outcome = run(
        new_outcome(Plan(candidates=(CLIFF,), seeds=1, episodes=0, steps=10**12)),
        stopped=lambda: next(asked, True), threads=1,
    )  # fmt: skip
    assert outcome.stopped
    assert outcome.done == 0
    assert summarize(outcome).conclusion.kind == "nothing"


def test_that_a_stretch_of_steps_has_the_return_of_the_newest_episode() -> None:
    outcome = run(new_outcome(Plan(candidates=(CLIFF,), seeds=4, episodes=0, steps=9_000)))
    for curve in outcome.returns[0]:
        begun = int(np.isnan(curve).sum())
        assert np.isnan(curve[:begun]).all() and np.isfinite(curve[begun:]).all()
    assert summarize(outcome).score[0, 0] < -13.0


def test_that_values_beyond_numbers_give_up_that_setting_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = new_outcome(Plan(candidates=(CLIFF, LAKE), seeds=8, episodes=20))
    real = type(outcome.ready[0]).learner

    def with_impossible_rewards(ready: object, seed: int) -> object:
        learner = real(ready, seed)  # type: ignore[arg-type]
        if learner.model is outcome.ready[0].world.model and seed == 5:
            learner.tables.q[:] = -1e308
            learner._mdp = learner._mdp._replace(reward=np.full_like(learner._mdp.reward, -1e308))
        return learner

    monkeypatch.setattr(type(outcome.ready[0]), "learner", with_impossible_rewards)
    run(outcome)
    assert list(outcome.problems) == [0]
    assert outcome.problems[0].key == "error.experiments.not_finite"
    assert "seed 5" in str(outcome.problems[0])
    assert outcome.finished[1].all() and not outcome.finished[0].any()
    assert outcome.wanted == outcome.done == 8
    assert math.isnan(summarize(outcome).score[0, 0])


@pytest.mark.parametrize("entry", TABULAR, ids=lambda entry: entry.id)
def test_that_every_agent_plays_or_is_refused_in_one_sentence(entry: object) -> None:
    candidate = Candidate(env_id="FrozenLake-v1", agent=entry.id)  # type: ignore[attr-defined]
    told = ""
    try:
        outcome = run(new_outcome(Plan(candidates=(candidate,), seeds=2, episodes=10)))
    except UsageError as problem:
        told = problem.key
    assert told == "error.experiments.no_episodes" or np.isfinite(outcome.returns).all()
    # The window offers here exactly those that play.
    assert ("returns" in entry.panels) == (not told)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        (Plan(candidates=()), "error.experiments.nothing"),
        (Plan(candidates=(CLIFF,), seeds=0), "error.experiments.seeds"),
        (Plan(candidates=(CLIFF,), seeds=10_001), "error.experiments.seeds"),
        (Plan(candidates=(CLIFF,), episodes=0), "error.experiments.episodes"),
        (Plan(candidates=(CLIFF,), episodes=2_000_000), "error.experiments.episodes"),
        (Plan(candidates=(CLIFF,), steps=10**13), "error.experiments.steps"),
        (Plan(candidates=(CLIFF,), judged=-1), "error.experiments.judged"),
        (Plan(candidates=(CLIFF,) * 401), "error.experiments.cells"),
        (Plan(candidates=(CLIFF,) * 100, seeds=10_000), "error.experiments.too_big"),
        (Plan(candidates=(Candidate(env_id="CliffWalking-v0"),)), "error.env.renamed"),
        (Plan(candidates=(Candidate(env_id="CliffWalking-v1", agent="sarsaa"),)), "error.agent.unknown"),
    ],
)
def test_that_what_cannot_be_run_is_refused_before_anything_is_computed(plan: Plan, key: str) -> None:
    with pytest.raises(ArenaError) as caught:
        new_outcome(plan)
    assert caught.value.key == key


def test_that_a_setting_out_of_range_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        new_outcome(Plan(candidates=(Candidate(env_id="CliffWalking-v1", hyperparameters={"alpha": 2}),)))
    assert caught.value.field == "alpha"


def test_that_a_plan_survives_the_way_as_plain_values() -> None:
    plan = Plan(candidates=(CLIFF, LAKE), seeds=7, episodes=9, judged=3)
    assert Plan.of(plan.plain()) == plan
