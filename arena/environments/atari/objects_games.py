"""Many games of Breakout seen as objects, shared out over processes: single emulators gain nothing from threads."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena.environments.atari.breakout_memory import FIELDS
from arena.environments.atari.breakout_objects import ObjectsGame
from arena.environments.atari.games import FinishedGame, GamesStep
from arena.environments.atari.recipe import AtariRecipe
from arena.errors import RunError

_GAME = np.dtype(
    [
        ("seed", np.int64),
        ("action", np.int64),
        ("seen", np.float32, (len(FIELDS),)),
        ("seen_last", np.float32, (len(FIELDS),)),
        ("reward", np.float32),
        ("terminated", np.bool_),
        ("truncated", np.bool_),
        ("over", np.bool_),
        ("score", np.float64),
        ("length", np.int64),
        ("frames", np.int64),
    ],
    align=True,
)
"""What parent and worker share of each game."""

_RESET, _STEP, _DONE = b"r", b"s", b"d"


class ObjectsGames:
    """N games stepped by worker processes; used as :class:`arena.environments.atari.games.AtariGames` is.

    Args:
        recipe: How the game is played; its pictures are never made.
        count: N.
        processes: Workers; 0 for one per core. They end when this object or this process does.

    Raises:
        RunError: From any method, if a worker has died.
    """

    action_names = ("NOOP", "FIRE", "RIGHT", "LEFT")

    def __init__(self, recipe: AtariRecipe, count: int, *, processes: int = 0) -> None:
        self.recipe = recipe
        self.count = count
        self.observation_space = spaces.Box(-3.0, 3.0, (len(FIELDS),), np.float32)
        context = multiprocessing.get_context("spawn")
        memory = context.RawArray("B", _GAME.itemsize * count)
        self._games = np.frombuffer(memory, _GAME)
        self._workers: list[tuple[Any, Connection]] = []
        self._sent = False
        for part in np.array_split(np.arange(count), min(count, processes or os.cpu_count() or 1)):
            ours, theirs = context.Pipe()
            worker = context.Process(
                target=_work, args=(theirs, memory, recipe.plain(), int(part[0]), int(part[-1]) + 1), daemon=True
            )
            worker.start()
            # Only the worker may hold its end: else nobody would notice that it has died.
            theirs.close()
            self._workers.append((worker, ours))

    def reset(self, seeds: NDArray[np.int64]) -> NDArray[np.float32]:
        """Begin N new games; those that were running are dropped and not counted."""
        if self._sent:
            self.recv()
        self._games["seed"] = seeds
        self._tell(_RESET)
        self._wait()
        return self._games["seen"].copy()

    def send(self, actions: NDArray[np.integer]) -> None:
        """Let all games do a step; they play in their processes until :meth:`recv`."""
        self._games["action"] = actions
        self._tell(_STEP)
        self._sent = True

    def recv(self) -> GamesStep[np.float32]:
        """Wait for the step that was sent, and return what it gave."""
        self._wait()
        self._sent = False
        games = self._games
        ended = games["terminated"] | games["truncated"]
        finished = tuple(
            FinishedGame(
                index=int(game),
                score=float(games["score"][game]),
                length=int(games["length"][game]),
                frames=int(games["frames"][game]),
                truncated=bool(games["truncated"][game]),
            )
            for game in np.flatnonzero(games["over"])
        )
        return GamesStep(
            observations=games["seen"].copy(),
            rewards=games["reward"].copy(),
            terminated=games["terminated"].copy(),
            truncated=games["truncated"].copy(),
            last_observations=games["seen_last"].copy() if ended.any() else None,
            finished=finished,
        )

    def _tell(self, what: bytes) -> None:
        try:
            for _, pipe in self._workers:
                pipe.send_bytes(what)
        except OSError as problem:
            raise RunError("error.deep.games_died") from problem

    def _wait(self) -> None:
        try:
            for _, pipe in self._workers:
                pipe.recv_bytes()
        except (EOFError, OSError) as problem:
            raise RunError("error.deep.games_died") from problem

    def close(self) -> None:
        """End the workers."""
        for worker, pipe in self._workers:
            pipe.close()
            worker.join(5.0)
            if worker.is_alive():
                worker.kill()
                worker.join()
        self._workers = []


def _work(pipe: Connection, memory: Any, recipe: dict[str, Any], first: int, behind: int) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        # A terminal's Ctrl-C and a group's SIGTERM reach everybody: what they mean is for the parent to say.
        signal.signal(name, signal.SIG_IGN)
    games = np.frombuffer(memory, _GAME)[first:behind]
    playing = [ObjectsGame(AtariRecipe(**recipe), 1) for _ in games]
    try:
        while True:
            what = pipe.recv_bytes()
            for shared, game in zip(games, playing, strict=True):
                if what == _RESET:
                    shared["seen"] = game.begin(int(shared["seed"]))
                else:
                    _step(shared, game)
            pipe.send_bytes(_DONE)
    except (EOFError, OSError):
        return  # the parent has gone


def _step(shared: np.void, playing: ObjectsGame) -> None:
    seen, outcome = playing.act(int(shared["action"]))
    shared["reward"] = outcome.reward
    shared["terminated"] = outcome.life_lost or outcome.game_over
    shared["truncated"] = outcome.truncated
    shared["over"] = outcome.ends_game
    if shared["terminated"] or outcome.truncated:
        shared["seen_last"] = seen
    if outcome.ends_game:
        shared["score"], shared["length"] = playing.game.score, playing.game.length
        shared["frames"] = playing.game.frames
        seen = playing.begin()
    shared["seen"] = seen
