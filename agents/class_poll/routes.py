"""What the class server answers: the page, what a phone is to show, a clip's pictures, a vote. Nothing else."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

import bottle

from agents.class_poll.gate import Phones, RateLimit
from agents.class_poll.phone_page import PhonePage
from agents.class_poll.room import Room
from agents.class_poll.wire import Opening

COOKIE = "phone"
MOST_BODY = 1_024

LOOPBACK = ("127.0.0.1", "localhost")

_COOKIE = re.compile(r"(?:^|;)\s*" + COOKIE + r'="?([\w-]{1,100})"?\s*(?:;|$)', re.ASCII)
_COOKIE_SECONDS = 12 * 3_600
_WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def _shown(environ: Mapping[str, Any]) -> str:
    """Return what a phone shows as its own.

    Read by hand: Python's own reader stumbles over cookies that others have set for this address.
    """
    found = _COOKIE.search(str(environ.get("HTTP_COOKIE", "")))
    return found[1] if found else ""


class Limits:
    """How often is answered: by phone, and by address for those who are no phone yet.

    A class may come from one address (a hotspot), all within a second.
    """

    def __init__(self) -> None:
        self.all = RateLimit(800, 400)
        self.phone = RateLimit(20, 5)
        self.address = RateLimit(200, 40)
        self.newcomer = RateLimit(100, 0.5)


def _nothing(problem: object) -> bytes:  # noqa: ARG001 - bottle gives what went wrong
    return b""


class ClassPage:
    """The application.

    Args:
        opening: Whose address and token it answers to.
        room: The votes.
        refused: Called for everything that is refused.
        limits: How often is answered.
    """

    def __init__(
        self, opening: Opening, room: Room, refused: Callable[[], None] = lambda: None, limits: Limits | None = None
    ) -> None:
        self._token = opening.token.encode()
        self._names = (opening.host, *(LOOPBACK if opening.host in LOOPBACK else ()))
        self._room, self._refused = room, refused
        self._phones = Phones(bytes.fromhex(opening.secret))
        self._limits = limits or Limits()
        self._page = PhonePage(opening.way, opening.question)
        self._app = bottle.Bottle(catchall=False)
        self._app.route("/<token>", "GET", self._show_page)
        self._app.route("/<token>/", "GET", self._show_page)
        self._app.route("/<token>/state", "GET", self._state)
        self._app.route("/<token>/clip/<clip>", "GET", self._clip)
        self._app.route("/<token>/vote", "POST", self._vote)
        self._app.default_error_handler = _nothing

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        status = self._turned_away(environ)
        if not status:
            app: _WsgiApp = self._app
            return app(environ, start_response)
        self._refused()
        start_response(status, [("Content-Length", "0")])
        return [b""]

    def _turned_away(self, environ: Mapping[str, Any]) -> str:
        """Return the status for who is not even listened to, empty for all others."""
        hosts = [f"{name}:{environ.get('SERVER_PORT', '')}" for name in self._names]
        host = str(environ.get("HTTP_HOST", "")).lower()
        origin = environ.get("HTTP_ORIGIN")
        if host not in hosts or (origin is not None and origin.lower() not in [f"http://{name}" for name in hosts]):
            return "403 Forbidden"
        address = str(environ.get("REMOTE_ADDR", ""))
        if not self._limits.all.allows("") or not (self._is_phone(environ) or self._limits.address.allows(address)):
            return "429 Too Many Requests"
        return ""

    def _is_phone(self, environ: Mapping[str, Any]) -> bool:
        return self._phones.known(_shown(environ))

    # ── for each route ─────────────────────────────────────────────────────────────────────────────────────────────

    def _let_in(self, token: str) -> None:
        for name, value in _ALWAYS.items():
            bottle.response.set_header(name, value)
        if hmac.compare_digest(token.upper().encode("utf-8", "replace"), self._token):
            return
        self._refuse(404)

    def _phone(self, token: str) -> str:
        self._let_in(token)
        shown = _shown(bottle.request.environ)
        if not self._phones.known(shown):
            self._refuse(403)
        if not self._limits.phone.allows(shown):
            self._refuse(429)
        return shown

    def _refuse(self, status: int) -> NoReturn:
        self._refused()
        raise bottle.HTTPError(status)

    def _show_page(self, token: str) -> str:
        self._let_in(token)
        if not self._is_phone(bottle.request.environ):
            if not self._limits.newcomer.allows(bottle.request.remote_addr or ""):
                self._refuse(429)
            bottle.response.set_cookie(
                COOKIE, self._phones.new(), path="/", httponly=True, samesite="lax", max_age=_COOKIE_SECONDS
            )
        text, policy = self._page.in_language(bottle.request.get_header("Accept-Language", ""))
        bottle.response.content_type = "text/html; charset=utf-8"
        bottle.response.set_header("Content-Security-Policy", policy)
        bottle.response.set_header("Vary", "Accept-Language")
        return text

    def _state(self, token: str) -> dict[str, Any]:
        return self._room.state(self._phone(token))

    def _clip(self, token: str, clip: str) -> bytes:
        self._phone(token)
        png = self._room.film(clip)
        if png is None:
            raise bottle.HTTPError(404)
        bottle.response.content_type = "image/png"
        # Its name says what it is: it never changes.
        bottle.response.set_header("Cache-Control", "private, max-age=3600, immutable")
        return png

    def _vote(self, token: str) -> dict[str, Any]:
        phone = self._phone(token)
        request = bottle.request
        if request.content_type.partition(";")[0] != "application/json" or not 0 < request.content_length <= MOST_BODY:
            self._refuse(400)
        try:
            said = json.loads(request.body.read(MOST_BODY))
            pair, answer = said["pair"], said["answer"]
        except (ValueError, KeyError, TypeError, RecursionError):
            self._refuse(400)
        if not isinstance(pair, str) or not isinstance(answer, str):
            self._refuse(400)
        told = self._room.vote(phone, pair, answer)
        if told["receipt"] in ("refused", "unknown"):
            self._refuse(400)
        return told
