"""Places show what they say they show, begin again from a checkpoint, and refuse what no deep agent can learn in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from agents.catalog import DEEP
from agents.configuration import build
from agents.deep.algorithms import algorithm_for
from agents.deep.asking import answer
from agents.deep.config import DqnConfig
from agents.deep.memory_needed import check_memory, free_memory, memory_needed
from agents.deep.networks import network_of, policy_for
from agents.deep.places import place_of, plain_space, space_of
from agents.deep.suggestions import IRRELEVANT, deep_settings_for
from agents.deep.weights import load_weights, weights_of
from arena.environments.registry import make_world
from arena.errors import ConfigError, UsageError

PLACES = {
    "pixels": "BreakoutNoFrameskip-v4",
    "objects": "Arena/BreakoutObjects-v0",
    "states": "Taxi-v4",
    "vector": "CartPole-v1",
}
SMALL = {
    "width": 0.25,
    "n_envs": 2,
    "n_steps": 8,
    "batch_size": 8,
    "buffer_size": 100,
    "learning_starts": 8,
    "episode_limit": 8,
}


class Pictures(gymnasium.Env[Any, Any]):
    """A game with small pictures and actions numbered from 3, as MinAtar's are small."""

    observation_space = spaces.Box(0, 255, (10, 10, 4), np.uint8)
    action_space = spaces.Discrete(3, start=3)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        return self.np_random.integers(0, 256, (10, 10, 4), np.uint8), {}

    def step(self, action: Any) -> Any:
        assert action in (3, 4, 5)
        return self.np_random.integers(0, 256, (10, 10, 4), np.uint8), 1.0, False, self.np_random.random() < 0.1, {}


class Torques(gymnasium.Env[Any, Any]):
    """A game whose actions are no list."""

    observation_space = spaces.Box(-1.0, 1.0, (3,), np.float32)
    action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    for name, kind in (("Pictures-v0", Pictures), ("Torques-v0", Torques)):
        gymnasium.register(name, entry_point=kind)
    yield
    for name in ("Pictures-v0", "Torques-v0"):
        del gymnasium.registry[name]


def _config(agent_id: str, env_id: str, **changed: Any) -> Any:
    kind = next(entry for entry in DEEP if entry.id == agent_id).config_class()
    known = {name: value for name, value in {**SMALL, **changed}.items() if name in kind.__dataclass_fields__}
    if agent_id == "grpo":
        known["group_size"] = 2
    return build(kind, deep_settings_for(agent_id, env_id, known))


@pytest.mark.parametrize(
    ("agent_id", "kind"),
    # Games read from memory need processes of their own: to the agents they are numbers like any others.
    [(entry.id, kind) for entry in DEEP for kind in PLACES if kind != "objects" or entry.id in ("dqn", "ppo", "grpo")],
)
def test_that_every_agent_learns_something_in_every_kind_of_place(agent_id: str, kind: str) -> None:
    place = place_of(PLACES[kind])
    assert place.kind == kind
    model: Any = algorithm_for(_config(agent_id, place.env_id), place, seed=1)
    before = weights_of(model.policy)
    model.learn(24)
    seen = model.env.reset()
    model.env.close()
    assert seen.shape == (2, *place.observation_space.shape) and seen.dtype == place.observation_space.dtype
    assert any(bool((value != before[name]).any()) for name, value in weights_of(model.policy).items())
    said = answer(model.policy, seen)
    assert said.preferences.shape == (2, len(place.action_names))
    assert (said.value is None) == (agent_id in ("deep_reinforce", "grpo"))
    if said.kind == "probabilities":
        assert np.allclose(said.preferences.sum(axis=1), 1.0, atol=1e-5)
    elif said.value is not None:
        assert np.array_equal(said.preferences.max(axis=1), said.value)


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("agent_id", [entry.id for entry in DEEP])
def test_that_a_network_is_made_again_from_plain_values(agent_id: str, kind: str) -> None:
    place = place_of(PLACES[kind])
    config = _config(agent_id, place.env_id, frame_stack="off")
    stored = json.loads(
        json.dumps([plain_space(place.under(config).observation_space), network_of(config, place)], allow_nan=False)
    )
    actions = len(place.action_names)
    first, again = (policy_for(agent_id, space_of(stored[0]), actions, stored[1]) for _ in range(2))
    load_weights(again, weights_of(first), "memory")
    seen = np.stack([place.under(config).observation_space.sample() for _ in range(3)])
    assert np.array_equal(answer(first, seen).preferences, answer(again, seen).preferences)


