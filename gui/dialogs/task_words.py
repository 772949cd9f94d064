"""The task card: what is to be preferred, in one's own words, and in which world."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.language import tr
from gui.state.preference_tasks import EXAMPLES, LONGEST_WORDS, PreferenceTask, places
from gui.state.run_words import world_title
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel


class TaskWords(QDialog):
    """One line of words, examples to press, and a world.

    Args:
        parent: The window.
        words: What stands on the card now.
        place: A task in the world that is shown now.

    Attributes:
        written: The words, and a task in the world they are meant for.
    """

    written = Signal(str, object)

    def __init__(self, parent: QWidget, words: str, place: PreferenceTask) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("prefer.words.title"))
        self.setMinimumWidth(520)
        self._places = {str(index): known for index, known in enumerate(places())}
        self.words = QLineEdit(words)
        self.words.setMaxLength(LONGEST_WORDS)
        self.words.setPlaceholderText(tr("prefer.words.placeholder"))
        self.words.setAccessibleName(tr("prefer.words.title"))
        self.world = Chooser("prefer.words.world")
        self.world.set_choices(
            [Choice(key, world_title(known.env_id, known.env_kwargs)) for key, known in self._places.items()]
        )
        here = (place.env_id, dict(place.env_kwargs))
        self.world.set_value(
            next((key for key, known in self._places.items() if (known.env_id, dict(known.env_kwargs)) == here), "0")
        )
        self.cancel = PillButton("library.cancel", kind="plain")
        self.take = PillButton("prefer.words.take", kind="primary")
        self._lay_out()
        self.words.textChanged.connect(lambda _: self._allow())
        self.words.returnPressed.connect(self._take)
        self.cancel.clicked.connect(self.reject)
        self.take.clicked.connect(self._take)
        self._allow()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("prefer.words.title", 18, semibold=True))
        column.addWidget(TextLabel("prefer.words.help", ink="dim", wrap=True))
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(TextLabel("prefer.words.examples", 13, "dim"))
        self.examples: dict[str, LinkButton] = {}
        for name in EXAMPLES:
            link = self.examples[name] = LinkButton("prefer.words.example." + name)
            link.clicked.connect(lambda _=False, name=name: self._put("prefer.words.example." + name))
            row.addWidget(link)
        row.addStretch(1)
        column.addLayout(row)
        place = QHBoxLayout()
        place.addWidget(self.world)
        place.addStretch(1)
        column.addLayout(place)
        column.addWidget(TextLabel("prefer.words.new_run", 12.5, "dim", wrap=True))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column.addLayout(buttons)

    def _put(self, key: str) -> None:
        self.words.setText(tr(key))
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _said(self) -> str:
        return " ".join(self.words.text().split())

    def _allow(self) -> None:
        self.take.setEnabled(bool(self._said()))

    def _take(self) -> None:
        if self._said():
            self.written.emit(self._said(), self._places[self.world.value])
            self.accept()
