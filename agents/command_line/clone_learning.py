"""A network that imitates demonstrations, kept in the library: what ``arena clone`` does."""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, tell, whole
from agents.deep.threads import let_threads_sleep
from arena.errors import UsageError
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


def place_and_config(agent_id: str, shown: Demonstrations, asked: dict[str, Any]) -> tuple[Any, Any]:
    """Return where was demonstrated, as an agent sees it, and that agent's settings.

    Raises:
        UsageError: If no such agent can imitate, or the place is another one now.
        ConfigError: If a setting is not allowed.
    """
    from agents.catalog import agent
    from agents.configuration import build

    critics = import_module("agents.models.begin_with").CRITICS
    if agent_id not in critics:
        raise UsageError("error.preference.no_actor", id=agent_id, known=", ".join(critics))
    place = import_module("agents.deep.places").place_of(shown.env_id, shown.env_kwargs)
    one_picture = place.kind == "pixels" and shown.observations.shape[1:2] == (1,)
    suggestions = import_module("agents.deep.suggestions")
    settings = suggestions.deep_settings_for(
        agent_id, shown.env_id, {**({"frame_stack": "off"} if one_picture else {}), **asked}
    )
    config = build(agent(agent_id).config_class(), settings)
    place = place.under(config)
    if not _fits(shown, place):
        raise UsageError("error.demonstrations.other_place", id=shown.env_id)
    return place, config


def _fits(shown: Demonstrations, place: Any) -> bool:
    seen, space = shown.observations, place.observation_space
    if (shown.kind, shown.action_names) != (place.kind, place.action_names):
        return False
    if place.kind == "states":
        return seen.dtype == np.int64 and seen.ndim == 1 and seen.min() >= 0 and bool(seen.max() < space.n)
    return bool(seen.dtype == space.dtype and seen.shape[1:] == space.shape)


def _learned(given: Namespace, shown: Demonstrations, name: str, stop: Interruption) -> dict[str, Any] | None:
    # By string: they load PyTorch.
    cloning = import_module("agents.preference.cloning")
    kept = import_module("agents.preference.kept_model")
    measuring = import_module("agents.preference.measuring")
    place, config = place_and_config(given.algo, shown, dict(given.hyperparams))
    how = cloning.Cloning(epochs=given.epochs, learning_rate=given.learning_rate, seed=given.seed)
    policy = kept.network_at_random(given.algo, place, config, given.seed)
    begun = time.monotonic()
    with Progress(wanted=given.progress, start=0, until=how.epochs, unit_key="cli.unit.passes") as bar:
        report = cloning.clone(
            policy,
            shown,
            how,
            told=lambda epoch, _: bar.show(epoch, None),
            should_stop=lambda: bool(stop),
        )
    seconds = time.monotonic() - begun
    returns, evaluation = measuring.examined(policy, place, given.algo, given.episodes, given.seed, lambda: bool(stop))
    if stop:
        return None
    entry = kept.keep_model(
        name,
        given.algo,
        place,
        config,
        policy,
        kept.Origin(
            limit="cloned",
            teacher=shown.player,
            env_steps=shown.steps,
            seed=given.seed,
            seconds=seconds,
            more={
                "clone_epochs": report.epochs,
                "clone_learning_rate": how.learning_rate,
                "clone_games": shown.games,
                "clone_sha256": shown.sha256,
            },
        ),
        evaluation,
    )
    return {
        "model": entry.name,
        "folder": str(entry.folder),
        "env_id": shown.env_id,
        "env_kwargs": dict(shown.env_kwargs),
        "agent": given.algo,
        "seed": given.seed,
        "seconds": seconds,
        "demonstrations": {
            "sha256": shown.sha256,
            "player": shown.player,
            "games": shown.games,
            "steps": shown.steps,
            "mean_return": float(shown.scores.mean()),
        },
        **asdict(report),
        "return": returns,
    }


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
