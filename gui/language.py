"""The language the window speaks: ``tr(key)`` for every text, and a signal when the language changes."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QLocale, QObject, Signal

from arena.texts import LANGUAGES, render


class Language(QObject):
    """The language in use.

    Attributes:
        changed: Emitted after another language was chosen; widgets set their texts again.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._code = "en"

    @property
    def code(self) -> str:
        """One of :data:`arena.texts.LANGUAGES`."""
        return self._code

    def choose(self, code: str) -> None:
        """Speak another language from now on; an unknown code is ignored."""
        if code in LANGUAGES and code != self._code:
            self._code = code
            self.changed.emit()


@cache
def language() -> Language:
    """Return the one language setting of the application."""
    return Language()


def tr(key: str, **params: object) -> str:
    """Return the text of a translation key in the language in use.

    Args:
        key: Translation key; a literal, never put together with an f-string where a literal will do.
        params: Placeholder values.
    """
    return render(key, language=language().code, **params)


def language_of_system() -> str:
    """Return the language of :data:`LANGUAGES` that suits the system's settings best."""
    for name in QLocale.system().uiLanguages():
        parts = name.replace("_", "-").split("-")
        if parts[0] == "zh":
            return "zh_TW" if {"TW", "HK", "MO", "Hant"} & set(parts) else "zh_CN"
        if parts[0] == "en":
            return "en"
    return "en"


def number(value: float, decimals: int = 0, *, grouped: bool = True) -> str:
    """Write a number the way the whole window does: thousands grouped, a real minus sign (U+2212).

    Args:
        value: The number; not finite ones are written as ∞ or "?".
        decimals: Digits after the point.
        grouped: Whether thousands are separated.
    """
    if value != value:
        return "?"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "\u2212∞"
    text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    if float(text.replace(",", "")) == 0.0:
        text = text.removeprefix("-")
    return text.replace("-", "\u2212")
