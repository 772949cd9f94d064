"""What is said where the clips will be: what is happening, and how long it takes."""

from __future__ import annotations

import math

from gui.language import number, tr
from gui.state.preference_state import PreferenceState
from gui.state.training_state import TrainingState


def waiting_words(state: TrainingState, known: PreferenceState) -> str:
    """Return why there is no pair now, and what comes next; empty where a banner says it."""
    if state.phase == "failed":
        return ""
    if known.plan is not None and not known.plan.has_person:
        return tr("prefer.wait.teacher", teacher=tr("prefer.from." + known.plan.teacher.kind))
    if known.budget and len(known.counted) >= known.budget:
        return tr("prefer.wait.done")
    if state.ready is None:
        return tr("prefer.wait.starting")
    if state.phase == "paused" and (state.env_steps or state.reason):
        return tr("prefer.wait.paused")
    if known.first_games_left:
        return tr("prefer.wait.first.left", seconds=number(max(1, math.ceil(known.first_games_left))))
    return tr("prefer.wait.more" if known.labels else "prefer.wait.first")
