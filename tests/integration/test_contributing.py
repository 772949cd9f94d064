"""The recipes of CONTRIBUTING.md, each followed once with a blank one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents import catalog
from agents.configuration import setting
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.tabular.config import ControlConfig

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house to add to."""
    for name in ("arena", "agents", "gui", "assets"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(house: Path, code: str) -> str:
    """Run Python code in a house of its own and return what it printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(house),
        "QT_QPA_PLATFORM": "offscreen",
        "ARENA_HOME": str(house / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=house, env=environment, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def changed(file: Path, pattern: str, replacement: str) -> None:
    """Make one change in a file; the place for it must be there exactly once."""
    text, count = re.subn(pattern, replacement, file.read_text("utf-8"), flags=re.DOTALL)
    assert count == 1, f"{file.name} has {count} places like {pattern}"
    file.write_text(text, "utf-8")


def test_that_a_blank_language_can_be_added(copy: Path) -> None:
    changed(copy / "arena" / "texts.py", r'("zh_CN")\)\n"""Languages', r'\1, "xx")\n"""Languages')
    shutil.copytree(copy / "assets" / "texts" / "en", copy / "assets" / "texts" / "xx")
    for shell in (copy / "assets" / "texts").glob("*/shell.json"):
        texts = json.loads(shell.read_text("utf-8"))
        shell.write_text(json.dumps({**texts, "language.xx": "Blank"}, ensure_ascii=False), "utf-8")
    changed(copy / "gui" / "window_menus.py", r'("zh_CN": "language.zh_CN")', r'\1, "xx": "language.xx"')
    said = run(
        copy,
        "from gui.language import language, tr\n"
        "import gui.window_menus\n"
        "language().choose('xx')\n"
        "print(language().code, tr('language.xx'), gui.window_menus._LANGUAGE_KEYS['xx'])",
    )
    assert said == "xx Blank language.xx\n"
    shutil.copytree(
        ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__", "integration", "gui", "agents")
    )
    shutil.copy(ROOT / "pyproject.toml", copy)
    run(
        copy,
        "import pytest, sys; sys.exit(pytest.main(['-q', '-p', 'no:xdist', 'tests/test_house_texts.py', '-k', 'xx']))",
    )


BLANK_MAP = """title: Blank
title[zh_TW]: 空白
title[zh_CN]: 空白
teaches: The least a world needs.
teaches[zh_TW]: 一個世界最少要有的東西。
teaches[zh_CN]: 一个世界最少要有的东西。
---
S..G
"""


def test_that_a_blank_environment_can_be_added(copy: Path) -> None:
    (copy / "assets" / "maps" / "blank.txt").write_text(BLANK_MAP, "utf-8")
    said = run(
        copy,
        "import gymnasium\n"
        "from gymnasium.utils.env_checker import check_env\n"
        "from arena.environments.gymnasium_ids import register_environments\n"
        "from arena.environments.registry import make_world, world_choices\n"
        "print([choice.title['zh_TW'] for choice in world_choices() if choice.env_kwargs == {'map': 'blank'}])\n"
        "print(make_world('Arena/GridWorld-v0', {'map': 'blank'}).model.states)\n"
        "register_environments()\n"
        "check_env(gymnasium.make('Arena/GridWorld-v0', map='blank').unwrapped, skip_render_check=True)",
    )
    assert said == "['空白']\n4\n"


@dataclass(frozen=True, kw_only=True)
class BlankConfig(ControlConfig):
    """A blank agent: one setting of its own, an update that is there."""

    patience: int = setting(3, low=0, high=10, source="CONTRIBUTING.md")


def test_that_a_blank_agent_can_be_added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entry = catalog.AgentEntry(
        id="blank",
        title_key="agent.blank",
        family="tabular",
        config=f"{__name__}:BlankConfig",
        learner="agents.tabular.learner:TabularLearner",
        rule="sarsa",
        paper="CONTRIBUTING.md",
    )
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, entry))
    events: list[object] = []
    spec = RunSpec(
        env_id="FrozenLake-v1", agent="blank", hyperparameters={"patience": "4"}, seed=3, log_folder=str(tmp_path)
    )
    session = Session.begin(spec, events.append)
    while session.tick < 1_000:
        session.advance(1_000)
    hash_before = session.checkpoint()
    folder = session.folder.path
    session.close()
    assert session.learner.config.patience == 4
    again = Session.resume(folder, events.append)
    assert (again.tick, again.checkpoint()) == (1_000, hash_before)
    again.close()


def test_that_a_blank_panel_can_be_added(copy: Path) -> None:
    recipe = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    panel = textwrap.dedent(recipe[recipe.index("   ```python\n") :].split("```python\n")[1].split("   ```")[0])
    head = "from PySide6.QtWidgets import QLabel, QWidget\nfrom gui.language import language, number, tr\n"
    head += "from gui.state.run_state import RunState\n"
    (copy / "gui" / "panels" / "blank.py").write_text(head + panel, "utf-8")
    for code, text in {"en": "{steps} steps", "zh_TW": "{steps} 步", "zh_CN": "{steps} 步"}.items():
        heading = {"en": "Blank", "zh_TW": "空白", "zh_CN": "空白"}[code]
        area = {"panel.blank": heading, "panel.blank.steps": text}
        (copy / "assets" / "texts" / code / "blank.json").write_text(json.dumps(area, ensure_ascii=False), "utf-8")
    said = run(
        copy,
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([])\n"
        "from gui.language import language\n"
        "from gui.panels.blank import BlankPanel\n"
        "from gui.state.run_state import RunState\n"
        "from gui.widgets.card import Card\n"
        "card, panel = Card('panel.blank'), BlankPanel()\n"
        "card.body.addWidget(panel)\n"
        "card.show()\n"
        "panel.show_state(RunState(env_steps=1234))\n"
        "print(panel.findChild(QLabel).text(), panel.isVisible())\n"
        "language().choose('zh_TW')\n"
        "print(panel.findChild(QLabel).text(), card.title.text())\n",
    )
    assert said == "1,234 steps True\n1,234 步 空白\n"
