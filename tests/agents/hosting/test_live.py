"""An own agent that learns: as the built-in one does, told when it fails, and stopped before it spoils anything."""

from __future__ import annotations

import numpy as np
import pytest

from agents.catalog import agent
from agents.hosting.agent_code import OwnAgentError
from agents.hosting.live import OwnLearner
from agents.tabular.arrays import new_records
from agents.tabular.exact import optimal_return, solve
from agents.tabular.kernel import CHANGED, EPISODE_ENDED, REACHED, REWARDED
from agents.tabular.learner import new_stop
from agents.tabular.play import play_episodes
from agents.tabular.recorded_kernel import AGENT_FAILED
from arena.environments.registry import make_world
from tests.agents.hosting.agents import SARSA_LAMBDA, TEMPLATE, cliff, hosted, learn, method


@pytest.mark.parametrize(
    ("env_id", "env_kwargs"),
    [
        ("Arena/GridWorld-v0", {"map": "cliff"}),
        ("Arena/GridWorld-v0", {"map": "windy", "slip": 0.2}),
        ("FrozenLake-v1", {}),
        ("Taxi-v4", {}),
    ],
    ids=str,
)
def test_that_the_template_is_the_built_in_q_learning_to_the_last_bit(
    env_id: str, env_kwargs: dict[str, object]
) -> None:
    world = make_world(env_id, env_kwargs)
    own = hosted(TEMPLATE, world, seed=7)
    entry = agent("q_learning")
    ours = entry.learner_class()(
        rule=entry.rule, config_class=entry.config_class(), model=world.model, hyperparameters={}, seed=7
    )
    assert learn(own, 3_000) == learn(ours, 3_000) == REACHED
    assert np.array_equal(own.q, ours.q)
    assert np.array_equal(own.tables.visits, ours.tables.visits)
    assert own.tables.counters.tobytes() == ours.tables.counters.tobytes()


def test_that_the_template_learns_the_cliff_to_the_optimum() -> None:
    world = cliff()
    own = hosted(TEMPLATE, world, gamma=1.0)
    learn(own, 20_000)
    returns, _ = play_episodes(world.model, own.q, 5, seed=0)
    assert returns.tolist() == [optimal_return(world.model, solve(world.model, 1.0).q)] * 5 == [-13.0] * 5


def test_that_tables_other_than_q_are_kept_and_loaded() -> None:
    world = cliff()
    own = hosted(SARSA_LAMBDA, world, seed=1)
    assert learn(own, 900) == REACHED, own.problem
    kept = own.arrays()
    assert set(kept) >= {"q", "own_e", "own_chosen"} and kept["own_e"].any()
    again = hosted(SARSA_LAMBDA, world, seed=1)
    again.load(kept)
    assert not own.forgotten()
    learn(own, 1_500)
    learn(again, 1_500)
    assert np.array_equal(own.pool, again.pool)
    assert own.tables.counters.tobytes() == again.tables.counters.tobytes()


def test_that_steps_are_recorded_one_update_a_write() -> None:
    own = hosted(TEMPLATE, cliff(), seed=2)
    before = own.q.copy()
    for _ in range(30):
        records = own.records_for_one_tick()
        assert own.advance(own.tick + 1, new_stop(), records) == REACHED
        (step,), (update,) = records.ticks[: records.used[0]], records.updates[: records.used[1]]
        assert (step["tick"], update["tick"]) == (own.tick - 1, own.tick - 1)
        assert (update["state"], update["action"], update["reward"]) == (step["state"], step["action"], step["reward"])
        assert update["old"] == before[update["state"], update["action"]]
        before[update["state"], update["action"]] = update["new"]
    assert np.array_equal(before, own.q)


def test_that_stop_conditions_hold_at_the_very_tick() -> None:
    own = hosted(TEMPLATE, cliff(), seed=2)
    assert own.advance(10_000, new_stop(on_change=1), new_records()) == CHANGED
    assert own.tick == 1
    reason = REACHED
    while reason == REACHED:
        reason = own.advance(10_000, new_stop(on_reward=1), new_records())
    assert reason == REWARDED
    reason = REACHED
    while reason == REACHED:
        reason = own.advance(10_000, new_stop(on_episode=1), new_records())
    assert (reason, int(own.counters["episode"]), int(own.counters["state"])) == (EPISODE_ENDED, 1, -1)


def test_that_a_persons_move_and_random_moves_are_learned_from() -> None:
    own = hosted(TEMPLATE, cliff(), seed=2)
    own.advance(1, new_stop(forced_action=0), new_records())
    assert own.tables.visits[:, 0].sum() == 1
    own.set("mover", "random")
    learn(own, 200)
    assert own.epsilon == 1.0
    assert (own.tables.visits.sum(axis=0) > 20).all()


def test_that_a_live_change_reaches_the_agent() -> None:
    own = hosted(method("self.q[0, 0] = self.alpha"), cliff())
    learn(own, 1)
    own.set("alpha", 0.25)
    learn(own, 2)
    assert own.q[0, 0] == 0.25


