"""Who may ask the class server, and how often.

Its address is shown to a class, and the network may hold others: nobody is let in without the token of the address, no
page of a browser by a foreign name (DNS rebinding) or from a foreign origin; nobody votes as a phone that was not
signed here, and nobody asks faster than a finger taps for long.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of tokens: nothing that looks like something else when it is read off a wall; a QR code packs capitals closest."""

TOKEN_LENGTH = 8

_SIGNATURE = 22
_NAME = 22
_MOST_KEYS = 4_096


def new_token() -> str:
    """Return a token for an address: 8 characters, 2³⁹ possibilities."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


class Phones:
    """Signs what phones are known by, so that nothing has to be remembered of one that only looked.

    Args:
        secret: Of this class alone.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self) -> str:
        """Return what a new phone is to show from now on."""
        name = secrets.token_urlsafe(16)
        return name + self._signature(name)

    def known(self, shown: str) -> bool:
        """Say whether that was signed here."""
        name, signature = shown[:_NAME], shown[_NAME:]
        return len(shown) == _NAME + _SIGNATURE and hmac.compare_digest(
            self._signature(name).encode(), signature.encode("utf-8", "replace")
        )

    def _signature(self, name: str) -> str:
        digest = hmac.new(self._secret, name.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        return digest[:_SIGNATURE]


class RateLimit:
    """A token bucket for each key: ``burst`` at once, then ``rate`` a second. Any thread may ask.

    Args:
        burst: How many at once.
        rate: How many a second in the long run.
        clock: Tells the time in seconds.
    """

    def __init__(self, burst: float, rate: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = burst, rate, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, key: str) -> bool:
        """Take one, and say whether there was one to take."""
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - then) * self._rate)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
            # A flood under ever new names must not fill the memory; the oldest have their bucket full by now.
            while len(self._left) > _MOST_KEYS:
                self._left.popitem(last=False)
        return allowed
