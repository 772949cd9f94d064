"""The command as a call and as a process of its own, and what it said."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# Started from a shell's background job, SIGINT would be ignored from birth on.
_ARENA = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from agents.command_line.main import main; raise SystemExit(main())"
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    def sentence(self) -> str:
        """The one line on stderr of a command that failed."""
        assert self.out == ""
        assert "Traceback" not in self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.strip()


Arena = Callable[..., Said]


def process(*words: object, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    here = {**os.environ, "ARENA_HOME": str(cwd / "home"), "PYTHONPATH": str(ROOT), **environment}
    return subprocess.Popen(
        [sys.executable, "-c", _ARENA, *map(str, words)],
        cwd=cwd,
        env=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
    )


def answer(*words: object, cwd: Path, **environment: str) -> Said:
    """Run the command as a process of its own."""
    running = process(*words, cwd=cwd, **environment)
    out, err = running.communicate(timeout=250)
    return Said(code=running.returncode, out=out, err=err)


def runs_in(root: Path) -> list[Path]:
    """The run folders in a folder, oldest first."""
    return sorted((item for item in root.iterdir() if item.is_dir()), key=lambda item: item.stat().st_ctime_ns)
