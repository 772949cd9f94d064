"""Who answers, as plain values: a person, or a synthetic teacher and its flaws. No learning library is loaded here."""

from __future__ import annotations

from dataclasses import dataclass

from arena.errors import UsageError

PERSON = "person"
"""Answers come from outside: a window, a phone, a file."""

LABELS = "labels"
"""A set of labels given before: nobody is asked."""

SYNTHETIC = ("oracle", "mistake", "noisy", "skip", "equal", "myopic")
"""The oracle, and the five of B-Pref (Lee et al. 2021)."""

CRITERIA = ("reward", "left_half")
"""What a synthetic teacher goes by: the true reward, or to be in the left half (on a grid, or with Breakout's paddle),
which no game rewards."""

LEFT_TASKS = ("left_half", "stay_left")
"""Tasks whose wish is the left half: of a grid, and of Breakout's paddle."""

MISTAKES = 0.1
"""ε of a teacher that makes mistakes, where nothing else is said (Lee et al. 2021)."""


@dataclass(frozen=True, kw_only=True)
class TeacherPlan:
    """Who answers.

    Attributes:
        kind: :data:`PERSON`, :data:`LABELS` or one of :data:`SYNTHETIC`.
        criterion: One of :data:`CRITERIA`.
        mistakes: Share ε of answers that are turned round; 0 for the usual share of ``mistake``.
        beta: For ``noisy``, in units of the spread of clips' sums.
        memory: γ of ``myopic``.
        skip: For ``skip``: how far above the mean, in units of the spread, the better clip must be to be answered.
        equal: For ``equal``: share of the spread within which clips are held equal.
    """

    kind: str = "oracle"
    criterion: str = "reward"
    mistakes: float = 0.0
    beta: float = 1.0
    memory: float = 0.9
    skip: float = 0.0
    equal: float = 0.5

    def checked(self, place_kind: str) -> TeacherPlan:
        """Return this, if there is such a teacher in a kind of place.

        Raises:
            UsageError: If not.
        """
        if self.kind not in (PERSON, LABELS, *SYNTHETIC):
            raise UsageError("error.preference.teacher", name=self.kind, known=", ".join(SYNTHETIC))
        fits = self.criterion == "reward" or (self.criterion in CRITERIA and place_kind in ("states", "objects"))
        if not fits:
            raise UsageError("error.preference.criterion", name=self.criterion, known=", ".join(CRITERIA))
        if not 0.0 <= self.mistakes <= 1.0:
            raise UsageError("error.preference.mistakes", value=self.mistakes)
        return self

    @property
    def is_synthetic(self) -> bool:
        """Whether a program answers."""
        return self.kind in SYNTHETIC

    @property
    def turned_round(self) -> float:
        """Share of answers that are turned round."""
        return self.mistakes or (MISTAKES if self.kind == "mistake" else 0.0)