def test_that_a_dueling_network_says_the_worth_and_the_advantages_apart() -> None:
    place = place_of("CartPole-v1")
    config = _config("dqn", "CartPole-v1", dueling="on")
    policy: Any = policy_for("dqn", place.observation_space, 2, network_of(config, place))
    seen = np.zeros((1, 4), np.float32)
    before = answer(policy, seen).preferences
    policy.q_net.q_net.value[-1].bias.data += 5.0
    assert np.allclose(answer(policy, seen).preferences, before + 5.0, atol=1e-5)
    policy.q_net.q_net.advantage[-1].bias.data += 5.0
    assert np.allclose(answer(policy, seen).preferences, before + 5.0, atol=1e-5)


@pytest.mark.parametrize("env_id", [*PLACES.values(), "ALE/Pong-v5", "Pictures-v0"])
def test_that_games_begun_at_the_same_checkpoint_are_the_same(env_id: str) -> None:
    place = place_of(env_id)
    config = _config("dqn", env_id)
    luck = np.random.default_rng(0)
    actions = luck.integers(0, len(place.action_names), (40, 2))
    found = []
    env = place.vec_env(2, 7, config)
    for checkpoint, idle in ((3, 0), (4, 5), (3, 9)):
        env.checkpoint = checkpoint
        rows = [env.reset()]
        rows.extend(env.step(each)[0] for each in actions)
        found.append(np.stack(rows))
        for _ in range(idle):
            env.step(actions[0])
    env.close()
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])


def test_that_games_in_a_table_follow_its_probabilities_and_are_cut_at_its_limit() -> None:
    place = place_of("FrozenLake-v1")
    model = make_world("FrozenLake-v1").model
    env = place.vec_env(512, 1, _config("dqn", "FrozenLake-v1"))
    now = env.reset()
    assert set(now.tolist()) == set(model.start_states.tolist())
    counts = np.zeros((*model.probability.shape[:2], model.states))
    luck = np.random.default_rng(0)
    truncated = 0
    for _ in range(150):
        actions = luck.integers(0, 4, 512)
        then, rewards, dones, infos = env.step(actions)
        last = then.copy()
        for game in np.flatnonzero(dones):
            last[game] = infos[game]["terminal_observation"]
            truncated += bool(infos[game]["TimeLimit.truncated"])
        np.add.at(counts, (now, actions, last), 1)
        now = then
    tried = counts.sum(axis=2) > 500
    expected = np.zeros_like(counts)
    for state, action in np.argwhere(tried):
        np.add.at(expected[state, action], model.next_state[state, action], model.probability[state, action])
    frequency = counts[tried] / counts[tried].sum(axis=1, keepdims=True)
    assert tried.sum() > 20 and np.abs(frequency - expected[tried]).max() < 0.1
    finished = env.take_finished()
    assert all(game.length <= model.step_limit for game in finished) and not env.take_finished()
    assert truncated == sum(game.truncated for game in finished)


def test_that_a_game_cut_at_its_step_limit_is_told_apart_from_one_that_ended() -> None:
    env = place_of("CliffWalking-v1").vec_env(2, 1, _config("dqn", "CliffWalking-v1"))
    limit = make_world("CliffWalking-v1").model.step_limit
    env.reset()
    for step in range(1, limit + 1):
        _, _, dones, infos = env.step(np.array([0, 0]))
        assert dones.any() == (step == limit)
    assert infos[0]["TimeLimit.truncated"] and infos[0]["episode"]["l"] == limit
    assert [game.truncated for game in env.take_finished()] == [True, True]


