"""``arena list``: the worlds, agents, runs and models there are."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line.arguments import add_json, add_log_folder, help_text
from agents.command_line.models_listed import models, models_in_words
from agents.command_line.streams import tell_json
from agents.command_line.table_text import in_columns
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import complain, say, sentence_of, shown_path, tell, whole
from agents.command_line.worlds_listed import arguments_in_words, world, world_in_words, worlds, worlds_in_words
from arena.errors import ArenaError, RunError, UsageError

if TYPE_CHECKING:
    from agents.catalog import AgentEntry

KINDS = ("envs", "agents", "runs", "models")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=KINDS, help=help_text("cli.help.what"))
    parser.add_argument("--env", default=None, metavar="ID", help=help_text("cli.help.list_env"))
    add_log_folder(parser, "cli.help.log_folder.list")
    add_json(parser)


def _run(given: Namespace) -> int:
    found: list[dict[str, Any]] | dict[str, Any]
    if given.env is not None:
        if given.what != "envs":
            raise UsageError("error.cli.env_of_envs")
        found = world(given.env)
        words = world_in_words(found)
    elif given.what == "envs":
        found = worlds()
        words = worlds_in_words(found)
    elif given.what == "agents":
        found = agents()
        words = "\n\n".join(_agent_in_words(entry) for entry in found)
    elif given.what == "models":
        found = models()
        words = models_in_words(found) if found else say("cli.list.no_models")
    else:
        found = runs(given.log_folder)
        words = _runs_in_words(found) if found else say("cli.list.no_runs")
    if given.json:
        tell_json(found)
    else:
        tell(words)
    return DONE


def agents() -> list[dict[str, Any]]:
    """Return the agents there are and their hyper-parameters, ready for JSON."""
    from agents.catalog import CATALOG, OwnEntry
    from agents.configuration import settings_of

    return [
        {
            "algo": entry.id,
            "title": say(entry.title_key),
            "summary": entry.own.summary if isinstance(entry, OwnEntry) else say(f"{entry.title_key}.summary"),
            "paper": entry.paper,
            "hyperparams": [
                {
                    "name": item.name,
                    "default": item.default,
                    "low": item.low,
                    "low_excluded": item.above,
                    "high": item.high,
                    "choices": list(item.choices),
                    "help": item.remark if item.label else say(f"setting.{item.name}.help"),
                }
                for item in settings_of(entry.config_class())
            ],
        }
        for entry in (*CATALOG, *_own_agents())
    ]


def _own_agents() -> list[AgentEntry]:
    """Return somebody's own agents; nothing of them is run, and a file that is none is said."""
    from agents.catalog import agent
    from agents.own.library import PREFIX, own_files

    found: list[AgentEntry] = []
    for file in own_files():
        try:
            found.append(agent(f"{PREFIX}{file}"))
        except ArenaError as problem:
            complain(sentence_of(problem))
    return found


def runs(log_folder: str | None) -> list[dict[str, Any]]:
    """Return the runs in a folder, the one last worked on first, ready for JSON.

    Args:
        log_folder: The folder; the usual one where not given.

    Raises:
        RunError: If a folder that was named does not exist, or the index cannot be read.
    """
    from arena.runs.database import Database
    from arena.runs.locations import runs_root

    root = runs_root(log_folder)
    if not root.is_dir():
        if log_folder is not None:
            raise RunError("error.file.missing", file=log_folder)
        return []
    with Database(root / "arena.db") as database:
        if database.warning is not None:
            key, params = database.warning
            complain(say(key, **params))
        found = database.recent_runs(limit=1_000_000)
    return [
        {
            "run": run.run_id,
            "folder": run.folder,
            "env_id": run.env_id,
            "env_kwargs": dict(run.env_kwargs),
            "agent": run.agent,
            "seed": run.seed,
            "created": run.created,
            "env_steps": run.env_steps,
            "episodes": run.episodes,
        }
        for run in found
    ]


# ── in words ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _agent_in_words(entry: dict[str, Any]) -> str:
    head = f"{entry['algo']}: {entry['summary']}" + (f" ({entry['paper']})" if entry["paper"] else "")
    rows = [["", item["name"], f"{item['default']}", _range(item), item["help"]] for item in entry["hyperparams"]]
    return f"{head}\n{in_columns(rows)}"


def _range(item: dict[str, Any]) -> str:
    if item["choices"]:
        return " | ".join(item["choices"])
    low = "-inf" if item["low"] is None else f"{item['low']:g}"
    high = "inf" if item["high"] is None else f"{item['high']:g}"
    return f"{'(' if item['low_excluded'] else '['}{low}, {high}]"


def _runs_in_words(found: list[dict[str, Any]]) -> str:
    head = [say(key) for key in ("cli.list.run", "cli.list.world", "cli.list.steps", "cli.list.episodes")]
    rows = [
        [
            shown_path(Path(run["folder"])),
            arguments_in_words(run["env_kwargs"]) or run["env_id"],
            whole(run["env_steps"]),
            whole(run["episodes"]),
        ]
        for run in found
    ]
    return in_columns([head, *rows])


VERB = Verb(
    name="list",
    summary_key="cli.verb.list",
    examples=(
        ("list envs", "cli.example.list.envs"),
        ("list envs --env Pendulum-v1", "cli.example.list.env"),
        ("list agents", "cli.example.list.agents"),
        ("list runs -f runs --json", "cli.example.list.runs"),
        ("list models", "cli.example.list.models"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
