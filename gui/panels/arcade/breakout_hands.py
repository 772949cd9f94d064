"""Breakout by hand: bricks clicked away, ball and paddle dragged."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Signal

from arena.protocol.watch_messages import EditGame
from gui.state.watch_state import WatchState

ROWS, COLUMNS = 6, 18
_LEFT, _TOP, _WIDTH, _HEIGHT = 8.0, 57.0, 8.0, 6.0
_PADDLE_TOP, _PADDLE_BOTTOM, _REACH = 183.0, 199.0, 9.0


def brick_at(place: QPointF) -> tuple[int, int] | None:
    """Return row (0 the lowest, as the game counts them) and column of the brick at a place, in pixels of the game."""
    from_top, column = int((place.y() - _TOP) // _HEIGHT), int((place.x() - _LEFT) // _WIDTH)
    return (ROWS - 1 - from_top, column) if 0 <= from_top < ROWS and 0 <= column < COLUMNS else None


class BreakoutHands(QObject):
    """Turns presses and drags on the screen into changes of the game.

    Attributes:
        wanted: Emitted with an :class:`EditGame`.
    """

    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held = ""
        self._wipes = False
        self._last: tuple[int, int] | None = None
        self._state = WatchState()

    @property
    def possible(self) -> bool:
        """Whether what is watched is Breakout."""
        return self._state.ready is not None and "Breakout" in self._state.ready.env_id

    def show_state(self, state: WatchState) -> None:
        """Know the bricks of the moment."""
        self._state = state

    def press(self, place: QPointF) -> None:
        """Take a brick, the paddle, or (anywhere between) the ball."""
        if not self.possible:
            return
        brick = brick_at(place)
        if brick is not None:
            bricks = self._state.array("bricks")
            self._held, self._last = "bricks", None
            # The first brick says what the whole stroke does: take away, or put back.
            self._wipes = bricks is None or bool(bricks[brick])
        elif _PADDLE_TOP <= place.y() <= _PADDLE_BOTTOM:
            self._held = "paddle"
        elif place.y() > _TOP + ROWS * _HEIGHT:
            self._held = "ball"
        self.drag(place)

    def drag(self, place: QPointF) -> None:
        """Go on with what is held."""
        if self._held == "bricks":
            brick = brick_at(place)
            if brick is not None and brick != self._last:
                self._last = brick
                self.wanted.emit(EditGame(bricks=((*brick, int(not self._wipes)),)))
        elif self._held == "paddle":
            self.wanted.emit(EditGame(paddle=max(0.0, place.x())))
        elif self._held == "ball":
            self.wanted.emit(EditGame(ball=(place.x(), place.y())))

    def release(self) -> None:
        """Let go."""
        self._held = ""
