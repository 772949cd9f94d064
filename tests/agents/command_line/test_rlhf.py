"""``arena rlhf`` from the command line to its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("stable_baselines3")

from agents.command_line.main import main
from arena.preferences.label_export import export_labels
from arena.preferences.label_store import LabelStore

TINY = [
    "rlhf", "--env-kwargs", "map:corridor", "-n", "256", "--seed", "1", "--labels", "6",
    "--preferences", "first_steps:128", "first_labels:4", "epochs:10", "members:3",
    "--hyperparams", "n_envs:4", "n_steps:16", "batch_size:32", "n_epochs:2", "hidden_units:16",
]  # fmt: skip


def run_of(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if (path / "preferences.json").is_file())


def test_that_json_says_labels_accuracy_and_both_returns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--json", "-f", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["labels"] == found["asked"] == 6
    assert found["held_out_pairs"] > 0
    assert 0.0 <= found["held_out_accuracy"] <= 1.0
    for returns in (found["return"], found["true_reward"]["return"]):
        assert {"greedy", "sampled", "episodes"} <= set(returns)
        assert 0.0 <= returns["sampled"] <= 1.0
    assert 0.0 <= found["left_share"] <= 1.0
    assert 0.0 <= found["left_share_before"] <= 1.0
    assert set(found["correlation"]) == {"steps", "clips"}
    assert found["env_steps"] == found["true_reward"]["env_steps"] == 256


def test_that_labels_given_before_teach_another_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--no-truth", "-f", str(tmp_path)]) == 0
    assert "6" in capsys.readouterr().out
    run = run_of(tmp_path)
    with LabelStore(tmp_path / "arena.db") as store:
        export_labels(store, [run.name], tmp_path / "labels.zip")
    words = [*TINY, "--no-truth", "--json", "--teacher", str(tmp_path / "labels.zip"), "-f", str(tmp_path / "second")]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["teacher"] == "labels"
    assert found["labels"] == 6
    assert found["asked"] == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--algo", "dqn"], "ppo, a2c, trpo"),
        (["--teacher", "saint"], "oracle"),
        (["--preset", "kindergarten"], "classroom"),
        (["--preferences", "colour:red"], "colour"),
    ],
)
def test_that_what_cannot_be_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], what: str
) -> None:
    assert main([*TINY, *words, "-f", str(tmp_path)]) == 2
    said = capsys.readouterr().err.strip()
    assert what in said
    assert "\n" not in said
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]
