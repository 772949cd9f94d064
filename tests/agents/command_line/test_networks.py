"""Training, going on with and evaluating networks from the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
from importlib.util import find_spec

import pytest

from agents.command_line.main import main
from tests.agents.command_line.commands import runs_in

pytestmark = pytest.mark.skipif(
    not (find_spec("ale_py") and find_spec("stable_baselines3")), reason="needs the libraries of the extra deep"
)

TINY = ("n_envs:2", "n_steps:16", "batch_size:16", "hidden_units:16")


@pytest.fixture(scope="module")
def once_trained(tmp_path_factory):
    """A folder with one run in it, not to be written, and what was said."""
    root = tmp_path_factory.mktemp("nets")
    words = [
        "train", "--algo", "ppo", "--env", "CartPole-v1", "-n", "500", "-f", str(root), "--hyperparams", *TINY,
        "--save-freq", "256", "--eval-freq", "256", "--eval-episodes", "2", "--device", "cpu",
    ]  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(words) == 0
    return root, out.getvalue()


@pytest.fixture
def trained_net(once_trained, tmp_path):
    """A copy of that run, to be written, and what was said."""
    root, said = once_trained
    (folder,) = runs_in(shutil.copytree(root, tmp_path / "nets"))
    return folder, said


def test_that_a_network_is_trained_gone_on_with_but_for_what_may_not_change_and_evaluated(arena, trained_net):
    folder, said = trained_net
    # Whole updates: 500 is rounded up to 16 of 32 steps.
    assert "512 steps" in said
    assert "arena evaluate" in said
    assert (folder / "evaluations.npz").is_file()
    refused = arena("resume", folder, "-n", 64, "--hyperparams", "n_envs:4")
    assert refused.code == 2
    assert "n_envs" in refused.err
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


def test_that_wrong_wishes_are_refused_before_anything_is_written(arena, tmp_path):
    never = arena("train", "--algo", "ppo", "--env", "CartPole-v1", "-f", tmp_path, "--hyperparams", "gamma:2")
    assert never.code == 2
    assert not runs_in(tmp_path)
    table = arena("train", "--algo", "q_learning", "-f", tmp_path, "--eval-freq", 5)
    assert table.code == 2
    assert "--eval-freq" in table.err


def test_that_agents_of_networks_are_listed_with_their_settings(arena):
    found = {entry["algo"]: entry for entry in json.loads(arena("list", "agents", "--json").out)}
    assert {"dqn", "qr_dqn", "ppo", "a2c", "trpo"} <= set(found)
    assert "clip_range" in {item["name"] for item in found["ppo"]["hyperparams"]}


def test_that_ctrl_c_saves_and_says_how_to_go_on(arena, tmp_path, monkeypatch):
    from agents.deep.training.training_run import TrainingRun

    step = TrainingRun.after_step

    def interrupted(self, said):
        step(self, said)
        if self.env_steps == 700:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(TrainingRun, "after_step", interrupted)
    # Where the tests themselves are a shell's background job it would be ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        done = arena(
            "train", "--algo", "ppo", "--env", "CartPole-v1", "-n", 100_000, "-f", tmp_path, "--hyperparams", *TINY
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.code == 130, done.err
    assert "arena resume" in done.err
    (folder,) = runs_in(tmp_path)
    newest = sorted((folder / "checkpoints").glob("0*"))[-1]
    steps = json.loads((newest / "state.json").read_text("utf-8"))["env_steps"]
    # Half a rollout is dropped; what was learned is not.
    assert steps >= 672
    assert steps % 32 == 0
    assert f"-n {100_000 - steps}" in done.err
