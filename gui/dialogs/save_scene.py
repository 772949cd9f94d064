"""Save scene: what the file is called, what it says, what it hides, and where it begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from arena.errors import ArenaError
from arena.runs.safe_file import told_plainly
from arena.scenes.scene_checks import CONTROLS, LONGEST_ANSWER, LONGEST_LINE, LONGEST_NOTE, LONGEST_TITLE, cleaned
from arena.scenes.scene_file import ENDING, Question, Scene
from arena.scenes.scene_store import write_scene
from arena.texts import localized
from gui.language import language, number, tr
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.switch import Switch
from gui.widgets.text_label import TextLabel

_WIDTH, _COLUMNS = 620, 4


def retold(texts: Mapping[str, str], said: str, code: str) -> dict[str, str]:
    """Return a text by language after a person wrote it anew in one language.

    A translation of what is no longer said would be wrong; English stands in for every language that is not there.

    Args:
        texts: What it was before.
        said: What it is to be; empty for none.
        code: The language it is written in.
    """
    text = cleaned(said.replace("\t", " ")).strip()
    if text == localized(texts, code):
        return dict(texts)
    return {"en": text, code: text} if text else {}


def file_name(title: str) -> str:
    """Return a name for a scene's file: words of its title that every file system can hold."""
    words = re.sub(r"[^\w-]+", "-", title.strip().lower()).strip("-_")[:60]
    return (words or "scene") + ENDING


