"""Preference mode: what the window tells the worker that learns from labels, and what that worker says.

Answers travel through the label store, not through here: ``LabelsChanged`` only says that there is something to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.protocol.messages import Command, Event


@dataclass(frozen=True, kw_only=True)
class LabelsChanged(Command):
    """Read the label store again: a label was given, changed, taken back or restored."""


@dataclass(frozen=True, kw_only=True)
class WantPairs(Command):
    """Have so many pairs ready that nobody has answered.

    Attributes:
        count: How many.
    """

    count: int = 1


@dataclass(frozen=True, kw_only=True)
class AskTeacher(Command):
    """Have a synthetic teacher answer a pair that waits for a person; ``PairAnswered`` tells what it said.

    Attributes:
        pair_id: The pair.
        kind: ``oracle`` or another synthetic teacher, see :mod:`agents.preference.teacher_plan`.
        criterion: What it goes by.
    """

    pair_id: str = ""
    kind: str = "oracle"
    criterion: str = "reward"


@dataclass(frozen=True, kw_only=True)
class PairOffered(Event):
    """A pair may be asked: its clips are files, it is in the label store.

    Attributes:
        pair_id: The pair.
        left: ``clip_id`` of the left clip.
        right: ``clip_id`` of the right clip.
        left_file: File of the left clip.
        right_file: File of the right clip.
        why: ``disagreement``, ``random`` or ``coverage``.
        details: What is behind that (the members' P̂ …); not to be shown before the answer.
        ready: How many pairs wait now, this one included.
    """

    pair_id: str = ""
    left: str = ""
    right: str = ""
    left_file: str = ""
    right_file: str = ""
    why: str = "random"
    details: Mapping[str, Any] = field(default_factory=dict)
    ready: int = 0


@dataclass(frozen=True, kw_only=True)
class PairAnswered(Event):
    """A synthetic teacher has answered a pair; its answer is in the label store.

    Attributes:
        pair_id: The pair.
        answer: What it said.
        rater: Its name, as stored.
    """

    pair_id: str = ""
    answer: str = ""
    rater: str = ""


@dataclass(frozen=True, kw_only=True)
class RewardModelFitted(Event):
    """The reward model has been fitted to the labels of now. What is not known yet is NaN.

    Attributes:
        labels: How many labels count.
        rate: Labels wanted per thousand steps now, see :mod:`arena.preferences.schedule`.
        loss: Cross-entropy on the labels it was fitted to.
        validation_loss: Cross-entropy on labels held out.
        accuracy: Share of the held-out labels that it foretells.
        held_out: How many labels that is of.
        l2: Weight of the L2 penalty.
        seconds: How long the fit took, from the label that caused it.
        calibration: ``(P̂ in the middle of the bin, share that preferred the left one, labels)`` of each bin.
        ripple: What the last answer changed: ``cells`` (``[state, before, after]`` each) or ``amount``.
    """

    labels: int = 0
    rate: float = 0.0
    loss: float = float("nan")
    validation_loss: float = float("nan")
    accuracy: float = float("nan")
    held_out: int = 0
    l2: float = 0.0
    seconds: float = 0.0
    calibration: tuple[tuple[float, ...], ...] = ()
    ripple: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PreferenceProgress(Event):
    """How learning from preferences goes, a few times a second. What is not known yet is NaN.

    Attributes:
        predicted_return: Mean return of late by r̂, before it is normalised for the policy.
        true_return: Mean return of late by the true reward.
        correlation: Pearson's r between the two over the episodes of late.
        kl: KL(π‖π_ref) of late; NaN without a reference.
        budget_left: Labels that may still be asked for.
        rate: As in :class:`RewardModelFitted`.
        first_games: Share of the first games that has been played, before there is anything to compare.
        left_share: Share of the last steps in the left half, where the task is about that.
        left_share_before: The same before anything was answered.
    """

    predicted_return: float = float("nan")
    true_return: float = float("nan")
    correlation: float = float("nan")
    kl: float = float("nan")
    budget_left: int = 0
    rate: float = 0.0
    first_games: float = 1.0
    left_share: float = float("nan")
    left_share_before: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class HackSuspected(Event):
    """What the model predicts has been rising while the true reward falls; the run pauses.

    Attributes:
        clip_file: A clip that the model likes and the true reward does not.
        predicted: What the model gives it.
        true: What the game gave for it.
    """

    clip_file: str = ""
    predicted: float = 0.0
    true: float = 0.0


PREFERENCE_COMMANDS: tuple[type[Command], ...] = (LabelsChanged, WantPairs, AskTeacher)
PREFERENCE_EVENTS: tuple[type[Event], ...] = (
    PairOffered, PairAnswered, RewardModelFitted, PreferenceProgress, HackSuspected,
)  # fmt: skip
