"""``arena evaluate``: how good a run's greedy policy is, with an interval, beside the exact optimum."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from agents.command_line.arguments import MOST_EPISODES, add_at, add_json, add_run, add_seed, help_text, whole_number
from agents.command_line.stored import open_run
from agents.command_line.streams import tell_json
from agents.command_line.verb import DONE, Verb
from agents.command_line.words import decimal, say, shown_path, tell, whole
from arena.errors import UsageError

CONFIDENCE = 0.95


def _add_arguments(parser: ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument(
        "--episodes",
        type=whole_number(1, MOST_EPISODES),
        default=None,
        metavar="N",
        help=help_text("cli.help.episodes"),
    )
    add_seed(parser, "cli.help.seed.evaluate")
    add_at(parser)
    parser.add_argument("--deterministic", action="store_true", help=help_text("cli.help.deterministic"))
    parser.add_argument("--keep", action="store_true", help=help_text("cli.help.keep"))
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))
    add_json(parser)


def measured(run: str, at: int | None, episodes: int, seed: int) -> dict[str, Any]:
    """Play whole episodes with the policy of a run, greedy where it has none, and return the figures for JSON.

    Args:
        run: Path or name of a run.
        at: Step whose table plays; the newest where not given.
        episodes: How many.
        seed: Seed of their luck.

    Raises:
        ArenaError: If the run cannot be read.
    """
    import numpy as np

    from agents.tabular.exact import optimal_return, solve
    from agents.tabular.play import play_episodes
    from arena.statistics.intervals import mean_interval

    stored, learner = open_run(run, at)
    model = stored.world.model
    returns, lengths = play_episodes(model, learner.q, episodes, seed, policy=learner.policy())
    mean, deviation, low, high = mean_interval(returns.tolist(), CONFIDENCE)
    return {
        "run": str(stored.folder.path),
        "env_id": stored.config.env_id,
        "env_kwargs": dict(stored.config.env_kwargs),
        "agent": stored.config.agent,
        "env_steps": learner.tick,
        "episodes": episodes,
        "policy": "greedy" if learner.policy() is None else "own",
        "seed": seed,
        "mean_return": mean,
        "std_return": deviation,
        "interval": [low, high],
        "confidence": CONFIDENCE,
        "median_return": float(np.median(returns)),
        "mean_length": float(lengths.mean()),
        "optimal_return": optimal_return(model, solve(model, float(learner.config.gamma)).q),
    }


def _run(given: Namespace) -> int:
    from agents.command_line.trained_network import is_network

    if is_network(given.run):
        from agents.command_line.network_evaluation import evaluate_network

        return evaluate_network(given)
    if given.keep:
        raise UsageError("error.cli.keep_table")
    found = measured(given.run, given.at, given.episodes or 100, given.seed)
    if given.json:
        tell_json(found)
        return DONE
    low, high = found["interval"]
    tell(
        say(
            "cli.evaluated",
            run=shown_path(Path(found["run"])),
            step=whole(found["env_steps"]),
            episodes=whole(found["episodes"]),
            how=say("cli.evaluated.greedy" if found["policy"] == "greedy" else "cli.evaluated.policy"),
            seed=found["seed"],
            mean=decimal(found["mean_return"]),
            low=decimal(low),
            high=decimal(high),
            std=decimal(found["std_return"]),
            median=decimal(found["median_return"]),
            length=decimal(found["mean_length"]),
            optimum=decimal(found["optimal_return"]),
        )
    )
    return DONE


VERB = Verb(
    name="evaluate",
    summary_key="cli.verb.evaluate",
    examples=(
        ("evaluate runs/MY_RUN", "cli.example.evaluate.plain"),
        ("evaluate runs/MY_RUN --episodes 1000 --seed 1 --json", "cli.example.evaluate.json"),
        ("evaluate runs/MY_RUN --at 5000", "cli.example.evaluate.at"),
        ("evaluate ppo-breakout --episodes 30 -P", "cli.example.evaluate.model"),
        ("evaluate MY_MODEL --keep", "cli.example.evaluate.keep"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
