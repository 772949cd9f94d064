"""What the preference page knows at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.preference.preference_plan import PreferencePlan
from arena.environments.world import WorldLayout
from arena.preferences.clip import Clip
from arena.preferences.label import Label, Pair
from arena.protocol.preference_messages import HackSuspected, PairOffered, PreferenceProgress, RewardModelFitted

MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class Question:
    """A pair on the screen.

    Attributes:
        offer: What the worker said of it.
        left: The left clip.
        right: The right clip.
    """

    offer: PairOffered
    left: Clip
    right: Clip

    @property
    def votes(self) -> tuple[float, ...]:
        """P̂[left ≻ right] of each member when it was asked; empty if none was asked."""
        return votes_of(self.offer.details)

    @property
    def guess(self) -> float | None:
        """Mean of the members' P̂[left ≻ right], ``None`` if none was asked."""
        return mean_of(self.votes)


def mean_of(votes: Sequence[float]) -> float | None:
    """Return the mean, ``None`` of nothing."""
    return sum(votes) / len(votes) if votes else None


def votes_of(details: object) -> tuple[float, ...]:
    """Return the members' P̂[left ≻ right] from what is behind a pair; empty where it says none."""
    found = details.get("votes", ()) if isinstance(details, dict) else ()
    good = isinstance(found, list | tuple) and all(isinstance(vote, int | float) and 0 <= vote <= 1 for vote in found)
    return tuple(float(vote) for vote in found) if good else ()


@dataclass(frozen=True, kw_only=True)
class Reveal:
    """What is told after an answer, and not before.

    Attributes:
        question: The pair.
        answer: What was said.
        told: What the next fit changed; ``None`` until then.
    """

    question: Question
    answer: str
    told: RewardModelFitted | None = None

    @property
    def agreed(self) -> bool | None:
        """Whether the model had guessed so; ``None`` where there was nothing to agree on."""
        guess = self.question.guess
        if guess is None or self.answer not in ("left", "right") or guess == 0.5:
            return None
        return (guess > 0.5) == (self.answer == "left")


@dataclass(frozen=True, kw_only=True)
class PreferenceState:
    """What the preference page knows.

    Attributes:
        question: The pair on the screen, ``None`` while there is none.
        waiting: Pairs ready after it.
        skipped: Pairs whose clips could not be read, left out.
        labels: Every answer of the run, oldest first, those taken back included.
        pairs: The pairs they answer, by id.
        unsaved: Answers given that are not on disk yet.
        settled: What a teacher has said of the pair on the screen, empty while nothing has been said.
        reveal: What to tell of the last answer.
        fits: ``float64 [N, 3]`` labels, held-out accuracy, held-out labels, of each fit.
        losses: ``float64 [N, 2]`` labels and cross-entropy, of each fit.
        returns: ``float64 [N, 3]`` env_steps, return by r̂, return by the true reward.
        fitted: The last fit.
        progress: How learning goes.
        layout: Where the states lie, in a world of tables.
        alarm: The reward model is being exploited.
        first_games_left: Seconds until the first games are played that clips are cut from; 0 where not known.
        plan: How the run learns from preferences; ``None`` while there is no run.
        budget: Answers that are wanted in all.
        task: What is to be preferred: id of a shipped task, or the words the run was begun with.
        answered_at: When answers were given in this sitting, seconds of this machine's clock.
    """

    question: Question | None = None
    waiting: int = 0
    skipped: int = 0
    labels: tuple[Label, ...] = ()
    pairs: dict[str, Pair] = field(default_factory=dict)
    unsaved: int = 0
    settled: str = ""
    reveal: Reveal | None = None
    fits: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))
    losses: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    returns: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))
    fitted: RewardModelFitted | None = None
    progress: PreferenceProgress | None = None
    layout: WorldLayout | None = None
    alarm: HackSuspected | None = None
    first_games_left: float = 0.0
    plan: PreferencePlan | None = None
    budget: int = 0
    task: str = ""
    answered_at: tuple[float, ...] = ()

    @property
    def counted(self) -> tuple[Label, ...]:
        """Answers that have not been taken back."""
        return tuple(label for label in self.labels if not label.taken_back)

    @staticmethod
    def guess_of(pair: Pair) -> float | None:
        """Return what the model thought of a pair when it was asked: mean P̂[left ≻ right]; ``None`` for nothing."""
        return mean_of(votes_of(dict(pair.details)))

    def a_minute(self, now: float) -> float:
        """Return how many answers a minute are given of late, 0 while that cannot be told."""
        late = [at for at in self.answered_at if now - at < MINUTE]
        if len(late) < 3:
            return 0.0
        return (len(late) - 1) * MINUTE / max(1.0, late[-1] - late[0])
