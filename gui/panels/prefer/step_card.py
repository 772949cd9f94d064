"""One of the steps: what it is, how it stands, what goes wrong in it, and the buttons that do it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gui.theme import CAPTION, TEXT, theme
from gui.widgets.card import Card
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

Button = tuple[str, str, str]
"""Name, key of its text, icon."""


class StepCard(Card):
    """A card with a line, a bar while something is done, and buttons.

    Args:
        title_key: Translation key of its heading.
        words_key: Translation key of what the step is.
        buttons: Its buttons, left to right; the first one is what the step is about.

    Attributes:
        wanted: A button was pressed: its name.
        cancelled: What is being done is to end.
    """

    wanted = Signal(str)
    cancelled = Signal()

    def __init__(
        self, title_key: str, words_key: str, buttons: Iterable[Button], parent: QWidget | None = None
    ) -> None:
        super().__init__(title_key, parent=parent)
        self.words = TextLabel(words_key, CAPTION, "dim", wrap=True)
        self.line = TextLabel("", TEXT, wrap=True)
        self.problem = TextLabel("", TEXT, "bad", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.cancel = PillButton("library.cancel", "close", "quiet", small=True)
        self.cancel.clicked.connect(self.cancelled)
        self.buttons = {name: PillButton(key, icon or None, "plain", small=True) for name, key, icon in buttons}
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
        for widget in (self.words, self.line, self.problem):
            self.body.addWidget(widget)
        self.work = QWidget()
        work = QHBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.addWidget(self.bar, 1)
        work.addWidget(self.cancel)
        self.row = QHBoxLayout()
        self.row.setSpacing(theme().px(8))
        for button in self.buttons.values():
            self.row.addWidget(button)
        self.row.addStretch(1)
        self.body.addWidget(self.work)
        self.body.addLayout(self.row)
        self.show_work(False)
        self.show_problem("")

    def show_line(self, text: str) -> None:
        """Say how it stands, in the language in use."""
        self.line.set_text(text)
        self.line.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        """Say what went wrong, in the language in use; empty for nothing."""
        self.problem.set_text(text)
        self.problem.setVisible(bool(text))

    def show_work(self, going: bool, done: int = 0, of: int = 0) -> None:
        """Show that it is being done.

        Args:
            going: Whether it is.
            done: How much of it.
            of: Of how much; 0 where nobody knows.
        """
        self.work.setVisible(going)
        self.bar.setRange(0, of)
        self.bar.setValue(done)

    def allow(self, names: Collection[str], seen: Collection[str], first: str) -> None:
        """Allow some buttons, show some, and let one of them stand out.

        Args:
            names: Those that can be pressed.
            seen: Those that are shown.
            first: What comes next; empty for none of these.
        """
        for name, button in self.buttons.items():
            button.setEnabled(name in names)
            button.setVisible(name in seen)
            kind = "primary" if name == first else "plain"
            if button.kind != kind:
                button.set_kind("primary" if name == first else "plain")
