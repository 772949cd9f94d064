"""A clip as phones see it: drawn as the window draws it, small, all its steps in one picture."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from agents.class_poll.wire import Film
from gui.panels.prefer.clip_drawing import ClipDrawing, GameClip

MOST_STEPS = 100
"""Of a longer clip every so many steps are left out: 40 phones load it at once."""

_LONG_SIDE = 240
"""Pixels of a grid world's longer side; a game is shown in its own."""

_COLORS = 64


def film_of(drawing: ClipDrawing) -> Film:
    """Return what phones show of a clip.

    Args:
        drawing: Draws it.
    """
    width, height = drawing.shape
    if not isinstance(drawing, GameClip):
        scale = _LONG_SIDE / max(width, height)
        width, height = round(width * scale), round(height * scale)
    every = math.ceil(drawing.steps / MOST_STEPS)
    steps = [*range(0, drawing.steps - 1, every), drawing.steps - 1]
    columns = math.ceil(math.sqrt(len(steps)))
    rows = math.ceil(len(steps) / columns)
    ground = QImage(width, height, QImage.Format.Format_RGB888)
    ground.fill(0)
    painter = QPainter(ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.paint_ground(painter, QRectF(0, 0, width, height))
    painter.end()
    sheet = QImage(columns * width, rows * height, QImage.Format.Format_RGB888)
    sheet.fill(0)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, step in enumerate(steps):
        row, column = divmod(place, columns)
        box = QRectF(column * width, row * height, width, height)
        painter.save()
        painter.setClipRect(box)
        painter.drawImage(box, ground)
        drawing.paint_step(painter, box, step)
        painter.restore()
    painter.end()
    return Film(
        width=width, height=height, steps=len(steps), columns=columns, pace=drawing.pace / every, png=_png(sheet)
    )  # fmt: skip


def _png(sheet: QImage) -> bytes:
    lines = np.frombuffer(sheet.constBits(), np.uint8).reshape(sheet.height(), sheet.bytesPerLine())
    colors = np.ascontiguousarray(lines[:, : 3 * sheet.width()]).reshape(sheet.height(), sheet.width(), 3)
    made = io.BytesIO()
    # Few colours, flat areas: a palette is a quarter of the size and looks the same.
    palette = Image.fromarray(colors).quantize(_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette.save(made, "PNG", optimize=False, compress_level=6)
    return made.getvalue()
