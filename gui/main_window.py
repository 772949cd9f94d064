"""The window: rail, menus, pages, and what belongs to none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from arena.environments.registry import is_table
from arena.errors import ArenaError
from gui.language import language, language_of_system, tr
from gui.page_places import PLACES, RAIL
from gui.pages.page import Navigator, Page
from gui.settings_store import SettingsStore
from gui.state.arcade_games import is_game_run
from gui.state.preference_tasks import is_preference_run
from gui.state.scene import Scene
from gui.theme import theme
from gui.widgets.rail import Rail
from gui.widgets.toast import Toast
from gui.window_files import WindowFiles
from gui.window_hand_in import WindowHandIn
from gui.window_menus import WindowMenus
from gui.window_models import WindowModels
from gui.window_own import WindowOwn
from gui.window_tensorboard import WindowTensorBoard

_USUAL_SIZE = QSize(1280, 800)
_SMALLEST_SIZE = QSize(980, 620)


class MainWindow(QMainWindow):
    """The one window of the application.

    Args:
        store: What is remembered; read from disk if left out.
    """

    def __init__(self, store: SettingsStore | None = None) -> None:
        super().__init__()
        self._store = store or SettingsStore()
        self._pages: dict[str, Page] = {}
        self._closing = False
        self._seen_last: dict[str, str] = {}
        self.navigator = Navigator(self, store=self._store)
        self.navigator.scene_in_lab = lambda: self._pages["lab"].scene() if "lab" in self._pages else None
        self.setObjectName("arena-window")
        self.setMinimumSize(_SMALLEST_SIZE)
        self.resize(_USUAL_SIZE)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.retranslate()
        if self._store.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self._store.settings.geometry.encode()))

    def _lay_out(self) -> None:
        self.rail = Rail(tuple((place.id, place.title_key, place.icon) for place in RAIL))
        self._stack = QStackedWidget()
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._stack, 1)
        self.setCentralWidget(middle)
        self.menus = WindowMenus(self, self.navigator.index)
        self.toast = Toast(middle)
        self.files = WindowFiles(self)
        self.own = WindowOwn(self)
        self.handing_in = WindowHandIn(self)
        self.tensorboard = WindowTensorBoard(self)
        self.models = WindowModels(self, self.navigator.library)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_place)
        self.menus.page_chosen.connect(self.show_place)
        self.menus.open_run.connect(self.files.choose_run)
        self.menus.open_scene.connect(self.files.choose_scene)
        self.menus.save_scene.connect(self.files.save_scene)
        self.menus.new_agent.connect(self.own.new_agent)
        self.menus.hand_in.connect(self.handing_in.hand_in)
        self.menus.open_handed_in.connect(self.handing_in.choose)
        self.menus.import_model.connect(self.models.files.choose)
        self.menus.save_agent.connect(self.models.save_shown)
        self.menus.tensorboard_wanted.connect(self.tensorboard.open)
        self.menus.run_chosen.connect(self.open_run)
        self.menus.projector_wanted.connect(self.set_projector)
        self.menus.full_screen_wanted.connect(self.set_full_screen)
        self.menus.picture_wanted.connect(self._show_pictures)
        self.menus.shortcuts_wanted.connect(self._show_shortcuts)
        self.menus.about_wanted.connect(self._show_about)
        self.navigator.open_scene.connect(self.open_scene)
        self.navigator.open_run.connect(self.open_run)
        self.navigator.world_wanted.connect(self.show_world)
        self.navigator.hand_wanted.connect(self.play_by_hand)
        self.navigator.record_wanted.connect(self.record_by_hand)
        self.navigator.watch_wanted.connect(self.watch_model)
        self.navigator.ages_wanted.connect(self.watch_ages)
        self.navigator.open_file.connect(self.files.open_path)
        self.navigator.show_page.connect(self.show_page)
        self.navigator.luck_wanted.connect(self._is_it_luck)
        self.navigator.say.connect(self.toast.say)
        self.navigator.offer.connect(self.toast.say)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self._theme_changed)

    @property
    def store(self) -> SettingsStore:
        """What is remembered."""
        return self._store

    # -- pages ------------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Page | None:
        """The page in front."""
        page = self._stack.currentWidget()
        return page if isinstance(page, Page) else None

    def page(self, id: str) -> Page:
        """Return a page, made now if nobody went there before.

        Raises:
            KeyError: If there is none of that name.
        """
        if id not in self._pages:
            place = next((place for place in PLACES if place.id == id), None)
            if place is None:
                raise KeyError(id)
            self._pages[id] = place.build(self.navigator)
            self._stack.addWidget(self._pages[id])
            self.own.attach(self._pages[id])
            self.handing_in.attach(self._pages[id])
        return self._pages[id]

    def show_page(self, id: str) -> None:
        """Bring a page to the front."""
        try:
            page = self.page(id)
        except KeyError:
            return
        if page is not self.current:
            self._stack.setCurrentWidget(page)
            self.menus.run_menu.clear()
            page.fill_run_menu(self.menus.run_menu)
        self.menus.show_run_menu()
        place = next(place for place in PLACES if place.id == id)
        self._seen_last[place.within or id] = id
        self.rail.choose(place.within or id)
        self.retranslate()
        page.shown()

    def show_place(self, id: str) -> None:
        """Go to a place of the rail: to the page of it that was seen last."""
        self.show_page(self._seen_last.get(id, id))

    def show_world(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Show a world in the Lab, a game in the arcade."""
        name = "lab" if is_table(env_id) else "arcade"
        self.page(name).show_world(env_id, env_kwargs)
        self.show_page(name)

    def play_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Have a person play a world: in the Lab, a game in the arcade."""
        name = "lab" if is_table(env_id) else "arcade"
        self.page(name).play_by_hand(env_id, env_kwargs)
        self.show_page(name)

    def record_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Have a person play a world and keep the games: in the Lab, a game in the arcade."""
        name = "lab" if is_table(env_id) else "arcade"
        self.page(name).record_by_hand(env_id, env_kwargs)
        self.show_page(name)

    def watch_model(self, path: str) -> None:
        """Watch a model, or the network of a run, play."""
        page = self.page("arcade")
        page.watch_model(path)
        self.show_page("arcade")

    def watch_ages(self, path: str) -> None:
        """Watch three ages of a model, or of a run, side by side."""
        self.page("arcade").watch_ages(path)
        self.show_page("arcade")

    def open_scene(self, scene: Scene) -> None:
        """Show a scene in the Lab."""
        self._in_lab(lambda page: page.show_scene(scene))

    def open_run(self, folder: str) -> None:
        """Show a stored run where its kind belongs: Lab, arcade or preferences; what is no run is refused."""
        if not (Path(folder) / "config.json").is_file():
            self.toast.say(tr("shell.open_run.not_a_run", name=Path(folder).name or folder))
            return
        name = "prefer" if is_preference_run(folder) else "arcade" if is_game_run(folder) else ""
        if name:
            self.page(name).show_run(folder)
            self.show_page(name)
            return
        self._in_lab(lambda page: page.show_run(folder))

    def _in_lab(self, act: Callable[[Page], None]) -> None:
        try:
            page = self.page("lab")
            act(page)
        except ArenaError as problem:
            self.toast.say(tr(problem.key, **problem.params))
            return
        self.show_page("lab")

    def _is_it_luck(self) -> None:
        self.show_page("experiments")
        self.page("experiments").is_it_luck()

    # -- how it looks -----------------------------------------------------------------------------------------------

    def set_projector(self, on: bool) -> None:
        """Enter or leave projector mode."""
        theme().set_projector(on)
        if on:
            self.toast.say(tr("shell.projector.on"))

    def set_full_screen(self, on: bool) -> None:
        """Fill the screen or not."""
        state = self.windowState()
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(state | full if on else state & ~full)

    def _theme_changed(self) -> None:
        plain = not theme().projector
        self.rail.setVisible(plain)
        self.menuBar().setVisible(plain)
        settings = self._store.settings
        wanted = (theme().wish, theme().reduced_motion)
        if (settings.appearance, settings.reduced_motion) != wanted:
            settings.appearance, settings.reduced_motion = wanted
            self._save()

    def retranslate(self) -> None:
        """Set the title in the language in use, and remember the language."""
        place = next((place for place in PLACES if self.current is not None and place.id == self.current.id), None)
        self.setWindowTitle(f"{tr(place.title_key)} · {tr('app.name')}" if place else tr("app.name"))
        if language().code != (self._store.settings.language or language_of_system()):
            self._store.settings.language = language().code
            self._save()

    def _show_pictures(self) -> None:
        if self.current is not None:
            self.current.pictures.pop_up()

    def _show_shortcuts(self) -> None:
        from gui.dialogs.shortcuts import ShortcutsDialog

        ShortcutsDialog(self).open()

    def _show_about(self) -> None:
        from gui.dialogs.about import AboutDialog

        AboutDialog(self).open()

    # -- events -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._store.damaged:
            self.toast.say(tr("shell.settings.damaged", name=self._store.damaged))
            self._store.damaged = ""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.menus.show_full_screen(self.isFullScreen())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Reaches the window only if nothing inside had a use for it.
        if event.key() == Qt.Key.Key_Escape and theme().projector:
            self.set_projector(False)
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.toast.say(tr("shell.drop.hint"))

    def dropEvent(self, event: QDropEvent) -> None:
        path = next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), "")
        if path:
            event.acceptProposedAction()
            self.toast.hide()
            self.files.open_path(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        busy = next((page for page in self._pages.values() if page.busy()), None)
        if busy is not None and not self._closing:
            event.ignore()
            self._ask_before_closing(busy)
            return
        for page in self._pages.values():
            page.shutdown()
        self.handing_in.finish()
        self.tensorboard.finish()
        self.models.finish()
        self.navigator.worlds.finish()
        self.navigator.index.finish()
        self._store.settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self._save()
        event.accept()

    def close_now(self) -> None:
        """Close without a question: what runs is stopped and saved."""
        self._closing = True
        self.close()

    def _ask_before_closing(self, busy: Page) -> None:
        from gui.dialogs.close_question import CloseQuestion

        question = CloseQuestion(self, *busy.closing_keys)
        question.accepted.connect(self.close_now)
        question.open()

    def _save(self) -> None:
        try:
            self._store.save()
        except OSError as problem:
            reason = problem.strerror or type(problem).__name__
            folder = str(self._store.path.parent)
            self.toast.say(tr("shell.settings.not_saved", problem=reason, folder=folder))
