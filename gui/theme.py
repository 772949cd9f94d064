"""Colours, sizes and fonts of the window, in one place; widgets ask here and repaint on :attr:`Theme.changed`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication

from gui.language import language


@dataclass(frozen=True, kw_only=True)
class Colors:
    """One palette as ``#rrggbb``; text on ``page`` and ``surface`` keeps a contrast of at least 4.5:1."""

    page: str
    surface: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    good: str
    warning: str
    bad: str
    past: str = "#6D28D9"
    explore: str = "#B5179E"
    empty_cell: str = "#1A2027"
    """Background of cells never tried, of games and videos: dark in both palettes."""


DARK = Colors(
    page="#0F1317",
    surface="#161C22",
    raised="#1E262E",
    line="#2C3640",
    text="#E9EEF3",
    dim="#9BA8B5",
    accent="#5AA9FF",
    on_accent="#0B1520",
    good="#4CC38A",
    warning="#F2B84B",
    bad="#FF7A66",
)
LIGHT = Colors(
    page="#F4F6F8",
    surface="#FFFFFF",
    raised="#EDF1F5",
    line="#D5DCE3",
    text="#151B21",
    dim="#55626F",
    accent="#0B63CE",
    on_accent="#FFFFFF",
    good="#117A4B",
    warning="#9A6200",
    bad="#C2321C",
)

SANS = ("Inter", "Noto Sans", "Segoe UI", "Helvetica Neue")
MONO = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "DejaVu Sans Mono")
HAN = {
    "zh_TW": ("Microsoft JhengHei", "PingFang TC", "Noto Sans CJK TC", "Noto Sans TC"),
    "zh_CN": ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC"),
}
"""Families for Chinese; the same character is drawn differently in Taiwan and on the mainland."""

TEXT, CAPTION, HEADING, FIGURE = 14, 12, 13, 24
"""Font sizes in pixels at 1280×800."""

GRID = 8
"""Spacing unit in pixels."""

RADIUS = 9
"""Corner radius in pixels."""


PROJECTOR_SCALE = 1.75
"""Shared widgets grow by this in projector mode, to be read from ten metres."""


class Theme(QObject):
    """What the window looks like now.

    Attributes:
        changed: Emitted after the palette, the projector mode or reduced motion changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._wish = "system"
        self._projector = False
        self._reduced_motion = False

    @property
    def wish(self) -> str:
        """What was asked for: ``system``, ``dark`` or ``light``."""
        return self._wish

    @property
    def dark(self) -> bool:
        """Whether the dark palette is in use."""
        if self._wish == "system":
            return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light
        return self._wish == "dark"

    @property
    def colors(self) -> Colors:
        """The palette in use."""
        return DARK if self.dark else LIGHT

    @property
    def projector(self) -> bool:
        """Whether the window is laid out to be read from ten metres."""
        return self._projector

    @property
    def scale(self) -> float:
        """How much bigger shared widgets and texts are drawn than at 1280×800 in the ordinary layout."""
        return PROJECTOR_SCALE if self._projector else 1.0

    def px(self, size: float) -> int:
        """Return a length or font size of the ordinary layout as it is now, in pixels."""
        return round(size * self.scale)

    @property
    def reduced_motion(self) -> bool:
        """Whether animations are to be replaced by plain changes."""
        return self._reduced_motion

    def set_wish(self, wish: str) -> None:
        """Choose ``system``, ``dark`` or ``light``."""
        self._wish = wish
        self.changed.emit()

    def set_projector(self, on: bool) -> None:
        """Switch projector mode."""
        self._projector = on
        self.changed.emit()

    def set_reduced_motion(self, on: bool) -> None:
        """Switch animations off or on."""
        self._reduced_motion = on
        self.changed.emit()


@cache
def theme() -> Theme:
    """Return the one theme of the application."""
    return Theme()


def color(name: str) -> QColor:
    """Return a colour of the palette in use by its field name."""
    return QColor(getattr(theme().colors, name))


def mixed(under: QColor, over: QColor, share: float) -> QColor:
    """Return a colour between two others; a share of 1 is all of the second."""

    def between(a: float, b: float) -> float:
        return a + (b - a) * share

    return QColor.fromRgbF(
        between(under.redF(), over.redF()),
        between(under.greenF(), over.greenF()),
        between(under.blueF(), over.blueF()),
    )


@cache
def _families(mono: bool, code: str) -> tuple[str, ...]:
    first, second = ("zh_CN", "zh_TW") if code == "zh_CN" else ("zh_TW", "zh_CN")
    return (MONO if mono else SANS) + HAN[first] + HAN[second]


def font(size: float, *, bold: bool = False, semibold: bool = False, mono: bool = False) -> QFont:
    """Return a font of that pixel size; digits of the mono family are tabular.

    Args:
        size: Height in pixels.
        bold: Bold weight.
        semibold: Semi-bold weight (headings).
        mono: The fixed-width family, for numbers that change.
    """
    made = QFont()
    made.setFamilies(list(_families(mono, language().code)))
    made.setPixelSize(max(1, round(size)))
    if bold:
        made.setWeight(QFont.Weight.Bold)
    elif semibold:
        made.setWeight(QFont.Weight.DemiBold)
    return made
