"""Whole games of a teacher, written to a file: what ``arena demonstrate`` does."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from typing import Any

from agents.command_line.arguments import env_kwargs_of
from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.trained_network import network_in
from agents.command_line.verb import DONE
from agents.command_line.words import command, decimal, say, shown_path, tell, whole
from agents.deep.threads import let_threads_sleep
from arena.preferences.demonstration_file import demonstration_path, write_demonstrations
from arena.preferences.demonstrations import Demonstrations

GRID = "Arena/GridWorld-v0"


def demonstrate(given: Namespace) -> int:
    """Let a teacher play and record it.

    Args:
        given: The command line of ``arena demonstrate``.

    Returns:
        Exit code; stopped by a signal, the games that had ended are written.

    Raises:
        ArenaError: If there is no such place or teacher, or the file cannot be written.
    """
    # Before PyTorch is loaded.
    let_threads_sleep()
    file = demonstration_path(given.out)
    with Interruption() as stop:
        place, acting = _teacher(given)
        scores: list[float] = []
        with Progress(wanted=given.progress, start=0, until=given.episodes, unit_key="cli.unit.games") as bar:

            def told(game: Any) -> None:
                scores.append(game.score)
                bar.show(len(scores), sum(scores) / len(scores))

            made: Demonstrations | None = import_module("agents.preference.demonstrating").demonstrate(
                place,
                acting,
                given.teacher,
                given.episodes,
                seed=given.seed,
                told=told,
                should_stop=lambda: bool(stop),
            )
        if made is None:
            return stop.exit_code
        write_demonstrations(file, made)
        found = {
            "file": str(file),
            "sha256": made.sha256,
            **made.about(),
            "seed": given.seed,
            "epsilon": given.epsilon,
            "games": made.games,
            "steps": made.steps,
            "mean_return": float(made.scores.mean()),
            "cut": int(made.cut.sum()),
        }
        if given.json:
            tell_json(found)
        else:
            shown = shown_path(file)
            tell(
                say(
                    "cli.done.demonstrated",
                    file=shown,
                    games=whole(made.games),
                    steps=whole(made.steps),
                    mean=decimal(float(made.scores.mean())),
                    command=command("arena", "clone", shown),
                )
            )
        return stop.exit_code if stop else DONE


def _teacher(given: Namespace) -> tuple[Any, Any]:
    """Return where is played and by whom."""
    # By string: they load PyTorch.
    demonstrating = import_module("agents.preference.demonstrating")
    place_of = import_module("agents.deep.places").place_of
    kwargs = env_kwargs_of(given.env_kwargs)
    if given.teacher == demonstrating.ORACLE:
        place = place_of(given.env or GRID, kwargs)
        if place.kind == "states":
            from agents.command_line.preparation import prepare

            prepare()
        acting = demonstrating.oracle_in(place, given.seed)
    else:
        manifest, weights = network_in(given.teacher, None)
        asked = kwargs if given.env or kwargs else manifest.env_kwargs
        games = import_module("agents.models.whole_games")
        place = games.place_for(place_of(given.env or manifest.env_id, asked), manifest)
        policy = import_module("agents.models.playing").policy_with(manifest, weights)
        acting = demonstrating.player_with(policy, given.seed, deterministic=given.deterministic)
    if given.epsilon:
        acting = demonstrating.with_random_moves(acting, len(place.action_names), given.epsilon, given.seed)
    return place, acting
