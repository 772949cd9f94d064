"""What the window remembers from one day to the next: one small JSON file, never a reason not to start."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from arena.runs.locations import home
from arena.texts import LANGUAGES

FILE_NAME = "window.json"
_LONGEST = 1 << 16
"""A settings file larger than this is not ours."""


@dataclass(kw_only=True)
class WindowSettings:
    """What is remembered.

    Attributes:
        language: One of :data:`arena.texts.LANGUAGES`, or empty for the system's.
        appearance: ``system``, ``dark`` or ``light``.
        reduced_motion: Whether nothing is to move that need not.
        geometry: Where the window was: Qt's own record in Base64.
        page: Page that was shown last.
        scene_folder: Folder where a scene was opened or saved last, or empty.
        picture_folder: Where a picture was saved last.
        practised: Worlds in which nobody is asked any more to play before answering, one a line.
    """

    language: str = ""
    appearance: str = "system"
    reduced_motion: bool = False
    geometry: str = ""
    page: str = "start"
    scene_folder: str = ""
    picture_folder: str = ""
    practised: str = ""


def _sound(given: dict[str, Any]) -> dict[str, Any]:
    """Keep the entries that are of the right kind; a wrong one falls back to its default."""
    right = {
        field.name: given[field.name]
        for field in fields(WindowSettings)
        if isinstance(given.get(field.name), type(field.default))
    }
    if right.get("language") not in LANGUAGES:
        right.pop("language", None)
    if right.get("appearance") not in ("system", "dark", "light"):
        right.pop("appearance", None)
    if not right.get("geometry", "").isascii():
        right.pop("geometry", None)
    return right


class SettingsStore:
    """Reads the settings once, writes them whole.

    Args:
        folder: Where the file lies; Arena's own folder if left out.

    Attributes:
        settings: What is remembered; change it and :meth:`save`.
        damaged: Name the unreadable file was kept under, or empty.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or home()) / FILE_NAME
        self.damaged = ""
        self.settings = self._read()

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def _read(self) -> WindowSettings:
        try:
            with self._path.open("rb") as file:
                given = json.loads(file.read(_LONGEST + 1).decode("utf-8"))
            if not isinstance(given, dict):
                raise TypeError(given)
            return WindowSettings(**_sound(given))
        except OSError:  # not there yet, or not ours to read
            return WindowSettings()
        except (ValueError, TypeError, RecursionError):
            self.damaged = self._set_aside()
            return WindowSettings()

    def _set_aside(self) -> str:
        kept = self._path.with_name(FILE_NAME + ".damaged")
        try:
            self._path.replace(kept)
        except OSError:
            return FILE_NAME
        return kept.name

    def save(self) -> None:
        """Write the settings so that a crash leaves the old file or the new one, never half of one.

        Raises:
            OSError: If the folder cannot be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_name(f".{FILE_NAME}.{os.getpid()}")
        try:
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(asdict(self.settings), file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        finally:
            temporary.unlink(missing_ok=True)
