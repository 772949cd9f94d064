"""Measure a newcomer's two commands in a fresh clone with an empty package cache: time, bytes fetched, bytes kept.

    python benchmarks/fresh_clone.py            both commands
    python benchmarks/fresh_clone.py app        only `python3 start.py`, until `arena` has answered
    python benchmarks/fresh_clone.py test       only `python3 start.py test`, with every check it runs

What is measured is what is committed. Only the standard library is needed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNITS = {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
COMMANDS = {"app": ["--", "--version"], "test": ["test"]}


def fetched_bytes(output: str) -> tuple[float, float]:
    """Return what pip says it took, from a network index and from wheels on this disk, in bytes."""
    network = sum(
        float(size) * UNITS[unit]
        for size, unit in re.findall(r"^ *Downloading .*\((\d+(?:\.\d+)?) (bytes|kB|MB|GB)\)", output, re.MULTILINE)
    )
    local = re.findall(r"^ *Processing (\S+\.whl)", output, re.MULTILINE)
    return network, float(sum(Path(wheel).stat().st_size for wheel in local))


def kept_bytes(folder: Path) -> int:
    """Return how much disk a folder takes, in bytes."""
    return sum(file.lstat().st_blocks * 512 for file in folder.rglob("*") if not file.is_symlink())


def measure(title: str, arguments: list[str], folder: Path) -> int:
    """Clone, call start.py twice and print what it cost.

    Args:
        title: Name of the command.
        arguments: What start.py gets.
        folder: An empty folder to work in.

    Returns:
        Exit code of the first call.
    """
    clone, cache = folder / "clone", folder / "cache"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    environment = dict(
        os.environ, PIP_CACHE_DIR=str(cache), ARENA_CACHE=str(folder / "kernels"), ARENA_HOME=str(folder / "home")
    )
    command = [sys.executable, "start.py", *arguments]
    begun = time.perf_counter()
    first = subprocess.run(command, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - begun
    network, local = fetched_bytes(first.stdout)
    print("\n".join(first.stdout.splitlines()[-12:]))
    print(f"{title}: exit code {first.returncode}, {seconds:.1f} s")
    print(f"  fetched {network / 1e6:.0f} MB from an index and {local / 1e6:.0f} MB of wheels on this disk")
    kept = kept_bytes(clone / ".venv"), kept_bytes(folder / "kernels")
    print(f"  .venv takes {kept[0] / 1e6:.0f} MB, compiled kernels {kept[1] / 1e6:.1f} MB")
    if title == "app":
        begun = time.perf_counter()
        subprocess.run(command, cwd=clone, env=environment, stdout=subprocess.DEVNULL)
        print(f"  a second call until `arena --version` has answered: {time.perf_counter() - begun:.2f} s")
    return first.returncode


def main() -> int:
    chosen = sys.argv[1:] or list(COMMANDS)
    worst = 0
    for title in chosen:
        with tempfile.TemporaryDirectory() as folder:
            worst = max(worst, measure(title, COMMANDS[title], Path(folder)))
    return worst


if __name__ == "__main__":
    sys.exit(main())
