"""The family of a run: what it was forked from, and what was forked from it, read from the run folders on a thread."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from PySide6.QtCore import QObject, Signal

from arena.errors import RunError
from arena.runs.database import Database
from arena.runs.run_config import RunConfig
from arena.runs.run_folder import CONFIG, RunFolder

MOST_RUNS = 5_000
"""Folders looked into, the newest first."""


@dataclass(frozen=True, kw_only=True)
class Relative:
    """A run in the family.

    Attributes:
        run_id: Name of its folder.
        folder: Its folder, empty if it is gone.
        config: Its configuration, ``None`` if it is gone.
        depth: Forks between it and the oldest ancestor.
        parent: Index of its parent in the family, −1 for the oldest.
        tick: Tick it was forked at.
        changes: What was changed there.
        env_steps: How far it came, −1 if unknown.
    """

    run_id: str
    folder: str
    config: RunConfig | None
    depth: int
    parent: int
    tick: int
    changes: Mapping[str, Any]
    env_steps: int


Family = tuple[Relative, ...]
"""Parents before their children, each with all that comes from it before the next one; twins by their tick."""


class RunFamily(QObject):
    """Finds the family of a run.

    Attributes:
        found: Emitted with the id of the run that was asked for, and its :data:`Family`.
    """

    found = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # What a run was made of never changes: each file is read once.
        self._known: dict[str, RunConfig] = {}
        self._lock = Lock()
        self._threads: list[Thread] = []

    def find(self, folder: str, now: Mapping[str, int] | None = None) -> None:
        """Look for the family of the run in a folder; :attr:`found` follows.

        Args:
            folder: Folder of the run.
            now: How far runs have come that are open, by id: the index learns it when they are closed.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = Thread(target=self._find, args=(Path(folder), dict(now or {})), name="run-family")
        self._threads.append(thread)
        thread.start()

    def finish(self) -> None:
        """Wait for what is being looked for."""
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    # ── on the thread ──────────────────────────────────────────────────────────────────────────────────────────────

    def _find(self, folder: Path, now: Mapping[str, int]) -> None:
        with self._lock:
            configs = self._configs(folder.parent)
        steps = {**_steps(folder.parent), **now}
        self.found.emit(folder.name, family_of(folder.name, folder.parent, configs, steps))

    def _configs(self, root: Path) -> dict[str, RunConfig]:
        found: dict[str, RunConfig] = {}
        for path in _newest(root):
            key = str(path)
            if key not in self._known:
                with contextlib.suppress(RunError):
                    self._known[key] = RunFolder.open(path).config
            if key in self._known:
                found[path.name] = self._known[key]
        return found


def _newest(root: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        # Names end in the time they were made.
        there = sorted((path for path in root.iterdir() if (path / CONFIG).is_file()), key=lambda path: path.name[-22:])
        return there[-MOST_RUNS:]
    return []


def _steps(root: Path) -> dict[str, int]:
    with contextlib.suppress(RunError, OSError):
        if (root / "arena.db").is_file():
            with Database(root / "arena.db") as database:
                return {run.run_id: run.env_steps for run in database.runs()}
    return {}


def family_of(run_id: str, root: Path, configs: Mapping[str, RunConfig], steps: Mapping[str, int]) -> Family:
    """Return all runs that share an ancestor with a run, itself included.

    Args:
        run_id: The run.
        root: Folder that holds run folders.
        configs: Configurations of the runs there, by id; what is missing is gone.
        steps: How far each came, by id.
    """
    children: dict[str, list[str]] = {}
    for name, config in configs.items():
        if config.parent is not None:
            children.setdefault(config.parent["run"], []).append(name)
    oldest, seen = run_id, {run_id}
    while (own := configs.get(oldest)) is not None and own.parent is not None:
        above = own.parent["run"]
        if above in seen:
            # A file from a stranger may name itself as its ancestor.
            break
        oldest = above
        seen.add(oldest)
    return tuple(_walk(oldest, root, configs, steps, children))


def _walk(
    oldest: str,
    root: Path,
    configs: Mapping[str, RunConfig],
    steps: Mapping[str, int],
    children: Mapping[str, list[str]],
) -> Iterator[Relative]:
    index = 0
    waiting: list[tuple[str, int, int]] = [(oldest, 0, -1)]
    seen: set[str] = set()
    while waiting:
        name, depth, parent = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        config = configs.get(name)
        above = (config.parent if config is not None else None) or {"tick": 0, "changes": {}}
        yield Relative(
            run_id=name,
            folder=str(root / name) if config is not None else "",
            config=config,
            depth=depth,
            parent=parent,
            tick=above["tick"],
            changes=above["changes"],
            env_steps=steps.get(name, -1),
        )
        younger = sorted(children.get(name, ()), key=lambda child: (_tick(configs[child]), child), reverse=True)
        waiting += [(child, depth + 1, index) for child in younger]
        index += 1


def _tick(config: RunConfig) -> int:
    return 0 if config.parent is None else int(config.parent["tick"])
