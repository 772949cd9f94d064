"""β live: how dearly straying from the reference policy is paid for, and how far the policy has strayed."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from gui.language import language, number, tr
from gui.widgets.card import Card
from gui.widgets.text_label import TextLabel

LEAST, MOST = 1e-3, 10.0
"""Ends of the slider above 0; between them it counts in powers."""

_STEPS = 100
_SETTLE_MS = 150


def weight_at(step: int) -> float:
    """Return β at a step of the slider, to two figures: 0 at its left end, then from :data:`LEAST`."""
    if step <= 0:
        return 0.0
    return float(f"{LEAST * (MOST / LEAST) ** ((step - 1) / (_STEPS - 1)):.2g}")


def step_of(weight: float) -> int:
    """Return the step of the slider that is nearest to β."""
    if weight < LEAST:
        return 0
    return min(_STEPS, 1 + round((_STEPS - 1) * math.log(weight / LEAST) / math.log(MOST / LEAST)))


class HoldSlider(Card):
    """A slider for β with the KL that is measured beside it.

    Attributes:
        weighed: β as a person has set it.
    """

    weighed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("prefer.hold", parent=parent)
        self._weight = 0.0
        self._kl = math.nan
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(10)
        self.beta, self.measured = TextLabel("", 13, mono=True), TextLabel("", 13, "dim", mono=True)
        self.words = TextLabel("prefer.hold.words", 12.5, "dim", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.beta)
        row.addStretch(1)
        row.addWidget(self.measured)
        self.body.addWidget(self.slider)
        self.body.addLayout(row)
        self.body.addWidget(self.words)
        # A slider that is drawn along is heard when it rests: each value is written down by the run.
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SETTLE_MS)
        self._rest.timeout.connect(lambda: self.weighed.emit(self._weight))
        self.slider.valueChanged.connect(self._slid)
        language().changed.connect(self._tell)
        self._tell()

    def show_weight(self, weight: float, kl: float) -> None:
        """Show β in force and the KL of late; a slider somebody holds is left alone.

        Args:
            weight: β.
            kl: KL(π‖π_ref), NaN where it is not known.
        """
        self._kl = kl
        if not self.slider.isSliderDown() and not self._rest.isActive() and weight != self._weight:
            self._weight = weight
            self.slider.blockSignals(True)
            self.slider.setValue(step_of(weight))
            self.slider.blockSignals(False)
        self._tell()

    def _slid(self, step: int) -> None:
        self._weight = weight_at(step)
        self._rest.start()
        self._tell()

    def _tell(self) -> None:
        self.slider.setAccessibleName(tr("prefer.hold"))
        self.beta.set_text(tr("prefer.hold.beta", beta=f"{self._weight:g}"))
        known = math.isfinite(self._kl)
        self.measured.set_text(tr("prefer.hold.kl", kl=number(self._kl, 3)) if known else tr("prefer.hold.none"))
