"""Every world that ships: clean by Gymnasium's own checker, and its arrays are the one truth."""

from __future__ import annotations

import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from agents.tabular.exact import solve, start_value
from arena.environments.gymnasium_ids import register_environments
from arena.environments.picture import frame
from arena.environments.registry import WorldChoice, environment, make_world, world_choices
from arena.environments.world import TransitionModel
from arena.errors import UsageError
from arena.texts import LANGUAGES

CHOICES = world_choices()


def name_of(choice: WorldChoice) -> str:
    return str(choice.env_kwargs.get("map", choice.env_id))


@pytest.mark.parametrize("choice", CHOICES, ids=name_of)
def test_that_gymnasiums_checker_finds_nothing(choice: WorldChoice) -> None:
    register_environments()
    env = gym.make(choice.env_id, **choice.env_kwargs).unwrapped
    with warnings.catch_warnings():
        # Gymnasium's own worlds are checked as they are; what it says of its own rendering is not ours.
        warnings.simplefilter("ignore" if "map" not in choice.env_kwargs else "error")
        check_env(env, skip_render_check=True)


@pytest.mark.parametrize("choice", CHOICES, ids=name_of)
def test_that_every_world_can_be_solved_drawn_and_read_about(choice: WorldChoice) -> None:
    world = make_world(choice.env_id, choice.env_kwargs)
    model, layout = world.model, world.layout
    assert (layout.rows, layout.columns) == (choice.rows, choice.columns)
    solution = solve(model, float(world.suggested["gamma"]))
    assert solution.residual < 1e-9 and np.isfinite(start_value(model, solution.v))
    assert 0 < model.step_limit < 10_000
    for language in LANGUAGES:
        assert world.title[language] and world.teaches[language]
    back = layout.state_at[layout.context_of_state, layout.cell_of_state]
    assert np.array_equal(back, np.arange(model.states))
    picture = frame(world, int(model.start_states[0]))
    assert picture.dtype == np.uint8 and picture.shape[2] == 3 and picture.std() > 5


@pytest.mark.parametrize("env_id", ["FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "Taxi-v4"])
def test_that_gymnasiums_worlds_are_learned_through_their_own_p(env_id: str) -> None:
    env = gym.make(env_id).unwrapped
    model = make_world(env_id).model
    luck = np.random.default_rng(0)
    for s, a in zip(luck.integers(0, model.states, 200), luck.integers(0, model.actions, 200), strict=True):
        told: dict[tuple[int, float, bool], float] = {}
        for p, s_next, r, end in env.P[int(s)][int(a)]:
            key = (int(s_next), float(r), bool(end))
            told[key] = told.get(key, 0.0) + p
        ours = {
            (int(model.next_state[s, a, k]), float(model.reward[s, a, k]), bool(model.terminated[s, a, k])): float(
                model.probability[s, a, k]
            )
            for k in range(model.outcome_count[s, a])
        }
        assert ours == pytest.approx({key: p for key, p in told.items() if p > 0})


def test_that_step_draws_from_the_same_arrays() -> None:
    register_environments()
    env = gym.make("Arena/GridWorld-v0", map="ice_lake", disable_env_checker=True).unwrapped
    model: TransitionModel = env.world.model
    env.reset(seed=1)
    s, a, tries = int(model.start_states[0]) + 9, 1, 6_000
    seen = np.zeros(model.states)
    for _ in range(tries):
        env.s, env._steps = s, 0
        after, *_ = env.step(a)
        seen[after] += 1 / tries
    expected = np.zeros(model.states)
    np.add.at(expected, model.next_state[s, a], model.probability[s, a])
    assert np.abs(seen - expected).max() < 0.03


def test_that_an_episode_is_cut_off_at_the_step_limit() -> None:
    register_environments()
    env = gym.make("Arena/GridWorld-v0", map="cliff", step_limit=7, disable_env_checker=True)
    env.reset(seed=0)
    ends = [env.step(0)[2:4] for _ in range(7)]
    assert ends == [(False, False)] * 6 + [(False, True)]


@pytest.mark.parametrize(
    ("env_id", "kwargs", "key"),
    [
        ("Taxi-v4", {"fickle_passenger": True}, "error.env.fickle"),
        ("Taxi-v3", {}, "error.env.renamed"),
        ("CliffWalking-v0", {}, "error.env.renamed"),
        ("FrozenLake", {}, "error.env.unknown"),
        ("FrozenLake-v1", {"is_slippery": 1}, "error.env.choice"),
        ("FrozenLake-v1", {"slippery": True}, "error.env.argument"),
        ("Arena/GridWorld-v0", {"map": "clif"}, "error.map.unknown"),
        ("Arena/GridWorld-v0", {"map": "no/such.txt"}, "error.map.unreadable"),
        ("Arena/GridWorld-v0", {"slip": 1.5}, "error.env.range"),
        ("Arena/GridWorld-v0", {"step_limit": 2.5}, "error.env.range"),
        ("Arena/GridWorld-v0", {"rewards": "money"}, "error.env.choice"),
    ],
)
def test_that_what_does_not_exist_or_fit_is_said_in_one_sentence(env_id: str, kwargs: dict, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_world(env_id, kwargs)
    assert caught.value.key == key
    assert "{" not in str(caught.value) and not str(caught.value).startswith("error.")


def test_that_a_misspelt_id_gets_the_nearest_ones() -> None:
    with pytest.raises(UsageError, match="CliffWalking-v1"):
        environment("ClifWalking-v1")
