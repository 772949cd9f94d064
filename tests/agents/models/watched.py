"""A process that tries files of somebody with bad intentions while every audit event is noted; its answer is JSON.

``python -m tests.agents.models.watched weights|zips FOLDER``: each file in the folder is tried.
"""

from __future__ import annotations

import codecs
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

SUSPICIOUS = ("exec", "import", "compile", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.remove")
SUSPICIOUS += (
    "os.rename",
    "subprocess.",
    "socket.",
    "ctypes.",
    "shutil.",
    "pickle.find_class",
    "os.symlink",
    "os.link",
)


class Watch:
    """Notes what happens while something is tried."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event.startswith(SUSPICIOUS):
            self.seen.append(f"{event} {arguments}"[:200])
        elif event == "open":
            path, mode, flags = arguments
            writes = (isinstance(mode, str) and mode.strip("rbt")) or (isinstance(flags, int) and flags & 0x3)
            if writes and not str(path).startswith(self.allowed):
                self.seen.append(f"open {path} {mode}")


def peak() -> int:
    """Most memory this process ever had, bytes."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    from arena.errors import ArenaError

    with tempfile.TemporaryDirectory() as place:
        watch = Watch(place)
        if what == "weights":
            from agents.deep.places import place_of
            from agents.models.sb3_reading import answer, warm_up

            pole = place_of("CartPole-v1")
            warm_up()

            def attempt(file: Path, _: int) -> None:
                answer(file.read_bytes(), b"", pole, "ppo", file.name)
        else:
            from agents.models.sb3_archive import copy_out

            def attempt(file: Path, number: int) -> None:
                (Path(place) / str(number)).mkdir()
                copy_out(file, Path(place) / str(number))

        codecs.lookup("cp437")
        files = sorted(folder.iterdir())
        str(ArenaError("error.model.not_sb3"))
        before = peak()
        told = {}
        for number, file in enumerate(files):
            watch.on = True
            try:
                attempt(file, number)
                said, key = "", ""
            except ArenaError as problem:
                said, key = str(problem), problem.key
            finally:
                watch.on = False
            told[file.name] = {"said": said, "key": key}
        print(json.dumps({"told": told, "seen": watch.seen, "grown": peak() - before}))


if __name__ == "__main__":
    main()
