"""``arena export``: a whole Q-table for a spreadsheet, a network for Stable-Baselines3, or a world as a picture."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from agents.command_line.arguments import add_at, add_run, help_text
from agents.command_line.state_rows import action_names, state_rows
from agents.command_line.stored import open_run
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import language, say, shown_path, tell, whole
from arena.errors import ArenaError, UsageError

if TYPE_CHECKING:
    from agents.runtime.replay import StoredRun
    from agents.tabular.learner import TabularLearner
    from arena.protocol.messages import View
    from arena.protocol.world_codec import ShownWorld


def as_csv(stored: StoredRun, learner: TabularLearner) -> str:
    """Return the table as CSV, see :func:`arena.runs.q_table_csv.q_table_csv`."""
    from arena.runs.q_table_csv import q_table_csv

    layout = stored.world.layout
    contexts = [say(key, **params) for key, params in layout.context_keys]
    return q_table_csv(layout, learner.q, learner.tables.visits, contexts)


def as_json(stored: StoredRun, learner: TabularLearner) -> str:
    """Return the table and what it was learned with as JSON."""
    from agents.configuration import values_of

    names = action_names(stored.world)
    states = [
        {
            "state": row.state,
            "name": row.name,
            "row": row.row,
            "column": row.column,
            "context": row.context,
            "q": dict(zip(names, row.values, strict=True)),
            "visits": dict(zip(names, learner.tables.visits[row.state].tolist(), strict=True)),
            "greedy": [names[action] for action in row.greedy],
        }
        for row in state_rows(stored.world, learner.q)
    ]
    config = stored.config
    about = {
        "run": stored.folder.run_id,
        "env_id": config.env_id,
        "env_kwargs": dict(config.env_kwargs),
        "agent": config.agent,
        "hyperparameters": values_of(learner.config),
        "seed": config.seed,
        "env_steps": learner.tick,
        "episodes": int(learner.counters["episode"]),
        "actions": names,
    }
    return json.dumps({**about, "states": states}, indent=1, allow_nan=False) + "\n"


_PICTURES = (".png", ".svg")
_LAYERS = ("q", "value", "policy", "visits")

_FORMATS = {".csv": as_csv, ".json": as_json}


def _run(given: Namespace) -> int:
    if given.sb3 is not None:
        return _sb3(given)
    return _table(given) if given.picture is None else _picture(given)


def _sb3(given: Namespace) -> int:
    from agents.command_line.trained_network import network_in

    file = Path(given.sb3).expanduser().absolute()
    if file.suffix.lower() != ".zip":
        raise UsageError("error.cli.zip_ending", file=given.sb3)
    manifest, weights = network_in(given.run, given.at)
    # By string: it loads PyTorch.
    loader: str = import_module("agents.models.sb3_export").export_sb3(manifest, weights, file)
    tell(say("cli.done.sb3", file=shown_path(file), step=whole(manifest.env_steps), loader=loader))
    return DONE


def _table(given: Namespace) -> int:
    from arena.runs.safe_file import write_text

    file = Path(given.q_table).expanduser().absolute()
    if file.suffix.lower() not in _FORMATS:
        raise UsageError("error.cli.ending", file=given.q_table)
    stored, learner = open_run(given.run, given.at)
    write_text(file, _FORMATS[file.suffix.lower()](stored, learner))
    told = {"file": shown_path(file), "states": whole(stored.world.model.states), "step": whole(learner.tick)}
    tell(say("cli.done.exported", **told))
    return DONE


def _picture(given: Namespace) -> int:
    file = Path(given.picture).expanduser().absolute()
    if file.suffix.lower() not in _PICTURES:
        raise UsageError("error.cli.picture_ending", file=given.picture)
    # It is drawn by what draws the window, which needs no screen for it.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        # By string: nothing below the window depends on it.
        draw = import_module("gui.export.run_picture").draw
    except ImportError as missing:
        raise ArenaError("error.cli.window", problem=str(missing)) from missing
    stored, learner = open_run(given.run, given.at)
    draw(*_shown(stored, learner), str(file), given.layer, language())
    tell(say("cli.done.picture", file=shown_path(file), step=whole(learner.tick)))
    return DONE


def _shown(stored: StoredRun, learner: TabularLearner) -> tuple[ShownWorld, str, View]:
    """Return what a window would be told of a run."""
    from agents.runtime.shown import SHOWN_ARRAYS, scalars_of, view_arrays
    from arena.protocol.messages import View
    from arena.protocol.world_codec import describe, shown_world

    view = View(
        env_steps=learner.tick,
        episodes=int(learner.counters["episode"]),
        arrays=view_arrays(learner, SHOWN_ARRAYS),
        scalars=scalars_of(learner),
    )
    return shown_world(*describe(stored.world)), stored.config.agent, view


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--q-table", metavar="FILE", help=help_text("cli.help.q_table"))
    what.add_argument("--sb3", metavar="FILE", help=help_text("cli.help.sb3"))
    what.add_argument("--picture", metavar="FILE", help=help_text("cli.help.picture"))
    parser.add_argument("--layer", choices=_LAYERS, default=_LAYERS[0], help=help_text("cli.help.layer"))
    add_at(parser)


VERB = Verb(
    name="export",
    summary_key="cli.verb.export",
    examples=(
        ("export runs/MY_RUN --q-table table.csv", "cli.example.export.csv"),
        ("export runs/MY_RUN --q-table early.json --at 1000", "cli.example.export.at"),
        ("export runs/MY_RUN --picture world.svg --layer policy", "cli.example.export.picture"),
        ("export ppo-breakout --sb3 ppo-breakout.zip", "cli.example.export.sb3"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
