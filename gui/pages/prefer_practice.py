"""Playing it oneself before the first pair: offered once in each world, and remembered."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.language import tr
from gui.pages.page import Navigator
from gui.panels.prefer.practice_offer import PracticeOffer
from gui.state.preference_state import PreferenceState
from gui.theme import theme


class PreferPractice(QObject):
    """Offers to play.

    Args:
        navigator: How it gets to where one plays by hand.
        host: The page.
    """

    def __init__(self, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._navigator = navigator
        self._place: tuple[str, Mapping[str, Any]] = ("", {})
        self._done: set[str] = set()
        store = navigator.store
        if store is not None:
            self._done.update(filter(None, store.settings.practised.split("\n")))
        self.offer = PracticeOffer()
        self.offer.play_wanted.connect(self._play)
        self.offer.skipped.connect(self._over)

    def show_state(self, env_id: str, env_kwargs: Mapping[str, Any], known: PreferenceState) -> None:
        """Offer it where nobody has played or answered yet."""
        self._place = env_id, env_kwargs
        new = bool(env_id) and self._name not in self._done and not known.labels and not known.unsaved
        self.offer.setVisible(new and not theme().projector)

    @property
    def _name(self) -> str:
        env_id, env_kwargs = self._place
        return f"{env_id} {json.dumps(dict(env_kwargs), sort_keys=True)}"

    def _play(self) -> None:
        self._over()
        env_id, env_kwargs = self._place
        self._navigator.hand_wanted.emit(env_id, dict(env_kwargs))
        self._navigator.offer.emit(
            tr("prefer.practice.how"), tr("prefer.practice.back"), lambda: self._navigator.show_page.emit("prefer")
        )

    def _over(self) -> None:
        self._done.add(self._name)
        self.offer.hide()
        store = self._navigator.store
        if store is not None:
            store.settings.practised = "\n".join(sorted(self._done))
            # What cannot be remembered is offered again, no more.
            with contextlib.suppress(OSError):
                store.save()
