"""Makes what Qt writes as SVG look the same in other programs: fonts they lack, clips they take for elsewhere.

Qt places every text by its left end. Where the reader has none of our fonts, another one is wider and runs into its
neighbour; ``textLength`` holds it to the width it was laid out with. Qt writes a clip in the painter's coordinates but
applies it outside of the painter's transformation; the transformation is put on the clip as well.
"""

from __future__ import annotations

from functools import lru_cache
from xml.etree import ElementTree

from PySide6.QtGui import QFont, QFontMetricsF

from gui.theme import MONO

_SVG = "http://www.w3.org/2000/svg"
_FONT = ("font-family", "font-size", "font-weight", "font-style")

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def finished(svg: bytes) -> bytes:
    """Return an SVG file of Qt's so that it looks the same elsewhere, and a third as long."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - Qt has just written it here
    _place_clips(root)
    # From the innermost outwards: a group of nothing but empty groups is empty.
    for parent in reversed(list(root.iter())):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}g" and len(child) == 0:
                parent.remove(child)
    for group in root.iter(f"{{{_SVG}}}g"):
        for name in _FONT:
            group.attrib.pop(name, None)
    for text in root.iter(f"{{{_SVG}}}text"):
        _hold(text)
    written: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'.encode()


def _place_clips(root: ElementTree.Element) -> None:
    clips = {clip.get("id"): clip for clip in root.iter(f"{{{_SVG}}}clipPath")}
    for group in root.iter(f"{{{_SVG}}}g"):
        clip = clips.pop((group.get("clip-path") or "").removeprefix("url(#").removesuffix(")"), None)
        drawn = group.find(f"{{{_SVG}}}g")
        if clip is None or drawn is None or drawn.get("transform") is None:
            continue
        for path in clip:
            path.set("transform", drawn.attrib["transform"])


def _hold(text: ElementTree.Element) -> None:
    words = (text.text or "").strip("\n")
    text.text = words
    families = tuple(name.strip().strip("'") for name in text.get("font-family", "").split(","))
    size, weight = float(text.get("font-size", "13")), int(text.get("font-weight", "400"))
    general = "monospace" if MONO[0] in families[:1] else "sans-serif"
    text.set("font-family", ", ".join([*(f"'{name}'" for name in families if name), general]))
    if len(words.strip()) > 1:
        width = QFontMetricsF(_font(families, size, weight)).horizontalAdvance(words)
        text.set("textLength", f"{width:.2f}")
        text.set("lengthAdjust", "spacingAndGlyphs")


@lru_cache(maxsize=64)
def _font(families: tuple[str, ...], size: float, weight: int) -> QFont:
    made = QFont()
    made.setFamilies(list(families))
    made.setPixelSize(max(1, round(size)))
    made.setWeight(QFont.Weight(weight))
    return made
