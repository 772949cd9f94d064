"""Make a model that ships out of a run: its weights, two earlier ages, and a card with whole games of all three.

Run: ``python benchmarks/ship_model.py RUN_FOLDER --name ppo-breakout [--episodes 30] [--age STEPS] [--ages STEPS …]``.
The folder is that of any ``arena train`` of a network, or one of ``train_shipped.py``; it is only read, and the run may
go on meanwhile. Without ``--ages`` the kept ages nearest to 5 % and 30 % of its own are taken. A folder of
``distill_shipped.py`` is taken too: its card says who taught it. The model goes into ``saved_models/`` (``--folder``),
with ``--replace`` in the place of an older one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from agents.deep.places import place_of
from agents.models.card import Card, Evaluation
from agents.models.folder import write_model
from agents.models.from_deep_run import run_ages, with_run_ages
from agents.models.from_lesson import LESSON, lesson_source
from agents.models.from_long_run import snapshot_ages, with_ages
from agents.models.from_run import source_of
from agents.models.library import open_model
from agents.models.manifest import MOST_SHIPPED, WEIGHTS, Manifest
from agents.models.model_source import Source
from agents.models.playing import policy_with
from agents.models.store import weights_from
from agents.models.whole_games import evaluation_of, place_for, random_moves, whole_games
from arena.errors import ArenaError, ModelError

TITLES = {
    "ppo-breakout": {"en": "PPO, Breakout from pixels", "zh_TW": "PPO，看畫面玩打磚塊", "zh_CN": "PPO，看画面玩打砖块"},
    "ppo-breakout-objects": {
        "en": "PPO, Breakout from objects",
        "zh_TW": "PPO，看物件玩打磚塊",
        "zh_CN": "PPO，看对象玩打砖块",
    },
    "ppo-breakout-pupil": {
        "en": "PPO, Breakout from pixels, taught by the objects agent",
        "zh_TW": "PPO，看畫面玩打磚塊，由看物件的代理人教出",
        "zh_CN": "PPO，看画面玩打砖块，由看对象的智能体教出",
    },
    "dqn-breakout": {"en": "DQN, Breakout from pixels", "zh_TW": "DQN，看畫面玩打磚塊", "zh_CN": "DQN，看画面玩打砖块"},
}
SAVED_MODELS = Path(__file__).resolve().parent.parent / "saved_models"
SHARES = (0.05, 0.3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--episodes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--age", type=int)
    parser.add_argument("--ages", type=int, nargs="*")
    parser.add_argument("--folder", type=Path, default=SAVED_MODELS)
    parser.add_argument("--replace", action="store_true")
    given = parser.parse_args()
    try:
        return ship(given)
    except ArenaError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code


def ship(given: argparse.Namespace) -> int:
    source = source_with_ages(given)
    played = {
        age.file: evaluated(source, age.file, given.episodes, given.seed) for age in reversed(source.manifest.ages)
    }
    target = given.folder / given.name
    if given.replace:
        shutil.rmtree(target, ignore_errors=True)
    manifest = scored(source.manifest, played)
    write_model(target, manifest, card_of(source, given.name, played), source.files, most=MOST_SHIPPED)
    entry = open_model(target)
    for age in entry.manifest.ages:
        figures = played[age.file]
        print(f"{age.env_steps:>12,} steps: mean {figures.mean:.1f}, IQM {figures.iqm:.1f} "
              f"[{figures.iqm_low:.1f}, {figures.iqm_high:.1f}], {len(figures.scores)} games")  # fmt: skip
    print(f"{target}: {sum(mark.size for mark in entry.manifest.files.values()) / 1e6:.1f} MB")
    return 0


def source_with_ages(given: argparse.Namespace) -> Source:
    run: Path = given.run
    if (run / LESSON).is_file():
        return with_ages(lesson_source(run, given.name), run, ())
    source = source_of(run, given.name, given.age)
    if source.manifest.family != "deep":
        raise ModelError("error.model.table", name=run.name)
    long = (run / "recipe.json").is_file()
    kept = snapshot_ages(run) if long else tuple(age.env_steps for age in run_ages(run))
    ages = tuple(given.ages) if given.ages is not None else usual_ages(kept, source.manifest.env_steps)
    return (with_ages if long else with_run_ages)(source, run, ages)


def usual_ages(kept: tuple[int, ...], env_steps: int) -> tuple[int, ...]:
    """The kept ages nearest to 5 % and 30 % of a model's own."""
    earlier = [age for age in kept if age < 0.9 * env_steps]
    nearest = {min(earlier, key=lambda age: abs(age - share * env_steps)) for share in SHARES} if earlier else set()
    return tuple(sorted(nearest))


def evaluated(source: Source, file: str, episodes: int, seed: int) -> Evaluation:
    manifest = source.manifest
    policy = policy_with(manifest, weights_from(source.files[file], file))
    place = place_for(place_of(manifest.env_id, manifest.env_kwargs), manifest)
    with tqdm(total=episodes, unit="game", desc=file) as bar:
        games = whole_games(policy, place, manifest.agent, episodes, seed=seed, told=lambda _: bar.update())
    return evaluation_of(games, seed, False, random_moves(policy, False))


def scored(manifest: Manifest, played: dict[str, Evaluation]) -> Manifest:
    return replace(manifest, ages=tuple(replace(age, score=played[age.file].mean) for age in manifest.ages))


def card_of(source: Source, name: str, played: dict[str, Evaluation]) -> Card:
    earlier = tuple((age.env_steps, played[age.file]) for age in source.manifest.ages if age.file != WEIGHTS)
    return replace(
        source.card,
        title=TITLES.get(name, {}),
        evaluation=played[WEIGHTS],
        ages=earlier,
        machine={**source.card.machine, "cores": os.cpu_count() or 0},
    )


if __name__ == "__main__":
    sys.exit(main())
