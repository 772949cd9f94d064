"""The part of the Lab between its bars."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class LabMiddle(QWidget):
    """Holds stage and cards; it tells when its size has changed, which is later than the page's own change.

    Attributes:
        resized: Emitted after it got another size.
    """

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
