"""Which pages there are. Their classes are named by string: a page is loaded when somebody goes there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from gui.pages.page import Navigator, Page


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place of the window.

    Attributes:
        id: Its name on the command line and in ``show_page``.
        title_key: Translation key of its name.
        icon: Icon in the rail.
        page: ``module:Class`` of the page.
        key: Shortcut, empty for none.
        within: The place in whose stead it stands: it has no button of its own in the rail, and going there shows
            whichever of them was seen last.
    """

    id: str
    title_key: str
    icon: str
    page: str
    key: str = ""
    within: str = ""

    def build(self, navigator: Navigator) -> Page:
        """Import and make the page."""
        module, _, name = self.page.partition(":")
        made = getattr(import_module(module), name)(navigator)
        if not isinstance(made, Page):
            raise TypeError(f"{self.page} is not a page")
        return made


PLACES: tuple[Place, ...] = (
    Place(id="start", title_key="page.start", icon="start", page="gui.pages.start:StartPage", key="Ctrl+1"),
    Place(id="lab", title_key="page.lab", icon="lab", page="gui.pages.lab:LabPage", key="Ctrl+2"),
    Place(id="arcade", title_key="page.arcade", icon="lab", page="gui.pages.arcade:ArcadePage", within="lab"),
    Place(id="prefer", title_key="page.prefer", icon="prefer", page="gui.pages.prefer:PreferPage", key="Ctrl+3"),
    Place(
        id="experiments",
        title_key="page.experiments",
        icon="experiments",
        page="gui.pages.experiments:ExperimentsPage",
        key="Ctrl+4",
    ),
)
"""The pages that are built, in the order of the rail."""

RAIL = tuple(place for place in PLACES if not place.within)
"""Those with a button of their own."""
