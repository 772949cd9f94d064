"""A policy from comparisons without a reward model, kept in the library: what ``arena dpo`` does."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from typing import Any

from agents.command_line.arguments import env_kwargs_of
from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, tell, whole
from agents.deep.threads import let_threads_sleep
from agents.preference.step_wishes import DirectWish


def learn_directly(given: Namespace) -> int:
    """Do what ``arena dpo`` asks for.

    Args:
        given: Its command line.

    Returns:
        Exit code; stopped by a signal, nothing is kept.

    Raises:
        ArenaError: If labels, model or place cannot be used, or no model can be written.
    """
    # Before PyTorch is loaded.
    let_threads_sleep()
    library = import_module("agents.models.library")
    name = given.name or library.free_name(f"{given.begin_with or 'labels'}-dpo")
    library.new_folder(name)
    with Interruption() as stop:
        found = _learned(given, name, stop)
    if found is None:
        complain(say("cli.clone.stopped"))
        return stop.exit_code
    tell_json(found) if given.json else tell(_in_words(found))
    return DONE


def _learned(given: Namespace, name: str, stop: Interruption) -> dict[str, Any] | None:
    # By string: it loads PyTorch.
    keep_direct = import_module("agents.preference.kept_direct").keep_direct
    wish = DirectWish(
        begin_with=given.begin_with,
        agent=given.algo,
        env_id=given.env,
        env_kwargs=env_kwargs_of(given.env_kwargs),
        settings=dict(given.hyperparams),
        beta=given.beta,
        epochs=given.epochs,
        learning_rate=given.learning_rate,
        episodes=given.episodes,
        seed=given.seed,
    )
    with Progress(wanted=given.progress, start=0, until=wish.epochs, unit_key="cli.unit.passes") as bar:
        found: dict[str, Any] | None = keep_direct(
            given.labels, name, wish, told=lambda done, _: bar.show(done, None), should_stop=lambda: bool(stop)
        )
    return found


def _in_words(found: dict[str, Any]) -> str:
    unseen = found["held_out"] > 0
    accuracy = found["held_out_accuracy" if unseen else "accuracy"]
    returns = found["return"]
    return say(
        "cli.done.dpo",
        model=found["model"],
        labels=whole(found["labels"]),
        accuracy=decimal(100.0 * accuracy),
        of=say("cli.dpo.unseen" if unseen else "cli.dpo.seen"),
        kl=decimal(found["kl"]),
        greedy=decimal(returns["dpo"]["greedy"]),
        sampled=decimal(returns["dpo"]["sampled"]),
        before=decimal(returns["reference"]["sampled"]),
        random=decimal(returns["random"]["sampled"]),
        episodes=whole(int(returns["dpo"]["episodes"])),
        command=command("arena", "enjoy", found["model"]),
    )
