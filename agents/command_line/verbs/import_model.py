"""``arena import-model``: a model Stable-Baselines3 saved, taken into the library without running anything in it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import env_kwargs_of, help_text, name_and_value
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import command, say, tell, whole

ALGORITHMS = ("ppo", "a2c", "dqn")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=help_text("cli.help.import.file"))
    parser.add_argument("--env", required=True, metavar="ID", help=help_text("cli.help.import.env"))
    parser.add_argument(
        "--env-kwargs", nargs="+", action="extend", default=[], type=name_and_value, metavar="NAME:VALUE",
        help=help_text("cli.help.env_kwargs"),
    )  # fmt: skip
    parser.add_argument("--algo", choices=ALGORITHMS, default="", help=help_text("cli.help.import.algo"))
    parser.add_argument("--name", default="", metavar="NAME", help=help_text("cli.help.import.name"))


def _run(given: Namespace) -> int:
    from agents.models.sb3_import import import_model

    entry = import_model(
        given.file, env_id=given.env, env_kwargs=env_kwargs_of(given.env_kwargs), agent=given.algo, name=given.name
    )
    tell(
        say(
            "cli.done.imported",
            name=entry.name,
            agent=entry.manifest.agent,
            env=entry.manifest.env_id,
            step=whole(entry.manifest.env_steps),
            evaluate=command("arena", "evaluate", entry.name),
        )
    )
    return DONE


VERB = Verb(
    name="import-model",
    summary_key="cli.verb.import_model",
    examples=(
        ("import-model best_model.zip --env BreakoutNoFrameskip-v4", "cli.example.import.breakout"),
        ("import-model pole.zip --env CartPole-v1 --algo a2c --name pole", "cli.example.import.name"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
