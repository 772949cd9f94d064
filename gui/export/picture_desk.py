"""What takes pictures of a page: the menu, the file dialogs, what is said afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from arena.errors import ArenaError
from arena.runs.safe_file import write_bytes
from gui.export.file_names import suggested_name
from gui.export.panel_picture import picture_of, png_of, svg_of
from gui.export.table_file import csv_of
from gui.language import tr
from gui.settings_store import SettingsStore
from gui.state.run_state import RunState

PICTURES = ("png", "svg")
"""Endings of a still picture."""


@dataclass(frozen=True, kw_only=True)
class PicturePart:
    """Something a picture can be taken of.

    Attributes:
        name_key: Translation key of what it is called in the menu.
        file_part: Its name in file names; empty for the world.
        widget: What is drawn.
        endings: Which kinds of file are offered.
    """

    name_key: str
    file_part: str
    widget: QWidget
    endings: tuple[str, ...] = PICTURES


class PictureDesk(QObject):
    """Takes pictures of the parts of a page.

    Args:
        page: The page; its whole is a part too.
        store: Where the folder last used is remembered; ``None`` for nowhere.

    Attributes:
        said: Something for the bottom of the window, in the language in use.
        offered: The same with a button: text, its text, what it does.
        movie_wanted: A moving picture was asked for; offered once :attr:`has_movies` is set.
    """

    said = Signal(str)
    offered = Signal(str, str, object)
    movie_wanted = Signal()

    def __init__(self, page: QWidget, store: SettingsStore | None = None) -> None:
        super().__init__(page)
        self._page, self._store = page, store
        self._parts: Callable[[], Sequence[PicturePart]] = tuple
        self._state: Callable[[], RunState] = RunState
        self._button: QWidget | None = None
        self.has_movies = False

    def know(
        self,
        *,
        parts: Callable[[], Sequence[PicturePart]],
        state: Callable[[], RunState],
        button: QWidget | None = None,
    ) -> None:
        """Learn what the page consists of.

        Args:
            parts: Its parts, asked for each time: what is hidden is not offered.
            state: The run shown, for names and the table.
            button: Where the menu opens.
        """
        self._parts, self._state, self._button = parts, state, button

    # ── menus ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def offer_on(self, part: PicturePart) -> None:
        """Give a part a context menu."""
        part.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        part.widget.customContextMenuRequested.connect(lambda at: self._pop_up_on(part, at))

    def _pop_up_on(self, part: PicturePart, at: QPoint) -> None:
        menu = QMenu(self._page)
        self._fill_part(menu, part)
        self._open(menu, part.widget.mapToGlobal(at))

    def pop_up(self) -> None:
        """Open the whole menu under its button, or in the middle of the page where there is none to be seen."""
        menu = QMenu(self._page)
        self.fill(menu)
        size = menu.sizeHint()
        if self._button is not None and self._button.isVisible():
            corner = self._button.mapToGlobal(QPoint(self._button.width(), self._button.height() + 4))
            self._open(menu, corner - QPoint(size.width(), 0))
        else:
            middle = self._page.mapToGlobal(self._page.rect().center())
            self._open(menu, middle - QPoint(size.width() // 2, size.height() // 2))

    @staticmethod
    def _open(menu: QMenu, at: QPoint) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def fill(self, menu: QMenu) -> None:
        """Put everything there is into a menu."""
        for part in self._parts():
            if part.widget.isVisible():
                self._fill_part(menu.addMenu(tr(part.name_key)), part)
        whole = self.whole
        self._fill_part(menu.addMenu(tr(whole.name_key)), whole)
        state = self._state()
        if state.world is not None:
            menu.addSeparator()
            menu.addAction(tr("export.table"), self.save_table).setEnabled(state.view is not None)
            if self.has_movies:
                menu.addAction(tr("export.movie"), self.movie_wanted.emit)

    def _fill_part(self, menu: QMenu, part: PicturePart) -> None:
        menu.addAction(tr("export.save"), partial(self.save, part))
        menu.addAction(tr("export.copy"), partial(self.copy, part))

    @property
    def whole(self) -> PicturePart:
        """The page as a part."""
        return PicturePart(name_key="export.part.page", file_part="page", widget=self._page)

    # ── what is done ───────────────────────────────────────────────────────────────────────────────────────────────

    def copy(self, part: PicturePart) -> None:
        """Put a picture of a part on the clipboard."""
        QGuiApplication.clipboard().setImage(picture_of(part.widget))
        self.said.emit(tr("export.copied"))

    def save(self, part: PicturePart) -> None:
        """Ask for a file and draw a part into it."""
        self.ask_for_file(part.endings, suggested_name(self._state(), part.file_part), partial(self.write, part))

    def save_table(self) -> None:
        """Ask for a file and write the table into it."""
        self.ask_for_file(("csv",), suggested_name(self._state(), "table"), self.write_table)

    def write(self, part: PicturePart, path: str) -> None:
        """Draw a part into a file; its ending says how."""
        name = suggested_name(self._state(), part.file_part)
        svg = path.lower().endswith(".svg")
        self._keep(path, svg_of(part.widget, name) if svg else png_of(picture_of(part.widget)))

    def write_table(self, path: str) -> None:
        """Write the table shown into a file."""
        self._keep(path, csv_of(self._state()))

    def _keep(self, path: str, data: bytes) -> None:
        try:
            write_bytes(path, data)
        except ArenaError as problem:
            self.said.emit(tr(problem.key, **problem.params))
            return
        self.tell_saved(path)

    def tell_saved(self, path: str) -> None:
        """Say that a file is there, and offer to show where."""
        folder = str(Path(path).parent)
        self.offered.emit(
            tr("export.saved", name=Path(path).name),
            tr("export.show_folder"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
        )

    def tell_failed(self, key: str, params: dict[str, object]) -> None:
        """Say why a file is not there."""
        self.said.emit(tr(key, **params))

    # ── files ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def folder(self) -> str:
        """Folder used last, if it still is one; else that of a person's pictures."""
        kept = self._store.settings.picture_folder if self._store is not None else ""
        if kept and Path(kept).is_dir():
            return kept
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or str(Path.home())

    def ask_for_file(self, endings: Sequence[str], name: str, then: Callable[[str], None]) -> None:
        """Ask where to save something; a file that is there already is asked about by the dialog itself.

        Args:
            endings: What it may be, without dots; the first is suggested.
            name: Suggested name without ending.
            then: Gets the path, always with one of the endings.
        """
        dialog = QFileDialog(self._page.window(), tr("export.dialog"), self.folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{tr('export.file.' + ending)} (*.{ending})": ending for ending in endings}
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix(endings[0])
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters[chosen]))
        dialog.selectFile(f"{name}.{endings[0]}")
        dialog.fileSelected.connect(lambda path: self._chosen(path, endings, dialog.defaultSuffix(), then))
        dialog.open()

    def _chosen(self, path: str, endings: Sequence[str], suffix: str, then: Callable[[str], None]) -> None:
        if Path(path).suffix.lower().lstrip(".") not in endings:
            path = f"{path}.{suffix}"
            if Path(path).exists():
                # The dialog asked about another name.
                self.said.emit(tr("export.exists", name=Path(path).name))
                return
        self._remember(str(Path(path).parent))
        then(path)

    def _remember(self, folder: str) -> None:
        if self._store is None or self._store.settings.picture_folder == folder:
            return
        self._store.settings.picture_folder = folder
        # Not being able to remember a folder is no reason to talk about it while somebody saves a picture.
        with contextlib.suppress(OSError):
            self._store.save()
