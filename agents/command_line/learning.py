"""Learning in this process until the clock shows a tick, saved whatever ends it, and told in one line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from agents.command_line.interruption import Interruption
from agents.command_line.preparation import prepare
from agents.command_line.progress import Progress
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, shown_path, tell, whole
from arena.errors import ArenaError, RunError
from arena.protocol.messages import Event, Metrics, Warned

if TYPE_CHECKING:
    from agents.runtime.session import Session

Block = tuple[float, ...]

EPISODES_SUMMED_UP = 100
"""The closing line speaks of at least so many episodes, where there were."""

_NOT_SAVED = "warning.recording.stopped"


class Listener:
    """Hears the events of a session: keeps the newest rows of the return curve, passes warnings on."""

    def __init__(self) -> None:
        self.blocks: deque[Block] = deque(maxlen=EPISODES_SUMMED_UP)
        self.not_saved = ""
        """Why nothing can be saved any more; empty while it can."""
        self.progress: Progress | None = None

    def hear(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case Metrics(blocks=blocks):
                self.blocks.extend(blocks)
            case Warned(key=key, params=params) if key == _NOT_SAVED:
                self.not_saved = str(params.get("problem", "")).rstrip(".")
            case Warned(key=key, params=params) if not self.not_saved:
                (self.progress.write if self.progress else complain)(say(key, **params))

    def recent_mean(self) -> tuple[int, float]:
        """Return how many of the last episodes are looked at, and their mean return; ``(0, 0.0)`` for none."""
        episodes, total = 0.0, 0.0
        for row in reversed(self.blocks):
            episodes += row[1]
            total += row[1] * row[3]
            if episodes >= EPISODES_SUMMED_UP:
                break
        return int(episodes), total / episodes if episodes else 0.0


def learn(
    open_session: Callable[[Callable[[Event], None]], Session], steps: Callable[[int], int], progress: bool
) -> int:
    """Open a session, learn, save, and say how it went.

    Args:
        open_session: Makes the session, given who listens to its events.
        steps: Returns the tick to stop at, given the tick it begins at.
        progress: Whether to show a progress bar.

    Returns:
        Exit code.

    Raises:
        ArenaError: If the session cannot be opened, or learning cannot go on.
    """
    prepare()
    listener = Listener()
    with Interruption() as interruption:
        session = open_session(listener.hear)
        try:
            until = steps(session.tick)
            problem = _advance(session, until, listener, interruption, progress)
        finally:
            session.close()
    if problem is None and listener.not_saved:
        problem = RunError("error.cli.not_saved", problem=listener.not_saved)
    if problem is not None:
        raise problem
    if interruption and session.tick < until and not session.learner.finished:
        folder = shown_path(session.folder.path)
        again = command("arena", "resume", folder, "-n", str(until - session.tick))
        complain(say("cli.stopped", step=whole(session.tick), command=again))
        return interruption.exit_code
    tell(_summary(session, listener))
    return DONE


def _advance(
    session: Session, until: int, listener: Listener, interruption: Interruption, shown: bool
) -> ArenaError | None:
    from agents.tabular.kernel import FINISHED, NOT_FINITE
    from agents.tabular.recorded_kernel import AGENT_FAILED

    unit = "cli.unit.sweeps" if _sweeps(session) else "cli.unit.steps"
    problem: ArenaError | None = None
    with Progress(wanted=shown, start=session.tick, until=until, unit_key=unit) as progress:
        listener.progress = progress
        while session.tick < until and not (session.learner.finished or interruption or listener.not_saved):
            reason = session.advance(until)
            progress.show(session.tick, listener.blocks[-1][3] if listener.blocks else None)
            if reason == NOT_FINITE:
                counters = session.learner.counters
                problem = ArenaError(
                    "error.cli.not_finite",
                    state=int(counters["last_state"]),
                    action=say(session.world.layout.action_keys[int(counters["last_action"])]),
                    step=whole(session.tick),
                )
            if reason == AGENT_FAILED:
                problem = session.learner.problem
            if reason in (FINISHED, NOT_FINITE, AGENT_FAILED):
                break
        session.publish_metrics()
        listener.progress = None
    return problem


def _sweeps(session: Session) -> bool:
    return not session.learner.acts


def _summary(session: Session, listener: Listener) -> str:
    from agents.tabular.exact import optimal_return

    folder = shown_path(session.folder.path)
    told = {
        "folder": folder,
        "steps": whole(session.tick),
        "optimum": decimal(optimal_return(session.world.model, session.solution.q)),
        "command": command("arena", "enjoy", folder),
    }
    if _sweeps(session):
        return say("cli.done.solved" if session.learner.finished else "cli.done.sweeps", **told)
    last, mean = listener.recent_mean()
    if not last:
        return say("cli.done.no_episode", **told)
    episodes = whole(int(session.learner.counters["episode"]))
    return say("cli.done.learned", **told, episodes=episodes, last=whole(last), mean=decimal(mean))
