"""A network of pixels taught by one that is told the objects, on the real game."""

from __future__ import annotations

import numpy as np
import torch
from gymnasium import spaces

from agents.deep.distillation import Lesson, Marks, teach
from agents.deep.learner import policy_of
from agents.deep.recipes import recipe
from agents.deep.weights import weights_of
from arena.environments.atari.breakout_memory import FIELDS
from arena.environments.atari.recipe import recipe_for


def taught(steps: int) -> tuple[list[Marks], dict[str, torch.Tensor], bool]:
    """Teach for so many decisions; return the marks, the student's weights, and whether the teacher stayed the same."""
    torch.manual_seed(3)
    teacher = policy_of(recipe("ppo-breakout-objects"), spaces.Box(-3.0, 3.0, (len(FIELDS),)), 4)
    assert isinstance(teacher.action_net, torch.nn.Linear)
    with torch.no_grad():
        # One that has opinions: fresh weights hold all actions for alike.
        teacher.action_net.weight.mul_(60.0)
    student = policy_of(recipe("ppo-breakout"), spaces.Box(0, 255, (4, 84, 84), np.uint8), 4)
    before = weights_of(teacher)
    marks: list[Marks] = []
    lesson = Lesson(steps=steps, games=4, rollout=32, batch=64, learning_rate=2e-3, seed=5)
    teach(student, teacher, recipe_for("BreakoutNoFrameskip-v4"), lesson, told=marks.append)
    after = weights_of(teacher)
    return marks, weights_of(student), all(torch.equal(after[name], before[name]) for name in before)


def test_that_a_student_comes_closer_to_its_teacher_who_stays_as_it_was() -> None:
    marks, _, unchanged = taught(2_560)
    first, last = marks[0], np.mean([one.divergence for one in marks[-4:]])
    assert unchanged and marks[-1].env_steps == 2_560
    assert last < 0.6 * first.divergence
    assert any(one.scores for one in marks)


def test_that_the_same_lesson_gives_the_same_student() -> None:
    (_, one, _), (_, other, _) = taught(256), taught(256)
    assert all(torch.equal(one[name], other[name]) for name in one)
