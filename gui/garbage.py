"""When Python takes away what only refers to itself: between two turns of the event loop, in the window's own thread.

By itself Python does so in the middle of anything, in whatever thread makes the next object. A closed dialog is such
garbage: taken away while Qt walks over all widgets (a new style sheet, a new palette), it ends the process with a
segmentation fault (seen; ``tests/gui/test_garbage.py`` does it again), and taken away in the thread that reads a
worker's messages it is destroyed where no widget may be.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 300
"""How often it is looked whether there is enough to collect."""


class TidyGarbage(QObject):
    """Collects on a timer instead of at random; makes an end of automatic collection for this process.

    Args:
        parent: What it lives and ends with.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What is there at the start stays to the end: it need not be looked through again and again.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        for generation in (2, 1, 0):
            if due[generation]:
                gc.collect(generation)
                return

    def end(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
