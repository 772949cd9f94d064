"""The memories of DQN draw what Stable-Baselines3's own draw, take a fraction of the room, and survive a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from stable_baselines3.common.buffers import NStepReplayBuffer, ReplayBuffer

from agents.deep.atari_vec_env import AtariVecEnv
from agents.deep.config import DqnConfig
from agents.deep.frame_store import FrameStore
from agents.deep.memory_needed import memory_needed
from agents.deep.places import place_of
from agents.deep.replay_buffers import FrameMemory, FrameStepsMemory, StepMemory, StepsMemory
from arena.environments.atari.games import AtariGames
from arena.environments.atari.recipe import recipe_for
from arena.errors import RunError

SIDE, GAMES = 6, 3
PICTURES = spaces.Box(0, 255, (4, SIDE, SIDE), np.uint8)
ACTIONS = spaces.Discrete(4)

Step = tuple[Any, Any, Any, Any, Any, list[dict[str, Any]]]


def played(steps: int, new_games: float = 0.1, seed: int = 0) -> Iterator[Step]:
    """Steps as games give them: lost lives, ends, truncations, pictures that stand still."""
    luck = np.random.default_rng(seed)

    def picture() -> Any:
        return luck.integers(0, 256, (SIDE, SIDE), np.uint8)

    now = np.stack([np.stack([picture()] * 4) for _ in range(GAMES)])
    for _ in range(steps):
        pictures = np.stack([stack[-1] if luck.random() < 0.1 else picture() for stack in now])
        then = np.concatenate([now[:, 1:], pictures[:, None]], axis=1)
        lost, over = luck.random(GAMES) < 0.1, luck.random(GAMES) < new_games
        cut = over & (luck.random(GAMES) < 0.5)
        infos = [{"TimeLimit.truncated": bool(each)} for each in cut]
        yield now, then, luck.integers(0, 4, GAMES), luck.normal(size=GAMES), lost | over, infos
        now = np.stack([np.stack([picture()] * 4) if end else stack for end, stack in zip(over, then, strict=True)])


def same_batches(one: Any, other: Any, seed: int = 1) -> None:
    for batch in (1, 32, 200):
        drawn = []
        for memory in (one, other):
            np.random.seed(seed)  # noqa: NPY002
            drawn.append(memory.sample(batch))
        for mine, theirs in zip(*drawn, strict=True):
            assert (mine is None) == (theirs is None)
            assert mine is None or (mine.dtype == theirs.dtype and bool((mine == theirs).all()))


@pytest.mark.parametrize("steps", [5, 50, 51, 230])
@pytest.mark.parametrize("n", [1, 3])
def test_that_pictures_stored_once_are_drawn_as_from_stable_baselines(steps: int, n: int) -> None:
    several = {"n_steps": n, "gamma": 0.9} if n > 1 else {}
    ours = (FrameStepsMemory if several else FrameMemory)(150, PICTURES, ACTIONS, "cpu", GAMES, **several)
    theirs = (NStepReplayBuffer if several else ReplayBuffer)(150, PICTURES, ACTIONS, "cpu", GAMES, **several)
    for step in played(steps):
        ours.add(*step)
        theirs.add(*step)
    same_batches(ours, theirs)


def test_that_room_grows_where_games_end_more_often_than_was_thought() -> None:
    ours = FrameMemory(60, PICTURES, ACTIONS, "cpu", GAMES)
    theirs = ReplayBuffer(60, PICTURES, ACTIONS, "cpu", GAMES)
    before = ours.store.capacity
    for step in played(200, new_games=0.8):
        ours.add(*step)
        theirs.add(*step)
    assert ours.store.capacity > before
    same_batches(ours, theirs)


def test_that_real_games_are_drawn_as_from_stable_baselines() -> None:
    env = AtariVecEnv(AtariGames(recipe_for("BreakoutNoFrameskip-v4"), 2), run_seed=3)
    memories = [kind(160, env.observation_space, env.action_space, "cpu", 2) for kind in (FrameMemory, ReplayBuffer)]
    luck = np.random.default_rng(0)
    now = env.reset()
    for _ in range(250):
        actions = luck.integers(0, 4, 2)
        then, rewards, dones, infos = env.step(actions)
        last = then.copy()
        for game in np.flatnonzero(dones):
            last[game] = infos[game]["terminal_observation"]
        for memory in memories:
            memory.add(now, last, actions, rewards, dones, infos)
        now = then
    env.close()
    same_batches(*memories)


def test_that_a_hundred_thousand_steps_of_atari_take_less_than_800_megabytes() -> None:
    place = place_of("BreakoutNoFrameskip-v4")
    config = DqnConfig()
    memory = FrameMemory(100_000, place.observation_space, ACTIONS, "cpu", config.n_envs)
    assert memory.nbytes <= 800e6
    assert memory_needed(config, place) == pytest.approx(memory.nbytes, rel=0.01)


@pytest.mark.parametrize("kind", [FrameMemory, FrameStepsMemory, StepMemory, StepsMemory])
@pytest.mark.parametrize("steps", [0, 30, 700, 1500])
def test_that_a_memory_goes_on_from_its_files_as_if_never_stopped(kind: type, steps: int, tmp_path: Path) -> None:
    first, second = (kind(2_400, PICTURES, ACTIONS, "cpu", GAMES) for _ in range(2))
    coming = played(steps + 100)
    for _ in range(steps):
        first.add(*next(coming))
    first.save_segments(tmp_path / "a")
    second.load_segments(tmp_path / "a")
    assert (second.pos, second.full) == (first.pos, first.full)
    if steps:
        same_batches(first, second)
    for step in coming:
        first.add(*step)
        second.add(*step)
    same_batches(first, second)


def test_that_whole_segments_are_linked_and_not_written_again(tmp_path: Path) -> None:
    memory = FrameMemory(9_000, PICTURES, ACTIONS, "cpu", GAMES)
    coming = played(3_700)
    for number, steps in enumerate((700, 700, 2_300)):
        for _ in range(steps):
            memory.add(*next(coming))
        memory.save_segments(tmp_path / str(number), tmp_path / str(number - 1) if number else None)
    whole = "000000000682-000000001364.zlib"
    assert (tmp_path / "1" / whole).samefile(tmp_path / "2" / whole)
    again = FrameMemory(9_000, PICTURES, ACTIONS, "cpu", GAMES)
    again.load_segments(tmp_path / "2")
    same_batches(memory, again)


def test_that_games_cut_at_a_checkpoint_do_not_run_on_into_the_next_ones(tmp_path: Path) -> None:
    memory = StepsMemory(300, spaces.Discrete(9), ACTIONS, "cpu", 1, n_steps=3, gamma=1.0)
    for step in range(6):
        seen = np.array([step])
        memory.add(seen, seen + 1, np.array([0]), np.array([1.0]), np.array([False]), [{}])
        if step == 2:
            memory.save_segments(tmp_path)
    drawn = memory._get_samples(np.array([1, 3]))
    assert drawn.rewards.flatten().tolist() == [2.0, 3.0]
    assert drawn.next_observations.flatten().tolist() == [3, 6]


@pytest.mark.parametrize("harm", ["flipped", "missing", "index", "other"])
def test_that_a_damaged_memory_is_refused_and_nothing_is_changed(harm: str, tmp_path: Path) -> None:
    memory = FrameMemory(600, PICTURES, ACTIONS, "cpu", GAMES)
    for step in played(100):
        memory.add(*step)
    memory.save_segments(tmp_path)
    segment = next(tmp_path.glob("*.zlib"))
    if harm == "flipped":
        data = bytearray(segment.read_bytes())
        data[len(data) // 2] ^= 1
        segment.write_bytes(data)
    elif harm == "missing":
        segment.unlink()
    elif harm == "index":
        (tmp_path / "replay.json").write_text('{"version": 1}')
    size = 300 if harm == "other" else 600
    again = FrameMemory(size, PICTURES, ACTIONS, "cpu", GAMES)
    with pytest.raises(RunError):
        again.load_segments(tmp_path)
    assert again.added == again.pos == 0


def test_that_without_replay_only_the_newest_steps_are_drawn() -> None:
    memory = StepMemory(1_000, spaces.Discrete(1_000), ACTIONS, "cpu", 2)
    for step in range(300):
        seen = np.array([step, step])
        memory.add(seen, seen + 1, np.array([0, 0]), np.zeros(2), np.zeros(2, np.bool_), [{}, {}])
    np.random.seed(0)  # noqa: NPY002
    assert memory.sample(32).observations.min() < 200
    memory.remembers = False
    assert set(memory.sample(32).observations.flatten().tolist()) <= set(range(284, 300))


def test_that_frames_are_counted_once_while_games_go_on() -> None:
    store = FrameStore(50, 1, (4, SIDE, SIDE))
    pictures = np.random.default_rng(0).integers(0, 256, (40, SIDE, SIDE), np.uint8)
    for at in range(30):
        store.put_seen(at, pictures[None, at : at + 4])
        store.put_then(at, pictures[None, at + 1 : at + 5], pictures[None, at : at + 4])
    assert store.count[0] == 34
