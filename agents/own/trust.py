"""Which files of code somebody has said may run. Consent is to the bytes of one file: a changed file is another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agents.own.declaration import fingerprint
from agents.own.library import own_path, read_source
from arena.errors import UsageError
from arena.runs.locations import ensure_writable, home
from arena.runs.run_config import now_utc
from arena.runs.safe_file import write_json

_MOST_BYTES = 2**22
_MOST = 5_000


class TrustStore:
    """The consents given on this account.

    Args:
        path: Its file; the usual one where not given.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / "trusted_agents.json"

    def trusts(self, sha256: str) -> bool:
        """Say whether code with this fingerprint may run. A damaged file trusts nothing."""
        return sha256 in self._read()

    def trust(self, sha256: str, file: str) -> None:
        """Let code with this fingerprint run from now on.

        Args:
            sha256: Fingerprint of the file.
            file: Its name, for people who look into the store.

        Raises:
            RunError: If it cannot be written.
        """
        known = self._read()
        known.pop(sha256, None)
        known[sha256] = {"file": file, "since": now_utc()}
        ensure_writable(self.path.parent)
        newest = dict(list(known.items())[-_MOST:])
        write_json(self.path, {"schema_version": 1, "trusted": newest})

    def _read(self) -> dict[str, Any]:
        try:
            with self.path.open("rb") as file:
                values = json.loads(file.read(_MOST_BYTES))
            trusted = values["trusted"]
            return trusted if isinstance(trusted, dict) else {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}


def consent(id: str, *, given: bool) -> str:
    """Return the fingerprint of an own agent's file that may run now.

    Args:
        id: ``own:`` and its name or path.
        given: Whether somebody says so now; it is remembered.

    Raises:
        UsageError: If there is no such file, or nobody has said that it may run.
        RunError: If it cannot be read, or the consent cannot be stored.
    """
    path = own_path(id)
    sha256 = fingerprint(read_source(path))
    require(sha256, path.name, given=given)
    return sha256


def require(sha256: str, file: str, *, given: bool) -> None:
    """Refuse code that nobody said may run.

    Args:
        sha256: Fingerprint of the code.
        file: Its name.
        given: Whether somebody says so now; it is remembered.

    Raises:
        UsageError: If nobody does or ever did.
        RunError: If the consent cannot be stored.
    """
    store = TrustStore()
    if given:
        store.trust(sha256, file)
    elif not store.trusts(sha256):
        raise UsageError("error.own.not_trusted", file=file)
