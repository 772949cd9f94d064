"""A policy from comparisons without a reward model, kept in the library: what ``arena dpo`` does."""

from __future__ import annotations

import tempfile
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from agents.command_line.arguments import env_kwargs_of
from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE
from agents.command_line.words import command, complain, decimal, say, tell, whole
from agents.deep.threads import let_threads_sleep
from arena.errors import UsageError

GRID = "Arena/GridWorld-v0"


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


def _begun(given: Namespace) -> tuple[str, Any, Any, Any, Mapping[str, Any]]:
    """Return agent, place, configuration and network it begins with, and the model's name and age."""
    from agents.catalog import agent
    from agents.configuration import build

    begin_with = import_module("agents.models.begin_with")
    kept = import_module("agents.preference.kept_model")
    asked, kwargs = dict(given.hyperparams), env_kwargs_of(given.env_kwargs)
    if given.begin_with:
        begun = begin_with.beginning_of(given.begin_with, given.algo, asked, given.env, kwargs)
        _refuse_without_actor(begun.agent, begin_with.CRITICS)
        config = build(agent(begun.agent).config_class(), begun.settings)
        policy = kept.network_with(begun.agent, begun.place, config, begun.weights, begun.manifest.name)
        noted = {"model": begun.manifest.name, "env_steps": begun.manifest.env_steps}
        return begun.agent, begun.place, config, policy, noted
    agent_id = given.algo or "ppo"
    _refuse_without_actor(agent_id, begin_with.CRITICS)
    env_id = given.env or GRID
    place = import_module("agents.deep.places").place_of(env_id, kwargs)
    settings = import_module("agents.deep.suggestions").deep_settings_for(agent_id, env_id, asked)
    config = build(agent(agent_id).config_class(), settings)
    place = place.under(config)
    return agent_id, place, config, kept.network_at_random(agent_id, place, config, given.seed), {}


def _refuse_without_actor(agent_id: str, known: tuple[str, ...]) -> None:
    if agent_id not in known:
        raise UsageError("error.preference.no_actor", id=agent_id, known=", ".join(known))


def _learned(given: Namespace, name: str, stop: Interruption) -> dict[str, Any] | None:
    # By string: they load PyTorch.
    direct = import_module("agents.preference.direct_preferences")
    kept = import_module("agents.preference.kept_model")
    examined = import_module("agents.preference.measuring").examined
    agent_id, place, config, policy, noted = _begun(given)
    how = direct.DirectConfig(beta=given.beta, epochs=given.epochs, learning_rate=given.learning_rate, seed=given.seed)
    with tempfile.TemporaryDirectory(prefix="arena-labels-") as folder:
        shelf, answers, left_out = import_module("agents.preference.label_reading").labels_in(
            given.labels, place, Path(folder)
        )
    returns: dict[str, Any] = {}
    begun = time.monotonic()

    def play(who: Any, games: int) -> tuple[dict[str, Any], Any]:
        found: tuple[dict[str, Any], Any] = examined(who, place, agent_id, games, given.seed, lambda: bool(stop))
        return found

    returns["reference"] = play(policy, given.episodes)[0]
    nobody = kept.undecided(kept.network_at_random(agent_id, place, config, given.seed))
    returns["random"] = {
        key: value for key, value in play(nobody, given.episodes)[0].items() if not key.startswith("greedy")
    }
    begun = time.monotonic()
    learning = direct.DirectPreferences(policy, shelf, answers, how)
    with Progress(wanted=given.progress, start=0, until=how.epochs, unit_key="cli.unit.passes") as bar:
        report = learning.learn(told=lambda epoch, _: bar.show(epoch, None), should_stop=lambda: bool(stop))
    seconds = time.monotonic() - begun
    returns["dpo"], evaluation = play(policy, given.episodes)
    if stop:
        return None
    origin = kept.Origin(
        limit="labels",
        env_steps=int(noted.get("env_steps", 0)),
        seed=given.seed,
        seconds=seconds,
        more={
            "dpo_beta": how.beta,
            "dpo_epochs": report.epochs,
            "dpo_learning_rate": how.learning_rate,
            "dpo_labels": report.labels,
            "dpo_reference": str(noted.get("model", "")),
        },
    )
    entry = kept.keep_model(name, agent_id, place, config, policy, origin, evaluation)
    return {
        "model": entry.name,
        "folder": str(entry.folder),
        "env_id": place.env_id,
        "env_kwargs": dict(place.env_kwargs),
        "agent": agent_id,
        "seed": given.seed,
        "seconds": seconds,
        "begun_with": noted.get("model", ""),
        "beta": how.beta,
        "left_out": left_out,
        **asdict(report),
        "return": returns,
    }


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
