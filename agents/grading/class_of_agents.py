"""Examining a folder of agents, some at a time; a bad one never stops the others, and what is done stays done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from agents.grading.examination import Examination, Mark
from agents.grading.examiner import Examiner, module_file
from agents.own.declaration import MOST_BYTES, OwnAgent
from agents.own.handing_in import open_handed_in
from agents.own.library import read_source
from arena.environments.world import TransitionModel
from arena.errors import ArenaError, UsageError
from arena.runs.hand_in import is_hand_in_name

WAIT_SECONDS = 0.1
"""How long is waited for news before the clocks are looked at."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A file that may be an agent.

    Attributes:
        file: Its name.
        source: Its bytes, empty where it could not be read.
        problem: Why it is none, ``None`` where it may be one.
    """

    file: str
    source: bytes = b""
    problem: ArenaError | None = None


def candidates_in(folder: Path) -> list[Candidate]:
    """Return the agents in a folder by name: Python files, and the code of runs that were handed in. Nothing is run.

    Raises:
        UsageError: If there is no such folder, or nothing of the kind in it.
    """
    if not folder.is_dir():
        raise UsageError("error.grade.no_folder", folder=str(folder))
    files = sorted(item for item in folder.iterdir() if item.is_file() and not item.name.startswith((".", "__")))
    found = [_candidate(file) for file in files if file.suffix == ".py" or is_hand_in_name(file.name)]
    if not found:
        raise UsageError("error.grade.empty", folder=str(folder))
    return found


def _candidate(file: Path) -> Candidate:
    try:
        source = _code_handed_in(file) if is_hand_in_name(file.name) else read_source(file)
        OwnAgent.from_source(source, module_file(file.name))
    except ArenaError as problem:
        return Candidate(file=file.name, problem=problem)
    return Candidate(file=file.name, source=source)


def _code_handed_in(file: Path) -> bytes:
    opened = open_handed_in(file)
    if not opened.has_code:
        raise UsageError("error.own.no_class", file=file.name)
    return (opened.folder / "agent.py").read_bytes()[: MOST_BYTES + 1]


def examine(
    candidates: Sequence[Candidate],
    wanted: Examination,
    model: TransitionModel,
    *,
    jobs: int,
    tell: Callable[[Mark], None],
    stopped: Callable[[], bool],
) -> None:
    """Examine agents, each in a process of its own.

    Args:
        candidates: The agents.
        wanted: What each has to do.
        model: The world.
        jobs: How many at a time.
        tell: Called with every mark as soon as it is known.
        stopped: Asked ten times a second whether to end: what is being examined then gets no mark.
    """
    waiting = list(candidates)
    active: list[Examiner] = []
    news = Event()
    try:
        while (waiting or active) and not stopped():
            while waiting and len(active) < jobs:
                one = waiting.pop(0)
                if one.problem is None:
                    active.append(Examiner(one.file, one.source, wanted, model, news))
                else:
                    params = {**one.problem.params, "file": one.file}
                    tell(Mark(file=one.file, status="no_agent", key=one.problem.key, params=params))
            news.wait(WAIT_SECONDS)
            news.clear()
            for each in active:
                each.poll()
                if each.mark is not None:
                    tell(each.mark)
            active = [each for each in active if each.mark is None]
    finally:
        for each in active:
            each.stop()
