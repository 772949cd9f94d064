"""start.py as it is called, in folders of its own; its real set-up is measured by benchmarks/fresh_clone.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX system")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux asks for a display")


def call(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run start.py of a folder with a small environment: no display unless one is given."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMPDIR")
    }
    command = [sys.executable, str(folder / "start.py"), *arguments]
    return subprocess.run(command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=250)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what start.py reads, its name as awkward as a person may choose."""
    folder = tmp_path / "my arena 實驗"
    folder.mkdir()
    for name in ("start.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def ready(checkout: Path) -> Path:
    """A folder whose set-up is done: a real environment in which `arena` tells what it was given."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout / ".venv")], check=True)
    (checkout / ".venv" / "bin" / "arena").write_text("import sys; print('arena', sys.argv[1:]); sys.exit(7)\n")
    code = "import json, start; start.STAMP.write_text(json.dumps({'key': start.key(), 'extras': ['app', 'deep']}))"
    subprocess.run([sys.executable, "-c", code], cwd=checkout, check=True)
    return checkout


@POSIX
def test_that_a_second_call_hands_its_words_and_exit_code_through(ready: Path) -> None:
    done = call(ready, "--", "train", "--algo", "q_learning", "--", "-n")
    assert done.returncode == 7
    assert done.stdout == "arena ['train', '--algo', 'q_learning', '--', '-n']\n"
    assert done.stderr == ""


@POSIX
def test_that_a_changed_pin_asks_for_set_up_again(ready: Path) -> None:
    ask = [sys.executable, "-c", "import start; print(sorted(start.installed()))"]
    before = subprocess.run(ask, cwd=ready, capture_output=True, text=True).stdout
    (ready / "constraints.txt").write_text("numpy==0\n")
    after = subprocess.run(ask, cwd=ready, capture_output=True, text=True).stdout
    assert (before, after) == ("['app', 'deep']\n", "[]\n")


@POSIX
def test_that_a_moved_checkout_is_set_up_again(ready: Path, tmp_path: Path) -> None:
    moved = ready.rename(tmp_path / "moved")
    ask = [sys.executable, "-c", "import start; print(start.installed(), start.in_place())"]
    assert subprocess.run(ask, cwd=moved, capture_output=True, text=True).stdout == "set() False\n"


@POSIX
@pytest.mark.parametrize("stamp", ["", "{", "[]", "null", '{"key": 1}', '{"extras": ["app"]}'])
def test_that_a_damaged_stamp_means_set_up_again(ready: Path, stamp: str) -> None:
    (ready / ".venv" / "arena-ready.json").write_text(stamp)
    ask = [sys.executable, "-c", "import start; print(start.installed())"]
    done = subprocess.run(ask, cwd=ready, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


@LINUX
@pytest.mark.parametrize(
    "display", [{}, {"DISPLAY": ":4242"}, {"WAYLAND_DISPLAY": "none", "XDG_RUNTIME_DIR": "/nowhere"}]
)
def test_that_without_a_display_one_sentence_says_what_can_be_done(checkout: Path, display: dict[str, str]) -> None:
    done = call(checkout, **display)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no display" in done.stderr
    assert "start.py test" in done.stderr
    assert "-- train" in done.stderr
    assert not (checkout / ".venv").exists()


@LINUX
def test_that_a_windowless_qt_platform_needs_no_display(ready: Path) -> None:
    done = call(ready, QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stdout) == (7, "arena []\n"), done.stderr


@pytest.mark.parametrize("words", [["tset"], ["test", "more"], ["train", "--algo", "q_learning"]])
def test_that_unknown_words_are_refused(checkout: Path, words: list[str]) -> None:
    done = call(checkout, *words)
    assert done.returncode == 2
    assert "--help" in done.stderr
    assert not (checkout / ".venv").exists()


def test_that_help_needs_no_set_up(checkout: Path) -> None:
    done = call(checkout, "--help")
    assert done.returncode == 0
    assert "start.py test" in done.stdout
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("version", [(3, 8, 10), (3, 10, 0), (3, 15, 0)])
def test_that_another_python_is_refused_in_one_sentence(checkout: Path, version: tuple[int, ...]) -> None:
    code = f"import sys, runpy; sys.version_info = {version}; runpy.run_path('start.py', run_name='__main__')"
    (checkout / "python3.12").write_text("")
    (checkout / "python3.12").chmod(0o755)
    path = {**os.environ, "PATH": str(checkout)}
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, env=path, capture_output=True, text=True)
    assert done.returncode == 1
    assert os.name == "nt" or done.stderr.endswith(": run `python3.12 start.py`.\n")
    assert done.stderr.startswith(f"Arena needs Python 3.11 to 3.14 and this is 3.{version[1]}:")
    assert done.stderr.count("\n") == 1


def test_that_start_py_is_read_by_the_pythons_it_refuses() -> None:
    import ast

    ast.parse((ROOT / "start.py").read_text("utf-8"), feature_version=(3, 8))


@POSIX
def test_that_a_folder_that_cannot_be_written_is_said(checkout: Path) -> None:
    (checkout / ".venv").write_text("a file where the folder has to be")
    done = call(checkout, "--", "--version")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be made" in done.stderr


@POSIX
def test_that_a_package_cut_off_half_way_is_forgotten_and_a_whole_one_kept(ready: Path) -> None:
    site = next((ready / ".venv" / "lib").glob("python*")) / "site-packages"
    for name, size in (("whole", 4), ("torn", 5)):
        (site / f"{name}.py").write_text("pass")
        (site / f"{name}-1.dist-info").mkdir()
        (site / f"{name}-1.dist-info" / "RECORD").write_text(
            f"{name}.py,sha256=x,{size}\n{name}-1.dist-info/RECORD,,\n"
        )
    (site / "unrecorded-1.dist-info").mkdir()
    (site / "whole_vendor" / "inner-1.dist-info").mkdir(parents=True)
    (site / "~moved").mkdir()
    subprocess.run([sys.executable, "-c", "import start; start.forget_torn_packages()"], cwd=ready, check=True)
    assert sorted(path.name for path in site.glob("*-1.dist-info")) == ["whole-1.dist-info"]
    assert not (site / "~moved").exists()
    assert (site / "whole_vendor" / "inner-1.dist-info").exists()


@POSIX
def test_that_two_set_ups_wait_for_each_other_and_a_killed_one_frees_the_place(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    code = "import start, sys\nwith start.Lock(start.VENV / 'arena-lock'): print('mine', flush=True); sys.stdin.read()"
    hold = {"cwd": checkout, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **hold) as first:  # type: ignore[call-overload]
        assert first.stdout.readline() == "mine\n"
        with subprocess.Popen([sys.executable, "-c", code], **hold) as second:  # type: ignore[call-overload]
            assert "waiting" in second.stdout.readline()
            first.kill()
            assert second.stdout.readline() == "mine\n"
            second.stdin.close()


LIBRARY_WANTED = "import start\nstart.LIBRARIES.update({'libnobody-has-this.so.9': 'libnobody9'})\n"


@LINUX
@pytest.mark.parametrize(("uid", "told"), [(1000, "sudo apt-get install -y"), (0, "still missing")])
def test_that_a_missing_library_is_installed_by_root_and_named_to_others(checkout: Path, uid: int, told: str) -> None:
    programs = checkout / "programs"
    programs.mkdir()
    (programs / "apt-get").write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $@" >> "{checkout}/apt"\n')
    (programs / "apt-get").chmod(0o755)
    code = LIBRARY_WANTED + f"start.os.geteuid = lambda: {uid}\n"
    code += "try: start.require_libraries(window=False)\nexcept start.SetUpError as reason: print(reason)"
    path = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, env=path, capture_output=True, text=True)
    assert told in done.stdout.splitlines()[-1]
    assert "nobody" in done.stdout.splitlines()[-1]
    ran = (checkout / "apt").read_text().splitlines() if (checkout / "apt").exists() else []
    install = "noninteractive install -y --no-install-recommends libnobody9"
    assert ran == (["noninteractive update -q", install] if uid == 0 else [])


@LINUX
def test_that_without_apt_the_libraries_are_named(checkout: Path) -> None:
    code = LIBRARY_WANTED + "start.require_libraries(window=False)"
    path = {**os.environ, "PATH": str(checkout)}
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, env=path, capture_output=True, text=True)
    assert "libnobody-has-this.so.9" in done.stderr.splitlines()[-1]


@POSIX
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure", "check the network"),
        ("ERROR: Could not find a version that satisfies numpy (from versions: none)", "nothing for this system"),
        ("something nobody has seen", "see above"),
    ],
)
def test_that_what_pip_says_becomes_one_sentence(ready: Path, said: str, told: str) -> None:
    python = ready / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    python.chmod(0o755)
    code = "import start\ntry: start.install(set())\nexcept start.SetUpError as reason: print(reason)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ready, capture_output=True, text=True)
    assert said in done.stderr
    assert told in done.stdout.splitlines()[-1]


@POSIX
def test_that_the_checks_tell_the_truth_and_all_of_them_run(ready: Path) -> None:
    log = ready / "ran"
    for tool, code in (("ruff", 0), ("mypy", 1), ("lint-imports", 0)):
        script = ready / ".venv" / "bin" / tool
        script.write_text(f'#!/bin/sh\necho {tool} >> "{log}"\nexit {code}\n')
        script.chmod(0o755)
    (ready / ".venv" / "bin" / "python").unlink()
    (ready / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexit 0\n')
    (ready / ".venv" / "bin" / "python").chmod(0o755)
    ask = [sys.executable, "-c", "import start, sys; sys.exit(start.run_checks([]))"]
    done = subprocess.run(ask, cwd=ready, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "Failed: mypy --strict."
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["ruff", "ruff", "mypy", "lint-imports", "-m"]


@POSIX
@pytest.mark.parametrize(
    ("codes", "code", "calls"),
    [((0,), 0, 1), ((1, 0), 0, 2), ((1, 1), 1, 2), ((1, 5), 1, 2), ((2,), 1, 1), ((139,), 1, 1)],
)
def test_that_failed_tests_get_one_more_chance_alone_and_a_crash_gets_none(
    ready: Path, codes: tuple[int, ...], code: int, calls: int
) -> None:
    log = ready / "ran"
    lines = "".join(f'[ $(wc -l < "{log}") = {call} ] && exit {given}\n' for call, given in enumerate(codes, 1))
    python = ready / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\n{lines}exit 99\n')
    python.chmod(0o755)
    ask = [sys.executable, "-c", "import start, sys; sys.exit(start.run_checks(['tests/gui']))"]
    done = subprocess.run(ask, cwd=ready, capture_output=True, text=True)
    ran = log.read_text().splitlines()
    assert (done.returncode, len(ran)) == (code, calls)
    assert ("== pytest once more" in done.stdout) == (calls == 2)
    assert all("--last-failed" in line and "-n 0" in line for line in ran[1:])


def test_that_ci_runs_start_py_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[-1] == "exec python3 start.py test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_that_only_the_standard_library_is_used() -> None:
    import ast

    tree = ast.parse((ROOT / "start.py").read_text("utf-8"))
    used = {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert used <= set(sys.stdlib_module_names)


def torch_wheel(folder: Path, version: str, needs: str) -> None:
    """Write a wheel that says it is PyTorch; pip reads what a wheel needs before it installs anything."""
    info = f"torch-{version}.dist-info"
    with zipfile.ZipFile(folder / f"torch-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n{needs}")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@LINUX
@pytest.mark.skipif(find_spec("pip") is None, reason="this Python has no pip to ask")
def test_that_a_pytorch_with_gigabytes_of_cuda_is_noticed_before_it_is_taken(checkout: Path) -> None:
    version = next(
        line.strip().partition("==")[2]
        for line in (checkout / "constraints.txt").read_text().splitlines()
        if line.startswith("torch==")
    )
    offered = checkout / "offered"
    offered.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "offered", "PIP_IGNORE_INSTALLED": "1",
    }  # fmt: skip
    ask = "import start, sys; start.PYTHON = sys.executable; print(start.torch_would_bring_cuda())"

    def answer() -> str:
        asked = subprocess.run(
            [sys.executable, "-c", ask], cwd=checkout, env=environment, capture_output=True, text=True
        )
        return asked.stdout + asked.stderr

    torch_wheel(offered, version, 'Requires-Dist: nvidia-cublas; platform_system == "Linux"\n')
    assert answer() == "True\n"
    torch_wheel(offered, f"{version}+cpu", "")
    assert answer() == "False\n"
