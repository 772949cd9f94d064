"""Icons: own outlines (SVG in ``assets/icons``) drawn in any colour and size.

QtAwesome was measured at 0.32 s of import time, a fifth of what the whole start may take; QtSvg costs 0.01 s.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.theme import theme

_SIZES = (16, 20, 24, 32, 40, 48, 64)
"""Pixel sizes an icon is drawn at beforehand, so that every usual size stays crisp at 1×, 1.5× and 2×."""


@lru_cache(maxsize=256)
def _renderer(name: str, rgb: str) -> QSvgRenderer:
    source = resources.files("assets").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(source.replace("currentColor", rgb).encode()))


def paint_icon(painter: QPainter, name: str, box: QRectF, color: QColor) -> None:
    """Draw an icon into a box; always sharp, for widgets that paint themselves.

    Args:
        painter: Where to draw.
        name: File name in ``assets/icons`` without its ending.
        box: Where, in the painter's coordinates.
        color: Colour of its lines; its alpha counts.
    """
    painter.save()
    painter.setOpacity(painter.opacity() * color.alphaF())
    _renderer(name, color.name()).render(painter, box)
    painter.restore()


def pixmap(name: str, size: int, color: QColor, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a picture.

    Args:
        name: Icon name.
        size: Edge length in device independent pixels.
        color: Colour of its lines.
        ratio: Device pixels per pixel.
    """
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_icon(painter, name, QRectF(0, 0, drawn.width(), drawn.height()), color)
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@lru_cache(maxsize=128)
def _drawn(name: str, rgb: str, faint: str) -> QIcon:
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, size, QColor(rgb)), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, QColor(faint)), QIcon.Mode.Disabled)
    return made


def icon(name: str, color: str | None = None) -> QIcon:
    """Return an icon in a colour of the palette in use.

    Widgets that keep one ask again when ``theme().changed`` is emitted.

    Args:
        name: Icon name.
        color: ``#rrggbb``; the text colour if left out.
    """
    colors = theme().colors
    return _drawn(name, color or colors.text, colors.line)
