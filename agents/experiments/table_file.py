"""An experiment as a table for a spreadsheet or another program."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import numpy as np

from agents.experiments.many_seeds import Outcome
from agents.experiments.plan import Plan
from agents.experiments.rows import rows_of
from agents.experiments.summary import judged_scores
from arena.errors import UsageError
from arena.runs.safe_file import told_plainly

EACH = ("episode", "seed")
"""What one line of the table is."""


MOST_LINES = 5_000_000
"""Lines of a table at most: half a gigabyte, and more than spreadsheets open."""


def as_csv(outcome: Outcome, each: str = "episode") -> str:
    """Return the finished runs as CSV.

    Args:
        outcome: The experiment.
        each: ``episode``: one line for each setting, seed and row of its curve (an episode; ten from the thousandth on,
            a hundred from the ten-thousandth; a stretch of steps). ``seed``: one line for each setting and seed.

    Returns:
        Lines with the setting's place, world, agent, the hyper-parameters in which settings differ (empty where the
        agent has none of that name), and the seed; then first episode or step (from 0), how many, and their mean
        return; or, one line a seed, the mean return it is judged by.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = _differing(outcome)
    unit = outcome.rows.unit
    own = [f"first_{unit[:-1]}", unit, "return"] if each == "episode" else ["score"]
    writer.writerow(["setting", "env_id", "env_kwargs", "agent", *names, "seed", *own])
    scores = judged_scores(outcome)
    firsts, counts = outcome.rows.first.tolist(), outcome.rows.count.tolist()
    for place, ready in enumerate(outcome.ready):
        config = ready.config
        kwargs = json.dumps(dict(config.env_kwargs), sort_keys=True)
        about = [place, config.env_id, kwargs, config.agent, *(config.hyperparameters.get(name, "") for name in names)]
        for seed in np.flatnonzero(outcome.finished[place]).tolist():
            if each == "seed":
                writer.writerow([*about, seed, float(scores[place, seed])])
                continue
            returns = outcome.returns[place, seed].tolist()
            writer.writerows(
                [*about, seed, first, count, "" if value != value else value]
                for first, count, value in zip(firsts, counts, returns, strict=True)
            )
    return text.getvalue()


def _differing(outcome: Outcome) -> list[str]:
    settings = [ready.config.hyperparameters for ready in outcome.ready]
    names = dict.fromkeys(name for each in settings for name in each)
    return [name for name in names if any(each.get(name) != settings[0].get(name) for each in settings)]


def check_table(path: Path, plan: Plan, each: str, runs: int | None = None) -> None:
    """Find out before anything is computed whether a table can be written.

    Args:
        path: The file.
        plan: What is or was run.
        each: What one line is, one of :data:`EACH`.
        runs: How many have finished; all of the plan where not given.

    Raises:
        UsageError: If its name does not end in ``.csv``, a folder has that name, or it would be too long.
        RunError: If its folder is none or cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise UsageError("error.experiments.ending", file=str(path))
    if path.is_dir():
        raise UsageError("error.experiments.folder", file=str(path))
    rows = len(rows_of(plan)) if each == "episode" else 1
    if (len(plan.candidates) * plan.seeds if runs is None else runs) * rows > MOST_LINES:
        raise UsageError("error.experiments.too_long", most=f"{MOST_LINES:,}")
    with told_plainly(path), tempfile.TemporaryFile(dir=path.parent):
        return
