"""Scenes and what they ask for: the shipped ones are complete and right, a run's way to its moment is told exactly."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.runtime.fork import fork_run
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from agents.scenes import check_scene, scene_from
from arena.errors import ArenaError, ConfigError, MapError, SceneError, UsageError
from arena.protocol.messages import Event
from arena.runs.keyframe_file import state_hash
from arena.scenes.run_history import RunHistory, history_until
from arena.scenes.scene_file import ENDING, Change, Scene, scene_json
from arena.scenes.scene_store import shipped_scenes
from arena.texts import LANGUAGES
from tests.test_house_texts import ONLY_SIMPLIFIED, ONLY_TRADITIONAL

SHIPPED = sorted(shipped_scenes())


def texts_of(scene: Scene) -> dict[str, dict[str, str]]:
    asked = {}
    if scene.question is not None:
        asked = {"ask": scene.question.ask, "answer": scene.question.answer}
        asked |= {f"choice {number}": choice for number, choice in enumerate(scene.question.choices)}
    texts = {"title": scene.title, "line": scene.line, "note": scene.note, **asked}
    return {name: dict(text) for name, text in texts.items()}


@pytest.mark.parametrize("name", SHIPPED)
def test_that_a_scene_that_ships_asks_only_for_what_is_there(name: str) -> None:
    check_scene(shipped_scenes()[name])


@pytest.mark.parametrize("name", SHIPPED)
def test_that_a_scene_that_ships_speaks_three_languages_each_in_its_script(name: str) -> None:
    for what, text in texts_of(shipped_scenes()[name]).items():
        assert set(text) == set(LANGUAGES), what
        foreign = {"zh_TW": ONLY_SIMPLIFIED - ONLY_TRADITIONAL, "zh_CN": ONLY_TRADITIONAL - ONLY_SIMPLIFIED}
        for code, characters in foreign.items():
            assert not characters & set(text[code]), (what, code)
            # A number is the same everywhere.
            assert re.search(r"[\u4e00-\u9fff]", text[code]) or text[code].isdigit(), (what, code)


@pytest.mark.parametrize(
    ("fields", "kind", "said"),
    [
        ({"env_id": "Mars-v0"}, UsageError, "There is no world Mars-v0"),
        ({"agent": "q_lerning"}, UsageError, "did you mean q_learning"),
        ({"env_kwargs": {"map": "clif"}}, UsageError, "did you mean cliff"),
        ({"env_kwargs": {"map": "---\nS.?G\n"}}, MapError, "?"),
        ({"hyperparameters": {"alpha": 7}}, ConfigError, "alpha"),
        ({"hyperparameters": {"beta": 7}}, ConfigError, "beta"),
        ({"changes": (Change(tick=0, name="gamma", value="much"),)}, ConfigError, "gamma"),
        ({"changes": (Change(tick=0, name="mover", value="teacher"),)}, ConfigError, "mover"),
    ],
)
def test_that_a_scene_that_asks_for_something_else_is_refused_in_one_sentence(
    fields: dict[str, Any], kind: type[ArenaError], said: str
) -> None:
    with pytest.raises(kind) as problem:
        check_scene(replace(Scene(env_kwargs={"map": "cliff"}), **fields))
    assert said in str(problem.value) and problem.value.exit_code == 2


def test_that_a_map_alone_is_a_scene_with_the_usual_agent(tmp_path: Path) -> None:
    path = tmp_path / "row.txt"
    path.write_text("---\nS..G\n")
    assert scene_from(path).agent == "q_learning"
    path.write_text("---\nS..\n")
    with pytest.raises(MapError):
        scene_from(path)
    with pytest.raises(UsageError):
        scene_from(tmp_path / "gone.txt")
    wrong = tmp_path / f"x{ENDING}"
    wrong.write_text(scene_json(Scene(title={"en": "A"}, agent="nobody")))
    with pytest.raises(UsageError, match="nobody"):
        scene_from(wrong)


# ── the way to a moment ────────────────────────────────────────────────────────────────────────────────────────────


def quiet(_: Event) -> None:
    pass


def session_of(folder: Path, **more: Any) -> Session:
    spec = {"env_id": "Arena/GridWorld-v0", "env_kwargs": {"map": "cliff"}, "agent": "sarsa", "seed": 3}
    return Session.begin(RunSpec(**{**spec, "log_folder": str(folder), **more}), quiet)


def learn(session: Session, until: int) -> None:
    while session.tick < until:
        session.advance(until)


def hash_of(session: Session) -> str:
    return state_hash(session.learner.arrays())


def led(history: RunHistory, until: int, folder: Path) -> str:
    """Do again what a history tells, and return the hash of where it leads."""
    config = history.config
    again = session_of(
        folder,
        env_kwargs=config.env_kwargs,
        agent=config.agent,
        hyperparameters=config.hyperparameters,
        seed=config.seed,
    )
    inputs: list[tuple[int, Any]] = [(change.tick, change) for change in history.changes]
    for tick, given in sorted([*inputs, *history.moves], key=lambda item: item[0]):
        learn(again, tick)
        if isinstance(given, Change):
            again.set_hyperparameter(given.name, given.value)
        else:
            again.step(given)
    learn(again, until)
    reached = hash_of(again)
    again.close()
    return reached


def test_that_changes_and_moves_lead_to_the_same_moment_again(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    learn(session, 100)
    session.set_hyperparameter("alpha", 0.1)
    learn(session, 250)
    session.set_hyperparameter("mover", "person")
    for action in (0, 1, 2, 1):
        session.step(action)
    session.set_hyperparameter("mover", "agent")
    learn(session, 600)
    history = history_until(session.folder.path, 600)
    assert [change.tick for change in history.changes] == [100, 250, 254]
    assert history.moves == ((250, 0), (251, 1), (252, 2), (253, 1))
    assert led(history, 600, tmp_path / "again") == hash_of(session)
    # An earlier moment has fewer of them, and none that comes after it.
    assert history_until(session.folder.path, 252).moves == ((250, 0), (251, 1))
    session.close()


def test_that_a_fork_of_a_fork_is_told_from_the_first_beginning(tmp_path: Path) -> None:
    first = session_of(tmp_path)
    learn(first, 300)
    first.set_hyperparameter("epsilon", 0.3)
    learn(first, 400)
    first.close()
    second = Session.resume(fork_run(first.folder.path, 350, {"alpha": 0.05}).path, quiet)
    learn(second, 500)
    second.set_hyperparameter("gamma", 0.9)
    learn(second, 550)
    second.close()
    third = Session.resume(fork_run(second.folder.path, 520, {"epsilon": 0.0}).path, quiet)
    learn(third, 700)
    history = history_until(third.folder.path, 700)
    assert history.config == first.folder.config
    assert [(change.tick, change.name) for change in history.changes] == [
        (300, "epsilon"), (350, "alpha"), (500, "gamma"), (520, "epsilon"),
    ]  # fmt: skip
    assert led(history, 700, tmp_path / "again") == hash_of(third)
    third.close()
    for file in first.folder.path.iterdir():
        if file.is_file():
            file.unlink()
    with pytest.raises(SceneError, match="from the beginning"):
        history_until(third.folder.path, 700)


def test_that_a_fork_of_the_next_action_is_told_as_a_move(tmp_path: Path) -> None:
    first = session_of(tmp_path)
    learn(first, 300)
    first.close()
    second = Session.resume(fork_run(first.folder.path, 300, {"action": 2}).path, quiet)
    learn(second, 500)
    history = history_until(second.folder.path, 500)
    assert history.moves == ((300, 2),)
    assert led(history, 500, tmp_path / "again") == hash_of(second)
    second.close()


@pytest.mark.parametrize("changes", [{"agent": "q_learning"}, {"seed": 9}, {"world.slip": 0.1}])
def test_that_what_no_beginning_leads_to_is_said(tmp_path: Path, changes: dict[str, Any]) -> None:
    first = session_of(tmp_path)
    learn(first, 300)
    first.close()
    forked = fork_run(first.folder.path, 300, changes)
    with pytest.raises(SceneError, match="from the beginning instead"):
        history_until(forked.path, 300)


def test_that_a_world_edited_on_the_way_is_said(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    learn(session, 100)
    session.edit_world({"map": "cliff", "slip": 0.1})
    learn(session, 200)
    session.close()
    assert history_until(session.folder.path, 99).changes == ()
    with pytest.raises(SceneError, match="from the beginning instead"):
        history_until(session.folder.path, 200)


def test_that_too_many_moves_are_said_instead_of_written(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    session.set_hyperparameter("mover", "person")
    lines = (session.folder.events_path.read_text().splitlines())[-1:]
    session.close()
    changed = json.loads(lines[0])
    many = [json.dumps({**changed, "env_steps": tick}) for tick in range(1_001)]
    session.folder.events_path.write_text("\n".join(many) + "\n")
    with pytest.raises(SceneError, match="1000"):
        history_until(session.folder.path, 2_000)
    assert len(history_until(session.folder.path, 500).changes) == 501
