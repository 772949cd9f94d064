"""``arena fork``: a second run that begins as another one was at a step, with something changed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from agents.command_line.arguments import (
    add_at,
    add_hyperparams,
    add_log_folder,
    add_run,
    add_seed,
    add_steps,
    env_kwargs_of,
    help_text,
    name_and_value,
    whole_number,
)
from agents.command_line.run_path import run_path
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import command, say, shown_path, tell, whole

_MOST_ACTIONS = 1_000_000


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    add_at(parser, required=True)
    add_hyperparams(parser)
    add_seed(parser, "cli.help.seed.fork", default=None)
    parser.add_argument("--algo", default=None, metavar="AGENT", help=help_text("cli.help.algo.fork"))
    parser.add_argument(
        "--env-kwargs", nargs="+", action="extend", default=[], type=name_and_value, metavar="NAME:VALUE",
        help=help_text("cli.help.env_kwargs.fork"),
    )  # fmt: skip
    parser.add_argument(
        "--action", type=whole_number(0, _MOST_ACTIONS), default=None, metavar="NUMBER",
        help=help_text("cli.help.action"),
    )  # fmt: skip
    add_steps(parser, None, "cli.help.n.fork")
    add_log_folder(parser, "cli.help.log_folder.fork")


def _changes(given: Namespace, run: Any) -> dict[str, Any]:
    """Return what is asked for, checked against the agent the fork will have."""
    from agents.command_line.changes import ordered_changes
    from agents.runtime.fork_changes import ForkChanges
    from agents.runtime.replay import StoredRun, settings_at

    stored = StoredRun(str(run))
    asked = dict(given.hyperparams)
    if given.algo in (None, stored.config.agent):
        # Settings of another algorithm are checked by the fork itself, which knows what it will begin with.
        asked = ordered_changes(stored.config.agent, settings_at(stored, given.at), asked, stored.config.own)
    return ForkChanges(
        hyperparameters=asked,
        env_kwargs=env_kwargs_of(given.env_kwargs),
        agent=given.algo,
        seed=given.seed,
        action=given.action,
    ).plain()


def _run(given: Namespace) -> int:
    from agents.command_line.preparation import prepare
    from agents.command_line.verbs.resume import DEFAULT_STEPS, resume
    from agents.runtime.fork import fork_run
    from arena.runs.locations import ensure_writable

    source = run_path(given.run)
    changes = _changes(given, source)
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
        ("fork runs/MY_RUN --at 20000 --algo sarsa", "cli.example.fork.algo"),
        ("fork runs/MY_RUN --at 20000 --env-kwargs rewards:sparse", "cli.example.fork.world"),
        ("fork runs/MY_RUN --at 20000", "cli.example.fork.twin"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
