"""The page a phone gets: one document in the phone's language, which loads nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from importlib import resources

from agents.class_poll.wire import Way
from arena.texts import localized, render

WORDS = {
    "away": "class.phone.away",
    "closed": "class.phone.closed",
    "equal": "class.phone.equal",
    "full": "class.phone.full",
    "left": "class.phone.left",
    "right": "class.phone.right",
    "saved": "class.phone.saved",
    "sending": "class.phone.sending",
    "thanks": "class.phone.thanks",
    "title": "class.phone.title",
    "unclear": "class.phone.unclear",
    "vote": "class.phone.vote",
    "wait": "class.phone.wait",
    "wait_split": "class.phone.wait_split",
}
"""Texts of the page by the name they have in it."""

_LANGUAGES = {"en": "en", "zh_TW": "zh-TW", "zh_CN": "zh-CN"}
_EMPHASIS = re.compile(r"\[([^]]*)\]")
_MARK = re.compile(r"\[\[([a-z_]+)\]\]")


def language_for(accepted: str) -> str:
    """Return the language of :data:`arena.texts.LANGUAGES` that an ``Accept-Language`` header (RFC 9110) likes best."""
    wishes = []
    for place, wish in enumerate(accepted.split(",")[:20]):
        tag, _, rest = wish.strip().partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        wishes.append((-float(found[1]) if found else -1.0, place, tag.strip().lower().split("-")))
    for weight, _, parts in sorted(wishes):
        if not weight:
            continue
        if parts[0] == "zh":
            return "zh_TW" if {"tw", "hk", "mo", "hant"} & set(parts) and "hans" not in parts else "zh_CN"
        if parts[0] == "en":
            return "en"
    return "en"


class PhonePage:
    """Puts the page together.

    Args:
        way: How the class votes.
        question: What is to be preferred, by language.
    """

    def __init__(self, way: Way, question: Mapping[str, str]) -> None:
        folder = resources.files("assets").joinpath("class_page")
        self._style, self._script, self._frame = (
            folder.joinpath(name).read_text(encoding="utf-8") for name in ("phone.css", "phone.js", "phone.html")
        )
        self._way, self._question = way, question
        # By their hashes: whatever else got into the page would not run.
        self._policy = (
            f"default-src 'none'; script-src '{_hash(self._script)}'; style-src '{_hash(self._style)}'; "
            "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        self._made: dict[str, str] = {}

    def in_language(self, accepted: str) -> tuple[str, str]:
        """Return the page and its content security policy.

        Args:
            accepted: ``Accept-Language`` of the phone.
        """
        language = language_for(accepted)
        if language not in self._made:
            self._made[language] = self._page(language)
        return self._made[language], self._policy

    def _page(self, language: str) -> str:
        question = html.escape(localized(self._question, language))
        parts: dict[str, str] = {name: html.escape(render(key, language=language)) for name, key in WORDS.items()}
        parts |= {
            "language": _LANGUAGES[language],
            "way": str(self._way),
            "question": _EMPHASIS.sub(r"<em>\1</em>", question),
            "style": self._style,
            "script": self._script,
        }
        return _MARK.sub(lambda mark: parts[mark[1]], self._frame)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