@pytest.mark.parametrize(
    ("body", "key", "line"),
    [
        ("1 / 0", "error.own.raised", 8),
        ("if state != 36:\n    raise RuntimeError('far')\nself.q[0, 0] += 1\nexit()", "error.own.raised", 11),
        ("self.q[state, action] = float('nan')", "error.own.not_finite", 8),
        ("self.q[state, action] = 1.0\nself.q[state, 0] = float('inf')", "error.own.not_finite", 9),
        ("self.q[state] = [1, 2]", "error.own.shape", 8),
        ("self.q[state][action] = 1", "error.own.row", 8),
        ("self.q[99, 0] = 1", "error.own.raised", 8),
        ("for i in range(10 ** 9):\n    self.q[0, 0] = i", "error.own.too_many", 9),
        ("self.learn(state, action, reward, next_state, done, random)", "error.own.raised", 8),
        ("random.integer(0)", "error.own.raised", 8),
    ],
    ids=lambda value: f"{value!s:.40}",
)
def test_that_a_failing_agent_is_told_with_its_line_and_its_step_changes_nothing(
    body: str, key: str, line: int
) -> None:
    own = hosted(method(body), cliff())
    before = {name: array.tobytes() for name, array in own.arrays().items()}
    assert learn(own, 100) == AGENT_FAILED
    assert isinstance(own.problem, OwnAgentError)
    assert (own.problem.key, own.problem.params["file"], own.problem.params["line"]) == (key, "mine.py", line)
    assert own.tick == 0
    assert {name: array.tobytes() for name, array in own.arrays().items()} == before
    assert "mine.py" in str(own.problem) and "\n" not in str(own.problem)
    assert body.splitlines()[line - 8].strip() in own.problem.details


@pytest.mark.parametrize("answer", ["4", "-1", "1.5", "None", "'left'", "10 ** 30", "self.q[0]"])
def test_that_an_action_that_is_none_is_refused_where_choose_stands(answer: str) -> None:
    own = hosted(method("pass", choose=f"return {answer}"), cliff())
    assert learn(own, 100) == AGENT_FAILED
    assert own.problem is not None
    assert (own.problem.key, own.problem.params["line"], own.tick) == ("error.own.action", 5, 0)


@pytest.mark.parametrize("answer", ["True", "self.q[0].argmax()", "np.int64(3)"])
def test_that_any_whole_number_is_an_action(answer: str) -> None:
    own = hosted("import numpy as np\n" + method("pass", choose=f"return {answer}"), cliff())
    assert learn(own, 10) == REACHED


def test_that_a_mended_setting_lets_a_failed_agent_go_on() -> None:
    body = "self.q[state, action] += 1\nif self.q[state, action] > 3:\n    1 / self.divisor"
    own = hosted(method(body).replace("'alpha': 0.5", "'divisor': 0"), cliff())
    assert learn(own, 1_000) == AGENT_FAILED
    stuck = own.tick
    assert stuck > 0 and own.q.max() == 3
    assert learn(own, 1_000) == AGENT_FAILED and own.tick == stuck
    own.set("divisor", 1)
    assert learn(own, 1_000) == REACHED and own.problem is None


def test_that_a_write_past_us_is_noticed() -> None:
    own = hosted(method("self.q._flat[0] = 5.0"), cliff())
    assert learn(own, 100) == AGENT_FAILED
    assert own.problem is not None and own.problem.key == "error.own.unrecorded"
    assert own.q[0, 0] == 0


def test_that_what_is_kept_outside_the_memory_is_named() -> None:
    own = hosted(
        method("self.last = action\nself.seen.append(state)", start="self.seen, self.n = [], actions"), cliff()
    )
    assert own.forgotten() == ()
    learn(own, 20)
    assert own.forgotten() == ("last", "seen")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import nothing_of_that_name\n" + method("pass"), 1),
        ("class Mine:\n    def choose(self): pass\n    def learn(self): pass\n    x = 1 / 0\n", 4),
        (method("pass", start="self.q = memory.table('q', 1, 1)"), 4),
        (method("pass", start="self.alpha.x = 1"), 4),
        (method("pass", start="raise SystemExit(3)"), 4),
    ],
    ids=["import", "class", "shape", "attribute", "exit"],
)
def test_that_an_agent_that_cannot_begin_says_so_with_its_line(source: str, line: int) -> None:
    with pytest.raises(OwnAgentError) as refused:
        hosted(source, cliff())
    assert refused.value.params["line"] == line


def test_that_a_slow_agent_comes_back_between_its_steps() -> None:
    own = hosted("import time\n" + method("time.sleep(0.02)"), cliff())
    own.advance(1_000, new_stop(), new_records())
    assert own.tick == 1


def test_that_memory_without_end_is_named_and_what_was_learned_is_still_there() -> None:
    own = hosted(
        method("self.q[state, action] += 1\nif state == 12:\n    raise MemoryError", choose="return 0"), cliff()
    )
    assert learn(own, 100) == AGENT_FAILED
    assert own.problem is not None and (own.problem.key, own.tick) == ("error.own.memory", 2)
    assert own.q.sum() == 2
    assert learn(own, 100) == AGENT_FAILED and own.tick == 2


def test_that_an_agent_may_keep_classes_of_its_own() -> None:
    source = "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int = 0\n" + method("Point(state)")
    assert learn(hosted(source, cliff()), 50) == REACHED


def test_that_hosting_leaves_nothing_to_the_next_one() -> None:
    one = hosted(method("self.q[0, 0] += 1"), cliff())
    other = hosted(method("self.q[0, 1] += 1"), cliff())
    learn(one, 5)
    learn(other, 5)
    assert (one.q[0, 0], other.q[0, 1], other.q[0, 0]) == (5, 5, 0)
    assert isinstance(one, OwnLearner)


def test_that_an_exception_that_cannot_say_what_it_is_is_named_all_the_same() -> None:
    body = "class Mute(Exception):\n    def __str__(self): raise TypeError\nraise Mute()"
    own = hosted(method(body), cliff())
    assert learn(own, 5) == AGENT_FAILED and own.problem is not None
    assert (own.problem.key, own.problem.params["line"], own.problem.params["problem"]) == (
        "error.own.raised",
        10,
        "Mute",
    )
    assert "line 10, in learn" in own.problem.details and "agents/hosting" not in own.problem.details
