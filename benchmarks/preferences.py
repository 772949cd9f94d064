"""How well preferences are learned from: by `arena rlhf`, one process a run, results kept line by line.

    python benchmarks/preferences.py maps --out maps.jsonl          five maps, 3 seeds, 0 and 10 % flips
    python benchmarks/preferences.py queries --out queries.jsonl    disagreement, random, coverage over 5 seeds
    python benchmarks/preferences.py ablations --out abl.jsonl      each ablation of the paper once
    python benchmarks/preferences.py left --out left.jsonl          a wish no game rewards: "prefer the left half"
    python benchmarks/preferences.py paddle --out paddle.jsonl      the same of Breakout's paddle, 10 and 20 labels
    python benchmarks/preferences.py breakout --out bo.jsonl        Breakout objects, 700 and 1,400 labels
    python benchmarks/preferences.py speed                          answer to refitted model, choosing among 10,000
    python benchmarks/preferences.py table --out maps.jsonl         what a file says, as a table

What a file has already is not run again, so a stopped benchmark goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OBJECTS = "Arena/BreakoutObjects-v0"
MAPS = ("two_goals", "four_rooms", "open_field", "teleporter", "corridor")
ASKING = ("first_labels:25", "schedule:falling")
"""A quarter of the labels before the policy learns and ever fewer later, as in the paper."""

GRID_SETTINGS = ("n_envs:32", "n_steps:32", "batch_size:256", "n_epochs:6")
"""The same for both agents; fewer and larger batches than suggested, to use a machine that others use too."""

ABLATIONS: dict[str, tuple[str, ...]] = {
    "as it is": (),
    "offline questions": ("offline:on",),
    "one predictor": ("members:1",),
    "random questions": ("queries:random",),
    "no regularisation": ("regularisation:off",),
    "fitted to the true reward": ("target:reward",),
}

STEPS = {"breakout": 500_000, "paddle": 61_440}
"""Of each run, where it is not the usual number."""

Job = tuple[dict[str, Any], list[str]]


def grid_job(
    name: dict[str, Any], world: str, seed: int, steps: int, *more: str, preferences: tuple[str, ...] = ()
) -> Job:
    """Return a run of `arena rlhf` on a map."""
    words = ["rlhf", "--env-kwargs", f"map:{world}", "--labels", "100", "-n", str(steps), "--seed", str(seed)]
    return {**name, "map": world, "seed": seed, "steps": steps}, [
        *words, "--hyperparams", *GRID_SETTINGS, "--preferences", *ASKING, *preferences, *more,
    ]  # fmt: skip


def jobs(what: str, steps: int) -> Iterator[Job]:
    """Return all runs of a benchmark."""
    if what == "maps":
        for seed in range(3):
            for mistakes in (0.0, 0.1):
                for world in MAPS:
                    yield grid_job({"mistakes": mistakes}, world, seed, steps, "--mistakes", str(mistakes))
    elif what == "queries":
        for seed in range(5):
            for how in ("disagreement", "random", "coverage"):
                choice = (f"queries:{how}",)
                yield grid_job({"queries": how}, "four_rooms", seed, steps, "--no-truth", preferences=choice)
    elif what == "ablations":
        for name, settings in ABLATIONS.items():
            yield grid_job({"ablation": name}, "two_goals", 0, steps, "--no-truth", preferences=settings)
    elif what == "left":
        for labels in (20, 60):
            wish = ("--no-truth", "--criterion", "left_half", "--labels", str(labels))
            yield grid_job({"labels": labels}, "two_routes", 0, steps, *wish, preferences=("first_labels:8",))
    elif what == "paddle":
        for seed in range(3):
            for labels in (10, 20):
                words = ["rlhf", "--env", OBJECTS, "--criterion", "left_half", "--no-truth", "--labels", str(labels)]
                yield (
                    {"paddle": labels, "seed": seed, "steps": steps},
                    [*words, "-n", str(steps), "--seed", str(seed)],
                )
    elif what == "breakout":
        for labels in (700, 1_400):
            words = ["rlhf", "--env", OBJECTS, "--labels", str(labels), "-n", str(steps)]
            yield {"labels": labels, "steps": steps}, [*words, "--preferences", f"first_labels:{labels // 4}"]


def run_all(what: str, out: Path, steps: int) -> None:
    """Run what is missing and write a line for each."""
    done = [json.loads(line)["job"] for line in out.read_text("utf-8").splitlines()] if out.exists() else []
    for name, words in jobs(what, steps):
        if name in done:
            continue
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            command = [sys.executable, "-m", "agents.command_line.main", *words, "--json", "-f", folder]
            found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        line = {"job": name, "wall_seconds": time.monotonic() - begun, "found": json.loads(found.stdout)}
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        tell(line)


def tell(line: dict[str, Any]) -> None:
    """Print what one run found."""
    found = line["found"]
    told = [str(line["job"]), f"labels {found['labels']}", f"held out {_shown(found['held_out_accuracy'])}"]
    told.append(f"true return {_shown(found['return']['greedy'])} greedy, {_shown(found['return']['sampled'])} drawn")
    if "true_reward" in found:
        true = found["true_reward"]["return"]
        told.append(f"on true reward {_shown(true['greedy'])}, {_shown(true['sampled'])}")
        told.append(f"share {_shown(found['share_of_true_reward'])}")
    told.append(f"left {_shown(found['left_share_before'])} to {_shown(found['left_share'])}")
    told.append(f"r of steps {_shown(found['correlation']['steps'])}")
    print(" · ".join(told), flush=True)


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def speed() -> None:
    """Time a refit after an answer, and the choice of a question among 10,000 pairs, on the four rooms."""
    import numpy as np
    import torch

    from agents.preference.clip_archive import Candidates
    from agents.preference.queries import by_disagreement, candidate_pairs
    from agents.preference.service import opened
    from agents.runtime.inbox import Inbox
    from agents.runtime.spec import RunSpec
    from arena.protocol.messages import Event, PhaseChanged, RunTo, Stop
    from arena.protocol.preference_messages import RewardModelFitted

    torch.set_num_threads(1)
    fits: list[tuple[int, float]] = []
    inbox = Inbox()

    def hear(event: Event) -> None:
        if isinstance(event, RewardModelFitted):
            fits.append((event.labels, event.seconds))
        if isinstance(event, PhaseChanged) and event.reason:
            inbox.put(Stop())

    with tempfile.TemporaryDirectory() as folder:
        spec = RunSpec(
            env_id="Arena/GridWorld-v0",
            env_kwargs={"map": "four_rooms"},
            agent="ppo",
            log_folder=folder,
            hyperparameters={"n_envs": 32, "n_steps": 32, "batch_size": 256, "horizon": 16_384},
            preference={"teacher": {"kind": "oracle"}},
        )
        service = opened(spec, inbox, hear, lambda _: None)
        inbox.put(RunTo(goal="tick", count=16_384))
        service.loop()
        run = service.run
        luck = np.random.default_rng(0)
        times, cpu = [], []
        for _ in range(5):
            begun, used = time.perf_counter(), time.process_time()
            clips = Candidates(run.env.recent, run.asking.chooser.archive, 2_000, 25, luck)
            left, right = candidate_pairs(len(clips), 10_000, luck)
            assert clips.batch is not None
            by_disagreement(left, right, run.ensemble.probabilities(run.ensemble.scores(clips.batch), left, right), 1)
            times.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - used)
        run.close()
    for labels, seconds in fits[-5:]:
        print(f"{labels} labels: {seconds:.2f} s from reading the answer to the refitted model in use")
    print(f"choosing among 10,000 pairs of 2,000 clips: {min(times):.3f} s at best, {min(cpu):.3f} s of the processor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", choices=("maps", "queries", "ablations", "left", "paddle", "breakout", "speed", "table")
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("preferences.jsonl"))
    parser.add_argument("--steps", type=int, default=0, help="of each run; 0 for the usual number")
    given = parser.parse_args()
    if given.what == "speed":
        speed()
    elif given.what == "table":
        for line in given.out.read_text("utf-8").splitlines():
            tell(json.loads(line))
    else:
        run_all(given.what, given.out, given.steps or STEPS.get(given.what, 32_768))


if __name__ == "__main__":
    main()
