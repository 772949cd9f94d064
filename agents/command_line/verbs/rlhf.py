"""``arena rlhf``: an agent learns from preferences, without a window."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import (
    MOST_STEPS,
    add_device,
    add_hyperparams,
    add_json,
    add_log_folder,
    add_seed,
    add_steps,
    add_world,
    help_text,
    name_and_value,
    share_of_one,
    whole_number,
)
from agents.command_line.verb import Verb

DEFAULT_STEPS = 60_000

_TEACHERS = "oracle, mistake, noisy, skip, equal, myopic"


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--algo", default="ppo", metavar="AGENT", help=help_text("cli.help.rlhf.algo"))
    add_world(parser)
    # Where the model plays it begins with; else the usual world.
    parser.set_defaults(env="")
    parser.add_argument("--begin-with", default="", metavar="MODEL", help=help_text("cli.help.begin_with"))
    parser.add_argument("--name", default="", metavar="NAME", help=help_text("cli.help.keep_as"))
    parser.add_argument(
        "--teacher", default="oracle", metavar="NAME", help=help_text("cli.help.rlhf.teacher", known=_TEACHERS)
    )  # fmt: skip
    parser.add_argument(
        "--criterion", default="reward", metavar="NAME", help=help_text("cli.help.rlhf.criterion")
    )  # fmt: skip
    parser.add_argument(
        "--mistakes", type=share_of_one, default=0.0, metavar="SHARE", help=help_text("cli.help.rlhf.mistakes")
    )
    parser.add_argument(
        "--labels", type=whole_number(0, 1_000_000), default=None, metavar="N", help=help_text("cli.help.rlhf.labels")
    )  # fmt: skip
    parser.add_argument("--preset", default="classroom", metavar="NAME", help=help_text("cli.help.rlhf.preset"))
    parser.add_argument(
        "--preferences", nargs="+", action="extend", default=[], type=name_and_value, metavar="NAME:VALUE",
        help=help_text("cli.help.rlhf.preferences"),
    )  # fmt: skip
    add_steps(parser, DEFAULT_STEPS, "cli.help.n.train")
    add_seed(parser, "cli.help.seed.train")
    add_hyperparams(parser)
    add_log_folder(parser, "cli.help.log_folder")
    add_device(parser)
    parser.add_argument(
        "--save-freq", type=whole_number(1, MOST_STEPS), default=0, metavar="STEPS",
        help=help_text("cli.help.save_freq"),
    )  # fmt: skip
    parser.add_argument("--no-truth", action="store_true", help=help_text("cli.help.rlhf.no_truth"))
    add_json(parser)


def _run(given: Namespace) -> int:
    from agents.command_line.preference_learning import learn_from_preferences

    return learn_from_preferences(given)


VERB = Verb(
    name="rlhf",
    summary_key="cli.verb.rlhf",
    examples=(
        ("rlhf --env-kwargs map:two_goals --labels 100 -n 40000 -P", "cli.example.rlhf.grid"),
        ("rlhf --env-kwargs map:two_routes --criterion left_half --labels 60 --json", "cli.example.rlhf.left"),
        (
            "rlhf --env Arena/BreakoutObjects-v0 --teacher oracle --labels 700 -n 500000 -P",
            "cli.example.rlhf.breakout",
        ),
        ("rlhf --begin-with my-clone --labels 100 --name my-agent", "cli.example.rlhf.begin_with"),
        ("rlhf --teacher mistake --preferences queries:random members:1 --json", "cli.example.rlhf.ablation"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
