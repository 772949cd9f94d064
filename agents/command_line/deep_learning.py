"""Training a network in this process until the clock shows a step, saved whatever ends it, and told in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, shown_path, tell, whole
from arena.errors import ArenaError, RunError
from arena.protocol.messages import Event, KeyframeWritten, PhaseChanged, RunTo, Stop, Warned
from arena.protocol.training_messages import TrainingProgress

if TYPE_CHECKING:
    from agents.deep.training.service import TrainingService
    from agents.runtime.inbox import Inbox
    from agents.runtime.spec import RunSpec

_NOT_SAVED = "warning.deep.not_saved"


class Listener:
    """Hears what a run says: moves the bar, passes warnings on, stops it where it pauses or somebody wants it to."""

    def __init__(self, inbox: Inbox, interruption: Interruption) -> None:
        self._inbox = inbox
        self._interruption = interruption
        self.progress: Progress | None = None
        self.score: float | None = None
        self.not_saved = ""
        """Why the newest state could not be saved; empty where it could."""
        self.fault: PhaseChanged | None = None
        self.began = False

    def hear(self, event: Event) -> None:
        """Take in an event."""
        if self._interruption and self.began:
            self.began = False
            self._inbox.put(Stop())
        match event:
            case TrainingProgress(rows=rows):
                if rows:
                    self.score = rows[-1][2]
                if self.progress is not None:
                    self.progress.show(event.env_steps, self.score)
            case PhaseChanged(phase="running"):
                self.began = True
            case PhaseChanged(phase="paused" | "finished", reason=reason) if reason:
                # A fault names the tensor it was found in.
                if "tensor" in event.params:
                    self.fault = event
                self._inbox.put(Stop())
            case KeyframeWritten():
                self.not_saved = ""
            case Warned(key=key, params=params):
                if key == _NOT_SAVED:
                    self.not_saved = str(params.get("problem", "")).rstrip(".")
                (self.progress.write if self.progress else complain)(say(key, **params))


def learn_deep(
    spec: RunSpec, steps: Callable[[int], int], progress: bool, changes: Mapping[str, object] | None = None
) -> int:
    """Open a deep run, train, save, and say how it went.

    Args:
        spec: The run, new or to go on with.
        steps: Returns the ``env_steps`` to stop at, given those it begins at.
        progress: Whether to show a progress bar.
        changes: Settings that are different from now on.

    Returns:
        Exit code.

    Raises:
        ArenaError: If the run cannot be opened, a change is not allowed, or learning cannot go on.
    """
    from agents.deep.threads import let_threads_sleep
    from agents.runtime.deep_runs import trainer_of

    # Before the trainer, which loads PyTorch.
    let_threads_sleep()
    from agents.runtime.inbox import Inbox

    opened = import_module(trainer_of(spec)).opened
    inbox = Inbox()
    with Interruption() as interruption:
        listener = Listener(inbox, interruption)
        service = opened(spec, inbox, listener.hear, lambda _: None)
        run = service.run
        try:
            for name, value in (changes or {}).items():
                run.change(name, value)
            until = steps(run.env_steps)
            inbox.put(RunTo(goal="tick", count=until))
            last = min(until, run.config.horizon)
            with Progress(wanted=progress, start=run.env_steps, until=last, unit_key="cli.unit.steps") as bar:
                listener.progress = bar
                service.loop()
                bar.show(run.env_steps, listener.score)
                listener.progress = None
        finally:
            run.close()
    return _told(service, listener, interruption, until)


def _told(service: TrainingService, listener: Listener, interruption: Interruption, until: int) -> int:
    run = service.run
    folder = shown_path(run.folder.path)
    if listener.not_saved:
        raise RunError("error.cli.not_saved", problem=listener.not_saved)
    if listener.fault is not None:
        complain(say(listener.fault.reason, **listener.fault.params))
        again = command("arena", "resume", folder, "--hyperparams", "learning_rate:1e-5")
        raise ArenaError("error.cli.deep_fault", command=again)
    if interruption and run.env_steps < until and not run.finished:
        again = command("arena", "resume", folder, "-n", str(until - run.env_steps))
        complain(say("cli.stopped", step=whole(run.env_steps), command=again))
        return interruption.exit_code
    tell(_summary(run, folder))
    if run.finished and until > run.env_steps:
        complain(say("cli.deep.horizon", horizon=whole(run.config.horizon)))
    return DONE


def _summary(run: Any, folder: str) -> str:
    told = {"folder": folder, "steps": whole(run.env_steps), "command": command("arena", "evaluate", folder)}
    if run.games.score is None:
        return say("cli.deep.no_game", **told)
    last = min(run.games.games, 100)
    return say(
        "cli.deep.learned", **told, games=whole(run.games.games), last=whole(last), score=decimal(run.games.score)
    )
