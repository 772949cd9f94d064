"""The family of a run, and the tree that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from arena.runs.run_config import RunConfig
from arena.runs.run_folder import RunFolder
from gui.state.run_family import RunFamily, family_of
from gui.widgets.run_tree import RunTree

GRID = "Arena/GridWorld-v0"


def config(parent: str = "", tick: int = 0, **changes: Any) -> RunConfig:
    return RunConfig(
        env_id=GRID,
        env_kwargs={"map": "cliff"},
        agent="q_learning",
        hyperparameters={"alpha": 0.5},
        seed=0,
        created="2026-11-21T10:11:12+00:00",
        parent={"run": parent, "tick": tick, "changes": changes} if parent else None,
    )


def test_that_a_family_is_told_parents_first_and_strangers_are_left_out(tmp_path: Path) -> None:
    configs = {
        "old": config(),
        "late": config("old", 900, alpha=0.1),
        "early": config("old", 100, seed=3),
        "grandchild": config("early", 500, agent="sarsa"),
        "orphan": config("gone", 5, alpha=0.2),
        "stranger": config(),
    }
    family = family_of("late", tmp_path, configs, {"old": 1_000})
    assert [(run.run_id, run.depth, run.parent) for run in family] == [
        ("old", 0, -1), ("early", 1, 0), ("grandchild", 2, 1), ("late", 1, 0),
    ]  # fmt: skip
    assert [run.env_steps for run in family] == [1_000, -1, -1, -1]
    gone = family_of("orphan", tmp_path, configs, {})
    assert [(run.run_id, run.config is None, run.folder == "") for run in gone] == [
        ("gone", True, True), ("orphan", False, False),
    ]  # fmt: skip


def test_that_a_run_that_names_itself_its_ancestor_ends_nothing(tmp_path: Path) -> None:
    configs = {"a": config("b", 1), "b": config("a", 1)}
    assert {run.run_id for run in family_of("a", tmp_path, configs, {})} == {"a", "b"}


def test_that_the_tree_shows_what_was_changed_and_a_click_opens_a_run(qtbot: QtBot, tmp_path: Path) -> None:
    root = RunFolder.create(tmp_path, config())
    made = RunFolder.create(tmp_path, config(root.run_id, 250, alpha=0.125))
    (tmp_path / "no run").mkdir()
    family = RunFamily()
    tree = RunTree()
    qtbot.addWidget(tree)
    tree.show()
    with qtbot.waitSignal(family.found) as told:
        family.find(str(made.path), {made.run_id: 300})
    family.finish()
    assert told.args[0] == made.run_id
    tree.show_family(frozenset({made.run_id}), told.args[1])
    tree.resize(tree.sizeHint())
    assert tree.words(0)[0] == "Cliff · Q-learning"
    assert tree.words(1) == ("α 0.125", "from step 250 · 300 steps · shown now")
    with qtbot.waitSignal(tree.run_chosen) as chosen:
        qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert chosen.args == [str(root.path)]
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(tree.run_chosen) as chosen:
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert chosen.args == [str(made.path)]


def test_that_a_deleted_run_in_the_tree_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    made = RunFolder.create(tmp_path, config("vanished", 9, alpha=0.125))
    tree = RunTree()
    qtbot.addWidget(tree)
    tree.show_family(frozenset({made.run_id}), family_of(made.run_id, tmp_path, {made.run_id: made.config}, {}))
    tree.resize(tree.sizeHint())
    opened: list[str] = []
    tree.run_chosen.connect(opened.append)
    qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert opened == [] and tree.words(0) == ("deleted run", "vanished")
