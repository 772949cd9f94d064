"""What can be chosen is told as it is: newest versions, both ids of a game, and why one cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from agents.deep.environments_known import environment_ids, examined, known_environments
from agents.deep.places import place_of
from agents.deep.watching.environment_game import EnvironmentWatched
from arena.errors import UsageError


class Undrawn(gymnasium.Env[Any, Any]):
    """A game without pictures."""

    observation_space = spaces.Box(-1.0, 1.0, (3,), np.float32)
    action_space = spaces.Discrete(2)


@pytest.fixture
def undrawn() -> Iterator[str]:
    gymnasium.register("Undrawn-v0", entry_point=Undrawn)
    yield "Undrawn-v0"
    del gymnasium.registry["Undrawn-v0"]


def test_that_every_id_is_offered_once_in_its_newest_version_and_games_under_both_of_theirs() -> None:
    ids = environment_ids()
    assert not [env_id for env_id, times in Counter(ids).items() if times > 1]
    assert {"CartPole-v1", "Taxi-v4", "Pendulum-v1", "ALE/Pong-v5", "PongNoFrameskip-v4"} <= set(ids)
    assert not {"CartPole-v0", "Ant-v4", "Pong-v4", "Pong-v0", "PongNoFrameskip-v0", "GymV26Environment-v0"} & set(ids)
    exact = {env_id.removesuffix("NoFrameskip-v4") for env_id in ids if env_id.endswith("NoFrameskip-v4")}
    assert exact == {env_id[len("ALE/") : -len("-v5")] for env_id in ids if env_id.startswith("ALE/")}


def test_that_a_game_that_is_not_begun_is_told_of_as_it_is_when_it_is() -> None:
    (told,) = known_environments(("ALE/Pong-v5",))
    assert told.shape == place_of("ALE/Pong-v5").observation_space.shape and not told.actions
    assert examined("ALE/Pong-v5").actions == place_of("ALE/Pong-v5").action_names


def test_that_what_is_seen_and_done_is_told_and_why_one_cannot_be_used() -> None:
    cart, cliff, torque = known_environments(("CartPole-v1", "CliffWalking-v1", "Pendulum-v1"))
    assert (cart.shape, cart.actions, cart.drawn, cart.problem) == ((4,), ("LEFT", "RIGHT"), True, None)
    assert (cliff.kind, cliff.states, cliff.shape) == ("states", 48, ())
    plain = torque.plain()["problem"]
    assert plain["key"] == "error.deep.continuous"
    assert "Box(-2.0, 2.0" in plain["params"]["acts"] and "(3,)" in plain["params"]["seen"]


def test_that_one_without_pictures_is_no_game_to_watch(undrawn: str) -> None:
    assert not examined(undrawn).drawn and examined(undrawn).problem is None
    with pytest.raises(UsageError) as caught:
        EnvironmentWatched(undrawn, {})
    assert caught.value.key == "error.watch.not_drawn"
