"""Everything on the table while a game is watched: game, network, ghosts, what is kept; and what may be done to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.watching.environment_game import EnvironmentWatched, TableWatched
from agents.deep.watching.feature_map import EVERY, FeatureMap, Point, packed
from agents.deep.watching.games import AtariWatched, Moved, WatchedGame
from agents.deep.watching.moments import moments_of
from agents.deep.watching.recording import AGENT, MOST_BYTES, PERSON, Recording
from agents.deep.watching.source import Source
from arena.errors import UsageError

FIRST_SEED = 0


def game_of(source: Source) -> WatchedGame:
    """Make a game of what is watched, with an emulator of its own.

    Raises:
        ArenaError: If it cannot be made: a cartridge is missing or damaged, a library is not there.
    """
    place = source.place
    if place.kind in ("pixels", "objects"):
        return AtariWatched(place.recipe, objects=place.kind == "objects")
    if place.kind == "states":
        return TableWatched(place.env_id, place.env_kwargs)
    return EnvironmentWatched(place.env_id, place.env_kwargs)


class Table:
    """A watched game.

    The game is there at once; :meth:`sit_down` brings the network, which takes its library's time to load.

    Args:
        source: What is watched.

    Raises:
        ArenaError: As :func:`game_of`.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.game = game_of(source)
        self.game.begin(FIRST_SEED)
        self.player: Any = None
        self.ghosts: list[Any] = []
        self.mover = AGENT
        self.picked: Point | None = None
        self.number = 1
        self.decisions = self.games_ended = 0
        self.weights_env_steps = -1
        self._weights = 0
        self._moment = 0
        self._map = FeatureMap()
        self._looker: Any = None
        self._held: list[int] = [max(self.game.idle, 0)]

    @property
    def recording(self) -> Recording | None:
        """What is kept of this game; ``None`` before the network is there."""
        return None if self.player is None else self.player.recording

    @property
    def observation(self) -> NDArray[np.generic]:
        """What the network sees in the moment shown."""
        return self.game.observation if self.picked is None else self.picked.input()

    # ── networks ───────────────────────────────────────────────────────────────────────────────────────────────────

    def sit_down(self, policy: Any, weights_env_steps: int) -> None:
        """Let a network play from now on, from the beginning of the game."""
        self.player = self._player(self.game, policy, MOST_BYTES)
        self.weights_env_steps = weights_env_steps

    def _player(self, game: WatchedGame, policy: Any, most_bytes: int) -> Any:
        from agents.deep.watching.player import Player

        return Player(game, policy, len(self.source.place.action_names), self.source.preferences, most_bytes)

    def take(self, weights: Any, weights_env_steps: int, shown: str, *, now: bool) -> None:
        """Play on with other weights.

        Args:
            weights: Tensors by name.
            weights_env_steps: Their age.
            shown: Name of their file for messages.
            now: Whether they judge an earlier moment that is shown, too; what is to be decided they always judge.

        Raises:
            RunError: If they do not fit; the former ones play on.
        """
        self.player.take(weights, shown)
        self.weights_env_steps = weights_env_steps
        self._weights += 1
        self._moment += 1
        if now or self.player.recording.position == self.player.recording.newest:
            self.player.look()

    def invite(self, others: list[tuple[Any, str]]) -> None:
        """Let ghosts play the same game beside the agent, which begins again for it.

        Args:
            others: Weights and the name of their file, oldest first.

        Raises:
            RunError: If some do not fit; nothing is changed then.
        """
        import copy

        ghosts = []
        for weights, shown in others:
            room = MOST_BYTES // (1 + len(others))
            ghosts.append(self._player(game_of(self.source), copy.deepcopy(self.player.policy), room))
            ghosts[-1].take(weights, shown)
        self._dismiss()
        self.ghosts = ghosts
        if ghosts:
            self.begin(self.player.recording.game_seed)

    def _dismiss(self) -> None:
        for ghost in self.ghosts:
            ghost.game.close()
        self.ghosts = []

    # ── playing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, game_seed: int) -> None:
        """Begin a game; what was recorded of the last one is dropped but for its moments on the map."""
        if self.player.recording.newest > 0:
            self.number += 1
        self.picked = None
        self._moment += 1
        self._held = self._held[-1:]
        for player in (self.player, *self.ghosts):
            player.begin(game_seed)

    def hold(self, action: int) -> None:
        """Hold an action as a person, until another one is held; each counts for one decision at least.

        Raises:
            UsageError: If there is no such action.
        """
        highest = len(self.source.place.action_names) - 1
        if not 0 <= action <= highest:
            raise UsageError("error.action.range", value=action, high=highest)
        # The first one has counted already, or nothing was pressed since it did.
        self._held = [*self._held[:3], action]

    def next_action(self) -> int:
        """Return what will be done in the decision shown, as things stand; −1 where a person has yet to choose."""
        if self.mover != PERSON:
            return int(self.player.choose(self.mover))
        if self.game.by_turns:
            return -1
        return self._held[min(1, len(self._held) - 1)]

    def decide(self, action: int | None = None) -> Moved:
        """Take the decision shown, as whoever moves chooses, or as a person did.

        Args:
            action: A person's action; ``None`` for whoever moves.
        """
        recording = self.player.recording
        chosen_by = PERSON if action is not None else self.mover
        done = self.next_action() if action is None else action
        if chosen_by == PERSON and len(self._held) > 1:
            del self._held[0]
        if recording.position < recording.newest:
            self._map.forget(self.number, recording.position)
        if recording.position % EVERY == 0:
            self._put_on_map(done)
        moved: Moved = self.player.act(done, chosen_by)
        for ghost in self.ghosts:
            ghost.follow()
        self.picked = None
        self._moment += 1
        self.decisions += 1
        self.games_ended += moved.over
        return moved

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show(self, step: int) -> None:
        """Show a recorded decision of this game."""
        self.picked = None
        self._moment += 1
        for player in (self.player, *self.ghosts):
            player.show(step)

    def pick(self, index: int) -> None:
        """Show the moment of a row of the map; one of an earlier game as it was kept.

        Raises:
            UsageError: If there is no such row.
        """
        point = self._map.point(index)
        if point is None:
            raise UsageError("error.watch.moment", index=index)
        if point.game == self.number and point.step <= self.player.recording.newest:
            self.show(point.step)
        else:
            self.picked = point
            self._moment += 1

    def edit(self, bricks: Any, ball: Any, paddle: float) -> bool:
        """Change the game; see :meth:`arena.environments.atari.edited_game.EditedGame.edit`.

        Raises:
            UsageError: If it cannot be changed so.
        """
        if not isinstance(self.game, AtariWatched):
            raise UsageError("error.watch.edit_game")
        recording = self.player.recording
        if recording.ended:
            raise UsageError("error.watch.edit_over")
        self.picked = None
        whole = self.game.edit(bricks, ball, paddle)
        recording.edit()
        self._map.forget(self.number, recording.position)
        self._moment += 1
        self.player.look()
        return whole

    def look_around(self) -> Any:
        """Return the newest saliency there is, and see to it that the moment shown gets its own."""
        if self._looker is None:
            from agents.deep.watching.looker import Looker

            self._looker = Looker()
        step = self.player.recording.position if self.picked is None else self.picked.step
        return self._looker.ask((step, self._moment), self.observation, self.player.policy)

    def map_places(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return where recorded moments lie and what they are worth; see :class:`FeatureMap`."""
        self._map.see_again(self._weights, self._seen_again)
        return self._map.places()

    def moments(self) -> tuple[dict[str, Any], ...]:
        """Return the moments of this game worth jumping to."""
        source = self.source
        return moments_of(
            self.player.recording, gamma=source.gamma, clipped=source.clipped, kind=source.preferences
        )  # fmt: skip

    def close(self) -> None:
        """End games and threads."""
        if self._looker is not None:
            self._looker.close()
        self._dismiss()
        self.game.close()

    def _put_on_map(self, action: int) -> None:
        recording, seen = self.player.recording, self.player.seen
        frame, observation = self.game.frame, np.asarray(self.game.observation)
        self._map.add(
            Point(
                game=self.number,
                step=recording.position,
                weights=self._weights,
                features=seen.features,
                preferences=seen.preferences,
                value=seen.value,
                action=action,
                score=float(recording["score"][recording.position]),
                lives=self.game.lives,
                frame=(packed(frame), frame.shape),
                observation=(packed(observation), observation.shape, observation.dtype.str),
            )
        )

    def _seen_again(self, point: Point) -> Point:
        seen = self.player.insight.see(point.input())
        return replace(
            point, weights=self._weights, features=seen.features, preferences=seen.preferences, value=seen.value
        )
