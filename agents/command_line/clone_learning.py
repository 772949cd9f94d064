"""A network that imitates demonstrations, kept in the library: what ``arena clone`` does."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import Any

from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, tell, whole
from agents.deep.threads import let_threads_sleep
from agents.preference.step_wishes import CloneWish
from arena.preferences.demonstration_file import read_demonstrations
from arena.preferences.demonstrations import Demonstrations


def learn_by_imitating(given: Namespace) -> int:
    """Do what ``arena clone`` asks for.

    Args:
        given: Its command line.

    Returns:
        Exit code; stopped by a signal, nothing is kept.

    Raises:
        ArenaError: If the demonstrations cannot be read, their place is not there, or no model can be written.
    """
    # Before PyTorch is loaded.
    let_threads_sleep()
    shown = read_demonstrations(Path(given.demonstrations).expanduser())
    library = import_module("agents.models.library")
    name = given.name or library.free_name(f"{shown.env_kwargs.get('map') or shown.env_id.rpartition('/')[2]}-clone")
    library.new_folder(name)
    with Interruption() as stop:
        found = _learned(given, shown, name, stop)
    if found is None:
        complain(say("cli.clone.stopped"))
        return stop.exit_code
    tell_json(found) if given.json else tell(_in_words(found))
    return DONE


def _learned(given: Namespace, shown: Demonstrations, name: str, stop: Interruption) -> dict[str, Any] | None:
    # By string: it loads PyTorch.
    keep_clone = import_module("agents.preference.kept_clone").keep_clone
    wish = CloneWish(
        agent=given.algo,
        settings=dict(given.hyperparams),
        epochs=given.epochs,
        learning_rate=given.learning_rate,
        episodes=given.episodes,
        seed=given.seed,
    )
    with Progress(wanted=given.progress, start=0, until=wish.epochs, unit_key="cli.unit.passes") as bar:
        found: dict[str, Any] | None = keep_clone(
            shown, name, wish, told=lambda done, _: bar.show(done, None), should_stop=lambda: bool(stop)
        )
    return found


def _in_words(found: dict[str, Any]) -> str:
    unseen = found["held_out"] > 0
    accuracy = found["held_out_accuracy" if unseen else "accuracy"]
    return say(
        "cli.done.cloned",
        model=found["model"],
        accuracy=decimal(100.0 * accuracy),
        of=say("cli.clone.unseen" if unseen else "cli.clone.seen"),
        shown=decimal(found["demonstrations"]["mean_return"]),
        greedy=decimal(found["return"]["greedy"]),
        sampled=decimal(found["return"]["sampled"]),
        episodes=whole(int(found["return"]["episodes"])),
        command=command("arena", "rlhf", "--begin-with", found["model"]),
    )
