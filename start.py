#!/usr/bin/env python3
"""Set Arena up and open it: the one command a newcomer needs. Standard library only.

    python3 start.py                       set up what is missing, then open the app
    python3 start.py -- train --algo ...   the same, then `arena train --algo ...`
    python3 start.py test                  the same with the test tools, then every check that CI runs
    python3 start.py test -- tests/arena   only these tests

On Windows it is `py start.py`. All is kept in the folder .venv beside this file; deleting it starts over.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from shutil import disk_usage, rmtree, which

OLDEST, NEWEST = (3, 11), (3, 14)
if not OLDEST <= sys.version_info[:2] <= NEWEST:
    good = ["python3.%d" % minor for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    there = [name for name in good if which(name)]
    sys.stderr.write(
        "Arena needs Python %d.%d to %d.%d and this is %d.%d: " % (OLDEST + NEWEST + sys.version_info[:2])
        + ("run `%s start.py`.\n" % there[0] if there else "install one of those and call start.py with it.\n")
    )
    sys.exit(1)

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "arena-ready.json"
UNFINISHED = VENV / "arena-unfinished"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
TESTS_FAILED = 1  # what pytest answers then; other codes are crashes and misuse
FIRST_BYTES, FURTHER_BYTES = 2_600_000_000, 300_000_000  # room for set-up and for an extra

# What Qt opens on Linux, and the Debian package that brings it.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
VENV_PACKAGE = "python%d.%d-venv" % sys.version_info[:2]
WAYLAND_LIBRARIES = {"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0"}

# The first words found in what pip said decide which sentence a person reads.
PIP_FAILURES = (
    ("no space left", "The disk is full: free some space, then run the same command again; it continues."),
    ("permission denied", f"{VENV} cannot be written: make the folder writable, or copy Arena to one that is."),
    (
        "connection",
        "The package index cannot be reached: check the network (or proxy), then run the same command again.",
    ),
    ("timed out", "The network is too slow or gone: run the same command again; finished downloads are kept."),
    (
        "from versions: none",
        "The package index has nothing for this system: check the network, and that Python is 64 bit.",
    ),
    ("no matching distribution", "A package has no build for this system or Python: try another Python, 3.11 to 3.14."),
)


class SetUpError(Exception):
    """Set-up cannot go on; the message is one plain sentence and what to do.

    Args:
        sentence: What is told.
        exit_code: 1 for a failure, 2 for a wrong call.
    """

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def say(sentence: str) -> None:
    """Write one line at once, so that it stands before what a child process writes."""
    print(sentence, flush=True)


# ---- what is there -------------------------------------------------------------------------------------------------


def key() -> str:
    """Return a hash of everything that decides what belongs in .venv."""
    digest = hashlib.sha256(str(ROOT).encode())
    for file in (ROOT / "pyproject.toml", ROOT / "constraints.txt", VENV / "pyvenv.cfg"):
        digest.update(file.read_bytes() if file.exists() else b"missing")
    return digest.hexdigest()


def installed() -> set[str]:
    """Return the extras that are ready, with "app" for Arena itself; empty if set-up has to run."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        if stamp["key"] == key() and PYTHON.exists():
            return set(stamp["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return set()


def missing_libraries(wanted: dict[str, str]) -> dict[str, str]:
    """Return those of the shared libraries that the system's loader cannot open."""
    import ctypes

    missing = {}
    for name, package in wanted.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            missing[name] = package
    return missing


def qt_platform_is_windowless() -> bool:
    """Tell whether the person asked Qt for a platform that needs no display."""
    return os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] not in ("", "xcb", "wayland", "wayland-egl")


def display_answers() -> bool:
    """Tell whether a window can be opened; Qt would end the process with a core dump if it cannot."""
    if not sys.platform.startswith("linux") or qt_platform_is_windowless():
        return True
    return wayland_answers() or x11_answers()


def wayland_answers() -> bool:
    """Tell whether the Wayland socket of this session takes connections."""
    import socket

    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", ""), name)))
        except OSError:
            return False
    return True


def x11_answers() -> bool:
    """Tell whether the X server named by DISPLAY lets us in."""
    import ctypes

    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # not known before its library is there; it is asked again then
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)


# ---- the system's part ---------------------------------------------------------------------------------------------


