"""A class of agents examined in real processes: the good ones get their returns, a bad one stops nobody else."""

from __future__ import annotations

import contextlib
import csv
import signal
import sys
import time
from pathlib import Path

import pytest

from agents.grading.class_of_agents import candidates_in, examine
from agents.grading.examination import Examination, Mark, SeedMark
from agents.grading.examiner import module_file
from agents.grading.marks_file import COLUMNS, MarksFile, row_of
from agents.own.declaration import is_agent_file
from agents.own.library import template_source
from agents.tabular.arrays import new_records
from agents.tabular.learner import new_stop
from agents.tabular.warm_up import warm_up
from arena.errors import UsageError
from tests.agents.command_line.commands import process
from tests.agents.hosting.agents import TEMPLATE, cliff, hosted, method

SEEDS, EPISODES = 2, 20

INTERFERES = """
import gc
from multiprocessing.connection import Connection
for each in gc.get_objects():
    if isinstance(each, Connection):
        {}
"""

HALF = "import os; os.write(each.fileno(), bytes([0, 0, 16, 0, 1, 2]))"
"""The beginning of a message that never ends."""

SLEEPS = "import time; time.sleep(4747)"

LEAVES = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', '{SLEEPS}'])\n1 / 0"

CLASS = {
    "anna.py": "print('hello')\nimport sys\nsys.stderr.write('x')\n" + TEMPLATE,
    "homework-1 (Ben).py": method(LEAVES),
    "cheat.py": INTERFERES.format("each.send_bytes(b'z')") + method("pass"),
    "loops.py": INTERFERES.format(HALF) + method("while True: pass"),
    "memory.py": method("self.held.append(bytearray(10 ** 7))", start="self.held = []"),
    "nan.py": method("self.q[state, action] = float('nan')"),
    "outside.py": method("pass", choose="return 99"),
    "quits.py": "import os\n" + method("os._exit(0)"),
    "syntax.py": "class Mine:\n    def choose(\n",
}


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mark]:
    """The whole class, examined once."""
    # Compiled once here, not by every candidate for itself.
    warm_up()
    folder = tmp_path_factory.mktemp("class")
    for name, text in CLASS.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "notes.txt").write_text("no agent")
    (folder / "__init__.py").write_text("")
    world = cliff()
    found: dict[str, Mark] = {}
    wanted = Examination(
        env_id=world.env_id,
        env_kwargs=world.env_kwargs,
        seeds=SEEDS,
        episodes=EPISODES,
        seconds=20.0,  # the good one needs one, and a busy machine many times that
        memory=200 * 2**20,
    )
    examine(
        candidates_in(folder), wanted, world.model, jobs=2, tell=lambda mark: found.update({mark.file: mark}),
        stopped=lambda: False,
    )  # fmt: skip
    return found


def test_that_every_file_gets_a_mark_whatever_the_others_do(marks: dict[str, Mark]) -> None:
    assert set(marks) == set(CLASS)
    assert {name for name, mark in marks.items() if mark.status == "ok"} == {"anna.py"}


def expected(seed: int) -> SeedMark:
    """The figures of the template, from a learner in this process."""
    own = hosted(TEMPLATE, cliff(), seed=seed)
    returns: list[float] = []
    while len(returns) < EPISODES:
        records = new_records()
        own.advance(own.tick + 1, new_stop(), records)
        returns += [float(row["return_mean"]) for row in records.blocks[: records.used[2]]]
    last = returns[-EPISODES // 10 :]
    return SeedMark(
        seed=seed,
        mean_return=sum(returns) / EPISODES,
        last_return=sum(last) / len(last),
        greedy_return=None,
        steps=own.tick,
    )


def test_that_returns_are_those_of_the_agents_own_run(marks: dict[str, Mark]) -> None:
    assert len(marks["anna.py"].seeds) == SEEDS
    for found in marks["anna.py"].seeds:
        wanted = expected(found.seed)
        assert found.mean_return == pytest.approx(wanted.mean_return)
        assert found.last_return == pytest.approx(wanted.last_return)
        assert found.steps == wanted.steps
        assert found.greedy_return is not None


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="where processes can be listed")
def test_that_what_an_agent_starts_ends_with_it(marks: dict[str, Mark]) -> None:
    assert marks["homework-1 (Ben).py"].status == "error"
    assert not [words for words in command_lines() if SLEEPS in words]


