"""The fonts Arena brings along (``assets/fonts``), so that it looks the same on every machine.

Chinese is written in the system's own fonts: one of ours would be ten times the size of everything else.
"""

from __future__ import annotations

from importlib import resources

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFontDatabase, QGuiApplication

from gui.theme import TEXT, font

_ENDINGS = (".otf", ".ttf")


def load_fonts() -> list[str]:
    """Make the shipped fonts known to Qt and write the application's texts in them.

    Returns:
        Names of the families that were added.
    """
    families: list[str] = []
    for file in sorted(resources.files("assets").joinpath("fonts").iterdir(), key=lambda item: item.name):
        if file.name.endswith(_ENDINGS):
            added = QFontDatabase.addApplicationFontFromData(QByteArray(file.read_bytes()))
            families += [name for name in QFontDatabase.applicationFontFamilies(added) if name not in families]
    QGuiApplication.setFont(font(TEXT))
    return families
