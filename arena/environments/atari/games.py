"""Many games of one Atari cartridge at once: frozen preprocessing, raw rewards, whole-game scores, never an idle game.

The emulators are ale-py's ``AtariVectorEnv`` (C++ threads). What it leaves to its user is done here:

- FIRE is pressed after every reset and every lost life (nobody else would: the ball is only served on FIRE), and once
  more where nothing has happened for long. The action that was chosen for that step is not done. Seen from the learner
  that is a world whose first step of a life does not depend on the action, so nothing it learns is biased.
- A lost life ends an *episode of training* (Mnih et al. 2015), never the game: the game's score goes on.
- After a reset the emulator gives a stack with one picture and three black ones; here the first picture fills the
  stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from ale_py.vector_env import AtariVectorEnv
from gymnasium import spaces
from numpy.typing import NDArray

from arena.environments.atari.recipe import AtariRecipe

Observations = NDArray[np.uint8]
"""``uint8 [N, stack, side, side]``, oldest picture first."""

Seen = TypeVar("Seen", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedGame:
    """One whole game.

    Attributes:
        index: Which of the games played at once.
        score: Sum of the raw rewards of all its lives.
        length: Agent steps.
        frames: Emulator frames.
        truncated: It ended at the frame limit.
    """

    index: int
    score: float
    length: int
    frames: int
    truncated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GamesStep(Generic[Seen]):
    """What one step of N games gave.

    Attributes:
        observations: What is seen next; after the end of a game the first picture of the next one.
        rewards: ``float32 [N]``, raw.
        terminated: ``bool [N]``, a life or the game was lost: nothing is to be expected after it.
        truncated: ``bool [N]``, the frame limit was reached: more would have come.
        last_observations: Where an episode ended, what was seen last in it; ``None`` if none ended.
        finished: The games that ended.
    """

    observations: NDArray[Seen]
    rewards: NDArray[np.float32]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    last_observations: NDArray[Seen] | None
    finished: tuple[FinishedGame, ...]


class AtariGames:
    """N games of one cartridge, stepped together by C++ threads.

    Call :meth:`reset` once, then :meth:`send` and :meth:`recv` in turn; between the two the games play while the
    caller computes.

    Args:
        recipe: The preprocessing.
        count: N.
        threads: Emulator threads; 0 for one per core.
    """

    def __init__(self, recipe: AtariRecipe, count: int, *, threads: int = 0) -> None:
        self.recipe = recipe
        self.count = count
        self.observation_space = spaces.Box(0, 255, (recipe.stack, recipe.side, recipe.side), np.uint8)
        self._emulators = AtariVectorEnv(
            recipe.game,
            count,
            num_threads=threads,
            max_num_frames_per_episode=recipe.frame_limit,
            repeat_action_probability=recipe.sticky,
            autoreset_mode="SameStep",
            img_height=recipe.side,
            img_width=recipe.side,
            stack_num=recipe.stack,
            frameskip=recipe.frame_skip,
            noop_max=recipe.noop_max,
            life_loss_info=True,
            reward_clipping=False,
            use_fire_reset=False,
        )
        self.action_names = tuple(str(action).rpartition(".")[2] for action in self._emulators.ale.get_action_set())
        self._fire = self.action_names.index("FIRE") if "FIRE" in self.action_names else -1
        self._must_fire = np.zeros(count, np.bool_)
        self._idle = np.zeros(count, np.int64)
        self._age = np.zeros(count, np.int64)
        self._score = np.zeros(count)
        self._frames = np.zeros(count, np.int64)
        self._first_frame = np.zeros(count, np.int64)
        self._sent = False

    def reset(self, seeds: NDArray[np.int64]) -> Observations:
        """Begin N new games; games that were running are dropped and not counted.

        Args:
            seeds: ``[N]`` as :func:`arena.environments.atari.seeds.seeds_of` makes them.

        Returns:
            The first observations.
        """
        if self._sent:
            # What was sent and never asked for must not be taken for the answer to the next step.
            self.recv()
        observations, info = self._emulators.reset(seed=np.asarray(seeds))
        self._must_fire[:] = True
        self._idle[:] = self._age[:] = 0
        self._score[:] = 0.0
        self._frames[:] = self._first_frame[:] = info["episode_frame_number"]
        return self._filled(np.array(observations), self._age)

    def send(self, actions: NDArray[np.integer]) -> None:
        """Let all games do a step; they play on their own threads until :meth:`recv`.

        Args:
            actions: ``[N]``, numbers of :attr:`action_names`.
        """
        done = np.array(actions, np.int64)
        if self._fire >= 0:
            done[self._must_fire | (self._idle >= self.recipe.idle_steps)] = self._fire
        self._emulators.send(done)
        self._sent = True

    def recv(self) -> GamesStep[np.uint8]:
        """Wait for the step that was sent, and return what it gave."""
        observations, rewards, terminated, truncated, info = self._emulators.recv()
        self._sent = False
        rewards = rewards.astype(np.float32)
        ended = terminated | truncated
        frames = info["episode_frame_number"].astype(np.int64)
        # A lost life leaves the game's frame counter running; only a new game starts it again.
        over = ended & (frames < self._frames + 1)
        self._score += rewards
        self._age += 1
        last = None
        if ended.any():
            # The emulator writes its final observation only where it began a new game: elsewhere it is whatever memory
            # held.
            last = np.array(observations)
            if over.any():
                last[over] = info["final_obs"][over]
            self._filled(last, self._age)
        finished = tuple(self._finished(int(game), bool(truncated[game])) for game in np.flatnonzero(over))
        self._after(ended, over, rewards, frames)
        return GamesStep(
            observations=self._filled(observations, self._age),
            rewards=rewards,
            terminated=terminated,
            truncated=truncated,
            last_observations=last,
            finished=finished,
        )

    def _finished(self, game: int, truncated: bool) -> FinishedGame:
        # The last step may have been cut short by the end of the game; the emulator no longer says by how much.
        frames = self._frames[game] - self._first_frame[game] + self.recipe.frame_skip
        return FinishedGame(
            index=game,
            score=float(self._score[game]),
            length=int(self._age[game]),
            frames=int(frames),
            truncated=truncated,
        )

    def _after(
        self,
        ended: NDArray[np.bool_],
        over: NDArray[np.bool_],
        rewards: NDArray[np.float32],
        frames: NDArray[np.int64],
    ) -> None:
        self._must_fire = ended
        fired = self._idle >= self.recipe.idle_steps
        self._idle = np.where(ended | fired | (rewards != 0), 0, self._idle + 1)
        self._age[over] = 0
        self._score[over] = 0.0
        self._first_frame[over] = frames[over]
        self._frames = frames

    def _filled(self, observations: Observations, age: NDArray[np.int64]) -> Observations:
        for game in np.flatnonzero(age < self.recipe.stack - 1):
            black = self.recipe.stack - 1 - int(age[game])
            observations[game, :black] = observations[game, black]
        return observations

    def close(self) -> None:
        """End the emulator threads."""
        self._emulators.close()
