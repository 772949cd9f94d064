"""Opening a file in the system's text editor. A Python file must never be run by it, whatever the system would do."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def open_in_editor(path: Path) -> bool:
    """Open a file as text; say whether the system knew how."""
    # On Windows and macOS a double click on a Python file may run it: there the editor is named.
    if sys.platform == "win32":
        return bool(QProcess.startDetached("notepad.exe", [str(path)])[0])
    if sys.platform == "darwin":
        return bool(QProcess.startDetached("open", ["-t", str(path)])[0])
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> bool:
    """Open the folder a file lies in; say whether the system knew how."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
