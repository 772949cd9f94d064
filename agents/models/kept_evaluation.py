"""Whole games somebody let a model play here are kept: on its card, or beside it where it ships and is not changed.

A card is replaced together with its line in the manifest, which holds the card's hash. The new manifest is written
first, beside the old one: whoever finds it there finishes or forgets what was begun, so a model is never left damaged.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

from agents.models.card import Card, Evaluation, evaluation_in, read_card
from agents.models.manifest import CARD, MANIFEST, FileMark, Manifest, read_manifest
from agents.models.plain_file import MOST_JSON, plain_mapping, read_bounded
from arena.errors import ArenaError
from arena.runs.locations import home
from arena.runs.safe_file import told_plainly, write_bytes, write_json

BEGUN = ".manifest-begun.json"
"""The manifest to be, while a card is being replaced."""

ON_CARD, BESIDE, FEWER = "card", "beside", "fewer"


def keep_evaluation(folder: Path, found: Evaluation, *, shipped: bool) -> str:
    """Keep the games a model has played, unless more are kept already.

    Args:
        folder: The model's.
        found: The games.
        shipped: Whether the model ships: nothing in its folder is changed then.

    Returns:
        Where they are kept: ``card``, ``beside``, or ``fewer`` where they are not: more games are kept already.

    Raises:
        ArenaError: If it cannot be written; what was there is as it was.
    """
    manifest = read_manifest(folder)
    kept = evaluation_beside(manifest) if shipped else read_card(folder).evaluation
    if kept is not None and len(kept.scores) > len(found.scores):
        return FEWER
    if not shipped:
        replace_card(folder, replace(read_card(folder), evaluation=found))
        return ON_CARD
    path = _beside(manifest)
    with told_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"learned": _learned(manifest), "evaluation": asdict(found)})
    return BESIDE


def evaluation_beside(manifest: Manifest) -> Evaluation | None:
    """Return what is kept beside a model; ``None`` for nothing, or of other weights, or not readable."""
    path = _beside(manifest)
    with contextlib.suppress(ArenaError, KeyError):
        values = plain_mapping(read_bounded(path, MOST_JSON, path.name), path.name)
        if values["learned"] == _learned(manifest):
            return evaluation_in(values["evaluation"], path.name)
    return None


def _beside(manifest: Manifest) -> Path:
    return home() / "evaluations" / f"{manifest.name}.json"


def _learned(manifest: Manifest) -> str:
    """Return the hash of what a model has learned: another of the same name scored otherwise."""
    return manifest.files[manifest.main_file].sha256


# ── the card ───────────────────────────────────────────────────────────────────────────────────────────────────────


def card_bytes(card: Card) -> bytes:
    """Return a card as it is written."""
    return (json.dumps(card.plain(), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def replace_card(folder: Path, card: Card) -> None:
    """Write another card and its hash; if the machine stops in between, the next who looks finishes it.

    Raises:
        RunError: If it cannot be written.
    """
    manifest, data = read_manifest(folder), card_bytes(card)
    mark = FileMark(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    write_json(folder / BEGUN, replace(manifest, files={**manifest.files, CARD: mark}).plain())
    try:
        write_bytes(folder / CARD, data)
    except BaseException:
        finish_card(folder)
        raise
    with told_plainly(folder):
        (folder / BEGUN).replace(folder / MANIFEST)


def finish_card(folder: Path) -> None:
    """Finish replacing a card if that was begun and not finished; forget it if the card was not written."""
    begun = folder / BEGUN
    if not begun.is_file():
        return
    try:
        mark = read_manifest(folder, BEGUN).files[CARD]
        data = read_bounded(folder / CARD, MOST_JSON, f"{folder.name}/{CARD}")
        written = FileMark(size=len(data), sha256=hashlib.sha256(data).hexdigest()) == mark
    except (ArenaError, KeyError):
        written = False
    # Where nothing may be changed, the manifest of before stands, and says what is wrong.
    with contextlib.suppress(OSError):
        if written:
            begun.replace(folder / MANIFEST)
        else:
            begun.unlink()
