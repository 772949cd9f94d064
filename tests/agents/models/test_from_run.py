"""Models made of runs: of a deep run's weights and ages, of a run of hours, of a table with its past."""

from __future__ import annotations

import hashlib
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from gymnasium import spaces
from safetensors.torch import save as bytes_of

from agents.command_line.main import main
from agents.deep.networks import policy_for
from agents.deep.progress_table import ProgressTable
from agents.deep.recipes import recipe
from agents.deep.training.ages import WeightFiles
from agents.deep.training.plan import TrainingPlan
from agents.deep.weights import weights_of
from agents.models.folder import write_model
from agents.models.from_deep_run import deep_run_source, run_ages, with_run_ages
from agents.models.from_lesson import lesson_source
from agents.models.from_long_run import long_run_source, snapshot_ages, with_ages
from agents.models.from_run import save_from_run
from agents.models.library import find_model, models, open_model
from agents.models.playing import policy_of_model
from agents.models.store import check_model, load_weights_of
from agents.models.table_run import run_of_table
from agents.runtime.replay import StoredRun
from arena.errors import ModelError, UsageError
from arena.runs.run_config import RunConfig, library_versions, now_utc
from arena.runs.run_folder import RunFolder

SPACE = spaces.Box(-1, 1, (4,))


def deep_run(root: Path) -> Path:
    """A folder as a deep run leaves it, with one age kept and newer weights."""
    config = RunConfig(
        env_id="CartPole-v1",
        agent="ppo",
        hyperparameters={"hidden_units": 16, "horizon": 2_000_000, "n_steps": 32, "batch_size": 32},
        seed=7,
        created=now_utc(),
        versions=library_versions(),
    )
    folder = RunFolder.create(root, config).path
    files = WeightFiles(folder, 2_000_000)
    for seed, steps in ((1, 0), (2, 50_000)):
        torch.manual_seed(seed)
        policy = policy_for("ppo", SPACE, 2, {"kind": "mlp", "layers": [16, 16]})
        files.write(policy, steps, 3, 20.0, now=True)
    torch.manual_seed(3)
    files.write(policy_for("ppo", SPACE, 2, {"kind": "mlp", "layers": [16, 16]}), 60_000, 4, 30.0, now=True)
    return folder


def test_that_a_model_of_a_run_plays_with_its_newest_weights(tmp_path: Path) -> None:
    entry = save_from_run(deep_run(tmp_path), "pole")
    assert find_model("pole") == entry and entry.origin == "own"
    assert entry.manifest.env_steps == entry.card.env_steps == 60_000
    assert entry.manifest.seed == 7 and entry.manifest.network["layers"] == [16, 16]
    torch.manual_seed(3)
    expected = weights_of(policy_for("ppo", SPACE, 2, {"kind": "mlp", "layers": [16, 16]}))
    found = weights_of(policy_of_model(entry.folder))
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_that_a_model_of_a_run_keeps_how_it_grew(tmp_path: Path) -> None:
    run = deep_run(tmp_path)
    (run / "progress.csv").write_text("env_steps,score_of_100\n50000,20.0\n60000,30.5\n70000,99.0\n")
    ages = save_from_run(run, "pole").manifest.ages
    assert [(age.env_steps, age.score) for age in ages] == [(0, 20.0), (50_000, 20.0), (60_000, 30.5)]
    young = load_weights_of(find_model("pole").folder, 0)
    torch.manual_seed(1)
    expected = weights_of(policy_for("ppo", SPACE, 2, {"kind": "mlp", "layers": [16, 16]}))
    assert all(torch.equal(young[name], expected[name]) for name in expected)
    assert [age.env_steps for age in save_from_run(run, "young", age=50_000).manifest.ages] == [0, 50_000]


def test_that_a_model_can_be_made_of_an_age_that_was_kept(tmp_path: Path) -> None:
    run = deep_run(tmp_path)
    entry = save_from_run(run, "young", age=50_000)
    assert entry.manifest.env_steps == 50_000
    with pytest.raises(ModelError, match="50,000"):
        save_from_run(run, "none", age=1)
    with pytest.raises(UsageError, match="young"):
        save_from_run(run, "young")
    assert [each.name for each in models() if each.origin == "own"] == ["young"]