def test_that_raw_scores_are_told_while_clipped_rewards_are_learned_from() -> None:
    env = place_of("CliffWalking-v1").vec_env(1, 1, _config("dqn", "CliffWalking-v1", reward_clipping="on"))
    env.reset()
    _, rewards, _, _ = env.step(np.array([1]))
    assert rewards.tolist() == [-1.0]
    env.clip_rewards = False
    _, rewards, _, _ = env.step(np.array([1]))
    assert rewards.tolist() == [-100.0]


def test_that_small_pictures_are_seen_as_numbers_from_0_to_1_and_actions_may_begin_anywhere() -> None:
    place = place_of("Pictures-v0")
    assert place.observation_space.shape == (400,) and place.action_names == ("0", "1", "2")
    env = place.vec_env(2, 1, _config("dqn", "Pictures-v0"))
    seen = env.reset()
    assert 0.9 < seen.max() <= 1.0 and seen.min() >= 0.0
    for _ in range(60):
        seen, _, dones, infos = env.step(np.array([0, 2]))
        for game in np.flatnonzero(dones):
            assert infos[game]["TimeLimit.truncated"] and infos[game]["terminal_observation"].shape == (400,)
    assert env.take_finished()
    env.close()


def test_that_breakout_knows_its_reference_scores_and_others_do_not() -> None:
    place = place_of("ALE/Breakout-v5")
    assert place.reference["person"] == 31.8 and place.published("ppo")[0] == [1_000_000.0, 22.0]
    assert place.published("trpo") == []
    assert not place_of("CartPole-v1").reference


def test_that_one_picture_is_the_newest_of_four() -> None:
    place = place_of("BreakoutNoFrameskip-v4")
    seen = []
    for position in ("on", "off"):
        config = _config("dqn", place.env_id, frame_stack=position)
        env = place.vec_env(1, 1, config)
        rows = [env.reset()]
        rows.extend(env.step(np.array([step % 4]))[0] for step in range(20))
        env.close()
        seen.append(np.stack(rows))
        assert place.under(config).observation_space.shape == rows[0].shape[1:]
    assert np.array_equal(seen[0][:, :, -1:], seen[1])


@pytest.mark.parametrize(
    ("env_id", "key"),
    [
        ("Torques-v0", "error.deep.continuous"),
        ("Blackjack-v1", "error.deep.spaces"),
        ("Nowhere-v0", "error.deep.no_place"),
        ("not an id", "error.deep.no_place"),
        ("ALE/Nothing-v5", "error.atari.game"),
        ("Taxi-v3", "error.env.renamed"),
    ],
)
def test_that_what_no_deep_agent_can_learn_in_is_refused(env_id: str, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        place_of(env_id)
    assert caught.value.key == key and env_id in str(caught.value)


def test_that_arguments_an_environment_does_not_take_are_told() -> None:
    with pytest.raises(UsageError, match="CartPole"):
        place_of("CartPole-v1", {"wings": 2})
    with pytest.raises(UsageError, match="repeat_action_probability"):
        place_of("Arena/BreakoutObjects-v0", {"wings": 2})


def test_that_a_memory_too_large_is_refused_with_a_size_that_fits() -> None:
    place = place_of("BreakoutNoFrameskip-v4")
    config = DqnConfig()
    check_memory(config, place, free=2_000_000_000)
    with pytest.raises(ConfigError) as caught:
        check_memory(config, place, free=1_000_000_000)
    fits = int(str(caught.value.params["fits"]))
    assert caught.value.field == "buffer_size" and 50_000 < fits < 100_000
    assert memory_needed(DqnConfig(buffer_size=fits), place) <= 500_000_000
    assert free_memory() > 0


@pytest.mark.parametrize("kind", PLACES)
def test_that_what_a_form_may_leave_out_changes_no_network(kind: str) -> None:
    place = place_of(PLACES[kind])
    other = {"hidden_layers": 1, "hidden_units": 7, "width": 0.25, "frame_stack": "off"}
    config = _config("ppo", place.env_id)
    changed = _config("ppo", place.env_id, **{name: other[name] for name in IRRELEVANT[kind]})
    assert network_of(config, place) == network_of(changed, place) and place.under(changed) == place.under(config)
