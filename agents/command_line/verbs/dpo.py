"""``arena dpo``: direct preference optimisation on labels that were given before."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import (
    add_hyperparams,
    add_json,
    add_seed,
    add_world,
    help_text,
    positive_number,
    whole_number,
)
from agents.command_line.verb import Verb
from agents.preference.step_wishes import DirectWish

BETA, EPOCHS, EPISODES = DirectWish.beta, DirectWish.epochs, DirectWish.episodes
LEARNING_RATE = DirectWish.learning_rate


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--labels", required=True, metavar="SET", help=help_text("cli.help.dpo.labels"))
    parser.add_argument("--begin-with", default="", metavar="MODEL", help=help_text("cli.help.begin_with"))
    add_world(parser)
    # Where the model plays it begins with; else the usual world.
    parser.set_defaults(env="")
    parser.add_argument("--algo", default="", metavar="AGENT", help=help_text("cli.help.dpo.algo"))
    parser.add_argument("--name", default="", metavar="NAME", help=help_text("cli.help.dpo.name"))
    parser.add_argument(
        "--beta", type=positive_number(100.0), default=BETA, metavar="NUMBER",
        help=help_text("cli.help.dpo.beta", default=f"{BETA:g}"),
    )  # fmt: skip
    parser.add_argument(
        "--epochs", type=whole_number(1, 100_000), default=EPOCHS, metavar="N",
        help=help_text("cli.help.dpo.epochs", default=EPOCHS),
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
    from agents.command_line.direct_learning import learn_directly

    return learn_directly(given)


VERB = Verb(
    name="dpo",
    summary_key="cli.verb.dpo",
    examples=(
        ("dpo --labels labels.zip --begin-with my-clone --name my-dpo", "cli.example.dpo.plain"),
        ("dpo --labels runs/MY_RUN --begin-with my-clone --beta 0.5 --json", "cli.example.dpo.beta"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
