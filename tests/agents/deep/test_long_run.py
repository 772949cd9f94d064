"""A long run: stopped and gone on with it does what it would have done, and no file of it is ever half there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from agents.deep import long_run
from agents.deep.checkpoint import checkpoints, load_checkpoint
from agents.deep.learner import learner_of
from agents.deep.long_run import LongRun
from agents.deep.progress_table import ProgressTable
from agents.deep.recipes import RECIPES, PpoRecipe, recipe
from agents.deep.weights import load_weights, weights_of
from arena.errors import RunError, UsageError

SMALL = PpoRecipe(
    name="small",
    env_id="BreakoutNoFrameskip-v4",
    games=2,
    rollout=48,
    batch=48,
    epochs=1,
    width=0.125,
    horizon=960,
    checkpoint_updates=4,
    snapshots=(0, 500, 960),
)


@pytest.fixture(autouse=True)
def _rows_for_every_other_update(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_run, "ROW_UPDATES", 2)


def run(folder: Path, until: int | None = None, of: PpoRecipe = SMALL) -> dict[str, Any]:
    work = LongRun(folder, of, say=lambda line: None)
    try:
        work.run(until=until)
        return weights_of(work.model.policy)
    finally:
        work.close()


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one) and set(one) == set(other)


def told(folder: Path) -> list[dict[str, float]]:
    rows = ProgressTable(folder / "progress.csv").rows()
    return [{key: row[key] for key in row if key not in ("steps_per_second", "wall_seconds")} for row in rows]


def test_that_a_run_stopped_at_a_checkpoint_ends_with_the_same_weights_and_scores(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole")
    run(tmp_path / "parts", until=384)
    parts = run(tmp_path / "parts")
    assert same(whole, parts)
    assert told(tmp_path / "whole") == told(tmp_path / "parts")
    assert told(tmp_path / "whole")[-1]["env_steps"] == SMALL.horizon
    assert told(tmp_path / "whole")[-1]["games"] >= 1


def test_that_a_run_killed_after_a_checkpoint_repeats_what_it_lost(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole")
    folder = tmp_path / "killed"
    work = LongRun(folder, SMALL, say=lambda line: None)

    def die() -> bool:
        if work.env_steps > 600:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        work.run(die)
    work.close()
    assert [path.name for path in checkpoints(folder / "checkpoints")] == ["000000000000", "000000000384"]
    assert same(whole, run(folder))
    assert told(tmp_path / "whole") == told(folder)


def test_that_stopping_anywhere_keeps_every_update(tmp_path: Path) -> None:
    run(tmp_path, until=480)  # between two checkpoints
    newest = checkpoints(tmp_path / "checkpoints")[-1]
    assert newest.name == "000000000480"
    work = LongRun(tmp_path, SMALL, say=lambda line: None)
    assert (work.env_steps, work.updates) == (480, 5)
    work.close()


def test_that_a_damaged_checkpoint_is_passed_over(tmp_path: Path) -> None:
    run(tmp_path, until=768)
    older, newest = checkpoints(tmp_path / "checkpoints")
    file = newest / "optimizer.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    said: list[str] = []
    work = LongRun(tmp_path, SMALL, say=said.append)
    assert work.env_steps == int(older.name)
    work.close()
    assert newest.name in said[0]
    for part in older.iterdir():
        part.unlink()
    with pytest.raises(RunError):
        LongRun(tmp_path, SMALL, say=said.append)


def test_that_snapshots_keep_the_weights_of_their_age(tmp_path: Path) -> None:
    last = run(tmp_path)
    folder = tmp_path / "snapshots"
    assert sorted(path.stem for path in folder.glob("*.safetensors")) == ["000000000", "000000500", "000000960"]
    torch.manual_seed(SMALL.seed)
    first = learner_of(SMALL)
    assert same(load_file(folder / "000000000.safetensors"), weights_of(first.policy))
    assert same(load_file(folder / "000000960.safetensors"), last)
    assert json.loads((folder / "000000500.json").read_text())["env_steps"] == 576
    assert first.env is not None
    first.env.close()


def test_that_a_folder_has_one_worker_and_one_recipe(tmp_path: Path) -> None:
    work = LongRun(tmp_path, SMALL, say=lambda line: None)
    with pytest.raises(RunError, match="being written"):
        LongRun(tmp_path, SMALL)
    work.close()
    with pytest.raises(RunError, match="another way"):
        LongRun(tmp_path, PpoRecipe(**{**SMALL.plain(), "seed": 2, "snapshots": SMALL.snapshots}))


def test_that_weights_that_do_not_fit_change_nothing() -> None:
    model = learner_of(SMALL)
    before = weights_of(model.policy)
    name = next(iter(before))
    for bad in (
        {name: before[name]},
        {**before, name: before[name].double()},
        {**before, name: before[name][:1]},
        {**before, name: torch.full_like(before[name], float("nan"))},
    ):
        with pytest.raises(RunError):
            load_weights(model.policy, bad, "somewhere")
    assert same(before, weights_of(model.policy))
    assert model.env is not None
    model.env.close()


def test_that_a_loss_that_is_no_number_stops_the_run_before_it_is_kept(tmp_path: Path) -> None:
    run(tmp_path, until=384)
    work = LongRun(tmp_path, SMALL, say=lambda line: None)
    with torch.no_grad():
        work.model.policy.value_net.bias.fill_(float("nan"))
    with pytest.raises(RunError, match="no number"):
        work.run()
    work.close()
    kept = checkpoints(tmp_path / "checkpoints")[-1]
    assert kept.name == "000000000384"
    again = learner_of(SMALL)
    load_checkpoint(kept, again)
    assert again.env is not None
    again.env.close()


def test_that_recipes_survive_the_way_to_disk_and_back() -> None:
    for known in RECIPES:
        assert PpoRecipe.from_plain(json.loads(json.dumps(known.plain()))) == known
        assert recipe(known.name) is known
        assert known.steps_per_update % known.batch == 0
    with pytest.raises(UsageError, match="ppo-breakout"):
        recipe("nobody")
