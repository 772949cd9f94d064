"""All keys on one card."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.language import tr
from gui.theme import color, font
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "shortcuts.everywhere",
        (
            ("Ctrl+1", "shortcuts.go_start"),
            ("Ctrl+2", "shortcuts.go_lab"),
            ("Ctrl+3", "shortcuts.go_prefer"),
            ("Ctrl+4", "shortcuts.go_experiments"),
            ("Ctrl+O", "shortcuts.open"),
            ("Ctrl+Shift+O", "shortcuts.open_run"),
            ("Ctrl+Shift+N", "shortcuts.new_agent"),
            ("Ctrl+Shift+S", "shortcuts.save_scene"),
            ("Ctrl+Shift+P", "shortcuts.picture"),
            ("F5", "shortcuts.projector"),
            ("F11", "shortcuts.full_screen"),
            ("F1", "shortcuts.help"),
            ("Ctrl+Q", "shortcuts.quit"),
        ),
    ),
    (
        "shortcuts.stage",
        (
            ("Space", "shortcuts.run"),
            ("→ . PgDn", "shortcuts.step"),
            ("← , PgUp", "shortcuts.back"),
            ("Home End", "shortcuts.home_end"),
            ("[", "shortcuts.slower"),
            ("]", "shortcuts.faster"),
            ("B", "shortcuts.beat"),
            ("W", "shortcuts.why"),
            ("C", "shortcuts.cover"),
            ("Alt+↑↓←→", "shortcuts.cursor"),
            ("Enter", "shortcuts.pin"),
            ("N", "shortcuts.note"),
            ("Ctrl+T", "shortcuts.what_if"),
            ("Ctrl+L", "shortcuts.luck"),
            ("↑ ↓ ← →", "shortcuts.move"),
        ),
    ),
    (
        "shortcuts.prefer",
        (
            ("← →", "shortcuts.prefer_better"),
            ("↑", "shortcuts.prefer_equal"),
            ("↓", "shortcuts.prefer_unclear"),
            ("Ctrl+Z", "shortcuts.prefer_back"),
            ("Space", "shortcuts.prefer_hold"),
        ),
    ),
    (
        "shortcuts.editor",
        (
            ("W S G …", "shortcuts.editor_brush"),
            ("Space", "shortcuts.editor_paint"),
            ("Del", "shortcuts.editor_erase"),
            ("+ \u2212", "shortcuts.editor_number"),
            ("Ctrl+Z Ctrl+Y", "shortcuts.editor_undo"),
            ("Ctrl+Enter", "shortcuts.editor_use"),
        ),
    ),
    (
        "shortcuts.start",
        (
            ("Enter", "shortcuts.open_scene"),
            ("↑ ↓ ← →", "shortcuts.between_scenes"),
            ("Del", "shortcuts.delete_run"),
        ),
    ),
)


class KeyCaps(QWidget):
    """Keys drawn as keys.

    Args:
        keys: Names of alternative keys, separated by spaces.
    """

    def __init__(self, keys: str) -> None:
        super().__init__()
        native = QKeySequence.SequenceFormat.NativeText
        self._caps = [
            QKeySequence(cap).toString(native) if "+" in cap and cap.isascii() else cap for cap in keys.split()
        ]
        self._font = font(12, mono=True)
        self.setAccessibleName(keys)
        self.setFixedSize(self.sizeHint())

    def _widths(self) -> list[int]:
        metrics = QFontMetricsF(self._font)
        return [max(24, round(metrics.horizontalAdvance(cap)) + 14) for cap in self._caps]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 5 * (len(self._caps) - 1), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font)
        x = 0
        for cap, width in zip(self._caps, self._widths(), strict=True):
            box = QRectF(x, 0, width, 24)
            rounded(painter, box, 5, color("raised"), color("line"))
            painter.setPen(color("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cap)
            x += width + 5
        painter.end()


class ShortcutsDialog(QDialog):
    """The list of shortcuts.

    Args:
        parent: The window.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("shortcuts.title"))
        columns = QHBoxLayout()
        columns.setSpacing(44)
        halves = (_GROUPS[0::2], _GROUPS[1::2])
        for groups in halves:
            column = QVBoxLayout()
            column.setSpacing(8)
            for title_key, rows in groups:
                column.addWidget(TextLabel(title_key, 13, "dim", semibold=True))
                column.addLayout(self._rows(rows))
                column.addSpacing(12)
            column.addStretch(1)
            columns.addLayout(column)
        close = PillButton("shell.dialog.close", kind="primary")
        close.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 24, 28, 20)
        outer.setSpacing(10)
        outer.addWidget(TextLabel("shortcuts.title", 20, semibold=True))
        outer.addWidget(TextLabel("shortcuts.line", ink="dim"))
        outer.addSpacing(10)
        outer.addLayout(columns)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _rows(rows: tuple[tuple[str, str], ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(7)
        for line, (keys, text_key) in enumerate(rows):
            grid.addWidget(KeyCaps(keys), line, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(TextLabel(text_key), line, 1)
        grid.setColumnStretch(1, 1)
        return grid
