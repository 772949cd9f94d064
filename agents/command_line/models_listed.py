"""The models in the library, for ``arena list models``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agents.command_line.table_text import in_columns
from agents.command_line.words import complain, decimal, language, say, sentence_of, shown_path, whole
from arena.texts import localized


def models() -> list[dict[str, Any]]:
    """Return the models there are, ready for JSON; damaged ones are said on stderr."""
    from agents.models.library import damaged_models
    from agents.models.library import models as found

    for _, problem in damaged_models():
        complain(sentence_of(problem))
    return [
        {
            "model": entry.name,
            "title": localized(entry.card.title, language()),
            "origin": entry.origin,
            "family": entry.manifest.family,
            "agent": entry.manifest.agent,
            "env_id": entry.manifest.env_id,
            "env_kwargs": dict(entry.manifest.env_kwargs),
            "env_steps": entry.manifest.env_steps,
            "mean_score": None if entry.card.evaluation is None else entry.card.evaluation.mean,
            "games": 0 if entry.card.evaluation is None else len(entry.card.evaluation.scores),
            "ages": [age.env_steps for age in entry.manifest.ages],
            "limits": [say("model.limit." + name) for name in entry.card.limits],
            "folder": str(entry.folder),
        }
        for entry in found()
    ]


_HEAD = (
    "cli.list.model", "cli.list.agent", "cli.list.world", "cli.list.steps", "cli.list.score", "cli.list.origin",
)  # fmt: skip


def models_in_words(found: list[dict[str, Any]]) -> str:
    """Return the models as a table."""
    rows = [
        [
            row["model"] if row["origin"] != "elsewhere" else shown_path(Path(row["folder"])),
            row["agent"],
            row["env_id"],
            whole(row["env_steps"]),
            "–" if row["mean_score"] is None else decimal(row["mean_score"]),
            say("model.origin." + row["origin"]),
        ]
        for row in found
    ]
    return in_columns([[say(key) for key in _HEAD], *rows])
