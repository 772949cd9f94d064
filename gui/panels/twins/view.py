"""Two runs side by side on one colour scale: what differs is marked, their curves lie over each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import language, tr
from gui.panels.twins.arrangement import arranged
from gui.panels.twins.comparison import TwinComparison
from gui.panels.twins.curves import TwinCurves
from gui.panels.twins.difference_count import DifferenceCount
from gui.panels.twins.happened import TwinHappened
from gui.panels.twins.stages import GAP, TwinStages
from gui.state.run_model import RunModel
from gui.state.run_state import RunState
from gui.state.twin_opening import TwinOpening
from gui.state.twins import Twins
from gui.theme import TEXT, color, theme
from gui.widgets.card import Card
from gui.widgets.change_words import Before, sides
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.stage.difference import Difference
from gui.widgets.text_label import TextLabel

LAYERS = ("value", "q", "policy", "visits", "change")

_CARDS = QSize(372, 190)
_AROUND = 16


class TwinView(QWidget):
    """Covers its host while two runs are compared.

    Args:
        host: The widget it covers; it follows its size.
        model: The run that is shown already.

    Attributes:
        opened: Emitted when both stand ready, with the twins to be driven.
        closed: Emitted when the comparison has ended; the original is as far as it came.
        changed: Emitted with the state to be shown by what drives both.
        refused: Emitted with a sentence in the language in use: there will be no twins.
        tree_wanted: The family of these runs is to be shown.
    """

    opened = Signal(object)
    closed = Signal()
    changed = Signal(object)
    refused = Signal(str)
    tree_wanted = Signal()

    def __init__(self, host: QWidget, model: RunModel) -> None:
        super().__init__(host)
        self._host = host
        self._model = model
        self.twins: Twins | None = None
        self._changes: dict[str, Any] = {}
        self._at = 0
        self._before: Before | None = None
        self.opening = TwinOpening(model, self)
        self.opening.ready.connect(self._ready)
        self.opening.refused.connect(self._refused)
        self._make_parts()
        self._lay_out()
        self._connect()
        host.installEventFilter(self)
        self.restyle()
        self.hide()

    def _make_parts(self) -> None:
        self.layers = Segmented(
            [(name, f"lab.layer.{name}", f"lab.layer.{name}.tip") for name in LAYERS], name_key="lab.layer"
        )
        self.reason = TextLabel("", 13, "dim")
        self.reason.setContentsMargins(8, 0, 8, 0)
        self.reason.setMinimumWidth(20)
        self.differs = DifferenceCount()
        self.tree = PillButton("whatif.tree", "branch", "quiet", tip_key="whatif.tree.tip", small=True)
        self.close_button = PillButton("twins.close", "close", "plain", tip_key="twins.close.tip", small=True)
        self.waiting = TextLabel("twins.preparing", TEXT, "dim")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pair = TwinStages()
        self.stages, self.headers = self.pair.stages, self.pair.headers
        self.happened, self.curves, self.comparison = TwinHappened(), TwinCurves(), TwinComparison()
        self.cards = QWidget()
        self._card_list = (Card("twins.happened"), Card("twins.curves"), Card("twins.compare"))
        for card, inside in zip(self._card_list, (self.happened, self.curves, self.comparison), strict=True):
            card.body.addWidget(inside)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(_AROUND, 12, _AROUND, 12)
        rows.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.layers)
        top.addWidget(self.reason, 1)
        for widget in (self.differs, self.tree, self.close_button):
            top.addWidget(widget)
        rows.addLayout(top)
        rows.addWidget(self.waiting, 1)
        self._content = QWidget()
        rows.addWidget(self._content, 1)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._content)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(GAP)
        self._body.addWidget(self.pair, 1)
        self._body.addWidget(self.cards)
        self._cards_row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.cards)
        self._cards_row.setContentsMargins(0, 0, 0, 0)
        self._cards_row.setSpacing(GAP)
        for card in self._card_list:
            self._cards_row.addWidget(card)

    def _connect(self) -> None:
        self.layers.changed.connect(self._choose_layer)
        self.pair.legend.fit_wanted.connect(self.fit_colors)
        self.close_button.clicked.connect(self.end)
        self.tree.clicked.connect(self.tree_wanted)
        self.pair.place_changed.connect(self._compare)
        for side, header in enumerate(self.headers):
            header.resume_wanted.connect(self._resume)
            header.stop_wanted.connect(lambda side=side: self._stop(side))
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)

    # ── beginning and ending ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def comparing(self) -> bool:
        """Whether it covers its host."""
        return not self.isHidden()

    def begin(self, folder: str, at: int, change: Mapping[str, Any]) -> None:
        """Fork a run at a moment with something changed, and show both.

        Args:
            folder: Folder of the run.
            at: The tick.
            change: What is different from there on, see :class:`agents.runtime.fork_changes.ForkChanges`.
        """
        self._drop_twins()
        self._at, self._changes, self._before = at, dict(change), None
        self.waiting.show()
        self._content.hide()
        self.differs.show_difference(Difference())
        self.reason.set_text("")
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.opening.begin(folder, at, change)

    def end(self) -> None:
        """Stop comparing and uncover what is below; both runs are kept."""
        if not self.comparing:
            return
        self._drop_twins()
        self.opening.leave()
        self.hide()
        self.closed.emit()

    def shutdown(self) -> None:
        """End every worker begun here and wait for it."""
        self._drop_twins()
        self.opening.shutdown()

    def _drop_twins(self) -> None:
        twins, self.twins = self.twins, None
        if twins is not None:
            twins.changed.disconnect(self._show)
            twins.close()
            twins.deleteLater()

    def _ready(self, left: RunModel, right: RunModel) -> None:
        self.twins = Twins(left, right, self)
        self.twins.speed = self._model.state.speed
        self.twins.changed.connect(self._show)
        self._before = Before.of(left.state)
        self.waiting.hide()
        self._content.show()
        self.pair.set_layer(self.layers.value)
        self.retranslate()
        self._arrange()
        self.stages[0].setFocus()
        self.opened.emit(self.twins)

    def _refused(self, key: str, params: dict[str, Any]) -> None:
        self.end()
        self.refused.emit(tr(key, **params))

    def _stop(self, side: int) -> None:
        if self.twins is not None:
            self.twins.models[side].kill()

    def _resume(self) -> None:
        if self.twins is not None:
            self.twins.resume()

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, left: RunState, right: RunState) -> None:
        """Hand both states to everything that can be seen."""
        found = self.pair.show_states(left, right)
        self.differs.show_difference(found)
        self._show_reason()
        if not theme().projector:
            self.happened.show_states(left, right)
            self.curves.show_states(left, right)
            self._compare()
        self.changed.emit(left)

    def _show_reason(self) -> None:
        twins = self.twins
        if twins is None or not twins.reason:
            self.reason.set_text("")
            return
        text, met = tr(twins.reason), twins.met
        if any(met) and not all(met):
            text = tr("twins.met.left" if met[0] else "twins.met.right", reason=text)
        self.reason.set_text(text)

    def retranslate(self) -> None:
        """Say what differs in the language in use."""
        if self._before is None:
            return
        words = sides(self._changes, self._before)
        self.pair.show_words(words)
        self.curves.show_words(words, self._at)
        if self.twins is not None:
            self._show(*self.twins.states)

    def fit_colors(self) -> None:
        """Fit the colours of both sides to the values there are now."""
        self.pair.forget_scale()
        if self.twins is not None:
            self._show(*self.twins.states)

    def _compare(self) -> None:
        self.comparison.show_place(self.pair.contents, self.pair.place)

    # ── layout ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _choose_layer(self, layer: str) -> None:
        self.pair.set_layer(layer)
        self.stages[0].setFocus()

    def restyle(self) -> None:
        """Lay out for the desk or for the last row."""
        big = theme().projector
        for widget in (self.cards, self.layers, self.pair.legend, self.tree):
            widget.setVisible(not big)
        self._arrange()

    def _arrange(self) -> None:
        content = self.stages[0].content
        if content is None:
            return
        layout, px = content.world.layout, theme().px
        room = QSize(self.width() - 2 * _AROUND, self.height() - 24 - px(36) - 10 - self.pair.legend_height())
        cards = None if theme().projector else _CARDS
        made = arranged(layout.columns, layout.rows, room, self.pair.header_height(), cards, GAP)
        self.pair.lay_out(beside=made.beside)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._body.setDirection(across if made.cards_right else down)
        self._cards_row.setDirection(down if made.cards_right else across)
        free = 16_777_215
        width, height = (_CARDS.width(), free) if made.cards_right else (free, _CARDS.height())
        self.cards.setMaximumSize(width, height)
        self.cards.setMinimumSize(width if width < free else 0, height if height < free else 0)
        for card, share in zip(self._card_list, (0, 3, 2) if made.cards_right else (1, 1, 1), strict=True):
            self._cards_row.setStretchFactor(card, share)

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.comparing:
            self.setGeometry(self._host.rect())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not theme().projector:
            self.end()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("page"))
