"""What the command does with its first words, and how it fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from agents.command_line import main as entry
from agents.command_line.parser import VERBS
from agents.command_line.verbs import app
from tests.agents.command_line.commands import ROOT, Arena, answer, process


def test_that_help_names_every_verb(arena: Arena) -> None:
    said = arena("--help")
    assert said.code == 0
    for verb in VERBS:
        # A long name has its words on the next line.
        assert re.search(rf"\n    {verb.name}\s", said.out)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_that_each_verb_explains_itself_with_examples_that_it_understands(verb: str, arena: Arena) -> None:
    said = arena(verb, "--help")
    assert said.code == 0
    examples = [line.split()[1:] for line in said.out.splitlines() if line.startswith(f"  arena {verb}")]
    assert examples
    for example in examples:
        assert entry.make_parser().parse_args(example).verb == verb
    assert "cli." not in said.out


def test_that_the_version_names_arena_and_its_libraries(arena: Arena) -> None:
    said = arena("--version")
    assert said.code == 0
    assert said.out.startswith("Arena ")
    assert {"numba", "numpy", "PySide6-Essentials", "python"} <= {line.split()[0] for line in said.out.splitlines()}


def test_that_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from agents.command_line.main import main\n"
        "main(['--help']); main(['--version']); main(['train', '--help'])\n"
        "heavy = ('numpy', 'numba', 'gymnasium', 'scipy', 'tensorboard', 'pygame', 'PySide6', 'tqdm', 'PIL')\n"
        "print('loaded:', *(name for name in heavy if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


@pytest.mark.parametrize(
    "words",
    [["--nope"], ["train", "--nope"], ["train", "-n", "0"], ["train", "-n", "many"], ["train", "--seed", "-1"],
     ["train", "--hyperparams", "alpha"], ["train", "--env-kwargs", ":cliff"], ["evaluate"], ["list"], ["list", "x"],
     ["fork", "run"], ["export", "run"], ["enjoy", "run", "--seconds-per-frame", "0"],
     ["evaluate", "run", "--episodes", "0"]],
)  # fmt: skip
def test_that_wrong_usage_is_told_with_the_usage(words: list[str], arena: Arena) -> None:
    said = arena(*words)
    assert said.code == 2
    assert said.err.startswith("usage: arena")
    assert said.out == ""


def test_that_a_mistyped_verb_is_told_the_nearest_one(arena: Arena) -> None:
    said = arena("trian")
    assert said.code == 2
    assert "did you mean train?" in said.sentence()


def test_that_no_verb_of_a_later_issue_is_offered() -> None:
    names = {verb.name for verb in VERBS}
    assert {"train", "resume", "fork", "evaluate", "sweep", "enjoy", "export", "solve", "verify", "list"} <= names
    assert not {"record-video", "bench"} & names


# ── the window ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the window was opened with; the window itself has tests of its own."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    calls: list[list[str]] = []
    window = SimpleNamespace(main=lambda argv: calls.append(argv) or 0)
    real = app.import_module
    monkeypatch.setattr(app, "import_module", lambda name: window if name == "gui.app" else real(name))
    return calls


def test_that_the_bare_command_a_run_folder_and_a_scene_open_the_window(
    arena: Arena, trained: Path, opened: list[list[str]]
) -> None:
    for words in ([], [str(trained)], ["cliff"], ["--page", "lab"]):
        assert arena(*words).code == 0
    assert opened == [[], [str(trained)], ["cliff"], ["--page", "lab"]]


def test_that_enjoy_opens_the_window_on_the_run(arena: Arena, trained: Path, opened: list[list[str]]) -> None:
    assert arena("enjoy", trained).code == 0
    assert opened == [[str(trained)]]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_that_without_a_display_one_sentence_says_what_can_be_done(
    arena: Arena, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for words in ([], ["enjoy", str(trained)]):
        said = arena(*words)
        assert said.code == 2
        assert "arena train" in said.sentence()


def test_that_a_window_whose_libraries_are_missing_is_one_sentence(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(sys.modules, "gui.app", None)
    said = arena()
    assert said.code == 1
    assert "start.py" in said.sentence()


# ── faults ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("problem", [RuntimeError("two\nlines"), MemoryError(), OSError(5, "Input/output error", "f")])
def test_that_a_fault_of_our_own_is_one_sentence_and_a_traceback_only_when_asked_for(
    problem: Exception, arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(words: list[str]) -> int:
        raise problem

    monkeypatch.setattr(entry, "_obey", broken)
    said = arena("list", "envs")
    assert said.code == 1
    assert said.sentence()
    monkeypatch.setenv("ARENA_DEBUG", "1")
    with pytest.raises(type(problem)):
        arena("list", "envs")


def test_that_another_language_is_spoken_where_it_is_asked_for(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_LANGUAGE", "zh_TW")
    assert "代理人" in arena("train", "--algo", "q_lerning").sentence()
    monkeypatch.setenv("ARENA_LANGUAGE", "xx")
    assert "There is no agent" in arena("train", "--algo", "q_lerning").sentence()


def test_that_a_console_without_a_character_shows_something_else(tmp_path: Path) -> None:
    said = answer("list", "envs", cwd=tmp_path, PYTHONIOENCODING="ascii", ARENA_LANGUAGE="zh_TW")
    assert said.code == 0, said.err
    assert "Arena/GridWorld-v0" in said.out and "?" in said.out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_that_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    running = process("list", "agents", cwd=tmp_path)
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    err = running.stderr.read()
    running.stderr.close()
    assert running.wait(60) == 0
    assert err == ""
