"""A drawn figure as a table for a spreadsheet or another program."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from agents.experiments.reproduction.drawing import Drawing, look_at
from agents.experiments.reproduction.verdict import agrees
from arena.errors import UsageError
from arena.runs.safe_file import told_plainly

CSV = (".csv",)


def as_csv(drawing: Drawing) -> str:
    """Return curves and numbers as CSV.

    Returns:
        One line a point: ``curve``, its name, x, mean over the seeds, ends of its 95 % interval, seeds. Then one line a
        number: ``number``, its name, no x, our value, ends of its interval, seeds, the book's value, its tolerance,
        and whether they agree.
    """
    drawn, text = look_at(drawing), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "name", "x", "mean", "low", "high", "seeds", "book", "tolerance", "agrees"])
    for place, name in enumerate(drawing.figure.curves):
        seeds = len(drawing.samples[place])
        columns = (drawn.x, drawn.mean[place], drawn.low[place], drawn.high[place])
        for point in zip(*(column.tolist() for column in columns), strict=True):
            writer.writerow(["curve", name, *point, seeds, "", "", ""])
    for published, (own, low, high) in zip(drawing.figure.published, drawn.numbers.tolist(), strict=True):
        yes = "yes" if agrees(published, own) else "no"
        fewest = min(len(each) for each in drawing.samples)
        book = (published.value, published.tolerance)
        writer.writerow(["number", published.name, "", own, low, high, fewest, *book, yes])
    return text.getvalue()


def check_figure_file(path: Path, endings: tuple[str, ...] = CSV) -> None:
    """Find out before anything is computed whether a file can be written.

    Args:
        path: The file.
        endings: What its name may end in.

    Raises:
        UsageError: If its name ends in something else, or a folder has that name.
        RunError: If its folder is none or cannot be written.
    """
    if path.suffix.lower() not in endings:
        raise UsageError("error.reproduce.ending", file=str(path), endings=", ".join(endings))
    if path.is_dir():
        raise UsageError("error.experiments.folder", file=str(path))
    with told_plainly(path), tempfile.TemporaryFile(dir=path.parent):
        return
