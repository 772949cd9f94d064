"""The menus of the window and the shortcuts that work everywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from arena.texts import LANGUAGES
from gui.language import language, tr
from gui.page_places import RAIL
from gui.state.run_index import RunIndex
from gui.state.run_words import run_age, run_title
from gui.theme import theme

_APPEARANCES = (
    ("system", "menu.view.theme.system"),
    ("dark", "menu.view.theme.dark"),
    ("light", "menu.view.theme.light"),
)
_LANGUAGE_KEYS = {"en": "language.en", "zh_TW": "language.zh_TW", "zh_CN": "language.zh_CN"}
_RECENT = 8


class WindowMenus(QObject):
    """Fills the menu bar; tells what was chosen.

    Every action is added to the window as well: a hidden menu bar (projector mode) would silence its shortcuts.

    Args:
        window: Whose menu bar it is.
        index: The stored runs.

    Attributes:
        open_scene: The person wants to choose a scene file.
        save_scene: The person wants to save what is shown as a scene.
        new_agent: The person wants to write an agent.
        hand_in: The present run is to be handed in.
        open_handed_in: The person wants to choose a handed-in run.
        open_run: The person wants to choose a run folder.
        run_chosen: The folder of a recent run.
        page_chosen: Id of a page.
        projector_wanted: Projector mode on or off.
        full_screen_wanted: Full screen on or off.
        import_model: The person wants to bring in a model.
        save_agent: The agent of what is shown is to be kept.
        tensorboard_wanted: TensorBoard.
        picture_wanted: The menu of pictures of the page in front.
        shortcuts_wanted: The list of shortcuts.
        about_wanted: About.
    """

    open_scene = Signal()
    save_scene = Signal()
    new_agent = Signal()
    hand_in = Signal()
    open_handed_in = Signal()
    open_run = Signal()
    run_chosen = Signal(str)
    page_chosen = Signal(str)
    projector_wanted = Signal(bool)
    full_screen_wanted = Signal(bool)
    import_model = Signal()
    save_agent = Signal()
    tensorboard_wanted = Signal()
    picture_wanted = Signal()
    shortcuts_wanted = Signal()
    about_wanted = Signal()

    def __init__(self, window: QMainWindow, index: RunIndex) -> None:
        super().__init__(window)
        self._window = window
        self._index = index
        self._keys: list[tuple[QAction | QMenu, str]] = []
        self._file()
        self._view()
        self.run_menu = self._menu("menu.run")
        self._action(self._menu("menu.tools"), "menu.tools.tensorboard", self.tensorboard_wanted)
        self._help()
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.show_theme)
        self.retranslate()
        self.show_theme()

    def _menu(self, key: str, parent: QMenu | None = None) -> QMenu:
        menu = QMenu(self._window)
        if parent is None:
            self._window.menuBar().addMenu(menu)
        else:
            parent.addMenu(menu)
        self._keys.append((menu, key))
        return menu

    def _action(
        self,
        menu: QMenu,
        key: str,
        then: Callable[..., object] | SignalInstance,
        shortcut: QKeySequence | str | None = None,
    ) -> QAction:
        action = QAction(self._window)
        if shortcut:
            action.setShortcut(shortcut)
            self._window.addAction(action)
        action.triggered.connect(then)
        menu.addAction(action)
        self._keys.append((action, key))
        return action

    def _file(self) -> None:
        menu = self._menu("menu.file")
        self._action(menu, "menu.file.open_scene", self.open_scene, QKeySequence(QKeySequence.StandardKey.Open))
        self._action(menu, "menu.file.open_run", self.open_run, "Ctrl+Shift+O")
        self._action(menu, "menu.file.open_handed_in", self.open_handed_in)
        self._recent = self._menu("menu.file.recent", menu)
        self._recent.aboutToShow.connect(self._list_recent)
        menu.addSeparator()
        self._action(menu, "menu.file.new_agent", self.new_agent, "Ctrl+Shift+N")
        self._action(menu, "menu.file.import_model", self.import_model)
        self._action(menu, "menu.file.save_agent", self.save_agent)
        menu.addSeparator()
        self._action(menu, "menu.file.save_scene", self.save_scene, "Ctrl+Shift+S")
        self._action(menu, "menu.file.picture", self.picture_wanted, "Ctrl+Shift+P")
        self._action(menu, "menu.file.hand_in", self.hand_in)
        menu.addSeparator()
        quitting = self._action(menu, "menu.file.quit", self._window.close, "Ctrl+Q")
        quitting.setMenuRole(QAction.MenuRole.QuitRole)

    def _view(self) -> None:
        menu = self._menu("menu.view")
        for place in RAIL:
            self._action(menu, place.title_key, lambda _=False, id=place.id: self.page_chosen.emit(id), place.key)
        menu.addSeparator()
        appearances = self._menu("menu.view.theme", menu)
        self._appearances = QActionGroup(self)
        for wish, key in _APPEARANCES:
            self._choice(appearances, self._appearances, wish, key, theme().set_wish)
        languages = self._menu("menu.view.language", menu)
        self._languages = QActionGroup(self)
        for code in LANGUAGES:
            self._choice(languages, self._languages, code, _LANGUAGE_KEYS[code], language().choose)
        menu.addSeparator()
        self._projector = self._action(menu, "menu.view.projector", self.projector_wanted, "F5")
        self._projector.setCheckable(True)
        self._full_screen = self._action(menu, "menu.view.full_screen", self.full_screen_wanted, "F11")
        self._full_screen.setCheckable(True)
        self._calm = self._action(menu, "menu.view.reduced_motion", theme().set_reduced_motion)
        self._calm.setCheckable(True)

    def _choice(self, menu: QMenu, group: QActionGroup, value: str, key: str, then: Callable[[str], None]) -> None:
        action = self._action(menu, key, lambda: then(value))
        action.setCheckable(True)
        action.setData(value)
        group.addAction(action)

    def _help(self) -> None:
        menu = self._menu("menu.help")
        self._action(menu, "menu.help.shortcuts", self.shortcuts_wanted, "F1")
        about = self._action(menu, "menu.help.about", self.about_wanted)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _list_recent(self) -> None:
        self._recent.clear()
        runs = self._index.runs[:_RECENT]
        for run in runs:
            action = self._recent.addAction(f"{run_title(run)} · {run_age(run)}".replace("&", "&&"))
            action.setToolTip(run.folder)
            action.triggered.connect(lambda _=False, folder=run.folder: self.run_chosen.emit(folder))
        if not runs:
            self._recent.addAction(tr("menu.file.recent.none")).setEnabled(False)

    def show_run_menu(self) -> None:
        """Show the Run menu if the page put something into it."""
        self.run_menu.menuAction().setVisible(not self.run_menu.isEmpty())

    def show_full_screen(self, on: bool) -> None:
        """Tick full screen or not."""
        self._full_screen.setChecked(on)

    def show_theme(self) -> None:
        """Tick what is in force."""
        for action in self._appearances.actions():
            action.setChecked(action.data() == theme().wish)
        self._projector.setChecked(theme().projector)
        self._calm.setChecked(theme().reduced_motion)

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for item, key in self._keys:
            if isinstance(item, QMenu):
                item.setTitle(tr(key))
            else:
                item.setText(tr(key))
        for action in self._languages.actions():
            action.setChecked(action.data() == language().code)