def command_lines() -> list[str]:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        # One may end while it is looked at.
        with contextlib.suppress(OSError):
            found.append(file.read_bytes().decode("utf-8", "replace"))
    return found


@pytest.mark.parametrize(
    ("name", "status", "key", "line"),
    [
        ("homework-1 (Ben).py", "error", "error.grade.raised", 10),
        ("nan.py", "error", "error.own.not_finite", 8),
        ("outside.py", "error", "error.own.action", 5),
        ("syntax.py", "no_agent", "error.own.syntax", 2),
        ("cheat.py", "error", "error.grade.made_up", 0),
        ("loops.py", "time", "error.grade.time", None),
        ("quits.py", "died", "error.grade.died", None),
        pytest.param(
            "memory.py", "memory", "error.grade.memory", 8,
            marks=pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps to a limit"),
        ),
    ],
)  # fmt: skip
def test_that_what_went_wrong_is_named(
    name: str, status: str, key: str, line: int | None, marks: dict[str, Mark]
) -> None:
    mark = marks[name]
    assert (mark.status, mark.key, mark.params.get("line"), mark.params["file"]) == (status, key, line, name)
    assert mark.seeds == ()


def test_that_marks_are_figures_a_spreadsheet_can_read(tmp_path: Path) -> None:
    wanted = Examination(env_id="x", episodes=10)
    seeds = tuple(
        SeedMark(seed=seed, mean_return=-20.0 - seed, last_return=-15.0, greedy_return=-13.0, steps=100)
        for seed in (0, 1)
    )
    good = Mark(file="=HYPERLINK(1).py", status="ok", seeds=seeds, seconds=1.234)
    bad = Mark(file="b.py", status="error", key="error.own.raised", params={"line": 7})
    with MarksFile(tmp_path / "marks.csv") as marks:
        marks.add(row_of(good, wanted, -13.0, ""))
        marks.add(row_of(bad, wanted, -13.0, "-1 is wrong"))
    with (tmp_path / "marks.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert tuple(first) == COLUMNS
    assert first["file"] == "'=HYPERLINK(1).py" and second["problem"] == "'-1 is wrong"
    assert (float(first["mean_return"]), float(first["regret"]), first["seconds"]) == (-20.5, 75.0, "1.23")
    assert (second["mean_return"], second["line"], second["seeds"]) == ("", "7", "0")


@pytest.mark.parametrize("file", ["homework-1 (Ben).py", "1.py", "作業.py", ".py", "class.py", "a" * 200 + ".py"])
def test_that_any_file_name_may_be_examined(file: str) -> None:
    assert is_agent_file(module_file(file)) or file == "class.py"


def test_that_an_empty_folder_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(UsageError):
            candidates_in(folder)


def test_that_nothing_runs_without_consent_and_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "a.py").write_bytes(template_source())
    (folder / "b.py").write_text(method("import time\ntime.sleep(0.5)"))
    words = ("grade", folder, "--env-kwargs", "map:cliff", "--seeds", 1, "--episodes", 5)
    refused = process(*words, cwd=tmp_path)
    out, err = refused.communicate(timeout=250)
    assert refused.returncode == 2 and "--trust" in err and not (tmp_path / "marks.csv").exists()
    running = process(*words, "--trust", cwd=tmp_path)
    marks = tmp_path / "marks.csv"
    until = time.monotonic() + 90
    while not (marks.exists() and marks.read_text().count("\n") == 2) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=250)
    assert running.returncode == 130, err
    assert "1 of 2" in err and "a.py" in out
    assert [row.split(",")[:2] for row in marks.read_text().splitlines()[1:]] == [["a.py", "ok"]]
