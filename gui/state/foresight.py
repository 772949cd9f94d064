"""When the first of two runs will meet a goal: both are asked to look ahead before either moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena.protocol.messages import Event, Warned
from arena.protocol.twin_messages import Foresee, Foreseen
from gui.state.run_model import RunModel

Met = tuple[bool, bool]
"""Which of the two meets the goal."""


@dataclass(kw_only=True)
class Goal:
    """Where both are running to.

    Attributes:
        name: As in ``RunTo``.
        count: As in ``RunTo``.
        going_on: Whether they run on after it (one episode a second).
        began: Tick it was first asked for at, −1 before.
        episodes: Episodes each had ended by then.
    """

    name: str
    count: int
    going_on: bool = False
    began: int = -1
    episodes: tuple[int, int] = (0, 0)

    def left(self, side: int, episodes: int) -> int:
        """Return what is left to be counted by a side that has ended so many episodes."""
        return max(1, self.episodes[side] + self.count - episodes) if self.name == "episode" else self.count


class Foresight:
    """Asks both sides and waits for their answers.

    Args:
        models: The two runs.
    """

    def __init__(self, models: tuple[RunModel, RunModel]) -> None:
        self._models = models
        self._asked: dict[int, int] = {}
        self._seen: dict[int, Foreseen] = {}
        self.refused = False
        """Whether one of those asked last cannot look ahead (somebody's own code cannot be tried out)."""

    @property
    def asked(self) -> bool:
        """Whether somebody has been asked and it has not been decided yet."""
        return bool(self._asked) or bool(self._seen) or self.refused

    @property
    def complete(self) -> bool:
        """Whether all who were asked have answered."""
        return not self._asked

    def ask(self, goal: Goal, sides: Sequence[int], within: int) -> None:
        """Ask sides when they will meet a goal.

        Args:
            goal: The goal.
            sides: Who can go on.
            within: Ticks to look ahead.
        """
        self._seen, self.refused = {}, False
        for side in sides:
            model = self._models[side]
            wish = Foresee(goal=goal.name, count=goal.left(side, model.state.episodes), within=within)
            self._asked[side] = model.ask(wish)

    def hear(self, side: int, answer: Event) -> bool:
        """Take in an answer; return whether it was one that was waited for."""
        if not isinstance(answer, (Foreseen, Warned)) or answer.command_id != self._asked.get(side):
            return False
        del self._asked[side]
        if isinstance(answer, Warned):
            self.refused = True
        else:
            self._seen[side] = answer
        return True

    def forget(self, side: int) -> None:
        """Wait no longer for a side that has died."""
        self._asked.pop(side, None)
        self._seen.pop(side, None)

    def decide(self) -> tuple[int, Met]:
        """Return the earliest tick at which one of them meets the goal and who does; else how far they looked."""
        seen, self._seen, self.refused = self._seen, {}, False
        # One that ends before (solved, or not finite) does not hold the other back.
        ends = [answer.tick for answer in seen.values() if answer.met]
        tick = min(ends) if ends else max((answer.tick for answer in seen.values()), default=0)
        left, right = (side in seen and seen[side].met and seen[side].tick == tick for side in (0, 1))
        return tick, (left, right)
