"""When a deep run saves and evaluates itself: ``training.json``, which a run that goes on keeps to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from arena.errors import RunError
from arena.runs.safe_file import told_plainly, write_json

FILE = "training.json"
"""Name of the file in a run folder."""

_LEAST, _MOST, _SHARE = 10_000, 100_000, 20


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """When things are due, in ``env_steps``.

    Attributes:
        save_every: Between two checkpoints. Each begins new games, so this is part of what makes a run repeatable.
        eval_every: Between two evaluations, 0 for none.
        eval_episodes: Whole games of each evaluation.
        threads: Threads of a gradient step: with another number the weights differ in their last bits.
        precision: ``float32`` or ``bfloat16``, what the features of pictures are computed in.
    """

    save_every: int
    eval_every: int = 0
    eval_episodes: int = 10
    threads: int = 1
    precision: str = "float32"

    def write(self, folder: Path) -> None:
        """Write it into a run folder.

        Raises:
            RunError: If it cannot be written.
        """
        write_json(folder / FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> TrainingPlan:
        """Read that of a run folder.

        Raises:
            RunError: If it is missing or damaged.
        """
        path = folder / FILE
        with told_plainly(path):
            text = path.read_text("utf-8")
        try:
            values = json.loads(text)
            precision = values.pop("precision", "float32")
            made = cls(**{name: int(value) for name, value in values.items()}, precision=precision)
        except (ValueError, TypeError, AttributeError) as problem:
            raise RunError("error.run.damaged", file=str(path)) from problem
        well = made.save_every >= 1 and made.eval_every >= 0 and min(made.eval_episodes, made.threads) >= 1
        if not well or made.precision not in ("float32", "bfloat16"):
            raise RunError("error.run.damaged", file=str(path))
        return made


def usual_plan(horizon: int) -> TrainingPlan:
    """Return when a run saves if nobody says otherwise: often enough to lose minutes, seldom enough not to be felt.

    Args:
        horizon: ``env_steps`` at which the run is through.
    """
    return TrainingPlan(save_every=min(_MOST, max(_LEAST, horizon // _SHARE)))
