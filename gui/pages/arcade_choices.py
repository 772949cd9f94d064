"""What can be chosen in the arcade: its worlds, and who plays there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agents.models.library import ModelEntry, models
from arena.environments.registry import is_table, world_choices
from arena.texts import localized
from gui.language import language, number, tr
from gui.state.arcade_games import GAMES, OTHER, game_line, game_title
from gui.widgets.chooser import Choice


@dataclass(frozen=True, kw_only=True)
class Player:
    """Somebody trained who can be watched.

    Attributes:
        name: What the model is called.
        folder: Its folder.
        env_id: The game it was trained on.
        title: Its name in the language in use.
        line: One line on it.
    """

    name: str
    folder: Path
    env_id: str
    title: str
    line: str


def players() -> tuple[Player, ...]:
    """Return the models that play games, those that ship first."""
    return tuple(_player(entry) for entry in models() if entry.manifest.family != "tabular")


def _player(entry: ModelEntry) -> Player:
    title = localized(entry.card.title, language().code) if entry.card.title else entry.name
    games = entry.card.evaluation
    line = "" if games is None else tr("arcade.player.line", score=number(games.mean, 1), games=len(games.scores))
    return Player(name=entry.name, folder=entry.folder, env_id=entry.manifest.env_id, title=title, line=line)


def world_entries(there: tuple[Player, ...], here: str = "", trained: Iterable[str] = ()) -> list[Choice]:
    """Return the entries of the world chooser: the games, the way to any other, then the worlds of tables.

    Args:
        there: Who can be watched, each in a game.
        here: The game that is shown; it is offered even if nobody plays it yet.
        trained: Ids of worlds somebody has trained in.
    """
    others = {here, *(player.env_id for player in there), *trained}
    games = [*GAMES, *sorted(name for name in others if name and name not in GAMES and not is_table(name))]
    code = language().code
    return [
        *(
            Choice(
                json.dumps([game, {}]),
                game_title(game),
                game_line(game),
                tr("arcade.games"),
            )
            for game in games
        ),
        Choice(OTHER, tr("place.chooser"), tr("place.chooser.tip"), tr("arcade.games")),
        *(
            Choice(
                json.dumps([choice.env_id, dict(choice.env_kwargs)]),
                localized(choice.title, code),
                localized(choice.teaches, code),
                tr("arcade.tables"),
            )
            for choice in world_choices()
        ),
    ]


def player_entries(there: tuple[Player, ...], env_id: str) -> list[Choice]:
    """Return the entries of the agent chooser: who was trained on this game."""
    return [Choice(player.name, player.title, player.line) for player in there if player.env_id == env_id]
