"""Train the small tabular models that ship and save each with its whole past: seconds, and the same every time.

Run: ``python benchmarks/ship_tables.py [--folder saved_models] [--replace]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.command_line.main import main as arena
from agents.models.from_run import save_from_run
from arena.errors import ArenaError

SAVED_MODELS = Path(__file__).resolve().parent.parent / "saved_models"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that ships."""

    name: str
    agent: str
    env_id: str
    steps: int
    title: Mapping[str, str]
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


TABLES = (
    Table(
        name="q-cliff",
        agent="q_learning",
        env_id="Arena/GridWorld-v0",
        env_kwargs={"map": "cliff"},
        steps=50_000,
        title={"en": "Q-learning beside the cliff", "zh_TW": "懸崖邊的 Q-learning", "zh_CN": "悬崖边的 Q-learning"},
    ),
    Table(
        name="q-ice-lake",
        agent="q_learning",
        env_id="FrozenLake8x8-v1",
        steps=3_000_000,
        settings={"alpha": 0.05, "epsilon": 0.3},
        title={
            "en": "Q-learning on the ice lake",
            "zh_TW": "結冰湖面上的 Q-learning",
            "zh_CN": "结冰湖面上的 Q-learning",
        },
    ),
    Table(
        name="q-brick-table",
        agent="q_learning",
        env_id="Arena/BrickTable-v0",
        steps=2_000_000,
        title={
            "en": "Q-learning on bricks for a table",
            "zh_TW": "表格打磚塊的 Q-learning",
            "zh_CN": "表格打砖块的 Q-learning",
        },
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=SAVED_MODELS)
    parser.add_argument("--replace", action="store_true")
    given = parser.parse_args()
    for table in TABLES:
        try:
            ship(table, given.folder, given.replace)
        except ArenaError as problem:
            print(problem, file=sys.stderr)
            return problem.exit_code
    return 0


def ship(table: Table, folder: Path, replace: bool) -> None:
    if replace:
        shutil.rmtree(folder / table.name, ignore_errors=True)
    with tempfile.TemporaryDirectory() as runs:
        words = [
            "train",
            "--algo",
            table.agent,
            "--env",
            table.env_id,
            "-n",
            str(table.steps),
            "--seed",
            "0",
            "-f",
            runs,
        ]
        for option, values in (("--env-kwargs", table.env_kwargs), ("--hyperparams", table.settings)):
            if values:
                words += [option, *(f"{name}:{value}" for name, value in values.items())]
        if arena(words) != 0:
            raise SystemExit(1)
        (run,) = (item for item in Path(runs).iterdir() if (item / "config.json").is_file())
        entry = save_from_run(run, table.name, target=folder / table.name, title=table.title)
    card = entry.card
    size = sum(mark.size for mark in entry.manifest.files.values())
    assert card.evaluation is not None
    print(f"{entry.name}: {card.env_steps:,} steps, mean return {card.evaluation.mean:.2f}, {size / 1e3:,.0f} kB")


if __name__ == "__main__":
    os.environ.setdefault("ARENA_HOME", tempfile.mkdtemp())
    sys.exit(main())
