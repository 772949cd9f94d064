"""About: what Arena is, its version, and whose work it stands on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QLibraryInfo, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from arena.runs.locations import home
from gui.icons import pixmap
from gui.language import tr
from gui.theme import color
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_PARTS = (
    ("PySide6-Essentials", "PySide6 (Qt for Python)", "LGPL-3.0"),
    ("numpy", "NumPy", "BSD-3-Clause"),
    ("numba", "Numba", "BSD-2-Clause"),
    ("gymnasium", "Gymnasium", "MIT"),
    ("pygame-ce", "pygame-ce", "LGPL-2.1"),
    ("pyqtgraph", "PyQtGraph", "MIT"),
    ("tensorboard", "TensorBoard", "Apache-2.0"),
    ("ale-py", "ale-py", "GPL-2.0"),
)
"""Distribution, name, licence."""

_FONTS = (("Inter 3.19", "OFL-1.1"), ("JetBrains Mono 2.242", "OFL-1.1"))


def installed(distribution: str) -> str:
    """Return the version of an installed distribution, empty if it is not there; nothing is imported."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


class AboutDialog(QDialog):
    """About Arena.

    Args:
        parent: The window.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("about.title"))
        self.setMinimumWidth(520)
        close = PillButton("shell.dialog.close", kind="primary")
        close.clicked.connect(self.accept)
        folder = TextLabel("", 12, "dim", wrap=True)
        folder.set_text(tr("about.data", folder=str(home())))
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(10)
        column.addLayout(self._head())
        column.addWidget(TextLabel("about.license", ink="dim", wrap=True))
        column.addSpacing(6)
        column.addWidget(TextLabel("about.parts", 13, "dim", semibold=True))
        column.addLayout(self._parts())
        column.addSpacing(6)
        column.addWidget(folder)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self) -> QHBoxLayout:
        mark = QLabel()
        mark.setPixmap(pixmap("lab", 44, color("accent"), self.devicePixelRatioF()))
        number = TextLabel("", 13, "dim")
        own = installed("arena-lab")
        number.set_text(tr("about.version", version=own) if own else tr("about.version.checkout"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(TextLabel("app.name", 22, bold=True))
        words.addWidget(TextLabel("about.line"))
        words.addWidget(number)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    @staticmethod
    def _parts() -> QGridLayout:
        rows = [("Python", platform.python_version(), "PSF-2.0"), ("Qt", QLibraryInfo.version().toString(), "LGPL-3.0")]
        rows += [(name, installed(package) or tr("about.not_installed"), licence) for package, name, licence in _PARTS]
        rows += [(name, "", licence) for name, licence in _FONTS]
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for line, (name, number, licence) in enumerate(rows):
            for place, (text, ink) in enumerate(((name, "text"), (number, "dim"), (licence, "dim"))):
                label = TextLabel("", 13, ink, mono=place == 1)  # type: ignore[arg-type]
                label.set_text(text)
                grid.addWidget(label, line, place)
        grid.setColumnStretch(2, 1)
        return grid
