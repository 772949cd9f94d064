"""What can be done to a map from a menu, a button or the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.language import language, tr

_ACTIONS: dict[str, tuple[str, ...]] = {
    "new": ("Ctrl+N",),
    "open": ("Ctrl+O",),
    "save": ("Ctrl+S",),
    "copy": ("Ctrl+C",),
    "paste": ("Ctrl+V",),
    "undo": ("Ctrl+Z",),
    "redo": ("Ctrl+Shift+Z", "Ctrl+Y"),
    "zoom_in": ("Ctrl++", "Ctrl+="),
    "zoom_out": ("Ctrl+-",),
    "zoom_fit": ("Ctrl+0",),
    "change": (),
    "use": ("Ctrl+Return", "Ctrl+Enter"),
}
_BEFORE_A_LINE = ("paste", "redo", "zoom_fit")


class EditorActions(QObject):
    """The actions by name; each belongs to the editor and works while the keyboard is in it.

    Args:
        editor: The editor.
    """

    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        self.by_name: dict[str, QAction] = {}
        self._menu: list[QAction] = []
        for name, keys in _ACTIONS.items():
            action = QAction(editor)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            editor.addAction(action)
            self.by_name[name] = action
            self._menu.append(action)
            if name in _BEFORE_A_LINE:
                line = QAction(editor)
                line.setSeparator(True)
                self._menu.append(line)
        language().changed.connect(self.retranslate)
        self.retranslate()

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def for_menu(self) -> list[QAction]:
        """Return the actions and the lines between their groups, in the order of a menu."""
        return list(self._menu)

    def asked_by(self, event: QKeyEvent) -> QAction | None:
        """Return the action whose keys were pressed."""
        pressed = QKeySequence(event.keyCombination())
        return next((action for action in self.by_name.values() if pressed in action.shortcuts()), None)

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for name, action in self.by_name.items():
            action.setText(tr("editor." + name))
