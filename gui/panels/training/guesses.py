"""How wrong the guesses of a value network are: its TD errors over what it remembers."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.training.histogram import Histogram
from gui.state.training_state import TrainingState
from gui.widgets.text_label import TextLabel

_SHARES = (1.0, 2.0, 5.0)


class Guesses(QWidget):
    """Histogram of TD errors, and how large they are on average."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self.histogram = Histogram()
        self.words = TextLabel("", 13.5, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.histogram)
        column.addWidget(self.words)
        language().changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: TrainingState) -> None:
        """Show the errors of now."""
        self._state = state
        errors = state.array("td_errors")
        known = errors is not None and len(errors) > 0
        self.words.setVisible(known)
        if errors is None or not known:
            self.histogram.show_values(None, (-1.0, 1.0))
            return
        sizes = np.abs(np.asarray(errors, np.float64))
        sizes = sizes[np.isfinite(sizes)]
        reach = _next_step(float(np.quantile(sizes, 0.98))) if len(sizes) else 1.0
        marks = ((-reach, number(-reach, _decimals(reach))), (0.0, "0"), (reach, number(reach, _decimals(reach))))
        self.histogram.show_values(errors, (-reach, reach), marks=marks)
        mean = float(sizes.mean()) if len(sizes) else 0.0
        self.words.set_text(tr("train.guesses.mean", size=number(mean, 3)))


def _next_step(value: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten that is no smaller."""
    if value <= 0.0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next((share * power for share in _SHARES if share * power >= value), 10.0 * power))


def _decimals(step: float) -> int:
    return max(0, int(np.ceil(-np.log10(step))))
