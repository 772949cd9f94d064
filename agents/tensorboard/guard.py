"""The guard in front of TensorBoard: it answers nobody who calls this machine by a foreign name.

TensorBoard itself answers whatever name it is called by, so any page in the browser could read the runs by giving its
own name this machine's address (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

HOST = "127.0.0.1"

_NAMES = (HOST, "localhost")

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(app: WsgiApp) -> WsgiApp:
    """Return an application that answers 403 where it is asked for by a foreign ``Host``.

    Args:
        app: What answers all others.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        allowed = [f"{name}:{environ.get('SERVER_PORT', '')}" for name in _NAMES]
        if environ.get("HTTP_HOST", "").lower() in allowed:
            return app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]

    return answer
