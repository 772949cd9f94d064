"""Values of a sweep, the grid they make, and the names its settings get."""

from __future__ import annotations

import pytest

from agents.experiments.names import names_of
from agents.experiments.plan import Candidate
from agents.experiments.sweep import Varied, grid, read_varied
from arena.errors import ArenaError
from arena.texts import render

BASE = Candidate(env_id="CliffWalking-v1", hyperparameters={"gamma": 1.0})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("alpha=0.5", (0.5,)),
        ("alpha=0.1,0.3, 0.5", (0.1, 0.3, 0.5)),
        ("alpha=0.1:0.9:0.2", (0.1, 0.3, 0.5, 0.7, 0.9)),
        ("alpha=0.9:0.1:-0.4", (0.9, 0.5, 0.1)),
        ("alpha=0.1:0.3:0.1,1", (0.1, 0.2, 0.3, 1.0)),
        ("alpha=0.5,0.5,0.50", (0.5,)),
        ("alpha=0.5:0.5:1", (0.5,)),
        ("exploration=softmax,epsilon_greedy", ("softmax", "epsilon_greedy")),
        ("epsilon_horizon=10,1e3", (10, 1000)),
        ("initial_value=−1，0", (-1.0, 0.0)),
    ],
)
def test_that_values_and_ranges_are_read_as_a_person_means_them(text: str, values: tuple[object, ...]) -> None:
    assert read_varied(text, ["q_learning"]) == Varied(name=text.partition("=")[0], values=values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("alpha", "error.experiments.vary"),
        ("=0.1", "error.experiments.vary"),
        ("alpha=", "error.setting.number"),
        ("alpha=0.1,", "error.setting.number"),
        ("alpha=fast", "error.setting.number"),
        ("alpha=0,1", "error.setting.range"),
        ("alpha=0.1:0.9", "error.setting.number"),
        ("alpha=0.1:0.9:0", "error.experiments.range"),
        ("alpha=0.1:0.9:-0.1", "error.experiments.range"),
        ("alpha=a:b:c", "error.experiments.range"),
        ("alpha=0.1:nan:0.1", "error.experiments.range"),
        ("alpha=0.001:1:0.001", "error.experiments.values"),
        ("alpha=0:1:1e-300", "error.experiments.values"),
        ("alhpa=0.1", "error.setting.unknown"),
        ("exploration=greedy", "error.setting.choice"),
    ],
)
def test_that_what_is_no_sweep_is_refused_with_the_way_to_write_it(text: str, key: str) -> None:
    with pytest.raises(ArenaError) as caught:
        read_varied(text, ["q_learning"])
    assert caught.value.key == key
    assert "{" not in str(caught.value)


def test_that_every_agent_must_know_the_parameter_and_allow_its_values() -> None:
    assert read_varied("alpha=0,0.1", ["monte_carlo"]).values == (0.0, 0.1)
    with pytest.raises(ArenaError):
        read_varied("alpha=0,0.1", ["monte_carlo", "sarsa"])


def test_that_a_grid_has_every_combination_the_last_parameter_innermost() -> None:
    made = grid([BASE], [Varied(name="alpha", values=(0.1, 0.2)), Varied(name="epsilon", values=(0.0, 0.5))])
    assert [(each.hyperparameters["alpha"], each.hyperparameters["epsilon"]) for each in made] == [
        (0.1, 0.0), (0.1, 0.5), (0.2, 0.0), (0.2, 0.5),
    ]  # fmt: skip
    assert all(each.hyperparameters["gamma"] == 1.0 for each in made)
    assert grid([BASE], []) == (BASE,)


@pytest.mark.parametrize(
    ("names", "key"),
    [(["alpha", "alpha"], "error.experiments.twice"), (["alpha", "epsilon", "gamma"], "error.experiments.varied")],
)
def test_that_no_more_than_two_different_parameters_vary(names: list[str], key: str) -> None:
    with pytest.raises(ArenaError) as caught:
        grid([BASE], [Varied(name=name, values=(0.1,)) for name in names])
    assert caught.value.key == key


def named(*candidates: Candidate, symbols: bool = True) -> tuple[str, ...]:
    return names_of(candidates, say=render, title=lambda each: each.env_id.split("-")[0], symbols=symbols)


def of(agent: str = "q_learning", env: str = "CliffWalking-v1", **values: object) -> Candidate:
    return Candidate(env_id=env, agent=agent, hyperparameters=values)


def test_that_a_name_holds_what_tells_settings_apart_and_no_more() -> None:
    assert named(of(alpha=0.1, gamma=1.0), of(alpha=0.5, gamma=1.0)) == ("α\u00a00.1", "α\u00a00.5")
    assert named(of(alpha=0.1), of(alpha=0.5), symbols=False) == ("alpha=0.1", "alpha=0.5")
    assert named(of("sarsa", alpha=0.1), of(alpha=0.5)) == ("SARSA", "Q-learning")
    assert named(of(env="Taxi-v4"), of()) == ("Taxi", "CliffWalking")
    assert named(of("sarsa", alpha=0.1), of(alpha=0.5), of(alpha=0.2)) == (
        "SARSA", "Q-learning α\u00a00.5", "Q-learning α\u00a00.2",
    )  # fmt: skip
    assert named(of(alpha=0.1)) == ("Q-learning",)


def test_that_two_settings_never_share_a_name() -> None:
    assert named(of(), of()) == ("Q-learning (1)", "Q-learning (2)")
