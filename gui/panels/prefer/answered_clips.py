"""The last answered pair as the reward model sees it: both clips, r̂ under them, and what r̂ hangs on in each step."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from agents.deep.place_kind import OBJECTS_ID
from arena.environments.world import WorldLayout
from arena.preferences.clip import Clip
from gui.panels.prefer.clip_drawing import ClipDrawing, drawing_of
from gui.panels.prefer.clip_pair import ClipPair
from gui.panels.prefer.field_bars import FieldBars
from gui.panels.prefer.reward_line import RewardLine, shared_range
from gui.theme import color
from gui.widgets.text_label import TextLabel

_TICK_MS = 50
_HEIGHT = 210


class SeesArrays(Protocol):
    """What the window knows of a run's newest view."""

    def array(self, name: str) -> NDArray[Any] | None:
        """Return an array of it, ``None`` where it has none of that name."""


class LitClip(ClipDrawing):
    """Pictures of a game, lit up where r̂ looks.

    Args:
        drawing: The pictures.
    """

    def __init__(self, drawing: ClipDrawing) -> None:
        self._drawing = drawing
        self._saliency: NDArray[np.uint8] = np.zeros((0, 0, 0), np.uint8)
        self.steps, self.pace = drawing.steps, drawing.pace

    def light(self, saliency: NDArray[Any] | None) -> None:
        """Light them up; where they are goes on.

        Args:
            saliency: ``uint8 [T, H, W]``; ``None`` for no light.
        """
        good = saliency is not None and saliency.dtype == np.uint8 and saliency.ndim == 3 and saliency.size
        self._saliency = np.asarray(saliency, np.uint8) if good else np.zeros((0, 0, 0), np.uint8)

    @property
    def shape(self) -> tuple[int, int]:
        return self._drawing.shape

    def paint_ground(self, painter: QPainter, box: QRectF) -> None:
        self._drawing.paint_ground(painter, box)

    def paint_step(self, painter: QPainter, box: QRectF, step: int) -> None:
        self._drawing.paint_step(painter, box, step)
        if not len(self._saliency):
            return
        found = self._saliency[min(step, len(self._saliency) - 1)]
        shade = color("accent")
        lit = np.zeros((*found.shape, 4), np.uint8)
        lit[..., :3] = shade.red(), shade.green(), shade.blue()
        lit[..., 3] = found // 4 * 3
        height, width = found.shape
        painter.drawImage(box, QImage(lit.data, width, height, 4 * width, QImage.Format.Format_RGBA8888))


class AnsweredClips(QWidget):
    """A pair that has been answered; before that it is not to be shown: what the model thinks would lead the answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair = ClipPair()
        self.pair.setFixedHeight(_HEIGHT)
        self.pair.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = TextLabel("prefer.answered.words", 13, "dim", wrap=True)
        self.lines = RewardLine(), RewardLine()
        self.bars = FieldBars(), FieldBars()
        self._clips: tuple[Clip, Clip] | None = None
        self._drawings: tuple[ClipDrawing | None, ClipDrawing | None] = (None, None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.pair)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        self.over, self.fields = TextLabel("prefer.line.reward", 13, "dim"), TextLabel("prefer.fields", 13, "dim")
        grid.addWidget(self.over, 0, 0, 1, 2)
        grid.addWidget(self.fields, 2, 0, 1, 2)
        for side in (0, 1):
            grid.addWidget(self.lines[side], 1, side)
            grid.addWidget(self.bars[side], 3, side)
            self.lines[side].moved.connect(self.pair.hold)
            self.lines[side].let_go.connect(self.pair.go_on)
        column.addLayout(grid)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.show_clips(None, None)

    @property
    def clip_ids(self) -> tuple[str, ...]:
        """Ids of the clips that are shown; none while there is no pair."""
        return () if self._clips is None else tuple(clip.clip_id for clip in self._clips)

    @property
    def layers(self) -> tuple[str, ...]:
        """What the worker is to be asked for."""
        if self._clips is None:
            return ()
        kinds = ["clip"]
        if self._clips[0].kind == "pixels":
            kinds.append("clip_saliency")
        elif self._clips[0].kind != "states":
            kinds.append("clip_fields")
        return tuple(f"{kind}:{clip.clip_id}" for clip in self._clips for kind in kinds)

    def show_clips(self, clips: tuple[Clip, Clip] | None, layout: WorldLayout | None) -> None:
        """Show an answered pair; ``None`` for none.

        Args:
            clips: The left and the right clip.
            layout: Where states lie, in a world of tables.
        """
        self._clips = clips
        drawings = [] if clips is None else [drawing_of(clip, layout) for clip in clips]
        if clips is not None and clips[0].kind == "pixels":
            drawings = [drawing and LitClip(drawing) for drawing in drawings]
        self._drawings = (drawings[0], drawings[1]) if drawings else (None, None)
        self.pair.show_pair(*self._drawings)
        self.show_arrays(None)
        there = clips is not None and None not in self._drawings
        self.setVisible(there)
        self._timer.start() if there else self._timer.stop()

    def show_arrays(self, state: SeesArrays | None) -> None:
        """Show what the newest view says of the clips."""
        ids = self.clip_ids
        said = [None if state is None else state.array(f"clip:{clip_id}") for clip_id in ids] or [None, None]
        low, high = shared_range(*said)
        for line, members in zip(self.lines, said, strict=True):
            line.show_members(members, low, high)
        fields = [None if state is None else state.array(f"clip_fields:{clip_id}") for clip_id in ids] or [None, None]
        breakout = self._clips is not None and self._clips[0].env_id == OBJECTS_ID
        for bars, found in zip(self.bars, fields, strict=True):
            bars.show_fields(found, breakout=breakout)
        numbers = self._clips is not None and self._clips[0].kind in ("objects", "vector")
        for widget in (self.fields, *self.bars):
            widget.setVisible(numbers)
        for clip_id, drawing in zip(ids, self._drawings, strict=False):
            if isinstance(drawing, LitClip):
                drawing.light(None if state is None else state.array(f"clip_saliency:{clip_id}"))
        self.tick()

    def tick(self) -> None:
        """Mark where both clips are by now."""
        for side, screen in enumerate((self.pair.left, self.pair.right)):
            self.lines[side].show_step(screen.step)
            self.bars[side].show_step(screen.step)
