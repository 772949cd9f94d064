"""The figures of an experiment as text with tabs, for the clipboard."""

from __future__ import annotations

import math
from collections.abc import Sequence

from agents.experiments.reproduction.book import BookFigure
from agents.experiments.reproduction.verdict import agrees, number_title
from arena.protocol.experiment_messages import ExperimentReported, FigureDrawn
from gui.language import tr

_COLUMNS = ("setting", "mean", "low", "high", "iqm", "iqm_low", "iqm_high", "seeds", "optimum")


def as_text(report: ExperimentReported, names: Sequence[str], told: str) -> str:
    """Return one line for each setting, its figures apart by tabs, and the sentence below.

    Args:
        report: The experiment.
        names: Names of the settings.
        told: What may be concluded.
    """
    lines = ["\t".join(tr("experiments.table." + name) for name in _COLUMNS)]
    arrays = report.arrays
    for place, name in enumerate(names):
        figures = [*arrays["score"][place].tolist(), *arrays["iqm"][place].tolist()]
        shown = [f"{value:.6g}" if math.isfinite(value) else "" for value in figures]
        optimum = float(arrays["optimum"][place])
        last = f"{optimum:.6g}" if math.isfinite(optimum) else ""
        lines.append("\t".join([name, *shown, str(int(arrays["seeds"][place])), last]))
    return "\n".join([*lines, "", told]) + "\n"


def figure_as_text(figure: BookFigure, drawn: FigureDrawn, told: str) -> str:
    """Return one line for each number of a figure of the book, its figures apart by tabs, and the sentence below.

    Args:
        figure: What the book says.
        drawn: Our runs.
        told: Whether they agree.
    """
    heads = ("what", "book", "tolerance", "own", "low", "high", "agrees")
    lines = ["\t".join(tr("reproduce.column." + name) for name in heads)]
    for published, (own, low, high) in zip(figure.published, drawn.arrays["numbers"].tolist(), strict=True):
        values = [f"{value:.6g}" if math.isfinite(value) else "" for value in (own, low, high)]
        yes = tr("reproduce.yes" if agrees(published, own) else "reproduce.no")
        book = [f"{published.value:g}", f"{published.tolerance:g}"]
        lines.append("\t".join([number_title(figure, published, say=tr), *book, *values, yes]))
    return "\n".join([*lines, "", told]) + "\n"
