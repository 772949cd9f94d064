"""What pictures can be taken of in the Lab, and where they are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.export.file_names import suggested_name
from gui.export.movie_dialog import MovieDialog
from gui.export.picture_desk import PicturePart
from gui.export.run_moments import RunMoments
from gui.state.run_state import RunState

if TYPE_CHECKING:
    from gui.pages.lab import LabPage


def parts_of(lab: LabPage) -> list[PicturePart]:
    """Return the parts of the Lab; the world with the scale under it first."""
    world = lab.stage.parentWidget() or lab.stage
    return [
        PicturePart(name_key="export.part.world", file_part="", widget=world),
        PicturePart(name_key="export.part.what", file_part="step", widget=lab.what_card),
        PicturePart(name_key="export.part.returns", file_part="returns", widget=lab.returns_card),
        PicturePart(name_key="export.part.table", file_part="values", widget=lab.table_card),
        PicturePart(name_key="export.part.note", file_part="note", widget=lab.scenes.note),
        PicturePart(name_key="export.part.why", file_part="why", widget=lab.why.drawer),
        PicturePart(name_key="export.part.whole_table", file_part="all_values", widget=lab.table_drawer),
        PicturePart(name_key="export.part.update", file_part="update", widget=lab.dock),
    ]


def offer_pictures(lab: LabPage) -> None:
    """Offer pictures at the button above, and of each part where a person clicks on it with the right button."""
    desk = lab.pictures
    desk.know(parts=lambda: parts_of(lab), state=lab.past.model.state, button=lab.top.picture)
    desk.has_movies = True
    desk.movie_wanted.connect(_MovieDoor(lab).open)
    lab.top.picture.clicked.connect(desk.pop_up)
    for part in parts_of(lab):
        desk.offer_on(part)


class _MovieDoor(QObject):
    """Opens the dialog of moving pictures once the run stands still."""

    def __init__(self, lab: LabPage) -> None:
        super().__init__(lab)
        self._lab = lab
        self._waiting = False
        lab.model.changed.connect(self._changed)

    def open(self) -> None:
        """Pause the run if it learns, and open the dialog then."""
        self._waiting = True
        self._lab.model.pause()
        self._changed(self._lab.model.state)

    def _changed(self, live: RunState) -> None:
        if not self._waiting or live.phase not in ("paused", "finished"):
            return
        self._waiting = False
        lab, desk = self._lab, self._lab.pictures
        source = RunMoments(live, lab.past.model.first, lab)
        dialog = MovieDialog(lab.window(), source, live, lab.stage.layer)
        name = suggested_name(live, "learning")
        dialog.file_wanted.connect(lambda ending: desk.ask_for_file((ending,), name, dialog.write))
        dialog.written.connect(desk.tell_saved)
        dialog.failed.connect(desk.tell_failed)
        dialog.open()
