"""Colours ready for painting, the ink that is read on them, and short texts laid out once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText

from gui.language import language
from gui.theme import font
from gui.widgets.stage.scale import BLACK, WHITE, Rgb, black_ink


class Shade(NamedTuple):
    """How one value is painted."""

    rgb: int
    """0xRRGGBB."""
    black: bool
    """Whether black ink is read on it."""
    beyond: bool
    """Whether it lies off the scale."""


def shades(rgb: Rgb, beyond: NDArray[np.bool_]) -> list[Shade]:
    """Return the shades of ``uint8 [N, 3]`` colours; asking numpy value by value would cost more than painting."""
    packed = rgb.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    return list(map(Shade, packed.tolist(), black_ink(rgb).tolist(), beyond.tolist()))


def ink_on(shade: Shade) -> QColor:
    """Return the ink that is read on a shade."""
    return QColor(BLACK if shade.black else WHITE)


def shade_of(rgb: NDArray[np.uint8]) -> Shade:
    """Return a single colour as a shade."""
    return shades(rgb[np.newaxis], np.zeros(1, bool))[0]


@lru_cache(maxsize=256)
def _fonts(pixels: float, bold: bool, semibold: bool, code: str) -> QFont:
    # The language is part of the key: it decides between Chinese families.
    assert code == language().code
    return font(pixels, bold=bold, semibold=semibold)


@lru_cache(maxsize=4096)
def _prepared(text: str, pixels: float, bold: bool, semibold: bool, code: str) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=_fonts(pixels, bold, semibold, code))
    return made


def write(
    painter: QPainter,
    box: QRectF,
    across: float,
    down: float,
    text: str,
    pixels: float,
    *,
    bold: bool = False,
    semibold: bool = False,
) -> None:
    """Write a short text into a box; laying it out is done once for all cells and frames that show the same.

    Args:
        painter: Where; its pen is the ink.
        box: The box.
        across: 0 at the left edge, 1 at the right.
        down: 0 at the top, 1 at the bottom.
        text: The text.
        pixels: Size.
        bold: Bold weight.
        semibold: Semi-bold weight.
    """
    pixels, code = float(round(pixels)), language().code
    laid_out = _prepared(text, pixels, bold, semibold, code)
    painter.setFont(_fonts(pixels, bold, semibold, code))
    size = laid_out.size()
    painter.drawStaticText(
        QPointF(box.x() + across * (box.width() - size.width()), box.y() + down * (box.height() - size.height())),
        laid_out,
    )
