"""The reward model from inside, in a drawer: what it rewards where, how sure it is, and how its figures went."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.prefer.answered_clips import AnsweredClips
from gui.panels.prefer.calibration_plot import CalibrationPlot
from gui.panels.prefer.last_answer import LastAnswer
from gui.panels.prefer.reward_map import RewardMap
from gui.panels.training.small_curve import SmallCurve
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState
from gui.state.training_state import TrainingState
from gui.widgets.card import Card
from gui.widgets.drawer import Drawer
from gui.widgets.text_label import TextLabel


class PreferInside(QObject):
    """The drawer.

    Args:
        model: The run.
        host: What the drawer covers.
    """

    def __init__(self, model: PreferenceModel, host: QWidget) -> None:
        super().__init__(host)
        self.model = model
        self.drawer = Drawer(host, "prefer.inside", extent=640)
        self.learned, self.true = RewardMap("prefer.inside.learned"), RewardMap("prefer.inside.true")
        self.words = TextLabel("prefer.inside.words", 13, "dim", wrap=True)
        self.cell = TextLabel("", 13, "text", mono=True)
        self.maps = QWidget()
        maps = QVBoxLayout(self.maps)
        maps.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.learned)
        row.addWidget(self.true)
        maps.addLayout(row)
        maps.addWidget(self.cell)
        maps.addWidget(self.words)
        self.loss = SmallCurve(0.0, begin_key="prefer.curve.begin")
        self.loss_card = Card("prefer.inside.loss")
        self.loss_card.body.addWidget(self.loss)
        self.returns = Card("prefer.inside.returns")
        self.predicted, self.paid = SmallCurve(), SmallCurve()
        for curve, key in ((self.predicted, "prefer.inside.predicted"), (self.paid, "prefer.inside.paid")):
            self.returns.body.addWidget(TextLabel(key, 13, "dim"))
            self.returns.body.addWidget(curve)
        self.accuracy = SmallCurve(0.0, 1.0, begin_key="prefer.curve.begin")
        self.accuracy_card = Card("prefer.inside.accuracy")
        self.accuracy_card.body.addWidget(self.accuracy)
        self.calibration = CalibrationPlot()
        self.calibration_card = Card("prefer.inside.calibration")
        self.calibration_card.body.addWidget(self.calibration)
        self.answered = AnsweredClips()
        self.last_answer = LastAnswer(model, self.answered)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        told = (self.loss_card, self.accuracy_card, self.calibration_card, self.returns)
        for widget in (self.maps, self.answered, *told):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.drawer.body.addWidget(area)
        self.drawer.opened.connect(lambda: self.model.look_inside(True))
        self.drawer.closed.connect(lambda: self.model.look_inside(False))
        for one in (self.learned, self.true):
            one.hovered.connect(self._read)
        language().changed.connect(self.retranslate)

    def show_state(self, state: TrainingState, known: PreferenceState) -> None:
        """Show what is known by now."""
        if not self.drawer.is_open:
            return
        self.maps.setVisible(known.layout is not None)
        actions = 0 if known.layout is None else len(known.layout.action_steps)
        learned, spread, true = (state.array(name) for name in ("reward", "reward_spread", "reward_true"))
        changed = frozenset[int]()
        if known.reveal is not None and known.reveal.told is not None:
            changed = frozenset(int(row[0]) for row in known.reveal.told.ripple.get("cells", ()))
        self.learned.show_rewards(
            known.layout,
            None if learned is None else learned[:, :actions],
            None if spread is None else spread[:, :actions],
            changed,
        )
        self.true.show_rewards(known.layout, true)
        self.loss.show_points(known.losses)
        self.loss_card.set_caption("" if known.fitted is None else _loss_words(known.fitted.loss, known.fitted.l2))
        self.accuracy.show_points(known.fits[:, :2] if len(known.fits) else None)
        self.accuracy_card.set_caption(_accuracy_words(known))
        self.calibration.show_bins(() if known.fitted is None else known.fitted.calibration)
        self.last_answer.show_state(state, known)
        returns = known.returns
        self.predicted.show_points(returns[:, :2] if len(returns) else None)
        self.paid.show_points(returns[:, [0, 2]] if len(returns) else None)
        self.returns.setVisible(len(returns) > 1)
        progress = known.progress
        told = progress is not None and math.isfinite(progress.correlation)
        self.returns.set_caption(tr("prefer.inside.r", r=number(progress.correlation, 2)) if progress and told else "")

    def retranslate(self) -> None:
        """Say nothing of a cell in a language that is no longer in use."""
        self._read(-1)

    def _read(self, at: int) -> None:
        state, known = self.model.state, self.model.known
        learned, true = state.array("reward"), state.array("reward_true")
        if at < 0 or learned is None or true is None or known.layout is None or at >= len(true):
            self.cell.set_text("")
            return
        count = len(known.layout.action_steps)
        self.cell.set_text(
            tr(
                "prefer.inside.cell",
                learned=number(float(np.mean(learned[at, :count])), 2),
                true=number(float(np.mean(true[at])), 2),
            )
        )


def _accuracy_words(known: PreferenceState) -> str:
    fitted = known.fitted
    if fitted is None or not fitted.held_out or not math.isfinite(fitted.accuracy):
        return ""
    return tr("prefer.inside.accuracy.caption", percent=number(100 * fitted.accuracy), count=number(fitted.held_out))


def _loss_words(loss: float, l2: float) -> str:
    shown = number(loss, 2) if math.isfinite(loss) else "–"
    return tr("prefer.inside.loss.caption", loss=shown, l2=f"{l2:.0e}")