def require_display() -> None:
    """Refuse to open a window where none can be seen."""
    if not display_answers():
        raise SetUpError(
            "There is no display to open a window on; without one you can run `python3 start.py test`, or train with "
            "`python3 start.py -- train --algo q_learning --env CliffWalking-v1 -n 200000 --seed 0 -f runs`.",
            exit_code=2,
        )


def require_libraries(window: bool) -> None:
    """Install the system libraries Qt lacks on Linux where that is allowed, else name them."""
    if not sys.platform.startswith("linux"):
        return
    wanted = dict(LIBRARIES)
    if window and not qt_platform_is_windowless():
        wanted.update(X11_LIBRARIES if os.environ.get("DISPLAY") else WAYLAND_LIBRARIES)
    missing = missing_libraries(wanted)
    if missing:
        # All in one go: nobody wants to be sent to apt twice.
        packages = set(missing.values()) | ({VENV_PACKAGE} if lacks_ensurepip() else set())
        install_packages(sorted(packages), "Qt needs " + ", ".join(sorted(missing)))
    if missing_libraries(missing):
        raise SetUpError("These libraries are still missing: " + ", ".join(sorted(missing_libraries(missing))) + ".")


def lacks_ensurepip() -> bool:
    """Tell whether this Python came without what makes environments, as Debian's does."""
    from importlib.util import find_spec

    return find_spec("ensurepip") is None


def install_packages(packages: list[str], reason: str) -> None:
    """Install Debian packages as root; anybody else is told the one line to run."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not which("apt-get"):
        raise SetUpError(f"{reason}: install what provides it, named on Debian: {' '.join(packages)}.")
    if os.geteuid() != 0:
        raise SetUpError(f"{reason}: run `sudo {line}`, then start.py again.")
    say(f"System: {reason}; installing {' '.join(packages)} ...")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-q"], env=environment, stdout=subprocess.DEVNULL)
    if subprocess.run(line.split(), env=environment, stdout=subprocess.DEVNULL).returncode != 0:
        raise SetUpError(f"{reason}, and apt could not install it: run `{line}` and see what it says.")


def hint_at_chinese_font() -> None:
    """Say once, after set-up, how Chinese text becomes readable where no font for it is found."""
    lister = which("fc-list")
    if not sys.platform.startswith("linux") or not lister:
        return
    if not subprocess.run([lister, ":lang=zh"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip():
        say("Hint: no font for Chinese was found; on Debian `apt-get install fonts-noto-cjk` brings one.")


# ---- .venv ---------------------------------------------------------------------------------------------------------


def set_up(extras: set[str]) -> None:
    """Make .venv hold Arena with these extras; what an interrupted call left is kept or repaired.

    Args:
        extras: Extras of pyproject.toml, and "app" for Arena itself.
    """
    make_folder()
    check_disk(FURTHER_BYTES if (VENV / "arena-place").exists() else FIRST_BYTES)
    repairing = UNFINISHED.exists()
    with Lock(VENV / "arena-lock"):
        ready = installed()
        if extras <= ready:
            return  # another call did it while this one waited
        make_venv()
        UNFINISHED.touch()
        STAMP.unlink(missing_ok=True)
        if repairing:
            forget_torn_packages()
        wanted = extras | ready
        install(wanted - {"app"})
        warm_up()
        STAMP.write_text(json.dumps({"key": key(), "extras": sorted(wanted)}), encoding="utf-8")
        UNFINISHED.unlink()
    hint_at_chinese_font()


def make_folder() -> None:
    """Make the empty folder .venv, or say why it cannot be made."""
    try:
        VENV.mkdir(exist_ok=True)
        (VENV / "arena-writable").touch()
        (VENV / "arena-writable").unlink()
    except OSError as error:
        why = error.strerror or "it cannot be written"
        raise SetUpError(
            f"{VENV} cannot be made ({why}): copy Arena to a folder of your own and start it there."
        ) from None


def check_disk(needed: int) -> None:
    """Refuse to begin what the disk cannot hold."""
    free = disk_usage(VENV).free
    if free < needed:
        raise SetUpError(
            f"Set-up needs {needed / 1e9:.1f} GB on this disk and {free / 1e9:.1f} GB are free: make room first."
        )


class Lock:
    """Lets one set-up work on .venv at a time; the system frees it when the process ends, however it ends.

    Args:
        path: File that carries the lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("a+b")
        if self._try():
            return
        import time

        say("Another start.py is setting this folder up; waiting for it ...")
        while not self._try():
            time.sleep(0.5)

    def _try(self) -> bool:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except PermissionError:
            return not WINDOWS  # Windows says so when it is taken; elsewhere the file system has no locks
        except OSError:
            return True
        return True

    def __exit__(self, *_: object) -> None:
        self._file.close()


