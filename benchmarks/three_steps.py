"""The three steps from human preferences on grid worlds, and DPO on the same labels: true return after each.

    python benchmarks/three_steps.py --out steps.jsonl              two maps, 3 seeds
    python benchmarks/three_steps.py --maps two_goals --seeds 1     one of them

A teacher who errs in half of its moves shows a few games; a clone imitates them; PPO goes on from it on r̂, held to it;
DPO goes on from it on the labels of that run. What a file has already is not run again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MAPS = ("two_goals", "four_rooms")
SHOWN = ("--episodes", "10", "--epsilon", "0.5")
LABELS, BETAS = 60, (0.1, 1.0)
PPO = ("n_envs:32", "n_steps:32", "batch_size:256", "n_epochs:6")


def arena(home: Path, *words: str) -> dict[str, Any]:
    """Return what a command says as JSON."""
    command = [sys.executable, "-m", "agents.command_line.main", *words, "--json"]
    said = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "ARENA_HOME": str(home)}
    )
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def whole_way(world: str, seed: int, steps: int) -> dict[str, Any]:
    """Go all the steps once."""
    with tempfile.TemporaryDirectory() as room:
        home, file, luck = Path(room), str(Path(room) / "shown.npz"), ("--seed", str(seed))
        shown = arena(home, "demonstrate", "--env-kwargs", f"map:{world}", *SHOWN, "--out", file, *luck)
        clone = arena(home, "clone", file, "--name", "clone", *luck)
        held = ("--begin-with", "clone", *luck)
        words = ("-n", str(steps), "--labels", str(LABELS), "--no-truth", "--hyperparams", *PPO)
        run = arena(home, "rlhf", *held, *words, "-f", str(home / "runs"))
        direct = {
            str(beta): arena(home, "dpo", "--labels", run["run"], *held, "--beta", str(beta), "--name", f"dpo-{beta}")
            for beta in BETAS
        }
    return {"demonstrations": shown, "clone": clone, "rlhf": run, "dpo": direct}


def tell(line: dict[str, Any]) -> None:
    """Print what was found."""
    found = line["found"]
    told = [f"{line['map']} seed {line['seed']}", f"shown {found['demonstrations']['mean_return']:.2f}"]
    for name, returns in (
        ("clone", found["clone"]["return"]),
        ("PPO on r̂", found["rlhf"]["return"]),
        *((f"DPO β {beta}", made["return"]["dpo"]) for beta, made in found["dpo"].items()),
    ):
        told.append(f"{name} {returns['greedy']:.2f} greedy {returns['sampled']:.2f} drawn")
    print(" · ".join(told), f"· {line['wall_seconds']:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("three_steps.jsonl"))
    parser.add_argument("--maps", nargs="+", default=list(MAPS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=16_384, help="of PPO on r̂")
    given = parser.parse_args()
    lines = given.out.read_text("utf-8").splitlines() if given.out.exists() else []
    done = [(line["map"], line["seed"], line["steps"]) for line in map(json.loads, lines)]
    for world in given.maps:
        for seed in range(given.seeds):
            if (world, seed, given.steps) in done:
                continue
            begun = time.monotonic()
            found = whole_way(world, seed, given.steps)
            line = {"map": world, "seed": seed, "steps": given.steps, "found": found}
            line["wall_seconds"] = time.monotonic() - begun
            with given.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            tell(line)


if __name__ == "__main__":
    main()
