"""A run on disk: one folder with a fixed name for each thing in it, owned by one worker at a time."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path

from arena.errors import RunError
from arena.runs.file_lock import FileLock
from arena.runs.run_config import MOST_BYTES, RunConfig
from arena.runs.safe_file import told_plainly, write_text

CONFIG = "config.json"
"""The file that makes a folder a run."""

MANIFEST = "handin.json"
"""The file that says that a run was handed in: it is looked at and never written."""


class RunFolder:
    """A run folder; make one with :meth:`create` or :meth:`open`.

    Args:
        path: The folder.
        config: What its ``config.json`` says.
    """

    def __init__(self, path: Path, config: RunConfig) -> None:
        self.path = path
        self.config = config
        self._lock = FileLock(path / ".lock")

    @classmethod
    def create(cls, root: str | os.PathLike[str], config: RunConfig) -> RunFolder:
        """Make a new folder for a run and write its configuration.

        The name is ``<env>__<agent>__<seed>__<yyyymmdd-hhmmss>``, with a number behind it where that is taken.

        Args:
            root: Folder that holds run folders; made where missing.
            config: What the run is made of.

        Raises:
            RunError: If it cannot be written.
        """
        base = Path(root)
        with told_plainly(base):
            base.mkdir(parents=True, exist_ok=True)
        name = folder_name(config)
        for number in count(1):
            path = base / (name if number == 1 else f"{name}-{number}")
            try:
                # Making it is the test: two processes that begin in the same second cannot both succeed.
                with told_plainly(path):
                    path.mkdir()
            except RunError as problem:
                if not isinstance(problem.__cause__, FileExistsError):
                    raise
                continue
            break
        try:
            write_text(path / CONFIG, config.to_json())
        except BaseException:
            path.rmdir()
            raise
        return cls(path, config)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> RunFolder:
        """Open the folder of an existing run; nothing is written or locked.

        Args:
            path: The folder.

        Raises:
            RunError: If it is missing, not a run folder, damaged or from a newer Arena.
        """
        folder = Path(path).expanduser().absolute()
        if not folder.exists():
            raise RunError("error.run.missing", folder=str(path))
        if not (folder / CONFIG).is_file():
            raise RunError("error.run.not_a_run", folder=str(path))
        source = f"{folder.name}/{CONFIG}"
        with told_plainly(folder / CONFIG), (folder / CONFIG).open("rb") as file:
            data = file.read(4 * MOST_BYTES + 1)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise RunError("error.run.damaged", file=source) from None
        return cls(folder, RunConfig.from_json(text, source))

    # ── what is in it ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def run_id(self) -> str:
        """Name of the folder, by which the run is known."""
        return self.path.name

    @property
    def config_path(self) -> Path:
        """``config.json``."""
        return self.path / CONFIG

    @property
    def events_path(self) -> Path:
        """``events.jsonl``, see :mod:`arena.runs.event_log`."""
        return self.path / "events.jsonl"

    @property
    def keyframes_path(self) -> Path:
        """``keyframes``, see :mod:`arena.runs.keyframe_file`."""
        return self.path / "keyframes"

    @property
    def handed_in(self) -> bool:
        """Whether somebody handed this run in; see :mod:`arena.runs.hand_in`."""
        return (self.path / MANIFEST).is_file()

    @property
    def writes_path(self) -> Path:
        """``writes``, what somebody's own agent did, see :mod:`arena.runs.write_log`."""
        return self.path / "writes"

    @property
    def own_agent_path(self) -> Path:
        """``agent.py``, the code of somebody's own agent as it was when the run began; never run by looking at it."""
        return self.path / "agent.py"

    @property
    def tensorboard_path(self) -> Path:
        """Folder of the TensorBoard event files: the run folder, so that TensorBoard shows the run by its name."""
        return self.path

    @property
    def checkpoints_path(self) -> Path:
        """Folder of the checkpoints of a deep run."""
        return self.path / "checkpoints"

    @property
    def evaluations_path(self) -> Path:
        """``evaluations.npz``, as Stable-Baselines3 writes it."""
        return self.path / "evaluations.npz"

    @property
    def monitor_path(self) -> Path:
        """``0.monitor.csv``: one row per episode of a deep run."""
        return self.path / "0.monitor.csv"

    @property
    def clips_path(self) -> Path:
        """Folder of recorded clips."""
        return self.path / "clips"

    # ── who writes it ──────────────────────────────────────────────────────────────────────────────────────────────

    def lock(self) -> None:
        """Make this process the only one that writes the run, until :meth:`unlock` or its end, however it ends.

        Raises:
            RunError: If another one does, or the folder cannot be written.
        """
        if not self._lock.acquire():
            raise RunError("error.run.busy", folder=self.path.name)

    def unlock(self) -> None:
        """Let others write the run."""
        self._lock.release()


def folder_name(config: RunConfig) -> str:
    """Return the name of a run's folder: safe on every file system, whatever the ids are."""
    digits = re.sub(r"[^0-9]", "", config.created)[:14].ljust(14, "0")
    return f"{_safe(config.env_id)}__{_safe(config.agent)}__{config.seed}__{digits[:8]}-{digits[8:]}"


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-")[:60] or "x"
