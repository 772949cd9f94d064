"""Looking through the answers: each as a row, its clips large when it is chosen, changed or taken back from there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from arena.environments.world import WorldLayout
from arena.preferences.label import Answer, Label
from arena.preferences.label_set import ENDING
from arena.preferences.review import Review, review
from gui.language import language, tr
from gui.panels.prefer.answer_list import AnswerList
from gui.panels.prefer.clip_drawing import drawing_of
from gui.panels.prefer.clip_pair import ClipPair
from gui.panels.prefer.review_words import agreement_words, remarks, summary
from gui.state.preference_model import PreferenceModel
from gui.state.preference_state import PreferenceState
from gui.widgets.drawer import Drawer
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.text_label import TextLabel

_KEYS: Mapping[int, Answer] = {
    Qt.Key.Key_1: "left",
    Qt.Key.Key_2: "right",
    Qt.Key.Key_3: "equal",
    Qt.Key.Key_4: "unclear",
}


class PreferReview(QObject):
    """The drawer with the answers.

    Args:
        model: Whose answers.
        host: What the drawer covers.

    Attributes:
        import_wanted: A file of labels is to be taken in.
    """

    import_wanted = Signal()

    def __init__(self, model: PreferenceModel, host: QWidget) -> None:
        super().__init__(host)
        self.model = model
        self._layout: WorldLayout | None = None
        self._run = ""
        self._seen: tuple[object, object] = (None, None)
        self._review: Review | None = None
        self.drawer = Drawer(host, "prefer.review.title", extent=620)
        self.words = TextLabel("prefer.review.words", 13, "dim", wrap=True)
        self.save = LinkButton("prefer.review.save", tip_key="prefer.review.save.tip")
        self.save.clicked.connect(self._ask_where)
        self.drawer.heading.insertWidget(self.drawer.heading.count() - 1, self.save)
        self.pair = ClipPair()
        self.pair.setFixedHeight(230)
        self.list = AnswerList()
        self.buttons = {answer: PillButton("prefer.answer." + answer, small=True) for answer in get_args(Answer)}
        self.back = PillButton("prefer.review.take_back", "undo", "quiet", small=True)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (*self.buttons.values(), self.back):
            row.addWidget(button)
        row.addStretch(1)
        self.summary = TextLabel("", 13, "text", wrap=True)
        self.raters = TextLabel("", 12.5, "dim", wrap=True)
        self.which = Segmented(
            [("all", "prefer.review.all"), ("flagged", "prefer.review.flagged")], name_key="prefer.review.which"
        )
        self.take_in = PillButton(
            "prefer.review.import", "folder", "quiet", tip_key="prefer.review.import.tip", small=True
        )
        files = QHBoxLayout()
        files.setSpacing(6)
        files.addWidget(self.which)
        files.addStretch(1)
        files.addWidget(self.take_in)
        body = self.drawer.body
        body.addWidget(self.summary)
        body.addWidget(self.raters)
        body.addLayout(files)
        body.addWidget(self.list, 1)
        body.insertWidget(0, self.words)
        body.insertWidget(1, self.pair)
        body.insertLayout(2, row)
        for answer, button in self.buttons.items():
            button.clicked.connect(lambda _=False, answer=answer: self._change(answer))
        self.back.clicked.connect(self._turn)
        self.list.shown.connect(self._show_answer)
        self.list.key_pressed.connect(self._key)
        self.list.answers.clips_wanted.connect(model.read_clips)
        model.clips_read.connect(self._take_clips)
        self.which.changed.connect(self._retranslate)
        self.take_in.clicked.connect(self.import_wanted)
        language().changed.connect(self._retranslate)

    def open(self) -> None:
        """Show the answers, the newest first."""
        self.show_state(self.model.known)
        self.drawer.open_drawer()
        if self.list.current is None and self.list.answers.labels:
            self.list.setCurrentIndex(self.list.answers.index(0))
        self.list.setFocus()

    def show_state(self, known: PreferenceState) -> None:
        """Show what answers there are now."""
        run = self.model.state.folder
        if run != self._run:
            self._run = run
            self.list.answers.forget()
        self._layout = known.layout
        before = self.list.current
        self._look_through(known)
        self._show_rows(known)
        if before is not None:
            rows = [row for row, label in enumerate(self.list.answers.labels) if label.label_id == before.label_id]
            if rows:
                self.list.setCurrentIndex(self.list.answers.index(rows[0]))
        self._show_answer(self.list.current)

    def _look_through(self, known: PreferenceState) -> None:
        if self._seen == (known.labels, known.pairs):
            return
        self._seen = known.labels, known.pairs
        # What the model thought before it was told: afterwards it has learned from that very answer.
        guesses = {pair.pair_id: guess for pair in known.pairs.values() if (guess := known.guess_of(pair)) is not None}
        self._review = review(tuple(known.pairs.values()), known.labels, guesses)

    def _show_rows(self, known: PreferenceState) -> None:
        assert self._review is not None
        found = remarks(self._review)
        self.summary.set_text(summary(self._review))
        self.raters.set_text(agreement_words(self._review))
        self.raters.setVisible(bool(self._review.agreements))
        self.save.setVisible(bool(known.counted))
        flagged = self.which.value == "flagged"
        shown = [label for label in known.labels if not flagged or label.label_id in found]
        self.list.answers.show_labels(shown, found)

    def _retranslate(self) -> None:
        self.show_state(self.model.known)

    def _show_answer(self, label: Label | None) -> None:
        for answer, button in self.buttons.items():
            button.setEnabled(label is not None)
            button.set_kind(
                "primary" if label is not None and answer == label.answer and not label.taken_back else "plain"
            )
        self.back.setEnabled(label is not None)
        gone = label is not None and label.taken_back
        self.back.set_text_key("prefer.review.restore" if gone else "prefer.review.take_back")
        known = (None, None) if label is None else self.list.answers.clips_of(label) or (None, None)
        shown = self.pair.left.drawing, self.pair.right.drawing
        if known != shown or label is None:
            self.pair.show_pair(*known, words="" if label is None else tr("prefer.review.reading"))
        if label is not None:
            self.pair.light("" if gone else label.answer)

    def _take_clips(self, pair_id: str, clips: object) -> None:
        left, right = clips if isinstance(clips, tuple) else (None, None)
        drawn = [None if clip is None else drawing_of(clip, self._layout) for clip in (left, right)]
        self.list.answers.know_clips(pair_id, drawn[0], drawn[1])
        current = self.list.current
        if current is not None and current.pair_id == pair_id:
            self._show_answer(current)

    def _change(self, answer: Answer) -> None:
        label = self.list.current
        if label is not None:
            if label.taken_back:
                self.model.restore(label.label_id)
            if label.answer != answer:
                self.model.change(label.label_id, answer)
        self.list.setFocus()

    def _ask_where(self) -> None:
        dialog = QFileDialog(self.drawer.window(), tr("prefer.review.save.title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{tr('prefer.from.file.filter')} (*{ENDING})"])
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.selectFile(Path(self.model.state.folder).name + ENDING)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.model.save_labels)
        dialog.open()

    def _turn(self) -> None:
        label = self.list.current
        if label is not None:
            (self.model.restore if label.taken_back else self.model.withdraw)(label.label_id)
        self.list.setFocus()

    def _key(self, event: QKeyEvent) -> None:
        answer = _KEYS.get(event.key())
        if answer is not None:
            self._change(answer)
            event.accept()
        elif event.key() == Qt.Key.Key_Delete:
            self._turn()
            event.accept()
