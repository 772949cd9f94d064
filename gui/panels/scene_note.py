"""The note of a scene: what to look at, what to predict before looking, what to try."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from arena.scenes.scene_file import Question, Scene
from arena.texts import localized
from gui.language import language
from gui.panels.answer_button import AnswerButton, Verdict
from gui.theme import TEXT, theme
from gui.widgets.card import Card
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_WIDE = 600
"""From this width on, note and question stand side by side."""


class SceneNote(Card):
    """A card among the cards of the Lab.

    It takes the place of two of them while it is read, so that the stage keeps its size.

    Attributes:
        folded: Emitted when it is to be folded away.
        all_wanted: Emitted when every control is to be shown again.
    """

    folded = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._scene = Scene()
        self._revealed = False
        self._wide = False
        self._chosen = -1
        super().__init__(parent=parent)
        self.name = TextLabel("", 15, semibold=True)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reveal = LinkButton("scene.note.reveal", tip_key="scene.note.reveal.tip")
        self.all = LinkButton("scene.note.all", tip_key="scene.note.all.tip")
        self.fold = PillButton("scene.note.fold", "chevron_down", "quiet", icon_only=True, small=True)
        self.other = TextLabel("", TEXT - 1, "warning", wrap=True)
        self.other.hide()
        self.text = TextLabel("", TEXT - 0.5, wrap=True)
        self.ask = TextLabel("", TEXT - 0.5, semibold=True, wrap=True)
        self.answer = TextLabel("", TEXT - 0.5, wrap=True)
        self.answers: list[AnswerButton] = []
        self._lay_out()
        self.reveal.clicked.connect(self._toggle_answer)
        self.all.clicked.connect(self.all_wanted)
        self.fold.clicked.connect(self.folded)
        language().changed.connect(self._say)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(14)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.name, 1)
        for widget in (self.reveal, self.all, self.fold):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.body.addWidget(self.other)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        words.addWidget(self.answer)
        words.addWidget(self.text)
        words.addStretch(1)
        self._asked = QWidget()
        self._asked_column = QVBoxLayout(self._asked)
        self._asked_column.setContentsMargins(0, 0, 0, 0)
        self._asked_column.setSpacing(1)
        self._asked_column.addWidget(self.ask)
        self._asked_column.addStretch(1)
        inside = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, inside)
        self._row.setContentsMargins(0, 0, 6, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self._words, 6)
        self._row.addWidget(self._asked, 5)
        self._row.addStretch(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        self.body.addWidget(self._scroll, 1)

    def restyle(self) -> None:
        super().restyle()
        self.body.setSpacing(0)
        layout = self.layout()
        if layout is not None:
            # Seven lines are to be read without scrolling.
            margins = layout.contentsMargins()
            layout.setContentsMargins(margins.left(), margins.top() - 2, margins.right(), margins.bottom() - 2)

    # ── what it shows ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def scene(self) -> Scene:
        """The scene whose note it is."""
        return self._scene

    @property
    def revealed(self) -> bool:
        """Whether the answer is shown."""
        return self._revealed

    @property
    def chosen(self) -> int:
        """Which answer was predicted, −1 for none yet."""
        return self._chosen

    def show_scene(self, scene: Scene) -> None:
        """Show the note of a scene, its answer hidden."""
        self._scene = scene
        self._revealed, self._chosen = False, -1
        for button in self.answers:
            self._asked_column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.answers = [AnswerButton() for _ in (scene.question.choices if scene.question is not None else ())]
        for place, button in enumerate(self.answers):
            button.clicked.connect(lambda _=False, place=place: self._choose(place))
            self._asked_column.insertWidget(1 + place, button)
        self._scroll.verticalScrollBar().setValue(0)
        self._say()

    def show_departure(self, words: str) -> None:
        """Say that what is shown is not what the note was written for; empty where it is."""
        self.other.set_text(words)
        self.other.setVisible(bool(words))

    def _choose(self, place: int) -> None:
        if not self._revealed:
            self._chosen = place
        self._say()

    def _toggle_answer(self) -> None:
        self._revealed = not self._revealed
        self._scroll.verticalScrollBar().setValue(0)
        self._say()

    def _say(self) -> None:
        code = language().code
        scene, question = self._scene, self._scene.question
        self.name.set_text(localized(scene.title, code))
        self.name.setToolTip(localized(scene.title, code))
        self.setAccessibleName(localized(scene.title, code))
        self.text.set_text(localized(scene.note, code))
        # Side by side with the question there is room for one of them without scrolling.
        self.text.setVisible(not (self._revealed and self._wide))
        self.text.set_ink("dim" if self._revealed else "text")
        self.reveal.setVisible(question is not None)
        self.reveal.set_text_key("scene.note.cover" if self._revealed else "scene.note.reveal")
        self.all.setVisible(bool(scene.hidden))
        self._asked.setVisible(question is not None)
        self.answer.setVisible(self._revealed)
        if question is None:
            return
        self.ask.set_text(localized(question.ask, code))
        self.answer.set_text(localized(question.answer, code))
        for place, button in enumerate(self.answers):
            button.setChecked(place == self._chosen)
            button.show_answer(localized(question.choices[place], code), self._verdict(question, place))

    def _verdict(self, question: Question, place: int) -> Verdict:
        if not self._revealed or question.right < 0:
            return ""
        if place == question.right:
            return "right"
        return "wrong" if place == self._chosen else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme().px(_WIDE)
        if self._wide != wide:
            self._wide = wide
            self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
            self._row.setSpacing(24 if wide else 12)
            # Side by side both may be as tall as they like; one under the other nothing is to be stretched.
            self._row.setStretch(0, 6 if wide else 0)
            self._row.setStretch(1, 5 if wide else 0)
            self._row.setStretch(2, 0 if wide else 1)
            self._say()
