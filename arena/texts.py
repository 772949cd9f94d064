"""The texts people read: one flat catalog of ``key → sentence`` per language, split over files by area.

Below ``gui`` nothing holds a sentence: code holds keys, this module turns a key into words. The window asks with the
language it shows; the command line asks in English, or in the language ``ARENA_LANGUAGE`` names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES: tuple[str, ...] = ("en", "zh_TW", "zh_CN")
"""Languages Arena speaks, the source language first."""


@cache
def catalog(language: str) -> Mapping[str, str]:
    """Return all texts of one language.

    Args:
        language: One of :data:`LANGUAGES`.

    Returns:
        Mapping from translation key to a text with ``{placeholder}`` fields.

    Raises:
        KeyError: If the language is not one of ours.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    folder = resources.files("assets").joinpath("texts", language)
    texts: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".json"):
            texts.update(json.loads(file.read_text(encoding="utf-8")))
    return texts


def render(key: str, /, *, language: str = "en", **params: object) -> str:
    """Return the sentence of a key with its placeholders filled in.

    An unknown key is returned as it is, so that a missing text is seen (and fails the test that looks for it) instead
    of taking the window down.

    Args:
        key: Translation key.
        language: Language wanted; English stands in for a text it lacks.
        params: Values for the placeholders.
    """
    text = catalog(language).get(key) or catalog("en").get(key)
    if text is None:
        return key
    return text.format_map(_Placeholders(params)) if params else text


class _Placeholders(dict[str, object]):
    """Leaves a placeholder nobody gave a value for visible instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def localized(texts: Mapping[str, str], language: str) -> str:
    """Pick one language of a text that carries its own translations (a map's title, for instance).

    Args:
        texts: Mapping from language to text; may be empty.
        language: Language wanted; English, then anything, stands in.
    """
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
