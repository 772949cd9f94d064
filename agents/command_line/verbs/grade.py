"""``arena grade``: a folder of agents, each examined in a bounded process of its own, as a table of marks."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line.arguments import add_world, env_kwargs_of, help_text, whole_number
from agents.command_line.own_code import add_trust
from agents.command_line.table_text import in_columns
from agents.command_line.verb import DONE, FAILED, Verb
from agents.command_line.words import complain, decimal, say, shown_path, tell, whole
from agents.grading.examination import MOST_EPISODES, MOST_SEEDS, Examination
from arena.errors import UsageError

if TYPE_CHECKING:
    from agents.grading.examination import Mark

SEEDS, EPISODES, SECONDS, MEGABYTES = 20, 500, 120, 1024

_SHOWN = ("file", "status", "mean_return", "last_return", "regret", "greedy_return", "seconds")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help=help_text("cli.help.folder.grade"))
    add_world(parser)
    for name, high, usual in (("seeds", MOST_SEEDS, SEEDS), ("episodes", MOST_EPISODES, EPISODES)):
        parser.add_argument(
            f"--{name}", type=whole_number(1, high), default=usual, metavar="N",
            help=help_text(f"cli.help.{name}.grade", default=usual),
        )  # fmt: skip
    parser.add_argument("--out", default="marks.csv", metavar="FILE", help=help_text("cli.help.out.grade"))
    parser.add_argument(
        "--time-limit", type=whole_number(1, 10**6), default=SECONDS, metavar="SECONDS",
        help=help_text("cli.help.time_limit", default=SECONDS),
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=whole_number(16, 10**6), default=MEGABYTES, metavar="MB",
        help=help_text("cli.help.memory", default=MEGABYTES),
    )  # fmt: skip
    parser.add_argument("--jobs", type=whole_number(1, 256), default=1, metavar="N", help=help_text("cli.help.jobs"))
    add_trust(parser)


def _run(given: Namespace) -> int:
    from agents.command_line.interruption import Interruption
    from agents.command_line.preparation import prepare
    from agents.grading.class_of_agents import candidates_in, examine
    from agents.grading.marks_file import MarksFile, row_of
    from agents.tabular.exact import optimal_return, solve
    from arena.environments.registry import make_world

    candidates = candidates_in(Path(given.folder).expanduser())
    world = make_world(given.env, env_kwargs_of(given.env_kwargs))
    if not given.trust:
        raise UsageError("error.grade.not_trusted", count=len(candidates), folder=given.folder)
    wanted = Examination(
        env_id=world.env_id,
        env_kwargs=dict(world.env_kwargs),
        seeds=given.seeds,
        episodes=given.episodes,
        seconds=float(given.time_limit),
        memory=given.memory * 2**20,
    )
    prepare()
    gamma = float(world.suggested.get("gamma", 0.99))
    optimum = optimal_return(world.model, solve(world.model, gamma).q)
    rows: list[dict[str, Any]] = []
    out = Path(given.out).expanduser().absolute()
    with Interruption() as interruption, MarksFile(out) as marks:

        def take(mark: Mark) -> None:
            row = row_of(mark, wanted, optimum, _sentence(mark))
            marks.add(row)
            rows.append(row)
            complain(f"{len(rows)}/{len(candidates)} {row['problem'] or _figures(row)}")

        examine(candidates, wanted, world.model, jobs=given.jobs, tell=take, stopped=lambda: bool(interruption))
    head = [say(f"cli.grade.{name}") for name in _SHOWN]
    tell(in_columns([head, *([_shown(row[name]) for name in _SHOWN] for row in rows)]))
    if len(rows) < len(candidates):
        complain(say("cli.grade.stopped", done=whole(len(rows)), wanted=whole(len(candidates)), file=shown_path(out)))
        return interruption.exit_code
    tell(say("cli.done.graded", count=whole(len(rows)), optimum=decimal(optimum), file=shown_path(out)))
    return DONE if any(row["status"] == "ok" for row in rows) else FAILED


def _sentence(mark: Mark) -> str:
    return " ".join(say(mark.key, **mark.params).split()) if mark.key else ""


def _figures(row: dict[str, Any]) -> str:
    return say("cli.grade.figures", file=row["file"], mean=_shown(row["mean_return"]), seconds=_shown(row["seconds"]))


def _shown(value: Any) -> str:
    return decimal(value) if isinstance(value, float) else str(value)


VERB = Verb(
    name="grade",
    summary_key="cli.verb.grade",
    examples=(
        ("grade homework --env-kwargs map:cliff --seeds 20 --out marks.csv --trust", "cli.example.grade.cliff"),
        (
            "grade homework --env FrozenLake-v1 --episodes 2000 --time-limit 300 --trust",
            "cli.example.grade.lake",
        ),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
