"""A map to and from files, the clipboard, and the draft of the day before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from arena.environments.grid.map_file import map_bytes, parse_map
from arena.environments.grid.maps import find_map, shipped_maps
from arena.errors import ArenaError
from arena.runs.safe_file import write_text
from arena.texts import localized
from gui.language import language, tr
from gui.state.map_document import MapDocument
from gui.state.map_draft import DraftFile, fresh_map


class MapFiles(QObject):
    """Moves a document's map in and out; whatever goes wrong is one sentence, and the map stays.

    Args:
        document: The map.
        editor: The widget its dialogs belong to.

    Attributes:
        said: A sentence in the language in use, and its ink.
        exchanged: Emitted after the document got another map.
        saved: Emitted after the map was written to a file.
    """

    said = Signal(str, str)
    exchanged = Signal()
    saved = Signal()

    def __init__(self, document: MapDocument, draft: DraftFile, editor: QWidget) -> None:
        super().__init__(editor)
        self._document = document
        self._draft = draft
        self._editor = editor
        self._kept_revision = document.revision
        self._kept_safe = not document.modified
        self._complained = False

    # ── in ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def new(self) -> None:
        """Begin with an empty map; the one before comes back with undo."""
        self._document.replace_by(fresh_map(), saved=True)
        self.exchanged.emit()
        self.said.emit(tr("editor.said.new"), "good")

    def open_file(self, path: str) -> bool:
        """Work on a map file; return whether it could be read."""
        try:
            data = map_bytes(Path(path))
            self._document.read(data, Path(path).name, path=path, saved=True)
        except ArenaError as problem:
            self._complain(problem)
            return False
        self.exchanged.emit()
        self.said.emit(tr("editor.said.opened", name=Path(path).name), "good")
        return True

    def open_given(self, text_or_name: str) -> bool:
        """Work on a map given by its text or the name it ships under; return whether it could be read."""
        try:
            if text_or_name in shipped_maps():
                grid = find_map(text_or_name)
                if grid.cells != self._document.grid.cells or grid.numbers != self._document.numbers:
                    self._document.replace_by(grid, saved=True)
            elif text_or_name != self._text():
                self._document.read(text_or_name, tr("editor.pasted"), saved=True)
        except ArenaError as problem:
            self._complain(problem)
            return False
        self.exchanged.emit()
        return True

    def paste(self) -> None:
        """Work on the map whose text lies in the clipboard."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self.said.emit(tr("editor.said.nothing_to_paste"), "warning")
            return
        try:
            self._document.read(text, tr("editor.pasted"))
        except ArenaError as problem:
            self._complain(problem)
            return
        self.exchanged.emit()
        self.said.emit(tr("editor.said.pasted"), "good")

    def choose_to_open(self) -> None:
        """Ask for a map file."""
        dialog = self._dialog("editor.open.title")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open_file)
        dialog.open()

    # ── out ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def save_file(self, path: str) -> bool:
        """Write the map to a file; return whether it lies there now."""
        text = self._text_or_complain()
        if text is None:
            return False
        try:
            write_text(path, text)
        except ArenaError as problem:
            why = str(problem.params.get("problem", ""))
            self.said.emit(tr("editor.said.not_saved", name=Path(path).name, problem=why), "bad")
            return False
        self._document.note_saved(path)
        self.saved.emit()
        self.said.emit(tr("editor.said.saved", name=Path(path).name), "good")
        return True

    def finished_text(self) -> str | None:
        """Return the text of a map one can learn in, ``None`` (and a sentence) if it is none; it counts as kept."""
        text = self._text_or_complain()
        if text is None:
            return None
        try:
            parse_map(text.encode("utf-8"), tr("editor.pasted"))
        except ArenaError as problem:
            self._complain(problem)
            return None
        # A run carries the map from now on: nothing would be lost.
        self._document.note_saved()
        return text

    def copy(self) -> None:
        """Put the map's text into the clipboard."""
        text = self._text_or_complain()
        if text is not None:
            QGuiApplication.clipboard().setText(text)
            self.said.emit(tr("editor.said.copied"), "good")

    def choose_to_save(self) -> None:
        """Ask where the map goes."""
        dialog = self._dialog("editor.save.title")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(self._document.path or self._suggested())
        dialog.fileSelected.connect(self.save_file)
        dialog.open()

    def _suggested(self) -> str:
        title = localized(self._document.title, language().code)
        kept = "".join(sign if sign.isalnum() or sign in " -_" else " " for sign in title).strip()
        return (kept or tr("world.own_map")) + ".txt"

    def _dialog(self, title_key: str) -> QFileDialog:
        folder = str(Path(self._document.path).parent) if self._document.path else str(Path.home())
        dialog = QFileDialog(self._editor, tr(title_key), folder, tr("editor.file_kind") + " (*.txt)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    # ── the draft ──────────────────────────────────────────────────────────────────────────────────────────────────

    def keep_draft(self) -> None:
        """Keep the map for the next session, if it is not as it was kept last."""
        document, safe = self._document, not self._document.modified
        if (document.revision, safe) == (self._kept_revision, self._kept_safe):
            return
        text = self._text()
        if text is None:
            return
        try:
            self._draft.keep(text, document.path, saved=safe)
            self._kept_revision, self._kept_safe = document.revision, safe
        except ArenaError as problem:
            # Once is enough: a full disk would otherwise be told after every stroke.
            if not self._complained:
                self._complained = True
                self._complain(problem)

    # ── words ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _text(self) -> str | None:
        try:
            return self._document.text
        except ValueError:
            return None

    def _text_or_complain(self) -> str | None:
        text = self._text()
        if text is None:
            self.said.emit(tr("editor.said.too_many_kinds"), "bad")
        return text

    def _complain(self, problem: ArenaError) -> None:
        self.said.emit(tr(problem.key, **problem.params), "bad")
