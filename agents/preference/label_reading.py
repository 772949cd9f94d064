"""Labels of a set, or of a run, for whoever learns from them outside a run."""

from __future__ import annotations

from pathlib import Path

from agents.deep.places import Place
from agents.preference.label_book import LabelBook
from agents.preference.labelled_clips import Answers, ClipShelf
from arena.errors import UsageError
from arena.preferences.clip import MOST_STEPS
from arena.preferences.exchange import WantedClips, import_labels

MOST_LABELS = 100_000

_RUN = "labels"


def labels_in(source: str, place: Place, room: Path) -> tuple[ClipShelf, Answers, int]:
    """Read labels, which may come from anybody, as an import into a run does.

    Args:
        source: Label set, or folder of a run.
        place: Where the clips must be from, and what is seen there.
        room: Empty folder to unpack them into; it is not needed afterwards.

    Returns:
        The clips, the labels that count (those that say "unclear" do not), and how many were left out.

    Raises:
        UsageError: If none counts.
        RunError: If there is no such set or run, or something cannot be read.
    """
    shelf = ClipShelf(MOST_STEPS)
    folder = room / _RUN
    folder.mkdir()
    book = LabelBook(folder, shelf, MOST_LABELS)
    try:
        wanted = WantedClips(
            env_id=place.env_id,
            env_kwargs=place.env_kwargs,
            kind=place.kind,  # type: ignore[arg-type]
            shape=tuple(place.observation_space.shape or ()),
            actions=len(place.action_names),
        )
        taken = import_labels(Path(source).expanduser(), book.store, _RUN, wanted=wanted)
        answers = book.read().answers
    finally:
        book.close()
    left_out = sum(taken.left_out.values())
    if not len(answers):
        raise UsageError("error.preference.no_labels", file=source, left_out=left_out)
    return shelf, answers, left_out
