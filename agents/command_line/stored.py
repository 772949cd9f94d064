"""A stored run, opened at a step to look at what it knew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.command_line.run_path import run_path
from agents.command_line.words import complain, say

if TYPE_CHECKING:
    from agents.runtime.replay import StoredRun
    from agents.tabular.learner import TabularLearner


def open_run(run: str, at: int | None) -> tuple[StoredRun, TabularLearner]:
    """Open a run and recompute what it knew at a step; damaged keyframes passed over are said.

    Args:
        run: Path or name.
        at: Step; the newest one kept where not given.

    Raises:
        ArenaError: If there is no such run, it cannot be read, or it never got to that step.
    """
    from agents.command_line.preparation import prepare
    from agents.runtime.replay import StoredRun

    stored = StoredRun(str(run_path(run)))
    tick = stored.last_tick() if at is None else at
    prepare()
    learner = stored.learner_at(tick)
    if stored.skipped:
        complain(say("warning.cli.damaged", count=stored.skipped, tick=tick))
    if stored.mismatches:
        complain(say("warning.cli.mismatch", count=len(stored.mismatches), tick=stored.mismatches[0]))
    return stored, learner
