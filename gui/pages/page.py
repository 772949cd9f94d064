"""What a page of the window is, and how it asks the window for another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from gui.settings_store import SettingsStore
from gui.state.known_worlds import KnownWorlds
from gui.state.library import Library
from gui.state.run_index import RunIndex
from gui.state.scene import Scene

if TYPE_CHECKING:
    from gui.export.picture_desk import PictureDesk


class Navigator(QObject):
    """What a page may ask of the window; the window listens.

    Attributes:
        open_scene: Show a scene in the Lab, paused and ready.
        open_run: Show the run in this folder in the Lab.
        world_wanted: Show a world (environment id, arguments): in the Lab, a game in the arcade.
        hand_wanted: Show a world as ``world_wanted`` does, and let a person play.
        record_wanted: As ``hand_wanted``, and keep the games for an agent that is to imitate them.
        watch_wanted: Watch the model (or run of a network) in this folder play.
        ages_wanted: Watch three ages of the model (or run of a network) in this folder side by side.
        model_wanted: Do with the model in a folder what is named: see :meth:`gui.window_models.WindowModels.do`.
        import_wanted: Bring in a model from a file.
        open_file: Show what a file holds: a scene, a map, or a run's folder.
        show_page: Go to a page by its id.
        luck_wanted: Run many seeds of what the Lab shows.
        say: Show a short remark at the bottom of the window (a text in the language in use).
        offer: Show a remark with something to press: text, the button's text, and what it does.
        worlds: The environments one can choose by their id; ask it to load before it is read.
        library: The trained agents; ask it to load after one was saved.
        index: The stored runs; ask it to load after a run began or ended.
        store: What is remembered from one day to the next; ``None`` for nothing.
        scene_in_lab: Returns what the Lab shows; ``None`` while it shows nothing. The window sets it.

    Args:
        parent: Qt parent.
        store: What is remembered.
    """

    open_scene = Signal(Scene)
    open_run = Signal(str)
    world_wanted = Signal(str, dict)
    hand_wanted = Signal(str, dict)
    record_wanted = Signal(str, dict)
    watch_wanted = Signal(str)
    ages_wanted = Signal(str)
    model_wanted = Signal(str, str)
    import_wanted = Signal()
    open_file = Signal(str)
    show_page = Signal(str)
    luck_wanted = Signal()
    say = Signal(str)
    offer = Signal(str, str, object)

    def __init__(self, parent: QObject | None = None, *, store: SettingsStore | None = None) -> None:
        super().__init__(parent)
        self.index = RunIndex(self)
        self.library = Library(self)
        self.worlds = KnownWorlds(self)
        self.store = store
        self.scene_in_lab: Callable[[], Scene | None] = lambda: None


class Page(QWidget):
    """A page of the window. It is made when it is first shown and lives as long as the window.

    A page lays out its own top bar. The window hides rail and menu in projector mode; the page listens to
    ``theme().changed`` and hides what does not belong there.

    Args:
        navigator: How it asks for another page.
        parent: Qt parent.
    """

    id = ""
    """Name of the page in ``show_page`` and on the command line."""

    title_key = ""
    """Translation key of its title."""

    closing_keys = ("shell.close.text", "shell.close.no", "shell.close.yes")
    """What is asked when the window is to close while the page is busy: the text, and the two buttons."""

    def __init__(self, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.navigator = navigator

    def shown(self) -> None:
        """It has come to the front: take the keyboard where it belongs, look again at what may have changed."""

    def busy(self) -> bool:
        """Return whether something would be interrupted if the window closed now."""
        return False

    def shutdown(self) -> None:
        """End every process, thread and timer it owns; the window closes next."""

    def fill_run_menu(self, menu: QMenu) -> None:
        """Put its actions into the window's Run menu, which is empty and is hidden if it stays so."""

    @cached_property
    def pictures(self) -> PictureDesk:
        """What takes pictures of it; a page with parts names them here."""
        from gui.export.picture_desk import PictureDesk

        desk = PictureDesk(self, self.navigator.store)
        desk.said.connect(self.navigator.say)
        desk.offered.connect(self.navigator.offer)
        return desk

    def is_it_luck(self) -> None:
        """Run many seeds of what the Lab shows; only Experiments is asked."""

    def show_scene(self, scene: Scene) -> None:
        """Show a scene, paused and ready; only the Lab is asked."""

    def scene(self, *, at_moment: bool = False) -> Scene | None:
        """Return what is shown now as a scene, ``None`` where there is nothing; only the Lab is asked.

        Args:
            at_moment: At the moment shown, instead of the beginning of the run.

        Raises:
            SceneError: If the way from the beginning to this moment cannot be told.
        """
        return None

    def run_folder(self) -> str:
        """Return the folder of the run that is shown, empty for none; the Lab and the arcade are asked."""
        return ""

    def show_run(self, folder: str) -> None:
        """Show a stored run; the Lab and the arcade are asked."""

    def watch_model(self, path: str) -> None:
        """Watch what plays in a folder; only the arcade is asked."""

    def watch_ages(self, path: str) -> None:
        """Watch three ages of what plays in a folder; only the arcade is asked."""

    def show_world(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Show a world; the Lab and the arcade are asked."""

    def play_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Show a world and let a person play; the Lab and the arcade are asked."""

    def record_by_hand(self, env_id: str, env_kwargs: Mapping[str, Any]) -> None:
        """Show a world, let a person play and keep the games; the Lab and the arcade are asked."""
