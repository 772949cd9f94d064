"""The canvas in a frame one can look at closely: as large as fits, or larger with scroll bars."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.panels.map_editor.canvas import MapCanvas
from gui.theme import color, theme

SIZES = (6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
"""Cell sizes in pixels to choose from besides "as large as fits"."""


class MapView(QScrollArea):
    """Holds the canvas; Ctrl and the wheel zoom at the pointer.

    Args:
        canvas: What it shows.

    Attributes:
        zoomed: Emitted after the size of the cells was chosen anew.
    """

    zoomed = Signal()

    def __init__(self, canvas: MapCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.setWidget(canvas)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.walked.connect(self._follow)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        palette = self.viewport().palette()
        palette.setColor(QPalette.ColorRole.Window, color("page"))
        self.viewport().setPalette(palette)

    def zoom_by(self, steps: int, at: QPointF | None = None) -> None:
        """Draw the cells larger or smaller; smaller than what fits is what fits.

        Args:
            steps: Sizes up, or down where negative.
            at: Point of the canvas that stays where it is; the cursor's cell if left out.
        """
        canvas = self._canvas
        fitting = canvas.board.fitting(self.viewport().size())
        size = canvas.board.cell_size()
        further = (
            [each for each in SIZES if each > size] if steps > 0 else [each for each in SIZES if each < size][::-1]
        )
        wanted = further[min(abs(steps), len(further)) - 1] if further else (self._canvas.zoom if steps > 0 else 0)
        self._zoom_to(0 if wanted <= fitting else wanted, at)

    def zoom_to_fit(self) -> None:
        """Draw the cells as large as fits."""
        self._zoom_to(0, None)

    def _zoom_to(self, zoom: int, at: QPointF | None) -> None:
        canvas = self._canvas
        if zoom == canvas.zoom:
            return
        at = at if at is not None else canvas.board.cell_box(canvas.cursor_cell).center()
        seen = canvas.mapTo(self.viewport(), at.toPoint())
        board = canvas.board.board_box()
        across, down = (at.x() - board.x()) / board.width(), (at.y() - board.y()) / board.height()
        canvas.set_zoom(zoom)
        # The layout has to know the new size before the bars can be moved.
        canvas.resize(canvas.minimumSize().expandedTo(self.viewport().size()))
        board = canvas.board.board_box()
        self.horizontalScrollBar().setValue(round(board.x() + across * board.width() - seen.x()))
        self.verticalScrollBar().setValue(round(board.y() + down * board.height() - seen.y()))
        self.zoomed.emit()

    def show_cell(self, cell: int) -> None:
        """Scroll so that a cell can be seen."""
        box = self._canvas.board.cell_box(cell).center().toPoint()
        room = round(self._canvas.board.cell_size())
        self.ensureVisible(box.x(), box.y(), room, room)

    def _follow(self, cell: int) -> None:
        if self._canvas.zoom:
            self.show_cell(cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            if turned:
                self.zoom_by(
                    1 if turned > 0 else -1,
                    self._canvas.mapFrom(self.viewport(), event.position().toPoint()).toPointF(),
                )
            event.accept()
            return
        super().wheelEvent(event)
