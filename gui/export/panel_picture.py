"""A panel or a whole page as a picture: pixels at twice the size of the screen's, or lines and letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from gui.export.svg_finish import finished
from gui.language import tr
from gui.theme import color
from gui.widgets.stage.stage import StageWidget

SHARPNESS = 2.0
"""Pixels of a PNG for each pixel of the window: sharp in print and on a wall."""

_DOTS_PER_INCH = 96
_FLAGS = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren


@contextmanager
def _posing(widget: QWidget) -> Iterator[None]:
    """Let every stage in a widget paint itself with the painter it is given."""
    stages = [widget] if isinstance(widget, StageWidget) else widget.findChildren(StageWidget)
    for stage in stages:
        stage.for_picture = True
    try:
        yield
    finally:
        for stage in stages:
            stage.for_picture = False


def picture_of(widget: QWidget, sharpness: float = SHARPNESS) -> QImage:
    """Return a widget as pixels.

    Args:
        widget: A panel or a page; it need not be in front.
        sharpness: Pixels for each pixel of the window.
    """
    image = QImage(widget.size() * sharpness, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(sharpness)
    image.fill(color("page"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    with _posing(widget):
        widget.render(painter, QPoint(), QRegion(), _FLAGS)
    painter.end()
    return image


def png_of(image: QImage) -> bytes:
    """Return a picture as the content of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def svg_of(widget: QWidget, title: str = "") -> bytes:
    """Return a widget as the content of an SVG file: texts stay texts, shapes stay shapes.

    Args:
        widget: A panel or a page.
        title: What it shows, for programs that read it aloud.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    made.setOutputDevice(buffer)
    made.setResolution(_DOTS_PER_INCH)
    made.setSize(QSize(widget.size()))
    made.setViewBox(QRect(QPoint(), widget.size()))
    made.setTitle(title)
    made.setDescription(tr("app.name"))
    painter = QPainter(made)
    painter.fillRect(QRect(QPoint(), widget.size()), color("page"))
    with _posing(widget):
        widget.render(painter, QPoint(), QRegion(), _FLAGS)
    painter.end()
    buffer.close()
    return finished(bytes(data.data()))
