"""A real browser without a window, driven by its own W3C WebDriver; nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

MISSING = "a real browser: needs chromium and chromedriver (Debian: apt install chromium chromium-driver)"


class Browser:
    """Headless chromium as a phone would show a page.

    Args:
        language: What it asks pages for.
        folder: Its profile.
    """

    def __init__(self, language: str, folder: str) -> None:
        assert CHROMIUM is not None and DRIVER is not None
        self._driver = subprocess.Popen(
            [DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )  # fmt: skip
        assert self._driver.stdout is not None
        said = (re.search(r"successfully on port (\d+)", line) for line in self._driver.stdout)
        port = next(int(found[1]) for found in said if found)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        options = {
            "binary": CHROMIUM,
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     f"--user-data-dir={folder}", f"--lang={language}", f"--accept-lang={language}"],
            "mobileEmulation": {"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 1.0, "touch": True}},
        }  # fmt: skip
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self._session = ""
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body)
        self._connection.request(method, self._session + path, data, {"Content-Type": "application/json"})
        answer = json.loads(self._connection.getresponse().read())
        assert not (isinstance(answer["value"], dict) and "error" in answer["value"]), answer["value"]
        return answer["value"]

    def open(self, address: str) -> None:
        """Load a page."""
        self._ask("POST", "/url", {"url": address})

    def run(self, script: str) -> Any:
        """Return what a function's body returns in the page."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def tap(self, css: str) -> None:
        """Click what a selector finds, as a finger does: only where it can be seen."""
        found = self._ask("POST", "/element", {"using": "css selector", "value": css})
        self._ask("POST", f"/element/{next(iter(found.values()))}/click", {})

    def until(self, script: str, good: Callable[[Any], bool] = bool, seconds: float = 60.0) -> Any:
        """Return what a script returns once it is good."""
        until = time.monotonic() + seconds
        while not good(found := self.run(script)):
            assert time.monotonic() < until, found
            time.sleep(0.1)
        return found

    def log(self) -> list[str]:
        """Return what the browser complained about."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def close(self) -> None:
        """End it."""
        try:
            self._ask("DELETE", "")
        finally:
            self._connection.close()
            self._driver.terminate()
            self._driver.wait(20)
            assert self._driver.stdout is not None
            self._driver.stdout.close()
