"""A small network that sees only pixels is taught by a strong one that is told where everything is.

Policy distillation (Rusu et al. 2016, eq. 3) on the student's own games (Ross et al. 2011, DAgger): the student plays
more and more of the moves itself, the teacher says at each of them what it would do, so the student also learns the
places its own mistakes lead to. Both look at one emulator: the student at its picture, the teacher at its memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from arena.environments.atari.breakout_memory import numbers_of
from arena.environments.atari.recipe import AtariRecipe
from arena.environments.atari.seeds import seeds_of
from arena.environments.atari.single_game import SingleGame


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """How it is taught.

    Attributes:
        steps: Decisions of all games together.
        games: Games played in turn.
        rollout: Decisions of each game between two updates.
        batch: Decisions in a gradient step.
        learning_rate: Adam's step size at the start; it falls in a line to 0.
        teacher_until: Share of the steps after which the student plays every move itself.
        value_weight: Weight of the critic's loss.
        seed: Of games, draws and order.
    """

    steps: int = 1_000_000
    games: int = 16
    rollout: int = 64
    batch: int = 256
    learning_rate: float = 5e-4
    teacher_until: float = 0.2
    value_weight: float = 0.5
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class Marks:
    """How far it has come.

    Attributes:
        env_steps: Decisions so far.
        divergence: KL(teacher ‖ student) of the last update, in nats.
        value_loss: Mean squared distance of the values.
        agreement: Share of decisions at which both hold the same action for the best.
        scores: Raw scores of the whole games that ended since the last one.
    """

    env_steps: int
    divergence: float
    value_loss: float
    agreement: float
    scores: tuple[float, ...]


class _Classroom:
    """The games: what the student sees of them, and what the teacher is told."""

    def __init__(self, recipe: AtariRecipe, count: int, seed: int) -> None:
        self.games = [SingleGame(recipe, int(one)) for one in seeds_of(seed, 0, count)]
        self._before = [game.memory for game in self.games]

    def pictures(self) -> NDArray[np.uint8]:
        """``uint8 [N, stack, side, side]``."""
        return np.stack([game.observation for game in self.games])

    def numbers(self) -> NDArray[np.float32]:
        """``float32 [N, features]``."""
        pairs = zip(self.games, self._before, strict=True)
        return np.stack([numbers_of(game.memory, before) for game, before in pairs])

    def act(self, actions: NDArray[np.int64]) -> list[float]:
        """Do a step in each game; return the scores of those that ended, which begin anew."""
        scores = []
        for place, (game, action) in enumerate(zip(self.games, actions, strict=True)):
            self._before[place] = game.memory
            if game.act(int(action)).ends_game:
                scores.append(game.score)
                game.begin()
                self._before[place] = game.memory
        return scores


def teach(
    student: ActorCriticPolicy,
    teacher: ActorCriticPolicy,
    recipe: AtariRecipe,
    lesson: Lesson,
    *,
    told: Callable[[Marks], object] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Teach a network that sees pixels to do what one that is told the objects does; the student is changed in place.

    Args:
        student: Sees ``uint8 [N, stack, side, side]``.
        teacher: Sees ``float32 [N, features]``; it is not changed.
        recipe: The game.
        lesson: How it is taught.
        told: Called after each update.
        should_stop: Asked before each update.

    Returns:
        The decisions done.
    """
    torch.manual_seed(lesson.seed)
    chance = np.random.default_rng(lesson.seed)
    room = _Classroom(recipe, lesson.games, lesson.seed)
    optimizer = torch.optim.Adam(student.parameters(), lr=lesson.learning_rate, eps=1e-5)
    done = 0
    while done < lesson.steps and not should_stop():
        left = 1.0 - done / lesson.steps
        optimizer.param_groups[0]["lr"] = lesson.learning_rate * left
        guided = max(0.0, 1.0 - done / max(1.0, lesson.teacher_until * lesson.steps))
        seen, wanted, values, scores = _play(student, teacher, room, lesson.rollout, guided, chance)
        divergence, value_loss, agreement = _learn(student, optimizer, seen, wanted, values, lesson, chance)
        done += lesson.games * lesson.rollout
        told(
            Marks(
                env_steps=done, divergence=divergence, value_loss=value_loss, agreement=agreement, scores=tuple(scores)
            )
        )
    return done


def _play(
    student: ActorCriticPolicy,
    teacher: ActorCriticPolicy,
    room: _Classroom,
    rollout: int,
    guided: float,
    chance: np.random.Generator,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[float]]:
    """Play on; return pictures, the teacher's probabilities and values, and the scores of games that ended."""
    seen, wanted, values, scores = [], [], [], []
    with torch.no_grad():
        for _ in range(rollout):
            pictures, numbers = torch.as_tensor(room.pictures()), torch.as_tensor(room.numbers())
            advice, worth = _answer(teacher, numbers)
            own, _ = _answer(student, pictures)
            advice, own = advice.exp(), own.exp()
            drawn = torch.multinomial(own, 1)[:, 0]
            shown = torch.multinomial(advice, 1)[:, 0]
            by_teacher = torch.as_tensor(chance.random(len(drawn)) < guided)
            seen.append(pictures)
            wanted.append(advice)
            values.append(worth)
            scores += room.act(torch.where(by_teacher, shown, drawn).numpy())
    return torch.cat(seen), torch.cat(wanted), torch.cat(values), scores


def _learn(
    student: ActorCriticPolicy,
    optimizer: torch.optim.Optimizer,
    seen: torch.Tensor,
    wanted: torch.Tensor,
    values: torch.Tensor,
    lesson: Lesson,
    chance: np.random.Generator,
) -> tuple[float, float, float]:
    """Learn once from each decision; return the mean divergence, value loss and agreement before each gradient step."""
    marks = []
    for place in np.array_split(chance.permutation(len(seen)), max(1, len(seen) // lesson.batch)):
        chosen = torch.as_tensor(place)
        logs, value = _answer(student, seen[chosen])
        divergence = (wanted[chosen] * (torch.log(wanted[chosen].clamp_min(1e-8)) - logs)).sum(1).mean()
        value_loss = torch.nn.functional.mse_loss(value, values[chosen])
        loss = divergence + lesson.value_weight * value_loss
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(student.parameters(), 0.5)
        optimizer.step()
        agreement = (logs.argmax(1) == wanted[chosen].argmax(1)).float().mean()
        marks.append((divergence.item(), value_loss.item(), agreement.item()))
    mean = np.mean(marks, axis=0)
    return float(mean[0]), float(mean[1]), float(mean[2])


def _answer(network: ActorCriticPolicy, seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log-probabilities ``[N, A]`` and values ``[N]``; one pass through the features for both."""
    for_policy, for_value = network.mlp_extractor(network.extract_features(seen))
    logs: torch.Tensor = torch.log_softmax(network.action_net(for_policy), 1)
    values: torch.Tensor = network.value_net(for_value)[:, 0]
    return logs, values
