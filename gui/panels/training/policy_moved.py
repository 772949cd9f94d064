"""How far the policy moved in its last update: each move's new probability against its old one, and what held it."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.training.histogram import Histogram
from gui.state.training_state import TrainingState
from gui.widgets.text_label import TextLabel

_WIDER = 3.0
"""The axis reaches so many clip ranges to both sides."""

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Reach of the axis where nothing is clipped: the next of these that holds nearly all."""


class PolicyMoved(QWidget):
    """Histogram of π_new / π_old with the clip band, and one sentence on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self.histogram = Histogram()
        self.words = TextLabel("", 13.5, wrap=True)
        self.more = TextLabel("", 12, "dim", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.histogram, self.words, self.more):
            column.addWidget(widget)
        language().changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.show_state(self._state)

    def show_state(self, state: TrainingState) -> None:
        """Show the last update."""
        self._state = state
        ratios = state.array("ratios")
        clip = self._clip(state)
        reach = _WIDER * clip if clip else self._reach(ratios)
        band = (1.0 - clip, 1.0 + clip) if clip else None
        named = ((1.0 - clip, "1−ε"), (1.0, "1"), (1.0 + clip, "1+ε"))
        plain = ((1.0 - reach, number(1.0 - reach, 2)), (1.0, "1"), (1.0 + reach, number(1.0 + reach, 2)))
        self.histogram.show_values(
            ratios, (1.0 - reach, 1.0 + reach), band=band, marks=named if clip else plain
        )  # fmt: skip
        self.words.set_text(self._sentence(state, clip))
        self.more.set_text(self._kl(state))
        for label in (self.words, self.more):
            label.setVisible(bool(label.text()))
        self.setAccessibleDescription(f"{self.words.text()} {self.more.text()}")

    @staticmethod
    def _clip(state: TrainingState) -> float:
        """Return half the width of the clip band; 0 where nothing is clipped."""
        if state.hyperparameters.get("ratio_clipping") != "on":
            return 0.0
        wanted = float(state.hyperparameters.get("clip_range", 0.0))
        return float(state.values.get("train/clip_range", wanted))

    @staticmethod
    def _reach(ratios: np.ndarray[tuple[int], np.dtype[np.float64]] | None) -> float:
        if ratios is None or not len(ratios):
            return _STEPS[1]
        far = float(np.quantile(np.abs(np.asarray(ratios, np.float64) - 1.0), 0.98))
        return next((step for step in _STEPS if step >= far), _STEPS[-1])

    @staticmethod
    def _sentence(state: TrainingState, clip: float) -> str:
        held = state.values.get("train/clip_fraction")
        if clip and held is not None:
            return tr("train.moved.clipped", share=number(100.0 * held, 0 if held >= 0.1 else 1))
        if state.hyperparameters.get("ratio_clipping") == "off":
            return tr("train.moved.free")
        return ""

    @staticmethod
    def _kl(state: TrainingState) -> str:
        far = state.values.get("train/approx_kl", state.values.get("train/kl_divergence_loss"))
        if far is None:
            return ""
        most = state.hyperparameters.get("target_kl")
        if most is not None:
            return tr("train.moved.kl_of", kl=number(far, 4), most=number(float(most), 4))
        return tr("train.moved.kl", kl=number(far, 4))
