"""``arena sweep``: many seeds of one or several settings, what may be concluded, and all returns as a table."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.command_line.arguments import (
    MOST_STEPS,
    add_hyperparams,
    add_json,
    add_world,
    env_kwargs_of,
    help_text,
    whole_number,
)
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE, FAILED, Verb
from agents.command_line.words import complain, say, sentence_of, shown_path, tell, whole
from agents.experiments.plan import MOST_EPISODES, MOST_SEEDS
from arena.errors import ArenaError

if TYPE_CHECKING:
    from agents.experiments.many_seeds import Outcome
    from agents.experiments.plan import Plan

EACH = ("episode", "seed")

SEEDS, EPISODES = 100, 500


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--algo", default="q_learning", metavar="AGENT", help=help_text("cli.help.algo"))
    parser.add_argument("--compare", default="", metavar="AGENT,…", help=help_text("cli.help.compare"))
    add_world(parser)
    add_hyperparams(parser)
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=VALUES", help=help_text("cli.help.vary"))
    parser.add_argument(
        "--seeds", type=whole_number(1, MOST_SEEDS), default=SEEDS, metavar="N",
        help=help_text("cli.help.seeds", default=SEEDS),
    )  # fmt: skip
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--episodes", type=whole_number(1, MOST_EPISODES), default=EPISODES, metavar="N",
        help=help_text("cli.help.episodes.sweep", default=EPISODES),
    )  # fmt: skip
    length.add_argument(
        "-n", "--n-timesteps", type=whole_number(1, MOST_STEPS), default=0, metavar="STEPS",
        help=help_text("cli.help.n.sweep"),
    )  # fmt: skip
    parser.add_argument(
        "--last", type=whole_number(1, MOST_EPISODES), default=0, metavar="N", help=help_text("cli.help.last")
    )
    parser.add_argument("--out", default=None, metavar="FILE", help=help_text("cli.help.out"))
    parser.add_argument("--each", choices=EACH, default="episode", help=help_text("cli.help.each"))
    parser.add_argument(
        "--threads", type=whole_number(1, 1024), default=None, metavar="N", help=help_text("cli.help.threads")
    )
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))
    add_json(parser)


def plan_of(given: Namespace) -> Plan:
    """Return the experiment a command line asks for.

    Raises:
        UsageError: If something in it does not exist or does not fit.
    """
    from agents.catalog import agent
    from agents.experiments.plan import MOST_COMPARED, Candidate, Plan
    from agents.experiments.sweep import grid, read_varied
    from arena.errors import UsageError

    names = [given.algo, *(part.strip() for part in given.compare.split(",") if part.strip())]
    agents = [agent(name).id for name in dict.fromkeys(names)]
    if len(agents) > MOST_COMPARED:
        raise UsageError("error.experiments.compared", most=MOST_COMPARED)
    kwargs, hyperparameters = env_kwargs_of(given.env_kwargs), dict(given.hyperparams)
    bases = [
        Candidate(env_id=given.env, env_kwargs=kwargs, agent=name, hyperparameters=hyperparameters) for name in agents
    ]
    plan = Plan(
        candidates=grid(bases, [read_varied(text, agents) for text in given.vary]),
        seeds=given.seeds,
        episodes=0 if given.n_timesteps else given.episodes,
        steps=given.n_timesteps,
        judged=given.last,
    )
    plan.check()
    return plan


def _run(given: Namespace) -> int:
    from agents.command_line.interruption import Interruption
    from agents.command_line.preparation import prepare
    from agents.experiments.many_seeds import new_outcome
    from agents.experiments.table_file import check_table

    plan = plan_of(given)
    out = Path(given.out).expanduser().absolute() if given.out else None
    if out is not None:
        check_table(out, plan, given.each)
    prepare()
    with Interruption() as interruption:
        outcome = new_outcome(plan)
        _learn(outcome, interruption, given)
        unwritten = _write(outcome, out, given.each)
    _tell(outcome, given, out if unwritten is None else None)
    for problem in outcome.problems.values():
        complain(sentence_of(problem))
    if unwritten is not None:
        complain(sentence_of(unwritten))
    if outcome.stopped:
        complain(say("cli.sweep.stopped", done=whole(outcome.done), wanted=whole(outcome.wanted)))
        return interruption.exit_code
    return FAILED if outcome.problems or unwritten is not None else DONE


def _write(outcome: Outcome, out: Path | None, each: str) -> ArenaError | None:
    """Write the file; what was computed is told all the same where that fails, so that it is not lost with it."""
    from agents.experiments.table_file import as_csv
    from arena.runs.safe_file import write_text

    try:
        if out is not None:
            write_text(out, as_csv(outcome, each))
    except ArenaError as problem:
        return problem
    return None


def _learn(outcome: Outcome, stopped: object, given: Namespace) -> None:
    from agents.command_line.progress import Progress
    from agents.experiments.many_seeds import run

    with Progress(wanted=given.progress, start=0, until=outcome.wanted, unit_key="cli.unit.runs") as progress:
        run(
            outcome,
            changed=lambda now: progress.show(now.done, None),
            stopped=lambda: bool(stopped),
            threads=given.threads,
        )


def _tell(outcome: Outcome, given: Namespace, out: Path | None) -> None:
    from agents.command_line.sweep_report import figures, in_words
    from agents.experiments.summary import summarize

    summary = summarize(outcome)
    if given.json:
        tell_json(figures(outcome, summary, out))
        return
    tell(in_words(outcome, summary))
    if out is not None:
        tell(say("cli.sweep.written", file=shown_path(out), runs=whole(outcome.done)))


VERB = Verb(
    name="sweep",
    summary_key="cli.verb.sweep",
    examples=(
        (
            "sweep --algo q_learning --compare sarsa --env CliffWalking-v1 --seeds 100 --episodes 500 --out cliff.csv",
            "cli.example.sweep.compare",
        ),
        ("sweep --algo sarsa --env-kwargs map:windy --vary alpha=0.1:0.9:0.2", "cli.example.sweep.vary"),
        (
            "sweep --env FrozenLake-v1 --vary alpha=0.05,0.1,0.3 --vary epsilon=0.01,0.1,0.3 -n 20000 -P --json",
            "cli.example.sweep.grid",
        ),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
