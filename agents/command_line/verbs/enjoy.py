"""``arena enjoy``: watch a run, in the window or as a moving picture in a file."""

from __future__ import annotations

import io
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line.arguments import add_at, add_run, add_seed, help_text, plain_value, whole_number
from agents.command_line.film_words import told_of_film
from agents.command_line.run_path import run_path
from agents.command_line.stored import open_run
from agents.command_line.verb import DONE, Verb
from agents.command_line.verbs.app import open_app
from agents.command_line.words import complain, say, tell, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arena.environments.world import World

MOST_FRAMES = 2_000
"""An episode that goes on for longer is cut in the picture: nobody watches it, and no viewer holds it."""

SECONDS = 0.25
"""How long a step of a table's episode is shown."""

LAST_FRAME_SECONDS = 1.0
"""The end stays long enough to be seen before the picture begins again."""


def _seconds(text: str) -> float:
    value = plain_value(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.02 <= value <= 60:
        raise ArgumentTypeError(say("cli.wrong.seconds", text=text))
    return float(value)


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--gif", metavar="FILE", help=help_text("cli.help.gif"))
    parser.add_argument(
        "--seconds-per-frame", type=_seconds, default=None, metavar="SECONDS", help=help_text("cli.help.seconds")
    )
    parser.add_argument(
        "--episodes",
        type=whole_number(1, MOST_FRAMES),
        default=1,
        metavar="N",
        help=help_text("cli.help.episodes.enjoy"),
    )
    add_seed(parser, "cli.help.seed.enjoy")
    add_at(parser)


def _run(given: Namespace) -> int:
    from agents.command_line.trained_network import is_network, network_folder

    if given.gif is None:
        from arena.runs.run_folder import RunFolder

        if is_network(given.run):
            return open_app([str(network_folder(given.run))])
        return open_app([str(RunFolder.open(run_path(given.run)).path)])
    if is_network(given.run):
        from agents.command_line.network_film import film_network

        return film_network(given, MOST_FRAMES, LAST_FRAME_SECONDS)
    return _film_table(given)


def _film_table(given: Namespace) -> int:
    from agents.tabular.play import one_episode
    from arena.runs.safe_file import write_bytes

    stored, learner = open_run(given.run, given.at)
    states: list[int] = []
    totals = []
    for number in range(given.episodes):
        passed, total = one_episode(stored.world.model, learner.q, given.seed + number, learner.policy())
        states += passed.tolist()
        totals.append(total)
    steps = len(states) - given.episodes
    if len(states) > MOST_FRAMES:
        complain(say("warning.cli.long_episode", steps=whole(steps), most=whole(MOST_FRAMES)))
    seconds = SECONDS if given.seconds_per_frame is None else given.seconds_per_frame
    file = Path(given.gif).expanduser().absolute()
    write_bytes(file, moving_picture(stored.world, states[:MOST_FRAMES], seconds))
    tell(told_of_film(file, steps, totals))
    return DONE


def moving_picture(world: World, states: Sequence[int], seconds: float) -> bytes:
    """Return an episode as an animated GIF that repeats for ever.

    Args:
        world: The world.
        states: States passed, in order.
        seconds: How long each is shown.
    """
    # pygame would greet on stdout.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from PIL import Image

    from arena.environments.picture import frame

    pictures: dict[int, Any] = {}
    for state in states:
        if state not in pictures:
            pictures[state] = Image.fromarray(frame(world, state)).quantize(64)
    first, *rest = (pictures[state] for state in states)
    milliseconds = [round(1000 * seconds)] * len(states)
    milliseconds[-1] = max(milliseconds[-1], round(1000 * LAST_FRAME_SECONDS))
    data = io.BytesIO()
    first.save(data, format="GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return data.getvalue()


VERB = Verb(
    name="enjoy",
    summary_key="cli.verb.enjoy",
    examples=(
        ("enjoy runs/MY_RUN", "cli.example.enjoy.window"),
        ("enjoy ppo-breakout-objects --gif game.gif", "cli.example.enjoy.network"),
        ("enjoy runs/MY_RUN --gif episode.gif --seconds-per-frame 0.1", "cli.example.enjoy.gif"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
