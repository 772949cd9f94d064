"""The figures of an experiment as text with tabs, for the clipboard."""

from __future__ import annotations

import math
from collections.abc import Sequence

from arena.protocol.experiment_messages import ExperimentReported
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
