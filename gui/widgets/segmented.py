"""A row of alternatives of which one holds: layers, speeds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.language import language, tr
from gui.theme import RADIUS, TEXT, color, font, theme
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

_HEIGHT, _PADDING, _MARGIN = 28, 11, 3


class _Segment(PaintedButton):
    """One alternative."""

    def __init__(self, id: str, text_key: str, tip_key: str, parent: Segmented) -> None:
        self.id = id
        self._row = parent
        super().__init__(text_key, tip_key=tip_key, parent=parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _font(self, *, chosen: bool) -> QFont:
        return font(theme().px(TEXT - 0.5), semibold=chosen)

    def sizeHint(self) -> QSize:
        # Measured in the weight of the chosen one: choosing moves nothing.
        px = theme().px
        width = QFontMetricsF(self._font(chosen=True)).horizontalAdvance(self.text())
        return QSize(round(width) + 2 * px(_PADDING), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            self._row.choose_next(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        box, radius = QRectF(self.rect()), theme().px(RADIUS - 3)
        if self.isChecked():
            dark = theme().dark
            rounded(painter, box, radius, color("page" if dark else "surface"), None if dark else color("line"))
        painter.setFont(self._font(chosen=self.isChecked()))
        painter.setPen(color("text" if self.isChecked() or self.hovered else "dim"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.ring:
            focus_ring(painter, box, radius)
        painter.end()


class Segmented(QWidget):
    """Alternatives side by side; arrow keys move between them, Tab enters at the chosen one.

    Args:
        choices: ``(id, text key)`` or ``(id, text key, tooltip key)`` each.
        name_key: Translation key of what is chosen here, its accessible name.
        parent: Qt parent.

    Attributes:
        changed: Emitted with the id after a person chose another one (not by :meth:`set_value`).
    """

    changed = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, ...]], *, name_key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self._value = ""
        self._group = QButtonGroup(self)
        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(0)
        self._segments: dict[str, _Segment] = {}
        for name, text_key, *tip in choices:
            segment = _Segment(name, text_key, tip[0] if tip else "", self)
            segment.clicked.connect(self._clicked)
            self._group.addButton(segment)
            self._layout.addWidget(segment)
            self._segments[name] = segment
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()
        if self._segments:
            self.set_value(next(iter(self._segments)))

    @property
    def value(self) -> str:
        """Id of the chosen alternative."""
        return self._value

    def set_value(self, id: str) -> None:
        """Show an alternative as chosen, silently; an unknown one is ignored."""
        if id in self._segments:
            self._value = id
            self._segments[id].setChecked(True)

    def set_available(self, id: str, available: bool) -> None:
        """Enable or disable one alternative."""
        self._segments[id].setEnabled(available)

    def choose_next(self, by: int) -> None:
        """Choose the next (1) or previous (−1) alternative that is available."""
        ids = [name for name, segment in self._segments.items() if segment.isEnabled()]
        if self._value in ids and 0 <= ids.index(self._value) + by < len(ids):
            segment = self._segments[ids[ids.index(self._value) + by]]
            segment.setFocus(Qt.FocusReason.TabFocusReason)
            segment.click()

    def retranslate(self) -> None:
        """Set the accessible name in the language in use."""
        if self._name_key:
            self.setAccessibleName(tr(self._name_key))

    def restyle(self) -> None:
        """Measure and paint again."""
        margin = theme().px(_MARGIN)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self.updateGeometry()
        self.update()

    def _clicked(self) -> None:
        segment = self.sender()
        if isinstance(segment, _Segment) and segment.id != self._value:
            self._value = segment.id
            self.changed.emit(segment.id)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), theme().px(RADIUS), color("raised"))
        painter.end()