def told_run(root: Path) -> Path:
    """A deep run's folder with what it says of its machine and its clock; its last row is half written."""
    run = deep_run(root)
    TrainingPlan(save_every=10_000, threads=3).write(run)
    table = ProgressTable(run / "progress.csv")
    for steps, seconds in ((20_000, 10.5), (59_000, 31.5), (61_000, 33.0)):
        table.append({"env_steps": steps, "wall_seconds": seconds})
    with table.path.open("a", encoding="utf-8") as file:
        file.write("62000,1")
    return run


def test_that_a_card_says_how_long_on_what_machine_a_run_took(tmp_path: Path) -> None:
    run = told_run(tmp_path)
    card = save_from_run(run, "pole").card
    assert card.wall_seconds == 31.5
    assert card.machine["threads"] == 3 and card.machine["processor"] == library_versions()["cpu"]
    assert save_from_run(run, "young", age=50_000).card.wall_seconds == 10.5
    (run / "progress.csv").unlink()
    (run / "training.json").write_text("no plan")
    bare = save_from_run(run, "bare").card
    assert bare.wall_seconds is None and set(bare.machine) == {"processor"}


def test_that_a_run_becomes_a_model_with_its_ages(tmp_path: Path) -> None:
    run = told_run(tmp_path)
    ages = tuple(age.env_steps for age in run_ages(run))
    assert ages == (0, 50_000)
    source = with_run_ages(deep_run_source(RunFolder.open(run), "pole"), run, ages)
    write_model(tmp_path / "pole", source.manifest, source.card, source.files)
    assert [age.env_steps for age in check_model(tmp_path / "pole").ages] == [0, 50_000, 60_000]
    for seed, age in ((1, 0), (2, 50_000), (3, 60_000)):
        torch.manual_seed(seed)
        expected = weights_of(policy_for("ppo", SPACE, 2, {"kind": "mlp", "layers": [16, 16]}))
        found = weights_of(policy_of_model(tmp_path / "pole", age))
        assert all(torch.equal(found[name], expected[name]) for name in expected)
    with pytest.raises(ModelError, match="50,000"):
        with_run_ages(source, run, (7,))


def test_that_any_trained_run_can_be_made_ready_to_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, script = told_run(tmp_path), Path(__file__).parents[3] / "benchmarks" / "ship_model.py"
    words = [str(run), "--name", "pole", "--episodes", "2", "--folder", str(tmp_path / "box"), "--replace"]
    for more in ([], ["--ages", "0", "50000"]):
        monkeypatch.setattr(sys, "argv", [str(script), *words, *more])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(script), run_name="__main__")
        assert ended.value.code == 0
    entry = open_model(tmp_path / "box" / "pole")
    assert entry.card.evaluation is not None and len(entry.card.evaluation.scores) == 2
    assert [steps for steps, _ in entry.card.ages] == [0, 50_000]
    assert [age.score for age in entry.manifest.ages][2] == entry.card.evaluation.mean
    assert entry.card.seed == 7 and entry.card.wall_seconds == 31.5 and "cores" in entry.card.machine


def long_run(folder: Path) -> Path:
    """A folder as a run of hours leaves it."""
    made = recipe("ppo-breakout-objects")
    space = spaces.Box(-3, 3, (116,))
    (folder / "snapshots").mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps(made.plain()))

    def weights(seed: int) -> bytes:
        torch.manual_seed(seed)
        data: bytes = bytes_of(weights_of(policy_for("ppo", space, 4, {"kind": "mlp", "layers": [128, 128]})))
        return data

    for age in (0, 50_000):
        (folder / "snapshots" / f"{age:09d}.safetensors").write_bytes(weights(age))
        about: dict[str, Any] = {"env_steps": age + 100, "games": 3, "mean_score_of_last_training_games": None}
        (folder / "snapshots" / f"{age:09d}.json").write_text(json.dumps(about))
    for steps in (60_000, 70_000):
        path = folder / "checkpoints" / f"{steps:012d}"
        path.mkdir(parents=True)
        (path / "weights.safetensors").write_bytes(weights(steps))
        digest = hashlib.sha256(weights(steps)).hexdigest()
        state = {"env_steps": steps, "wall_seconds": 12.5, "learning_threads": 1, "torch": torch.__version__}
        (path / "state.json").write_text(json.dumps({**state, "sha256": {"weights.safetensors": digest}}))
    return folder


