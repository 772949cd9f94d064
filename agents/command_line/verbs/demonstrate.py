"""``arena demonstrate``: whole games of a teacher, for an agent that begins by imitating them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import (
    MOST_EPISODES,
    add_json,
    add_seed,
    add_world,
    help_text,
    share_of_one,
    whole_number,
)
from agents.command_line.verb import Verb

EPISODES = 20


def _add_arguments(parser: ArgumentParser) -> None:
    add_world(parser)
    # Where the teacher plays, if it is a model; else the usual world.
    parser.set_defaults(env="")
    parser.add_argument("--teacher", default="oracle", metavar="NAME", help=help_text("cli.help.demonstrate.teacher"))
    parser.add_argument(
        "--episodes", type=whole_number(1, MOST_EPISODES), default=EPISODES, metavar="N",
        help=help_text("cli.help.demonstrate.episodes"),
    )  # fmt: skip
    parser.add_argument(
        "--epsilon", type=share_of_one, default=0.0, metavar="SHARE", help=help_text("cli.help.demonstrate.epsilon")
    )
    parser.add_argument("--deterministic", action="store_true", help=help_text("cli.help.deterministic"))
    parser.add_argument("--out", required=True, metavar="FILE", help=help_text("cli.help.demonstrate.out"))
    add_seed(parser, "cli.help.demonstrate.seed")
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))
    add_json(parser)


def _run(given: Namespace) -> int:
    from agents.command_line.demonstrating import demonstrate

    return demonstrate(given)


VERB = Verb(
    name="demonstrate",
    summary_key="cli.verb.demonstrate",
    examples=(
        ("demonstrate --env-kwargs map:two_goals --episodes 20 --out shown.npz", "cli.example.demonstrate.oracle"),
        (
            "demonstrate --env-kwargs map:two_goals --epsilon 0.3 --out shown.npz",
            "cli.example.demonstrate.epsilon",
        ),
        (
            "demonstrate --teacher ppo-breakout-objects --episodes 5 --out shown.npz -P",
            "cli.example.demonstrate.model",
        ),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
