"""A picture with most of its colour taken out: what lies in the past."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPixmap

SATURATION = 102
"""Of 256: 40 % of the colour is kept."""

_LUMA = np.array([18, 183, 55], np.uint16)
"""Weights of blue, green and red in the brightness of a pixel, of 256 (Rec. 709): brightness stays, so ink is read as
well as before."""


class Faded:
    """Keeps the faded copy of a picture as long as the picture is the same."""

    def __init__(self) -> None:
        self._key = 0
        self._copy = QPixmap()

    def of(self, picture: QPixmap) -> QPixmap:
        """Return the faded copy."""
        if picture.cacheKey() != self._key:
            self._key, self._copy = picture.cacheKey(), faded(picture)
        return self._copy


def faded(picture: QPixmap) -> QPixmap:
    """Return a picture at 40 % saturation."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine() // 4, 4)[:, :width]
    color = pixels[..., :3].astype(np.uint16)
    grey = (color @ _LUMA) >> 8
    mixed = np.full((height, width, 4), 255, np.uint8)
    mixed[..., :3] = (color * SATURATION + grey[..., np.newaxis] * (256 - SATURATION)) >> 8
    made = QImage(mixed.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
    made.setDevicePixelRatio(picture.devicePixelRatioF())
    return QPixmap.fromImage(made)
