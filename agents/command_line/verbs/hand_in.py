"""``arena hand-in``: a run, the code of its agent and a scene in one file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from agents.command_line.arguments import add_run, help_text
from agents.command_line.run_path import run_path
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import command, say, shown_path, tell, whole


def _run(given: Namespace) -> int:
    from agents.own.handing_in import hand_in
    from arena.runs.hand_in import hand_in_name
    from arena.runs.run_folder import RunFolder

    path = run_path(given.run)
    out = Path(given.out).expanduser() if given.out else Path(hand_in_name(RunFolder.open(path)))
    scene = Path(given.scene).expanduser() if given.scene else None
    file = hand_in(path, out.absolute(), scene)
    told = {"file": shown_path(file), "kilobytes": whole(-(-file.stat().st_size // 1024))}
    tell(say("cli.done.handed_in", **told, command=command("arena", "open", shown_path(file))))
    return DONE


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--out", metavar="FILE", help=help_text("cli.help.out.hand_in"))
    parser.add_argument("--scene", metavar="FILE", help=help_text("cli.help.scene.hand_in"))


VERB = Verb(
    name="hand-in",
    summary_key="cli.verb.hand_in",
    examples=(
        ("hand-in runs/MY_RUN --out mine.arena-handin.zip", "cli.example.hand_in.plain"),
        ("evaluate mine.arena-handin.zip", "cli.example.hand_in.evaluate"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
