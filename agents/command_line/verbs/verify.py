"""``arena verify``: recompute a run from its beginning and compare every state it kept."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import add_run
from agents.command_line.run_path import run_path
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import say, shown_path, tell, whole
from arena.errors import RunError


def _run(given: Namespace) -> int:
    from agents.command_line.preparation import prepare
    from agents.runtime.replay import StoredRun

    stored = StoredRun(str(run_path(given.run)))
    last = stored.last_tick()
    prepare()
    compared = stored.verify()
    if stored.mismatches:
        raise RunError("error.cli.mismatch", count=len(stored.mismatches), step=whole(stored.mismatches[0]))
    if stored.skipped:
        raise RunError("error.cli.damaged", count=stored.skipped)
    tell(say("cli.done.verified", folder=shown_path(stored.folder.path), count=whole(compared), step=whole(last)))
    return DONE


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)


VERB = Verb(
    name="verify",
    summary_key="cli.verb.verify",
    examples=(("verify runs/MY_RUN", "cli.example.verify"),),
    add_arguments=_add_arguments,
    run=_run,
)
