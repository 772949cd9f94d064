"""The oracle and B-Pref's five ways of being worse."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.preference.left_half import in_left_half
from agents.preference.teacher_plan import TeacherPlan
from agents.preference.teachers import SyntheticTeacher, teacher_of, true_reward, worth_for
from arena.environments.atari.breakout_memory import FIELDS
from arena.environments.registry import make_world
from arena.errors import UsageError
from arena.preferences.clip import Clip
from tests.agents.preference.made_clips import GRID, OPEN, clip_of, random_clips

LOW, HIGH = clip_of([0, 1], [0, 0], [0.0, 1.0]), clip_of([2, 3], [0, 0], [1.0, 2.0])


def flawed(kind: str, **flaws: float) -> SyntheticTeacher:
    return teacher_of(TeacherPlan(kind=kind, **flaws), np.array([0.0, 1.0, 2.0, 3.0]), 5)


def shares(teacher: SyntheticTeacher, count: int = 600) -> dict[str, float]:
    """Return how often a teacher says what of pairs whose left clip is one better."""
    said = []
    for index in range(count):
        left = clip_of([index % 64], [0], [2.0], env_step=index)
        right = clip_of([index % 64], [0], [1.0], env_step=index)
        said.append(teacher.answer(left, right))
    return {name: said.count(name) / count for name in ("left", "right", "equal", "unclear")}


def test_that_the_oracle_prefers_what_brings_more_and_says_where_both_are_the_same() -> None:
    oracle = SyntheticTeacher(worth=true_reward)
    assert oracle.answer(LOW, HIGH) == "right"
    assert oracle.answer(HIGH, LOW) == "left"
    assert oracle.answer(LOW, clip_of([9, 8], [1, 1], [1.0, 0.0])) == "equal"


def test_that_mistakes_turn_round_the_share_of_answers_asked_for() -> None:
    found = shares(flawed("mistake", mistakes=0.2))
    assert abs(found["right"] - 0.2) < 0.05
    assert shares(flawed("mistake"))["right"] == pytest.approx(0.1, abs=0.04)


def test_that_a_noisy_teacher_chooses_by_the_logistic_of_the_difference() -> None:
    teacher = flawed("noisy", beta=2.0)
    wanted = 1.0 / (1.0 + math.exp(-2.0 / teacher.unit))
    assert abs(shares(teacher)["left"] - wanted) < 0.06


def test_that_a_skipping_teacher_cannot_tell_where_both_are_poor() -> None:
    teacher = flawed("skip")
    assert teacher.skip_below == 1.5
    assert teacher.answer(LOW, clip_of([1], [0], [0.5])) == "unclear"
    assert teacher.answer(LOW, HIGH) == "right"


def test_that_an_equal_margin_teacher_holds_what_is_close_equal() -> None:
    teacher = flawed("equal", equal=1.0)
    assert teacher.answer(clip_of([1], [0], [1.0]), clip_of([2], [0], [2.0])) == "equal"
    assert teacher.answer(clip_of([1], [0], [0.0]), clip_of([2], [0], [2.0])) == "right"


def test_that_a_myopic_teacher_goes_by_the_end() -> None:
    early = clip_of([0, 1, 2], [0, 0, 0], [3.0, 0.0, 0.0])
    late = clip_of([0, 1, 2], [0, 0, 0], [0.0, 0.0, 2.0])
    assert SyntheticTeacher(worth=true_reward).answer(early, late) == "left"
    assert flawed("myopic", memory=0.5).answer(early, late) == "right"


def test_that_the_same_question_gets_the_same_answer_and_another_seed_other_luck() -> None:
    clips = random_clips(80)
    pairs = list(zip(clips[0::2], clips[1::2], strict=True))
    one, other = (SyntheticTeacher(worth=true_reward, mistakes=0.5, seed=seed) for seed in (1, 2))
    assert [one.answer(*pair) for pair in pairs] == [one.answer(*pair) for pair in pairs]
    assert [one.answer(*pair) for pair in pairs] != [other.answer(*pair) for pair in pairs]


def test_that_a_wish_for_the_left_half_counts_the_cells_there_and_not_standing_still_after_the_end() -> None:
    worth = in_left_half(make_world(GRID, OPEN))
    assert worth(clip_of([0, 3, 4, 7, 8], [0, 0, 0, 0, -1], [0.0] * 5)).tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]


def test_that_where_breakouts_paddle_is_counts_by_the_step_and_not_what_the_game_pays() -> None:
    numbers = np.zeros((4, len(FIELDS)), np.float32)
    numbers[:, [name for name, _ in FIELDS].index("paddle_x")] = [-0.6, -0.01, 0.0, 0.4]
    clip = Clip(
        env_id="Arena/BreakoutObjects-v0",
        env_kwargs={},
        kind="objects",
        env_step=0,
        game=0,
        observations=numbers,
        actions=np.zeros(4, np.int64),
        rewards=np.full(4, 7.0, np.float32),
    )
    assert worth_for("left_half", None)(clip).tolist() == [1.0, 1.0, 0.0, 0.0]
    assert worth_for("reward", None)(clip).tolist() == [7.0] * 4


def test_that_teachers_that_do_not_exist_are_refused_by_name() -> None:
    for plan in (TeacherPlan(kind="saint"), TeacherPlan(criterion="beauty"), TeacherPlan(mistakes=2.0)):
        with pytest.raises(UsageError):
            plan.checked("states")
    with pytest.raises(UsageError):
        TeacherPlan(criterion="left_half").checked("pixels")
    for kind in ("states", "objects"):
        assert TeacherPlan(criterion="left_half").checked(kind).criterion == "left_half"