def test_that_a_run_of_hours_becomes_a_model_with_its_ages(tmp_path: Path) -> None:
    run = long_run(tmp_path / "run")
    source = with_ages(long_run_source(run, "objects"), run, snapshot_ages(run))
    write_model(tmp_path / "objects", source.manifest, source.card, source.files)
    manifest = check_model(tmp_path / "objects")
    assert [age.env_steps for age in manifest.ages] == [100, 50_100, 70_000]
    assert manifest.env_steps == 70_000 and manifest.actions == ("NOOP", "FIRE", "RIGHT", "LEFT")
    assert manifest.hyperparameters["learning_rate"] == {"kind": "linear", "start": 7e-4, "end": 0.0}
    assert source.card.wall_seconds == 12.5 and source.card.machine["threads"] == 1
    assert {"objects", "no_optimizer"} <= set(source.card.limits)
    for age in manifest.ages:
        policy_of_model(tmp_path / "objects", age.env_steps)
    assert set(load_weights_of(tmp_path / "objects", 100)) == set(load_weights_of(tmp_path / "objects"))


def test_that_a_damaged_newest_checkpoint_gives_way_to_the_one_before(tmp_path: Path) -> None:
    run = long_run(tmp_path / "run")
    (run / "checkpoints" / "000000070000" / "weights.safetensors").write_bytes(b"torn")
    assert long_run_source(run, "x").manifest.env_steps == 60_000
    (run / "checkpoints" / "000000060000" / "state.json").write_text("{}")
    with pytest.raises(ModelError, match="damaged"):
        long_run_source(run, "x")


def test_that_a_taught_network_says_who_taught_it(tmp_path: Path) -> None:
    space = spaces.Box(0, 255, (4, 84, 84), "uint8")  # type: ignore[arg-type]
    pupil = policy_for("ppo", space, 4, {"kind": "nature", "width": 0.5})
    (tmp_path / "weights.safetensors").write_bytes(bytes_of(weights_of(pupil)))
    (tmp_path / "lesson.json").write_text(
        json.dumps({"steps": 500, "env_id": "BreakoutNoFrameskip-v4", "teacher": "x"})
    )
    (tmp_path / "marks.csv").write_text("env_steps,divergence,seconds\n100,0.5,3\n400,0.1,9\n")
    source = lesson_source(tmp_path, "pupil")
    assert source.manifest.origin == "distilled" and source.card.distilled_from == "ppo-breakout-objects"
    assert source.manifest.env_steps == 400 and source.card.wall_seconds == 9
    (tmp_path / "marks.csv").write_text("")
    with pytest.raises(ModelError, match="damaged"):
        lesson_source(tmp_path, "pupil")


def test_that_a_table_keeps_its_whole_past_and_is_opened_like_a_run(tmp_path: Path) -> None:
    words = ["train", "--env-kwargs", "map:cliff", "-n", "20000", "-f", str(tmp_path)]
    assert main(words) == 0
    (run,) = (item for item in tmp_path.iterdir() if (item / "config.json").is_file())
    entry = save_from_run(run, "cliff", title={"en": "Cliff"})
    assert entry.manifest.family == "tabular" and entry.manifest.env_steps == 20_000
    assert entry.card.evaluation is not None and len(entry.card.evaluation.scores) == 30
    before, after = StoredRun(str(run)), StoredRun(str(run_of_table(entry)))
    for tick in (0, 10_000, 20_000):
        assert (before.learner_at(tick).q == after.learner_at(tick).q).all()


@pytest.mark.parametrize("name", [entry.name for entry in models() if entry.origin == "shipped"])
def test_that_every_model_that_ships_is_whole_small_and_told_truly(name: str) -> None:
    entry = find_model(name)
    assert entry.origin == "shipped"
    manifest = check_model(entry.folder)
    assert sum(mark.size for mark in manifest.files.values()) <= 10 * 2**20
    assert set(entry.card.title) == {"en", "zh_TW", "zh_CN"}
    assert entry.card.evaluation is not None and len(entry.card.evaluation.scores) >= 30
    assert entry.card.env_steps == manifest.env_steps and entry.card.seed == manifest.seed
    if manifest.family == "tabular":
        assert StoredRun(str(run_of_table(entry))).last_tick() == manifest.env_steps
        return
    assert (manifest.origin == "distilled") == bool(entry.card.distilled_from)
    assert manifest.origin == "distilled" or len(manifest.ages) >= 3
    for age in manifest.ages:
        policy_of_model(entry.folder, age.env_steps)


def test_that_tables_ship() -> None:
    shipped = [entry.manifest for entry in models() if entry.origin == "shipped"]
    assert len([manifest for manifest in shipped if manifest.family == "tabular"]) >= 3
