"""``arena clone``: an agent begins by imitating demonstrations."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import (
    add_hyperparams,
    add_json,
    add_seed,
    help_text,
    positive_number,
    whole_number,
)
from agents.command_line.verb import Verb
from agents.preference.step_wishes import CloneWish

EPOCHS, EPISODES, LEARNING_RATE = CloneWish.epochs, CloneWish.episodes, CloneWish.learning_rate


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("demonstrations", metavar="FILE", help=help_text("cli.help.clone.file"))
    parser.add_argument("--algo", default="ppo", metavar="AGENT", help=help_text("cli.help.clone.algo"))
    parser.add_argument("--name", default="", metavar="NAME", help=help_text("cli.help.clone.name"))
    parser.add_argument(
        "--epochs", type=whole_number(1, 100_000), default=EPOCHS, metavar="N",
        help=help_text("cli.help.clone.epochs", default=EPOCHS),
    )  # fmt: skip
    parser.add_argument(
        "--learning-rate", type=positive_number(1.0), default=LEARNING_RATE, metavar="NUMBER",
        help=help_text("cli.help.learning_rate", default=f"{LEARNING_RATE:g}"),
    )  # fmt: skip
    parser.add_argument(
        "--episodes", type=whole_number(1, 10_000), default=EPISODES, metavar="N",
        help=help_text("cli.help.examined_games", default=EPISODES),
    )  # fmt: skip
    add_hyperparams(parser)
    add_seed(parser, "cli.help.clone.seed")
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))
    add_json(parser)


def _run(given: Namespace) -> int:
    from agents.command_line.clone_learning import learn_by_imitating

    return learn_by_imitating(given)


VERB = Verb(
    name="clone",
    summary_key="cli.verb.clone",
    examples=(
        ("clone shown.npz --name my-clone", "cli.example.clone.plain"),
        ("clone shown.npz --epochs 300 --hyperparams hidden_units:128 --json", "cli.example.clone.wide"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
