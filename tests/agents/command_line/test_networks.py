"""Training, going on with and evaluating networks from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.agents.command_line.commands import runs_in

pytestmark = pytest.mark.skipif(
    not (find_spec("ale_py") and find_spec("stable_baselines3")), reason="needs the libraries of the extra deep"
)

TINY = ("n_envs:2", "n_steps:16", "batch_size:16", "hidden_units:16")


@pytest.fixture
def trained_net(arena, tmp_path):
    said = arena(
        "train", "--algo", "ppo", "--env", "CartPole-v1", "-n", 500, "-f", tmp_path / "nets", "--hyperparams", *TINY,
        "--save-freq", 256, "--eval-freq", 256, "--eval-episodes", 2, "--device", "cpu",
    )  # fmt: skip
    assert said.code == 0, said.err
    (folder,) = runs_in(tmp_path / "nets")
    return folder, said


def test_that_threads_are_chosen_kept_and_sleep_while_they_wait(arena, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    words = ("train", "--algo", "ppo", "--env", "CartPole-v1", "-n", 32, "-f", tmp_path, "--hyperparams", *TINY)
    said = arena(*words, "--threads", 2, "--device", "cpu")
    assert said.code == 0, said.err
    (folder,) = runs_in(tmp_path)
    assert json.loads((folder / "training.json").read_text("utf-8"))["threads"] == 2
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    more = arena("resume", folder, "-n", 32, "--device", "cpu")
    assert "64 steps" in more.out and "bit for bit" not in more.err
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    assert arena(*words, "--threads", -1).code == 2
    blind = arena(*words, "--precision", "bfloat16")
    assert blind.code == 2 and "--precision" in blind.err
    assert len(runs_in(tmp_path)) == 1
    table = arena("train", "--algo", "q_learning", "-f", tmp_path, "--threads", 2)
    assert table.code == 2 and "--threads" in table.err


def test_that_a_network_is_trained_gone_on_with_and_evaluated(arena, trained_net):
    folder, said = trained_net
    # Whole updates: 500 is rounded up to 16 of 32 steps.
    assert "512 steps" in said.out
    assert "arena evaluate" in said.out
    assert (folder / "evaluations.npz").is_file()
    more = arena("resume", folder, "-n", 64, "--hyperparams", "gamma:0.9", "--device", "cpu")
    assert "576 steps" in more.out
    assert json.loads((folder / "training.json").read_text("utf-8"))["save_every"] == 256
    found = json.loads(arena("evaluate", folder, "--episodes", 3, "--json").out)
    assert (found["env_steps"], found["episodes"], len(found["scores"])) == (576, 3, 3)
    assert found["mean"] == pytest.approx(sum(found["scores"]) / 3)
    assert found["iqm_interval"][0] <= found["iqm"] <= found["iqm_interval"][1]
    again = json.loads(arena("evaluate", folder, "--episodes", 3, "--json").out)
    assert again["scores"] == found["scores"]
    other = json.loads(arena("evaluate", folder, "--episodes", 3, "--json", "--seed", 1).out)
    assert other["scores"] != found["scores"]
    early = json.loads(arena("evaluate", folder, "--episodes", 1, "--at", 0, "--json").out)
    assert early["env_steps"] == 0
    assert "576" in arena("evaluate", folder, "--episodes", 2).out
    listed = json.loads(arena("list", "runs", "-f", folder.parent, "--json").out)
    assert [(row["agent"], row["env_steps"]) for row in listed] == [("ppo", 576)]


def test_that_what_a_model_scored_is_kept_on_its_card_with_the_curve_of_its_run(arena, trained_net):
    from agents.models.folder import check_model
    from agents.models.from_run import save_from_run
    from agents.models.library import open_model

    entry = save_from_run(trained_net[0], "pole")
    assert entry.card.curve and entry.card.curve[-1][0] <= 512 and entry.card.evaluation is None
    assert arena("evaluate", "pole", "--episodes", 3, "--keep", "--at", 0).code == 2
    found = json.loads(arena("evaluate", "pole", "--episodes", 3, "--keep", "--json").out)
    kept = open_model(entry.folder).card.evaluation
    assert found["kept"] == "card" and kept is not None and list(kept.scores) == found["scores"] and kept.played
    assert "Not kept" in arena("evaluate", "pole", "--episodes", 2, "--keep").out
    assert check_model(entry.folder).name == "pole"


def test_that_a_network_of_values_is_evaluated_with_few_random_moves_and_that_is_said(arena, tmp_path):
    settings = ("n_envs:2", "buffer_size:500", "learning_starts:32", "hidden_units:16", "horizon:256")
    words = ("-n", 256, "-f", tmp_path / "nets", "--device", "cpu", "--hyperparams", *settings)
    assert arena("train", "--algo", "dqn", "--env", "CartPole-v1", *words).code == 0
    (folder,) = runs_in(tmp_path / "nets")
    assert "greedily but for 1 % random moves" in arena("evaluate", folder, "--episodes", 2).out
    assert "random" not in arena("evaluate", folder, "--episodes", 2, "--deterministic").out


def test_that_wrong_wishes_are_refused_before_anything_is_written(arena, tmp_path):
    never = arena("train", "--algo", "ppo", "--env", "CartPole-v1", "-f", tmp_path, "--hyperparams", "gamma:2")
    assert never.code == 2
    assert not runs_in(tmp_path)
    table = arena("train", "--algo", "q_learning", "-f", tmp_path, "--eval-freq", 5)
    assert table.code == 2
    assert "--eval-freq" in table.err


def test_that_a_setting_that_may_not_change_is_refused(arena, trained_net):
    folder, _ = trained_net
    said = arena("resume", folder, "-n", 64, "--hyperparams", "n_envs:4")
    assert said.code == 2
    assert "n_envs" in said.err


def test_that_agents_of_networks_are_listed_with_their_settings(arena):
    found = {entry["algo"]: entry for entry in json.loads(arena("list", "agents", "--json").out)}
    assert {"dqn", "qr_dqn", "ppo", "a2c", "trpo"} <= set(found)
    assert "clip_range" in {item["name"] for item in found["ppo"]["hyperparams"]}


_INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from agents.deep.training import training_run
step = training_run.TrainingRun.after_step
def counted(self, said):
    step(self, said)
    if self.env_steps == 700:
        os.kill(os.getpid(), signal.SIGINT)
training_run.TrainingRun.after_step = counted
from agents.command_line.main import main
raise SystemExit(main(sys.argv[1:]))
"""


def test_that_ctrl_c_saves_and_says_how_to_go_on(tmp_path):
    words = [
        "train",
        "--algo",
        "ppo",
        "--env",
        "CartPole-v1",
        "-n",
        "100000",
        "-f",
        str(tmp_path),
        "--hyperparams",
        *TINY,
    ]
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 130, done.stderr
    assert "arena resume" in done.stderr
    (folder,) = runs_in(tmp_path)
    newest = sorted((folder / "checkpoints").glob("0*"))[-1]
    steps = json.loads((newest / "state.json").read_text("utf-8"))["env_steps"]
    # Half a rollout is dropped; what was learned is not.
    assert steps >= 672
    assert steps % 32 == 0
    assert f"-n {100_000 - steps}" in done.stderr
