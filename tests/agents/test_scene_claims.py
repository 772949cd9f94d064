"""What the notes of the shipped scenes say really happens: every number in a note or an answer is asked for here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.tabular.exact import optimal_return, solve
from arena.scenes.scene_store import shipped_scenes
from tests.agents.learned import Learned

Learn = Callable[..., Learned]
UP, RIGHT, DOWN, LEFT = (-1, 0), (0, 1), (1, 0), (0, -1)


@pytest.fixture
def learn(tmp_path: Path) -> Iterator[Learn]:
    made: list[Learned] = []

    def begin(name: str, **more: Any) -> Learned:
        made.append(Learned(name, tmp_path, **more))
        return made[-1]

    yield begin
    for each in made:
        each.close()


def falls(run: Learned, episodes: int, further: int) -> int:
    """Count the falls of the cliff between two episodes."""
    down, right = run.layout.action_steps.index(DOWN), run.layout.action_steps.index(RIGHT)
    edge = [run.state_at(2, column) for column in range(1, 11)]

    def so_far() -> int:
        return int(run.visits[edge, down].sum() + run.visits[run.state_at(3, 0), right])

    before = so_far() if episodes == 0 else (run.to_episode(episodes), so_far())[1]
    run.to_episode(further)
    return so_far() - before


def best_moves(run: Learned) -> list[set[int]]:
    exact = solve(run.model, float(run.session.learner.config.gamma)).q
    return [set(np.flatnonzero(row > row.max() - 1e-6).tolist()) for row in exact]


def test_cliff(learn: Learn) -> None:
    run = learn("cliff").to_episode(500)
    assert run.path(3, 0) == [(3, 0), *((2, column) for column in range(12)), (3, 11)]
    assert len(run.path(3, 0)) - 1 == 13 == -optimal_return(run.model, run.session.solution.q)
    assert round(run.episodes(400, 500)[0]) == -52


def test_cliff_sarsa(learn: Learn) -> None:
    run = learn("cliff_sarsa").to_episode(500)
    way = run.path(3, 0)
    assert len(way) - 1 == 17 and way[-1] == (3, 11)
    assert sum(row == 2 for row, _ in way[1:-2]) == 1, "it leaves the edge at once"
    assert sum(run.arrow(2, column) == UP for column in range(1, 11)) >= 5
    assert round(run.episodes(400, 500)[0]) == -21
    assert falls(learn("cliff_sarsa"), 400, 500) < falls(learn("cliff"), 400, 500)


def test_bridge(learn: Learn) -> None:
    run = learn("bridge").to_tick(1_000_000)
    assert run.arrow(1, 1) == LEFT
    assert run.episodes(50_000)[0] == pytest.approx(-1.2, abs=0.05)
    run.set("epsilon", 0.05).to_tick(4_000_000)
    assert [run.arrow(1, column) for column in range(1, 6)] == [RIGHT] * 5
    other = learn("bridge", agent="q_learning").to_tick(1_000_000)
    assert other.arrow(1, 1) == RIGHT
    assert other.episodes(50_000)[0] == pytest.approx(-3.4, abs=0.05)


def test_discount(learn: Learn) -> None:
    def towards_ten(run: Learned) -> int:
        cells = [(cell // 10, cell % 10) for cell, kind in enumerate(run.layout.kinds) if kind not in ("wall", "goal")]
        return sum(run.path(*cell)[-1] == (5, 9) for cell in cells)

    run = learn("discount").to_tick(1_000)
    assert towards_ten(run) == 52 and run.path(2, 5)[-1] == (5, 9)
    run.set("gamma", 0.7).to_tick(2_000)
    assert run.path(2, 2)[-1] == (5, 9) and len(run.path(2, 2)) - 1 == 10 and towards_ten(run) == 40
    run.set("gamma", 0.4).to_tick(3_000)
    assert run.path(2, 2)[-1] == (2, 6) and len(run.path(2, 2)) - 1 == 8 and towards_ten(run) == 27
    assert learn("discount", gamma=0.47).to_tick(1_000).path(2, 2)[-1] == (5, 9)
    assert learn("discount", gamma=0.45).to_tick(1_000).path(2, 2)[-1] == (2, 6)


def test_monte_carlo(learn: Learn) -> None:
    run = learn("monte_carlo").to_tick(7)
    assert not run.q.any()
    run.to_tick(8)
    assert np.count_nonzero(run.q) == 7 and run.visits.sum() == 8
    assert run.q.max(axis=1)[3:6] == pytest.approx([0.81, 0.9, 1.0])


def test_one_step(learn: Learn) -> None:
    assert shipped_scenes()["one_step"].seed == shipped_scenes()["monte_carlo"].seed
    run = learn("one_step").to_episode(1)
    assert run.tick == 8 and run.visits.tolist() == learn("monte_carlo").to_tick(8).visits.tolist()
    assert np.count_nonzero(run.q) == 1 and run.q.max() == 0.5
    heard = []
    for episode in range(1, 6):
        run.to_episode(episode)
        heard.append([column for column in (5, 4, 3) if run.q[run.state_at(0, column)].any()])
    assert heard == [[5], [5], [5, 4], [5, 4, 3], [5, 4, 3]]


def test_noisy_left(learn: Learn) -> None:
    run = learn("noisy_left").to_episode(100)
    visits = run.visits[run.state_at(1, 2)]
    assert visits[run.layout.action_steps.index(LEFT)] / visits.sum() == pytest.approx(0.9, abs=0.03)
    assert run.q[run.state_at(1, 2)].max() == pytest.approx(0.1, abs=0.03)
    assert optimal_return(run.model, run.session.solution.q) == 0.0
    assert run.session.solution.q.max() == 0.0


def test_double_q(learn: Learn) -> None:
    run, single = learn("double_q").to_episode(100), learn("noisy_left").to_episode(100)

    def lefts(run: Learned) -> float:
        visits = run.visits[run.state_at(1, 2)]
        return float(visits[run.layout.action_steps.index(LEFT)] / visits.sum())

    assert lefts(run) == pytest.approx(0.03, abs=0.01) and lefts(single) == pytest.approx(0.92, abs=0.01)
    assert abs(run.q[run.state_at(1, 2)].max()) < 0.001
    assert shipped_scenes()["double_q"].seed == shipped_scenes()["noisy_left"].seed


def changed_in_next_step(run: Learned) -> int:
    before = run.q.copy()
    run.to_tick(run.tick + 1)
    return int(np.count_nonzero(run.q != before))


def test_n_step(learn: Learn) -> None:
    run = learn("n_step").to_tick(235)
    assert not run.q.any()
    assert changed_in_next_step(run) == 8
    assert int(run.session.learner.counters["episode"]) == 1
    single = learn("n_step", n=1).to_tick(235)
    assert changed_in_next_step(single) == 1
    assert run.to_episode(10).episodes(0, 10)[2] == 961
    assert single.to_episode(10).episodes(0, 10)[2] == 3_983
    assert round(run.to_episode(50).episodes(40, 50)[1]) == 77
    assert round(single.to_episode(50).episodes(40, 50)[1]) == 30


def test_traces(learn: Learn) -> None:
    run = learn("traces").to_tick(123)
    assert not run.q.any()
    assert changed_in_next_step(run) == 82
    assert run.to_episode(2).episodes(0, 1)[1] == 124 and run.episodes(1, 2)[1] == 37
    plain = learn("traces", lam=0.0)
    assert changed_in_next_step(plain.to_tick(123)) == 1
    assert plain.to_episode(2).episodes(1, 2)[1] == 300 == plain.model.step_limit


def test_dyna(learn: Learn) -> None:
    run = learn("dyna").to_tick(173)
    assert not run.q.any()
    assert changed_in_next_step(run) > 1
    goal = run.state_at(6, 9)
    beside = [run.state_at(5, 9), run.state_at(6, 8)]
    met = run.visits[beside].sum()
    start = run.state_at(0, 0)
    while not run.q[start].any():
        run.to_tick(run.tick + 1)
    assert 15 <= run.tick - 174 <= 25 and run.visits[beside].sum() == met and not run.visits[goal].any()
    assert run.to_episode(10).episodes(0, 10)[2] == 415
    plain = learn("dyna", planning_steps=0).to_episode(10)
    assert plain.episodes(0, 10)[2] == 3_518 and min(row[6] for row in plain.rows[1:]) >= 140


def test_sweeps(learn: Learn) -> None:
    run = learn("sweeps").to_tick(19)
    assert run.q[run.state_at(0, 0)].max() == 0.0
    run.to_tick(20)
    assert run.q[run.state_at(0, 0)].max() == pytest.approx(0.97**19) == pytest.approx(0.56, abs=0.005)
    run.to_tick(1_000)
    assert run.session.learner.finished and run.tick == 22


def test_policy_iteration(learn: Learn) -> None:
    run = learn("policy_iteration").to_tick(322)
    who = run.session.learner
    assert (who.memory.chosen == -1).all() and who.memory.iteration[1] == 1, "the first improvement comes next"
    changed = []
    while not who.finished:
        before = who.memory.chosen.copy()
        improving = bool(who.memory.iteration[1])
        run.to_tick(run.tick + 1)
        if improving:
            changed.append(int(np.count_nonzero(who.memory.chosen != before)))
    assert changed == [52, 6, 5, 5, 2, 0] and run.tick == 351
    assert np.allclose(who.q, run.session.solution.q, atol=1e-8)
    other = learn("policy_iteration", agent="value_iteration").to_tick(1_000)
    assert other.session.learner.finished and other.tick == 16


def test_bandit(learn: Learn) -> None:
    run = learn("bandit").to_tick(1_000)
    exact = run.session.solution.q[0]
    assert exact.argmax() == 0 and exact[0] == pytest.approx(1.01) and exact[6] == pytest.approx(0.79)
    assert run.visits[0, 0] == 699
    greedy = learn("bandit", epsilon=0.0).to_tick(1_000)
    assert greedy.visits[0, 0] == 1 and greedy.visits[0].argmax() == 6


def test_random_walk(learn: Learn) -> None:
    run, returns = learn("random_walk").to_tick(7), learn("random_walk", agent="mc_prediction").to_tick(7)
    exact = run.session.learner.exact_values(run.session.solution)[:, 0]
    assert exact[1:6] == pytest.approx(np.arange(1, 6) / 6)
    assert not run.q.any() and not returns.q.any()
    assert run.to_tick(8).q[:, 0].tolist() == [0, 0, 0, 0, 0, 0.1, 0] and run.session.learner.counters["episode"] == 1
    assert sorted(returns.to_tick(8).q[:, 0]) == [0, 0, 0, 1, 1, 1, 1]
    errors = [each.to_episode(1_000).session.learner.distance(each.session.solution) for each in (run, returns)]
    assert errors == pytest.approx([0.042, 0.015], abs=5e-4)


def test_actor_critic(learn: Learn) -> None:
    run = learn("actor_critic").to_episode(500)
    assert round(run.episodes(400, 500)[0]) == -15 and round(run.episodes(0, 100)[0]) == -46
    way = run.path(3, 0)
    assert len(way) - 1 == 15 and way[-1] == (3, 11)
    acted = run.session.learner.policy()
    assert acted is not None and min(acted[run.state_at(*cell)].max() for cell in way[:-1]) > 0.9


def test_reinforce(learn: Learn) -> None:
    run, critic = (learn("reinforce", agent=name).to_episode(5_000) for name in ("", "actor_critic"))
    assert (run.path(2, 2)[-1], len(run.path(2, 2)) - 1) == ((5, 9), 10)
    assert (critic.path(2, 2)[-1], len(critic.path(2, 2)) - 1) == ((2, 6), 8)
    assert run.episodes(4_000)[0] == pytest.approx(9.0, abs=0.05)
    assert critic.episodes(4_000)[0] == pytest.approx(1.2, abs=0.05)


def test_schedule(learn: Learn) -> None:
    run = learn("schedule").to_tick(20_000)
    assert run.session.learner.epsilon == 0.0
    done = int(run.session.learner.counters["episode"])
    run.to_tick(30_000)
    assert run.episodes(0, 20)[1] > 100
    assert run.episodes(done + 1)[:2] == (-15.0, 15.0)
    assert pytest.approx(optimal_return(run.model, run.session.solution.q)) == -15.0
    constant = learn("schedule", epsilon=0.1, epsilon_schedule="constant").to_tick(200_000)
    assert round(constant.episodes(5_000)[1]) == 17


def test_optimist(learn: Learn) -> None:
    def first_goal(run: Learned) -> tuple[int, int]:
        while not run.rows or max(row[5] for row in run.rows) <= 0:
            run.to_episode(int(run.session.learner.counters["episode"]) + 1)
        return int(run.session.learner.counters["episode"]), run.tick

    run = learn("optimist")
    assert first_goal(run) == (3, 737)
    run.to_episode(300)
    assert run.episodes(200)[:2] == (1.0, 20.0)
    assert first_goal(learn("optimist", initial_value=0.0, epsilon=0.2))[0] == 47


def test_softmax(learn: Learn) -> None:
    run = learn("softmax")
    assert falls(run, 400, 500) == 0
    assert round(run.episodes(400, 500)[0]) == -15
    greedy = learn("cliff")
    assert falls(greedy, 400, 500) == 35
    assert learn("softmax", temperature=5.0).to_episode(500).episodes(400)[1] > 100, "it staggers"


def test_ucb(learn: Learn) -> None:
    run = learn("ucb").to_tick(140)
    assert int((run.visits.max(axis=1) - run.visits.min(axis=1)).max()) == 1
    assert run.q.max() <= 0.0, "it has not seen the goal"
    run.to_episode(300)
    assert run.episodes(250)[1] == pytest.approx(7.2, abs=0.05)
    assert learn("ucb", confidence=2.0).to_episode(300).episodes(250)[1] == pytest.approx(42, abs=0.5)


def test_reward_sparse(learn: Learn) -> None:
    run = learn("reward_sparse").to_episode(1)
    assert run.tick == 112 and np.count_nonzero(run.q) == 1 and run.q.shape == (64, 4)
    assert run.to_episode(10).episodes(0, 10)[2] == 1_735
    assert np.count_nonzero(learn("reward_sparse").to_episode(1).visits.sum(axis=1)) == 36


def test_reward_shaped(learn: Learn) -> None:
    run = learn("reward_shaped").to_tick(1)
    assert np.count_nonzero(run.q) == 1
    assert run.to_episode(10).episodes(0, 10)[2] == 357
    assert best_moves(run) == best_moves(learn("reward_sparse"))


def test_reward_penalty(learn: Learn) -> None:
    run = learn("reward_penalty").to_episode(1)
    assert run.tick == 206 and np.count_nonzero(run.visits.sum(axis=1)) == 63


def test_reward_hacked(learn: Learn) -> None:
    run = learn("reward_hacked").to_episode(1_000)
    earned, length, _ = run.episodes(500)
    assert earned > 25 and length > 95
    exact = run.session.solution.q
    assert exact[run.state_at(0, 0)].max() > 5


def test_that_no_scene_makes_claims_that_nobody_checks() -> None:
    assert {f"test_{name}" for name in shipped_scenes()} <= set(globals())
