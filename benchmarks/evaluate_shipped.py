"""Whole games of one age of a deep agent that ships.

Run: ``python benchmarks/evaluate_shipped.py ppo-breakout --weights FILE [--episodes 30] [--seed 0] [--deterministic]``;
FILE is a snapshot, or ``weights.safetensors`` of a checkpoint. Prints raw scores, their mean, median and spread, and
the mean of the middle half.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from safetensors.torch import load_file
from tqdm import tqdm

from agents.deep.evaluation import play_whole_games
from agents.deep.learner import games_of, policy_of
from agents.deep.recipes import RECIPES, recipe
from agents.deep.weights import load_weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=[known.name for known in RECIPES])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--episodes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--deterministic", action="store_true")
    given = parser.parse_args()
    of = recipe(given.name)
    games = games_of(of, given.episodes)
    policy = policy_of(of, games.observation_space, len(games.action_names))
    load_weights(policy, load_file(given.weights), str(given.weights))
    with tqdm(total=given.episodes, unit="game") as bar:
        found = play_whole_games(
            policy, games, seed=given.seed, deterministic=given.deterministic, told=lambda _: bar.update()
        )
    games.close()
    scores = sorted(game.score for game in found)
    quarter = len(scores) // 4
    middle = statistics.fmean(scores[quarter : len(scores) - quarter])
    print("scores", *(f"{score:g}" for score in scores))
    print(f"mean {statistics.fmean(scores):.1f}, median {statistics.median(scores):g}, middle half {middle:.1f}")
    print(f"std {statistics.pstdev(scores):.1f}, cut at the frame limit {sum(game.truncated for game in found)}")


if __name__ == "__main__":
    main()
