"""``arena fork``: a second run that begins as another one was at a step, with something changed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import add_at, add_hyperparams, add_log_folder, add_run, add_steps
from agents.command_line.run_path import run_path
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import command, say, shown_path, tell, whole


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    add_at(parser, required=True)
    add_hyperparams(parser)
    add_steps(parser, None, "cli.help.n.fork")
    add_log_folder(parser, "cli.help.log_folder.fork")


def _run(given: Namespace) -> int:
    from agents.command_line.changes import ordered_changes
    from agents.command_line.preparation import prepare
    from agents.command_line.verbs.resume import DEFAULT_STEPS, resume
    from agents.runtime.fork import fork_run
    from agents.runtime.replay import StoredRun, settings_at
    from arena.runs.locations import ensure_writable

    source = run_path(given.run)
    stored = StoredRun(str(source))
    changes = ordered_changes(stored.config.agent, settings_at(stored, given.at), dict(given.hyperparams))
    if given.log_folder:
        ensure_writable(given.log_folder)
    prepare()
    made = fork_run(source, given.at, changes, given.log_folder)
    folder = shown_path(made.path)
    if given.n_timesteps is None:
        again = command("arena", "resume", folder, "-n", str(DEFAULT_STEPS))
        tell(say("cli.done.forked", folder=folder, run=source.name, step=whole(given.at), command=again))
        return DONE
    return resume(made.path, {}, given.n_timesteps, given.progress)


VERB = Verb(
    name="fork",
    summary_key="cli.verb.fork",
    examples=(
        ("fork runs/MY_RUN --at 20000 --hyperparams alpha:0.1 -n 100000", "cli.example.fork.alpha"),
        ("fork runs/MY_RUN --at 20000", "cli.example.fork.twin"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
