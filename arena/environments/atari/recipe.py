"""How an Atari game is shown to a learner: one frozen recipe per game id, so that all agents see the same thing.

The recipe is DeepMind's (Mnih et al. 2015, Methods; Machado et al. 2018 for sticky actions). It is never edited:
trained agents that ship were trained on exactly these numbers. Another preprocessing is another recipe with another
version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from arena.errors import UsageError

VERSION = 1
"""Version of the preprocessing; stored with every model."""

_FRAMESKIP_ID = re.compile(r"([A-Za-z0-9]+)NoFrameskip-v4")
_ALE_ID = re.compile(r"ALE/([A-Za-z0-9]+)-v5")


@dataclass(frozen=True, kw_only=True)
class AtariRecipe:
    """What lies between the emulator and a learner.

    Attributes:
        env_id: Gymnasium id the recipe stands for.
        game: ROM name, snake case.
        sticky: Probability that the emulator repeats the last action in a frame (Machado et al. 2018, sect. 5).
        frame_skip: Frames an action is held; rewards are summed, the picture is the maximum of the last two.
        stack: Pictures in one observation, oldest first.
        side: Height and width of a picture in pixels, grey, shrunk by area.
        noop_max: A game starts with 0 … ``noop_max − 1`` frames of doing nothing.
        frame_limit: Frames after which a game is truncated (30 minutes at 60 frames/s).
        idle_steps: Agent steps without reward and lost life after which FIRE is pressed once more.
        version: Version of the preprocessing.
    """

    env_id: str
    game: str
    sticky: float = 0.0
    frame_skip: int = 4
    stack: int = 4
    side: int = 84
    noop_max: int = 30
    frame_limit: int = 108_000
    idle_steps: int = 400
    version: int = VERSION

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return asdict(self)


def recipe_for(env_id: str, env_kwargs: Mapping[str, Any] | None = None) -> AtariRecipe:
    """Return the recipe of an Atari id.

    ``<Game>NoFrameskip-v4`` is deterministic but for its start; ``ALE/<Game>-v5`` repeats the last action with
    probability 0.25 in every frame. Both hold an action for four frames here, as everybody who learns on them does.

    Args:
        env_id: Gymnasium id.
        env_kwargs: ``repeat_action_probability`` (0 to 1) to choose otherwise than the id says.

    Raises:
        UsageError: If the id is no Atari game, the game has no ROM, or an argument is not allowed.
    """
    kwargs = dict(env_kwargs or {})
    for pattern, usual in ((_FRAMESKIP_ID, 0.0), (_ALE_ID, 0.25)):
        match = pattern.fullmatch(env_id)
        if match:
            sticky = kwargs.pop("repeat_action_probability", usual)
            break
    else:
        raise UsageError("error.atari.id", id=env_id)
    if kwargs:
        raise UsageError("error.env.argument", name=next(iter(kwargs)), known="repeat_action_probability")
    if isinstance(sticky, bool) or not isinstance(sticky, int | float) or not 0.0 <= sticky <= 1.0:
        raise UsageError("error.env.range", name="repeat_action_probability", value=sticky, low=0, high=1)
    # Names are compared without underscores: where a word ends is not to be seen in TicTacToe3D or UpNDown.
    known = {rom.replace("_", ""): rom for rom in games_with_a_rom()}
    game = known.get(match[1].lower())
    if game is None:
        raise UsageError("error.atari.game", id=env_id)
    return AtariRecipe(env_id=env_id, game=game, sticky=float(sticky))


def games_with_a_rom() -> frozenset[str]:
    """Return the names of the games whose ROM ships with the emulator."""
    from ale_py import roms

    return frozenset(roms.get_all_rom_ids())