def make_venv() -> None:
    """Make the virtual environment unless there is one that works."""
    works = [
        str(PYTHON),
        "-I",
        "-c",
        f"import sys, pip._internal.cli.main; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})",
    ]
    if PYTHON.exists() and (VENV / "pyvenv.cfg").exists() and in_place():
        if subprocess.run(works, stderr=subprocess.DEVNULL).returncode == 0:
            return
        say("Set-up: .venv does not work any more; making it anew.")
    if lacks_ensurepip():
        install_packages([VENV_PACKAGE], "This Python cannot make environments (it has no ensurepip)")
    say("Set-up 1/3: making .venv ...")
    for entry in VENV.iterdir():
        if entry.name not in ("arena-lock", "arena-unfinished"):
            rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    # A child process: an ensurepip that was installed a moment ago is not seen by this one.
    command = [sys.executable, "-m", "venv", str(VENV)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0:
        raise SetUpError(f"Python could not make .venv: {made.stdout.decode(errors='replace').strip()}")
    (VENV / "arena-place").write_text(str(ROOT), encoding="utf-8")


def in_place() -> bool:
    """Tell whether .venv was made here; scripts in one that was moved or copied point to the old place."""
    try:
        return (VENV / "arena-place").read_text(encoding="utf-8") == str(ROOT)
    except OSError:
        return False


def forget_torn_packages() -> None:
    """Remove the records of packages that were cut off half way, so that pip installs them again."""
    from csv import reader

    for site in (*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")):
        for record in site.glob("*.dist-info"):
            try:
                with (record / "RECORD").open(encoding="utf-8", newline="") as file:
                    whole = all(not row[2] or (site / row[0]).stat().st_size == int(row[2]) for row in reader(file))
            except (OSError, ValueError, IndexError):
                whole = False
            if not whole:
                say(f"Set-up: {record.name.split('-')[0]} was cut off half way; it is installed again.")
                rmtree(record)
        for torn in site.glob("~*"):
            rmtree(torn) if torn.is_dir() else torn.unlink()


def install(extras: set[str]) -> None:
    """Install Arena from this folder with the tested versions; pip's own progress is shown."""
    say("Set-up 2/3: downloading and installing (about 450 MB the first time) ...")
    if "deep" in extras and torch_would_bring_cuda():
        install_torch_for_processors()
    target = "." + (f"[{','.join(sorted(extras))}]" if extras else "")
    pip_install("--prefer-binary", "--editable", target)


def pip_command(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return a call of .venv's pip with the tested versions, and its environment."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PIP_REQUIRE_VIRTUALENV")
    }
    # By environment, so that the build of Arena itself is pinned too. Relative: a path with spaces would be split.
    environment.update(PIP_CONSTRAINT="constraints.txt", PIP_BUILD_CONSTRAINT="constraints.txt")
    environment.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONUTF8="1")
    return [str(PYTHON), "-I", "-X", "utf8", "-m", "pip", *arguments], environment


def torch_would_bring_cuda() -> bool:
    """Ask pip which build of PyTorch it would take: on Linux a plain index gives one with several GB of CUDA."""
    if sys.platform != "linux":
        return False
    command, environment = pip_command("install", "--dry-run", "--quiet", "--no-deps", "--report", "-", "torch")
    asked = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        chosen = [item["metadata"] for item in json.loads(asked.stdout)["install"]]
    except (ValueError, KeyError, TypeError):
        return False  # pip has something to say, and says it in the installation itself
    return any("nvidia" in need for item in chosen for need in item.get("requires_dist", []))


def install_torch_for_processors() -> None:
    """Install PyTorch's build for processors with the one tool that knows where its publisher keeps it."""
    pip_install("uv")
    tool = str(BIN / ("uv.exe" if WINDOWS else "uv"))
    command = [tool, "pip", "install", "--python", str(PYTHON), "--torch-backend", "cpu", "--constraint"]
    if subprocess.run([*command, "constraints.txt", "torch"], cwd=ROOT).returncode != 0:
        raise SetUpError("PyTorch could not be downloaded (see above): check the network, then run the same again.")


def pip_install(*arguments: str) -> None:
    """Install with pip; its progress is shown, and what it stumbles over is said in one sentence."""
    command, environment = pip_command("install", *arguments)
    said = []
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as pip:
        assert pip.stderr is not None
        try:
            for line in pip.stderr:
                said.append(line.decode(errors="replace"))
                sys.stderr.write(said[-1])
                sys.stderr.flush()
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode != 0:
        words = "".join(said).lower()
        for sign, sentence in PIP_FAILURES:
            if sign in words:
                raise SetUpError(sentence)
        raise SetUpError(
            "pip could not install Arena (see above): run the same command again; finished downloads are kept."
        )


def warm_up() -> None:
    """Compile the kernels once now instead of at the first Space; Arena also works without."""
    if (ROOT / "agents" / "tabular" / "warm_up.py").exists():
        say("Set-up 3/3: compiling the learners for this processor ...")
        if subprocess.run([str(PYTHON), "-m", "agents.tabular.warm_up"], cwd=ROOT).returncode != 0:
            say("Set-up: that did not work; they are compiled when first used.")


# ---- what is run ---------------------------------------------------------------------------------------------------


def open_arena(arguments: list[str]) -> int:
    """Run the `arena` command; on Linux and macOS it takes this process's place."""
    if not WINDOWS:
        os.execv(PYTHON, [str(PYTHON), str(BIN / "arena"), *arguments])
    return subprocess.call([str(BIN / "arena.exe"), *arguments])


def run_checks(tests: list[str]) -> int:
    """Run what CI runs, all of it even if something fails, the tests last; chosen tests run alone.

    Returns:
        0 if everything passed, else 1.
    """
    suffix = ".exe" if WINDOWS else ""
    checks = {
        "ruff check": ["ruff", "check", "--no-cache", "--quiet", "."],
        "ruff format": ["ruff", "format", "--no-cache", "--check", "."],
        "mypy --strict": ["mypy"],
        "lint-imports": ["lint-imports", "--no-cache"],
    }
    failed = []
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    for title, (tool, *arguments) in {} if tests else checks.items():
        say(f"== {title}")
        if subprocess.run([str(BIN / (tool + suffix)), *arguments], cwd=ROOT, env=environment).returncode != 0:
            failed.append(title)
    say("== pytest")
    pytest = [str(PYTHON), "-m", "pytest", "-q"]
    code = subprocess.run([*pytest, "-n", "2", *tests], cwd=ROOT, env=environment).returncode
    if code == TESTS_FAILED:
        # Many tests drive real windows and processes against a clock, and a busy machine stops those for seconds.
        say("== pytest once more, one by one, for what failed beside others")
        again = ["--last-failed", "--last-failed-no-failures", "none", "-n", "0", "--maxfail", "1"]
        code = subprocess.run([*pytest, *again, *tests], cwd=ROOT, env=environment).returncode
    if code != 0:
        failed.append("pytest")
    if failed:
        say("Failed: " + ", ".join(failed) + ".")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Set up, then run what was asked for.

    Args:
        arguments: Command line without the program's name.

    Returns:
        Exit code: 0 done, 1 failed, 2 wrong call or no display, 130 interrupted.
    """
    split = arguments.index("--") if "--" in arguments else len(arguments)
    own, passed = arguments[:split], arguments[split + 1 :]
    if own and own[0] in ("-h", "--help"):
        say(str(__doc__).strip())
        return 0
    if own not in ([], ["test"]):
        raise SetUpError(
            f"start.py does not know `{' '.join(own)}`: see `python3 start.py --help`; `arena`'s words follow `--`.",
            exit_code=2,
        )
    testing = own == ["test"]
    window = not testing and not passed
    if window:
        require_display()
    if window or testing:
        require_libraries(window)
    wanted = {"app", "deep", "test", "check"} if testing else {"app", "deep"}
    if not wanted <= installed():
        set_up(wanted)
    if window:
        require_display()
    return run_checks(passed) if testing else open_arena(passed)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a path in Chinese on a console that has no such letters
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that pip is ended too
    try:
        sys.exit(main(sys.argv[1:]))
    except SetUpError as reason:
        sys.stderr.write(f"{reason}\n")
        sys.exit(reason.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; run the same command again to go on.\n")
        sys.exit(130)
