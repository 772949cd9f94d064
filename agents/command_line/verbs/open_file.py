"""``arena open``: the window on whatever a file or folder holds."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import help_text
from agents.command_line.run_path import run_path
from agents.command_line.verb import Verb
from agents.command_line.verbs.app import names_file, open_app


def _run(given: Namespace) -> int:
    return open_app([given.file if names_file(given.file) else str(run_path(given.file))])


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=help_text("cli.help.file.open"))


VERB = Verb(
    name="open",
    summary_key="cli.verb.open",
    examples=(
        ("open mine.arena-handin.zip", "cli.example.open.handed_in"),
        ("open lesson.arena-scene.json", "cli.example.open.scene"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
