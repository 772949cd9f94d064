"""The rules of the house that no tool checks: sizes, names, what is never called, what is always documented."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("arena", "agents", "gui")
DATA = ("assets", "saved_models")
MOST_LINES = 400
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff", "base"}
RUNS_STRANGERS_CODE = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


def sources(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))


def place(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def test_that_no_source_file_has_outgrown_one_subject() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in sources(*PRODUCT, "tests", "benchmarks")
        if (lines := len(file.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_that_file_names_say_what_is_inside() -> None:
    vague = [
        str(file.relative_to(ROOT))
        for file in sources(*PRODUCT, *DATA, "tests", "benchmarks")
        if SAYS_NOTHING & set(file.stem.lower().split("_"))
    ]
    assert not vague


def test_that_init_files_are_there_and_empty() -> None:
    folders = {parent for file in sources(*PRODUCT) for parent in [file.parent]}
    missing = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    filled = [
        str(file.relative_to(ROOT))
        for file in sources(*PRODUCT, *DATA)
        if file.name == "__init__.py" and file.read_text()
    ]
    assert not missing
    assert not filled


def test_that_no_file_from_outside_can_run_code() -> None:
    found = []
    for file in sources(*PRODUCT):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").split(".")[0]}
            else:
                continue
            if names & RUNS_STRANGERS_CODE:
                found.append(place(file, node))
        for call in calls(file):
            name = ast.unparse(call.func)
            pickled = any(
                word.arg == "allow_pickle" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
                for word in call.keywords
            )
            if name in ("eval", "exec", "compile", "yaml.load", "yaml.unsafe_load", "torch.load") or pickled:
                found.append(place(file, call))
    # The one place where it may stand: a sealed throwaway process that builds nothing but tensors of it.
    allowed = [where for where in found if where.startswith("agents/models/sb3_reading.py:")]
    assert len(allowed) == 1
    reading = (ROOT / "agents" / "models" / "sb3_reading.py").read_text("utf-8")
    assert 'torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)' in reading
    found = [where for where in found if where not in allowed]
    assert not found


def test_that_every_public_method_is_documented_here_or_where_it_is_first_declared() -> None:
    documented: set[str] = set()
    bare: list[tuple[str, str]] = []
    for file in sources(*PRODUCT):
        for cls in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ClassDef)):
            if any(ast.unparse(base) == "Protocol" for base in cls.bases):
                continue  # it repeats what another class documents
            for method in (node for node in cls.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
                if ast.get_docstring(method):
                    documented.add(method.name)
                # Qt's overrides (paintEvent, sizeHint) carry Qt's meaning; setters carry their property's.
                elif (
                    re.fullmatch(r"[a-z][a-z0-9_]*", method.name)
                    and not cls.name.startswith("_")
                    and not any(ast.unparse(decorator).endswith(".setter") for decorator in method.decorator_list)
                ):
                    bare.append((method.name, place(file, method)))
    qt_verbs = {"data", "index", "parent", "flags", "event", "value", "text", "shape", "save", "restore"}
    assert not [where for name, where in bare if name not in documented and name not in qt_verbs]


def test_that_every_class_named_by_string_exists() -> None:
    named = {
        node.value
        for file in sources(*PRODUCT)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"(arena|agents|gui)(\.\w+)+:\w+", node.value)
    }
    assert any(name.startswith("agents.") for name in named)
    missing = [
        name for name in sorted(named) if not hasattr(import_module(name.partition(":")[0]), name.partition(":")[2])
    ]
    assert not missing


def test_that_the_window_loads_no_learner_and_no_environment() -> None:
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in sources("gui")]
    modules = [name.removesuffix(".__init__") for name in modules if not name.endswith("__main__")]
    heavy = ("numba", "torch", "stable_baselines3", "ale_py", "gymnasium", "pygame", "tensorboard", "cv2", "scipy")
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(*(name for name in {heavy!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=_offscreen(), timeout=250
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_that_qt_loses_no_reference_to_none() -> None:
    """PySide6 6.12.0 loses one on every void call under Python < 3.12, and the process is aborted in the end."""
    code = (
        "from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter\n"
        "app = QGuiApplication([])\n"
        "image = QImage(8, 8, QImage.Format.Format_RGB32)\n"
        "painter = QPainter(image)\n"
        "for _ in range(20_000): painter.setPen(QColor('red'))\n"
        "painter.end()\n"
        "print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_offscreen(), timeout=250)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def _offscreen() -> dict[str, str]:
    return dict(os.environ, QT_QPA_PLATFORM="offscreen")


def test_that_everything_pyproject_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = list(project["build-system"]["requires"]) + list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    pinned = {
        line.split("==")[0] for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line
    }
    names = {re.match(r"[A-Za-z0-9._-]+", line).group() for line in wanted}  # type: ignore[union-attr]

    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    assert {plain(name) for name in names} <= {plain(name) for name in pinned}


def test_that_every_link_in_the_documents_leads_somewhere() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
        if not target.startswith("http") and not (document.parent / target).exists()
    ]
    assert not broken
