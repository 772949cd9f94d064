"""The editor's top bar: back, the map's name, undo and redo, files and text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gui.language import language, tr
from gui.panels.map_editor.actions import EditorActions
from gui.theme import TEXT, font, theme
from gui.widgets.pill_button import PillButton

_BUTTONS = (("new", "plus"), ("open", "folder"), ("save", "save"), ("copy", "copy"), ("paste", "paste"))


class EditorTopBar(QWidget):
    """Buttons for the editor's actions, and a field for the map's name.

    Args:
        actions: What the buttons do.

    Attributes:
        close_wanted: The person wants to leave the editor.
        titled: Emitted with the name a person gave the map.
    """

    close_wanted = Signal()
    titled = Signal(str)

    def __init__(self, actions: EditorActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leave = PillButton("editor.close", "close", "quiet", icon_only=True)
        self.leave.clicked.connect(self.close_wanted)
        self.title = QLineEdit()
        self.title.setMaxLength(80)
        self.title.setMinimumWidth(120)
        self.title.editingFinished.connect(self._titled)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        row.addWidget(self.leave)
        row.addWidget(self.title, 4)
        row.addStretch(1)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.buttons: dict[str, PillButton] = {}
        for name in ("undo", "redo"):
            row.addWidget(self._button(actions[name], name, name, icon_only=True))
        row.addSpacing(8)
        for name, icon in _BUTTONS:
            row.addWidget(self._button(actions[name], name, icon, icon_only=False))
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.restyle()

    def _button(self, action: QAction, name: str, icon: str, *, icon_only: bool) -> PillButton:
        tip = "" if icon_only else f"editor.{name}.tip"
        button = PillButton("editor." + name, icon, "quiet", icon_only=icon_only, tip_key=tip)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        self.buttons[name] = button
        return button

    def show_title(self, title: str) -> None:
        """Show the map's name; a field somebody types in is left alone."""
        if not self.title.hasFocus() or not self.title.isModified():
            self.title.setText(title)

    def retranslate(self) -> None:
        """Set the field's texts in the language in use."""
        self.title.setAccessibleName(tr("editor.title"))
        self.title.setPlaceholderText(tr("editor.title"))
        self._fit()

    def restyle(self) -> None:
        """Measure again."""
        self.title.setFont(font(theme().px(TEXT), semibold=True))
        self.title.setFixedHeight(theme().px(34))
        self.title.setMaximumWidth(theme().px(330))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # Where there is no room for words, icons do.
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        # Measuring polishes the fields; before they have their place in the window, their font would be lost with it.
        if not self.isVisible():
            return
        words = [self.buttons[name] for name, _ in _BUTTONS]
        for button in words:
            button.set_icon_only(False)
        self._row.activate()
        short = self._row.minimumSize().width() > self.width()
        for button in words:
            button.set_icon_only(short)

    def _titled(self) -> None:
        if self.title.isModified():
            self.title.setModified(False)
            self.titled.emit(self.title.text())
