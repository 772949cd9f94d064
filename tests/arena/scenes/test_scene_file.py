"""A scene comes back as it was written, and nothing else is taken for one."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from arena.errors import SceneError
from arena.scenes.scene_checks import CHECKS, CONTROLS
from arena.scenes.scene_file import MOST_BYTES, SCHEMA_VERSION, Question, Scene, parse_scene, scene_json
from tests.arena.mutations import JUNK, spoiled, spoiled_json
from tests.arena.scenes.scene_samples import FULL

PLAIN = json.loads(scene_json(FULL))
SHORT = {"schema_version": 1, "title": {"en": "A"}, "env_id": "X-v0", "agent": "sarsa"}


def parsed(values: Any) -> Scene:
    return parse_scene(json.dumps(values).encode(), "lesson.arena-scene.json")


def refused(values: Any) -> SceneError:
    with pytest.raises(SceneError) as problem:
        parsed(values)
    assert "lesson.arena-scene.json" in str(problem.value)
    assert "\n" not in str(problem.value) and problem.value.exit_code == 2
    return problem.value


def test_that_a_scene_comes_back_as_it_was() -> None:
    assert parse_scene(scene_json(FULL).encode(), "x") == FULL
    for name in set(CHECKS) - {"schema_version", "title", "env_id", "agent", "changes", "moves", "tick"}:
        plainer = replace(FULL, **{name: getattr(Scene(), name)})
        assert parse_scene(scene_json(plainer).encode(), "x") == plainer


def test_that_what_says_nothing_is_not_written() -> None:
    assert set(json.loads(scene_json(Scene(title={"en": "A"})))) == {"schema_version", "title", "env_id", "agent"}


def test_that_a_few_lines_written_by_hand_are_a_scene() -> None:
    scene = parsed(SHORT)
    assert scene == Scene(title={"en": "A"}, env_id="X-v0", agent="sarsa")
    with_mark = b"\xef\xbb\xbf" + json.dumps(SHORT).encode()
    assert parse_scene(with_mark, "x") == scene


def test_that_a_scene_from_a_newer_version_is_said_clearly() -> None:
    problem = refused({"schema_version": SCHEMA_VERSION + 1, "whatever": "came later"})
    assert problem.key == "error.scene.newer" and "newer" in str(problem)


def test_that_an_unknown_and_a_missing_field_are_named() -> None:
    assert refused({**SHORT, "sed": 3}).params["field"] == "sed"
    assert refused({**SHORT, "sed": 3}).key == "error.scene.unknown_field"
    for name in SHORT:
        problem = refused({key: value for key, value in SHORT.items() if key != name})
        assert (problem.key, problem.params["field"]) == ("error.scene.missing_field", name)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema_version", 0), ("schema_version", "1"), ("schema_version", True), ("title", {}), ("title", "The cliff"),
        ("title", {"zh_TW": "懸崖"}), ("title", {"en": " "}), ("title", {"en": "x" * 121}),
        ("title", {"en": "a", "fr": "b"}),
        ("title", {"en": "a\x1b[2J"}), ("title", {"en": "\u202eabc"}), ("title", {"en": 3}), ("line", {"en": ""}),
        ("note", {"en": "x" * 4001}), ("note", []), ("question", {}), ("question", {"ask": {"en": "?"}}),
        ("question", {"ask": {"en": "?"}, "answer": {"en": "!"}, "right": 0}),
        ("question", {"ask": {"en": "?"}, "answer": {"en": "!"}, "choices": [{"en": "a"}] * 7}),
        ("question", {"ask": {"en": "?"}, "answer": {"en": "!"}, "choices": [{"en": "a"}], "right": 1}),
        ("question", {"ask": {"en": "?"}, "answer": {"en": "!"}, "more": 1}),
        ("env_id", ""), ("env_id", None), ("env_id", "x" * 201), ("env_id", "a\nb"), ("agent", 3),
        ("agent", "own:/tmp/evil.py"), ("agent", "own:..\\evil"), ("agent", "own:evil.py"),
        ("env_kwargs", []), ("env_kwargs", {"map": 3}), ("env_kwargs", {"map": "x" * 201}),
        ("env_kwargs", {"slip": []}),
        ("env_kwargs", {"map": "S\n" * 100_001}), ("env_kwargs", {"map": "a\n\x00"}), ("env_kwargs", {"slip": 2**70}),
        ("env_kwargs", {str(number): 1 for number in range(65)}), ("hyperparameters", {"alpha": None}),
        ("hyperparameters", {"alpha": []}), ("hyperparameters", None), ("seed", -1), ("seed", 2**64), ("seed", 1.0),
        ("seed", True), ("tick", -1), ("tick", 10**13), ("tick", "5"), ("changes", {}), ("changes", [3]),
        ("changes", [{"tick": 0, "name": "alpha"}]), ("changes", [{"tick": 121, "name": "alpha", "value": 1}]),
        ("changes", [{"tick": 9, "name": "a", "value": 1}, {"tick": 8, "name": "a", "value": 1}]),
        ("changes", [{"tick": 0, "name": "a", "value": 1}] * 1001), ("moves", [[0]]), ("moves", [[120, 1]]),
        ("moves", [[3, 1], [3, 1]]), ("moves", [[3, -1]]), ("moves", [["3", 1]]), ("speed", 3.0), ("speed", "4"),
        ("speed", True), ("speed", None), ("layer", "heat"), ("layer", 1), ("covered", 1), ("hidden", ["menu"]),
        ("hidden", "world"), ("hidden", ["world", "world"]), ("hidden", [["world"]]),
    ],
)  # fmt: skip
def test_that_each_field_is_checked_and_named(field: str, value: Any) -> None:
    assert refused({**PLAIN, field: value}).params["field"] == field


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b"9" * 5_000])
def test_that_what_is_no_scene_at_all_is_said(text: bytes) -> None:
    with pytest.raises(SceneError) as problem:
        parse_scene(text, "x")
    assert problem.value.key == "error.scene.damaged"


def test_that_a_file_that_is_too_long_is_refused_unread_and_never_written() -> None:
    with pytest.raises(SceneError, match="longer"):
        parse_scene(b" " * (MOST_BYTES + 1), "x")
    with pytest.raises(SceneError):
        scene_json(replace(FULL, hidden=("nothing we know",)))
    with pytest.raises(SceneError):
        scene_json(replace(FULL, title={}))


def test_that_ten_thousand_spoiled_files_end_in_a_scene_or_in_our_own_sentence() -> None:
    chance = random.Random(8)
    whole = scene_json(FULL).encode()
    read, sentences = 0, set()
    for number in range(10_000):
        data = spoiled(whole, chance) if number % 2 else json.dumps(spoiled_json(PLAIN, chance)).encode()
        try:
            scene = parse_scene(data, "x")
        except SceneError as problem:
            sentences.add(str(problem))
        else:
            read += 1
            # What was accepted can be written, and is the same again.
            assert parse_scene(scene_json(scene).encode(), "x") == scene
    assert 100 < read < 9_000
    assert len(sentences) > 20 and not any(sentence.startswith("error.") for sentence in sentences)


@pytest.mark.parametrize("field", sorted(CHECKS))
def test_that_junk_in_any_field_raises_nothing_else(field: str) -> None:
    refusals = 0
    for junk in JUNK:
        try:
            parsed({**PLAIN, field: junk})
        except SceneError:
            refusals += 1
    assert refusals > len(JUNK) / 2


def test_that_a_question_in_the_class_own_words_needs_no_choices() -> None:
    scene = replace(FULL, question=Question(ask={"en": "Why?"}, answer={"en": "Because."}))
    assert parse_scene(scene_json(scene).encode(), "x").question == scene.question
    assert set(CONTROLS) >= set(scene.hidden)
