"""``arena evaluate`` of a network: whole games with raw scores, beside what others score there."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from typing import Any

from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.streams import tell_json
from agents.command_line.table_text import in_columns
from agents.command_line.trained_network import network_in
from agents.command_line.verb import DONE
from agents.command_line.words import decimal, say, tell, whole
from agents.models.kept_evaluation import keep_evaluation
from agents.models.library import SHIPPED, ModelEntry, find_model
from arena.errors import UsageError
from arena.runs.locations import home

EPISODES = 30
"""Games where nobody says how many, as many as the scores of trained agents are usually means of."""

CONFIDENCE = 0.95
_BAR = 40


def evaluate_network(given: Namespace) -> int:
    """Play whole games with a model or the newest weights of a run and tell its scores.

    Args:
        given: The command line of ``arena evaluate``.

    Returns:
        Exit code; stopped by a signal, the games that had ended are told.
    """
    with Interruption() as stop:
        found = measured(given, stop)
    if found is None:
        return stop.exit_code
    if given.json:
        tell_json(found)
    else:
        tell(_in_words(found))
    return stop.exit_code if stop else DONE


def measured(given: Namespace, stop: Interruption) -> dict[str, Any] | None:
    """Return the figures for JSON, ``None`` if no game has ended."""
    entry = model_with_a_card(given) if given.keep else None
    manifest, weights = network_in(given.run, given.at)
    # By string: they load PyTorch and the emulator.
    playing = import_module("agents.models.playing")
    games = import_module("agents.models.whole_games")
    place = import_module("agents.deep.places").place_of(manifest.env_id, manifest.env_kwargs)
    policy = playing.policy_with(manifest, weights)
    episodes = given.episodes or EPISODES
    scores: list[float] = []
    with Progress(wanted=given.progress, start=0, until=episodes, unit_key="cli.unit.games") as bar:

        def told(game: Any) -> None:
            scores.append(game.score)
            bar.show(len(scores), sum(scores) / len(scores))

        ended = games.whole_games(
            policy,
            games.place_for(place, manifest),
            manifest.agent,
            episodes,
            seed=given.seed,
            deterministic=given.deterministic,
            told=told,
            should_stop=lambda: bool(stop),
        )
    if not ended:
        return None
    epsilon = games.random_moves(policy, given.deterministic)
    figures = games.evaluation_of(ended, given.seed, given.deterministic, epsilon)
    kept = keep_evaluation(entry.folder, figures, shipped=entry.origin == SHIPPED) if entry is not None else ""
    return {
        "model": given.run,
        "env_id": manifest.env_id,
        "env_kwargs": dict(manifest.env_kwargs),
        "agent": manifest.agent,
        "env_steps": manifest.env_steps,
        "episodes": len(ended),
        "seed": given.seed,
        "deterministic": given.deterministic,
        "epsilon": epsilon,
        "scores": list(figures.scores),
        "mean": figures.mean,
        "median": figures.median,
        "std": figures.std,
        "iqm": figures.iqm,
        "iqm_interval": [figures.iqm_low, figures.iqm_high],
        "confidence": CONFIDENCE,
        "cut": figures.cut,
        "kept": kept,
        "reference": dict(place.reference),
    }


def model_with_a_card(given: Namespace) -> ModelEntry:
    """Return the model whose card is to tell of the games.

    Raises:
        UsageError: If there is no model of that name, or an age of it is to play: the card is of what it is now.
    """
    if given.at is not None:
        raise UsageError("error.cli.keep_age")
    return find_model(given.run)


def _in_words(found: dict[str, Any]) -> str:
    low, high = found["iqm_interval"]
    text = say(
        "cli.evaluated.network",
        model=found["model"],
        agent=found["agent"],
        env=found["env_id"],
        step=whole(found["env_steps"]),
        episodes=whole(found["episodes"]),
        how=_how(found),
        seed=found["seed"],
        mean=decimal(found["mean"]),
        median=decimal(found["median"]),
        std=decimal(found["std"]),
        iqm=decimal(found["iqm"]),
        low=decimal(low),
        high=decimal(high),
    )
    text = f"{text}\n\n{_bars(found)}" if found["reference"] else text
    if not found["kept"]:
        return text
    return f"{text}\n\n{say('library.kept.' + found['kept'], folder=str(home() / 'evaluations'))}"


def _how(found: dict[str, Any]) -> str:
    if found["epsilon"]:
        # Of values the best is taken; without a few random moves a game may never end.
        return say("cli.evaluated.nearly_greedy", share=whole(round(100 * found["epsilon"])))
    return say("cli.evaluated.greedy" if found["deterministic"] else "cli.evaluated.policy")


def _bars(found: dict[str, Any]) -> str:
    """Scores beside each other, as long as they are large."""
    scores = [(say("model.reference." + name), score) for name, score in found["reference"].items()]
    scores = sorted([*scores, (found["model"], found["mean"])], key=lambda pair: pair[1])
    largest = max(*(score for _, score in scores), 1e-9)
    return in_columns([[name, decimal(score), "█" * max(0, round(_BAR * score / largest))] for name, score in scores])