class SaveSceneDialog(QDialog):
    """Asks and writes; stays open, with a sentence, where the file cannot be written.

    Args:
        parent: The window.
        beginning: What is shown, as it began.
        moment: What is shown, at the moment shown; ``None`` where that cannot be saved.
        why_not: Why it cannot, in the language in use.
        folder: Folder that is offered.

    Attributes:
        saved: Emitted with the path of the file.
    """

    saved = Signal(str)

    def __init__(
        self, parent: QWidget, beginning: Scene, moment: Scene | None, *, why_not: str = "", folder: str = ""
    ) -> None:
        super().__init__(parent)
        self._beginning, self._moment, self._folder = beginning, moment, folder
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("scene.save.title"))
        self.setMinimumWidth(_WIDTH)
        code = language().code
        asked = beginning.question
        self.name = QLineEdit(localized(beginning.title, code))
        self.name.setMaxLength(LONGEST_TITLE)
        self.note = QPlainTextEdit(localized(beginning.note, code))
        self.note.setFixedHeight(104)
        self.note.setTabChangesFocus(True)
        self.question = QLineEdit(localized(asked.ask, code) if asked is not None else "")
        self.question.setMaxLength(LONGEST_LINE)
        self.answer = QLineEdit(localized(asked.answer, code).replace("\n", " ") if asked is not None else "")
        self.answer.setMaxLength(LONGEST_ANSWER)
        self.moment = Segmented(
            [("beginning", "scene.save.beginning"), ("moment", "scene.save.moment")], name_key="scene.save.opens"
        )
        self.hides = {name: Switch("scene.control." + name) for name in CONTROLS}
        self.covered = Switch("scene.save.covered", tip_key="scene.save.covered.tip")
        self.problem = TextLabel("", 13, "bad", wrap=True)
        self.problem.hide()
        self.keep = PillButton("scene.save.choose", "save", "primary")
        self._fill()
        self._lay_out(why_not)
        self.name.textChanged.connect(self._look)
        self.keep.clicked.connect(self._choose)
        self._look()
        # A text of several lines is as high as its width makes it, which Qt asks only later.
        self.resize(_WIDTH, self.heightForWidth(_WIDTH))
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fields(self) -> tuple[tuple[QLineEdit | QPlainTextEdit, str, str], ...]:
        return (
            (self.name, "scene.save.name", "scene.save.name.tip"),
            (self.note, "scene.save.note", "scene.save.note.tip"),
            (self.question, "scene.save.question", "scene.save.question.tip"),
            (self.answer, "scene.save.answer", "scene.save.answer.tip"),
        )

    def _fill(self) -> None:
        for field, key, tip_key in self._fields():
            field.setAccessibleName(tr(key))
            field.setPlaceholderText(tr(tip_key))
        for name, switch in self.hides.items():
            switch.setChecked(name in self._beginning.hidden)
        self.covered.setChecked(self._beginning.covered)
        for line in (self.name, self.question, self.answer):
            line.setCursorPosition(0)
        self._later = self._moment is not None and self._moment.tick > 0
        self.moment.set_value("moment" if self._later else "beginning")

    def _lay_out(self, why_not: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(6)
        column.addWidget(TextLabel("scene.save.title", 18, semibold=True))
        column.addWidget(TextLabel("scene.save.line", 13, "dim", wrap=True))
        for field, key, _ in self._fields():
            column.addSpacing(4)
            column.addWidget(TextLabel(key, 12.5, "dim", semibold=True))
            column.addWidget(field)
        column.addSpacing(6)
        opens = QHBoxLayout()
        opens.setSpacing(12)
        opens.addWidget(TextLabel("scene.save.opens", 12.5, "dim", semibold=True))
        opens.addWidget(self.moment)
        said = TextLabel("", 13, "dim", wrap=True)
        said.set_text(why_not or tr("scene.save.step", tick=number(self._moment.tick if self._moment else 0)))
        opens.addWidget(said, 1)
        if self._later or why_not:
            self.moment.setVisible(self._later)
            column.addLayout(opens)
            column.addSpacing(6)
        column.addWidget(TextLabel("scene.save.hides", 12.5, "dim", semibold=True))
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        for place, switch in enumerate(self.hides.values()):
            grid.addWidget(switch, place // _COLUMNS, place % _COLUMNS, Qt.AlignmentFlag.AlignLeft)
        for each in range(_COLUMNS):
            grid.setColumnStretch(each, 1)
        column.addLayout(grid)
        column.addSpacing(6)
        column.addWidget(self.covered)
        column.addWidget(self.problem)
        column.addSpacing(8)
        cancel = PillButton("scene.save.cancel", kind="plain")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.keep)
        column.addLayout(buttons)

    def _look(self) -> None:
        self.keep.setEnabled(bool(cleaned(self.name.text()).strip()))

    # ── saving ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def scene(self) -> Scene:
        """Return what would be written now."""
        code = language().code
        later = self.moment.value == "moment" and self._moment is not None
        made = self._moment if later and self._moment is not None else self._beginning
        return replace(
            made,
            title=retold(made.title, self.name.text(), code),
            note=retold(made.note, self.note.toPlainText()[:LONGEST_NOTE], code),
            question=self._asked(made.question, code),
            covered=self.covered.isChecked(),
            hidden=tuple(name for name, switch in self.hides.items() if switch.isChecked()),
        )

    def _asked(self, before: Question | None, code: str) -> Question | None:
        if not cleaned(self.question.text()).strip():
            return None
        was = before or Question(ask={}, answer={})
        ask = retold(was.ask, self.question.text(), code)
        answered = localized(was.answer, code).replace("\n", " ") != self.answer.text()
        answer = (
            retold(was.answer, self.answer.text() or tr("scene.save.answer.none"), code) if answered else was.answer
        )
        # Other words may ask for something else: the answers to choose from belong to the old ones.
        return replace(was, ask=ask, answer=answer) if ask == was.ask else Question(ask=ask, answer=answer)

    def _choose(self) -> None:
        scene = self.scene()
        dialog = QFileDialog(self, tr("scene.save.title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{tr('scene.open.filter')} (*{ENDING})")
        dialog.setDefaultSuffix(ENDING.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        try:
            with told_plainly(self._folder):
                Path(self._folder).mkdir(parents=True, exist_ok=True)
        except ArenaError:
            # It was only offered; the person may choose another one.
            self._folder = ""
        dialog.setDirectory(self._folder)
        dialog.selectFile(file_name(localized(scene.title, language().code)))
        dialog.fileSelected.connect(self.write)
        dialog.open()

    def write(self, path: str) -> None:
        """Write the scene and close; where that fails, say why and stay."""
        try:
            write_scene(Path(path), self.scene())
        except ArenaError as problem:
            self.problem.set_text(tr(problem.key, **{**problem.params, "file": Path(path).name}))
            self.problem.show()
            return
        self.saved.emit(path)
        self.accept()
