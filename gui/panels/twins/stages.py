"""Two stages on one colour scale: a place pointed at or pinned on one side is shown on the other one too."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.panels.twins.header import TwinHeader
from gui.state.run_state import RunState
from gui.widgets.stage.board import MARGIN, fitting
from gui.widgets.stage.content import Content, content_of
from gui.widgets.stage.difference import Difference, Pairing, greedy_difference, pair_up
from gui.widgets.stage.legend import ScaleLegend
from gui.widgets.stage.scale import ValueScale, joined_signs
from gui.widgets.stage.stage import StageWidget
from gui.widgets.stage.sub_updates import sub_updates_of

GAP = 12
"""Pixels between the two."""

_ABOVE_LEGEND = 4

Place = tuple[int, int]
"""State on the left and on the right at one place, −1 where there is none."""


class TwinStages(QWidget):
    """Both stages with their headings, and the scale under them.

    Attributes:
        place_changed: Emitted after another place was pointed at or pinned.
    """

    place_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headers = (TwinHeader(0), TwinHeader(1))
        self.stages = (StageWidget(), StageWidget())
        self.legend = ScaleLegend()
        self._scale = ValueScale("both")
        self._worlds: tuple[object, object] = (None, None)
        self._pairing: Pairing | None = None
        self._pointed: Place = (-1, -1)
        self._syncing = False
        self._beside = False
        for side, (header, stage) in enumerate(zip(self.headers, self.stages, strict=True)):
            header.setParent(self)
            stage.setParent(self)
            stage.cell_hovered.connect(lambda state, side=side: self._hover(side, state))
            stage.cell_pinned.connect(lambda state, side=side: self._pin(side, state))
        self.legend.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 240)

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def contents(self) -> tuple[Content | None, Content | None]:
        """What both show."""
        return self.stages[0].content, self.stages[1].content

    @property
    def scale(self) -> ValueScale:
        """The scale of both."""
        return self._scale

    def start_scale(self, scale: ValueScale) -> None:
        """Begin anew, with the reach of a scale people have just been looking at."""
        self._scale = ValueScale(scale.signs)
        self._scale.bound = scale.bound
        self._worlds, self._pointed = (None, None), (-1, -1)

    def set_layer(self, layer: str) -> None:
        """Show another layer on both sides."""
        for stage in self.stages:
            stage.set_layer(layer)
        self.legend.show_scale(layer, self._scale, self.stages[0].content)

    def show_words(self, words: tuple[str, str]) -> None:
        """Say over each what it has that the other one has not."""
        for header, text in zip(self.headers, words, strict=True):
            header.show_words(text)

    def show_states(self, left: RunState, right: RunState) -> Difference:
        """Show both runs, mark where they would act differently, and return how often that is."""
        states = (left, right)
        if self._worlds != (left.world, right.world):
            self._worlds_changed(states)
        # Before either is painted: each must know how far the other one makes the scale reach.
        for content in (content_of(left), content_of(right)):
            if content is not None:
                self._scale.widen(content.scaled, content.visits)
        for header, stage, state in zip(self.headers, self.stages, states, strict=True):
            header.show_state(state)
            stage.show_state(state)
        self.legend.show_scale(self.stages[0].layer, self._scale, self.stages[0].content)
        self.legend.explain(sub_updates_of(left.hyperparameters) or sub_updates_of(right.hyperparameters))
        one, other = self.contents
        found = Difference()
        if self._pairing is not None and one is not None and other is not None:
            found = greedy_difference(self._pairing, one, other)
        for stage, cells in zip(self.stages, found.cells, strict=True):
            stage.mark(cells)
        return found

    def forget_scale(self) -> None:
        """Let what is shown next set the reach of the colours anew."""
        self._scale.forget()

    def _worlds_changed(self, states: tuple[RunState, RunState]) -> None:
        left, right = states[0].world, states[1].world
        self._worlds, self._pairing = (left, right), None
        if left is None or right is None:
            return
        self._pairing = pair_up(left, right)
        signs = joined_signs(left.reward_signs, right.reward_signs)
        if signs != self._scale.signs:
            self._scale = ValueScale(signs)
        for stage, state in zip(self.stages, states, strict=True):
            stage.share_scale(self._scale)
            stage.show_state(state)
        self._place()

    def lay_out(self, *, beside: bool) -> None:
        """Put the stages side by side, or one above the other."""
        self._beside = beside
        self._place()

    def legend_height(self) -> int:
        """Return what the scale under the stages takes, with the space above it."""
        return 0 if self.legend.isHidden() else self.legend.sizeHint().height() + _ABOVE_LEGEND

    def header_height(self) -> int:
        """Return what the heading over each stage takes."""
        return self.headers[0].sizeHint().height()

    def _place(self) -> None:
        # By hand: a layout gives a pixel left over to one of them, and then their cells are not of one size.
        header, legend = self.header_height(), self.legend_height()
        width, height = self.width(), self.height() - legend
        if self._beside:
            width, height = (width - GAP) // 2, height - header
        else:
            height = (height - GAP) // 2 - header
        for side, (heading, stage) in enumerate(zip(self.headers, self.stages, strict=True)):
            x = side * (width + GAP) if self._beside else 0
            y = 0 if self._beside else side * (height + header + GAP)
            across, down = self._board_size(stage, QSize(width, height))
            # The heading stands right over its cells, wherever room is left.
            left, above = x + (width - across) // 2, y + (height - down) // 2
            heading.setGeometry(left, above, x + width - left, header)
            stage.setGeometry(x, above + header, width, down)
        self.legend.setGeometry(0, self.height() - legend + _ABOVE_LEGEND, self.width(), max(0, legend - _ABOVE_LEGEND))

    @staticmethod
    def _board_size(stage: StageWidget, room: QSize) -> tuple[int, int]:
        """Return width and height of the cells in a room, margins included; all of it before there is a world."""
        content = stage.content
        if content is None:
            return room.width(), room.height()
        layout = content.world.layout
        size = fitting(layout.columns, layout.rows, room)
        return min(room.width(), size * layout.columns + 2 * MARGIN), min(
            room.height(), size * layout.rows + 2 * MARGIN
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    # ── pointing ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def place(self) -> Place:
        """The place under the mouse, else the pinned one."""
        return self._pointed if max(self._pointed) >= 0 else (self.stages[0].pinned, self.stages[1].pinned)

    def _other(self, side: int, state: int) -> int:
        return -1 if self._pairing is None else self._pairing.other(state, of_left=side == 0)

    def _hover(self, side: int, state: int) -> None:
        other = self._other(side, state)
        self._pointed = (state, other) if side == 0 else (other, state)
        content = self.stages[1 - side].content
        cell = int(content.world.layout.cell_of_state[other]) if content is not None and other >= 0 else -1
        self.stages[1 - side].point_at(cell)
        self.stages[side].point_at(-1)
        self.place_changed.emit()

    def _pin(self, side: int, state: int) -> None:
        if self._syncing:
            return
        self._syncing = True
        self.stages[1 - side].pin(self._other(side, state))
        self._syncing = False
        self.place_changed.emit()
