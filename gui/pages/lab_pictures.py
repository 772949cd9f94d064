"""What pictures can be taken of in the Lab, and where they are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.export.picture_desk import PicturePart

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
    ]


def offer_pictures(lab: LabPage) -> None:
    """Offer pictures at the button above, and of each part where a person clicks on it with the right button."""
    lab.pictures.know(parts=lambda: parts_of(lab), state=lambda: lab.model.state, button=lab.top.picture)
    lab.top.picture.clicked.connect(lab.pictures.pop_up)
    for part in parts_of(lab):
        lab.pictures.offer_on(part)
