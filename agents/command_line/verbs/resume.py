"""``arena resume``: go on with a run exactly where it stopped."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from agents.command_line.arguments import add_device, add_hyperparams, add_run, add_steps
from agents.command_line.own_code import add_trust, hash_to_go_on, limit
from agents.command_line.run_path import run_path
from agents.command_line.verb import Verb

DEFAULT_STEPS = 100_000


def resume(
    path: Path, changes: dict[str, object], steps: int, progress: bool, trust: bool = False, device: str = ""
) -> int:
    """Go on with a run.

    Args:
        path: Run folder.
        changes: Hyper-parameters that are different from now on, by name.
        steps: How many steps more.
        progress: Whether to show a progress bar.
        trust: Whether somebody trusts the code of their own agent now.
        device: Where a network computes; empty for where it is fastest.

    Returns:
        Exit code.

    Raises:
        ArenaError: If the run cannot be read, is busy, or a change is not allowed; nothing has changed then.
    """
    from agents.runtime.deep_runs import is_deep_run
    from agents.runtime.spec import RunSpec
    from arena.errors import UsageError
    from arena.runs.run_folder import RunFolder

    if is_deep_run(RunFolder.open(path).config):
        from agents.command_line.deep_learning import learn_deep

        spec = RunSpec(resume=str(path), device=device or "auto")
        return learn_deep(spec, lambda tick: tick + steps, progress, changes)
    if device:
        raise UsageError("error.cli.only_deep", option="--device")
    from agents.command_line.changes import ordered_changes
    from agents.command_line.learning import learn
    from agents.runtime.replay import StoredRun, settings_at
    from agents.runtime.session import Session
    from arena.protocol.messages import Event

    stored = StoredRun(str(path))
    changes = ordered_changes(stored.config.agent, settings_at(stored, stored.last_tick()), changes, stored.config.own)
    trusted = hash_to_go_on(stored.config, trust=trust)

    def opened(hear: Callable[[Event], None]) -> Session:
        limit(trusted)
        session = Session.resume(path, hear, trusted)
        try:
            for name, value in changes.items():
                session.set_hyperparameter(name, value)
        except BaseException:
            session.close()
            raise
        return session

    return learn(opened, lambda tick: tick + steps, progress)


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    add_steps(parser, DEFAULT_STEPS, "cli.help.n.resume")
    add_hyperparams(parser)
    add_trust(parser)
    add_device(parser)


def _run(given: Namespace) -> int:
    return resume(
        run_path(given.run), dict(given.hyperparams), given.n_timesteps, given.progress, given.trust, given.device
    )


VERB = Verb(
    name="resume",
    summary_key="cli.verb.resume",
    examples=(
        ("resume runs/MY_RUN -n 100000 -P", "cli.example.resume.more"),
        ("resume runs/MY_RUN -n 50000 --hyperparams epsilon:0.01", "cli.example.resume.change"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
