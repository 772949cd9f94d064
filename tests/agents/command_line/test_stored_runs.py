"""The verbs that read a run, or go on with one."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from agents.runtime.replay import StoredRun
from agents.tabular.exact import policy_values, solve, start_value
from arena.environments.registry import make_world
from arena.runs.keyframe_file import KeyframeFile
from arena.runs.run_folder import RunFolder
from tests.agents.command_line.commands import Arena, answer, runs_in


def spoil_last_keyframe(run: Path) -> None:
    path = run / "keyframes"
    with KeyframeFile(path, read_only=True) as file:
        last = file._entries[-1]
    data = bytearray(path.read_bytes())
    # Inside of it for certain: how long the last one is depends on how much it has to tell.
    data[last.offset + last.size - 2] ^= 0xFF
    path.write_bytes(bytes(data))


# ── evaluate ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_an_evaluation_has_mean_interval_median_and_optimum(arena: Arena, trained: Path) -> None:
    found = json.loads(arena("evaluate", trained, "--episodes", "50", "--json").out)
    assert found["env_steps"] == 20_000
    assert found["episodes"] == 50
    low, high = found["interval"]
    assert low <= found["mean_return"] <= high
    assert found["std_return"] >= 0
    assert found["mean_return"] == pytest.approx(found["optimal_return"]) == pytest.approx(-13.0)
    assert arena("evaluate", trained, "--episodes", "50", "--json").out == json.dumps(found, indent=1) + "\n"
    assert "95 % interval" in arena("evaluate", trained).out


def test_that_one_episode_has_no_interval(arena: Arena, trained: Path) -> None:
    found = json.loads(arena("evaluate", trained, "--episodes", "1", "--json").out)
    assert found["std_return"] is None
    assert found["interval"] == [None, None]
    assert arena("evaluate", trained, "--episodes", "1").code == 0


def test_that_an_earlier_step_is_evaluated_as_it_was(arena: Arena, trained: Path) -> None:
    early = json.loads(arena("evaluate", trained, "--at", "200", "--json").out)
    assert early["env_steps"] == 200
    assert early["mean_return"] < -13


def test_that_an_evaluation_agrees_with_the_exact_value_of_the_policy(arena: Arena, tmp_path: Path) -> None:
    assert arena("train", "--algo", "value_iteration", "--env", "FrozenLake-v1", "-f", tmp_path).code == 0
    found = json.loads(arena("evaluate", runs_in(tmp_path)[0], "--episodes", "20000", "--json").out)
    low, high = found["interval"]
    reach = high - low
    assert low - reach <= found["optimal_return"] <= high + reach


# ── export ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_spreadsheet_holds_the_exact_table(arena: Arena, trained: Path, tmp_path: Path) -> None:
    assert arena("export", trained, "--q-table", tmp_path / "out.csv").code == 0
    learner = StoredRun(str(trained)).learner_at(20_000)
    text = (tmp_path / "out.csv").read_text("ascii")
    rows = list(csv.DictReader(text.splitlines()))
    names = ("up", "right", "down", "left")
    assert np.array_equal([[float(row[f"q_{name}"]) for name in names] for row in rows], learner.q)
    assert np.array_equal([[int(row[f"visits_{name}"]) for name in names] for row in rows], learner.tables.visits)
    assert [row["greedy"].split("|")[0] for row in rows] == [names[a] for a in learner.q.argmax(axis=1)]
    assert (rows[0]["name"], rows[0]["row"], rows[0]["column"]) == ("(0, 0)", "0", "0")


def test_that_an_earlier_table_is_exported_as_it_was(arena: Arena, trained: Path, tmp_path: Path) -> None:
    assert arena("export", trained, "--q-table", tmp_path / "out.json", "--at", "777").code == 0
    found = json.loads((tmp_path / "out.json").read_text("ascii"))
    learner = StoredRun(str(trained)).learner_at(777)
    assert found["env_steps"] == 777
    assert [list(state["q"].values()) for state in found["states"]] == learner.q.tolist()
    assert found["states"][0]["visits"] == dict(zip(found["actions"], learner.tables.visits[0].tolist(), strict=True))


def test_that_a_table_of_a_taxi_names_the_passenger(arena: Arena, tmp_path: Path) -> None:
    arena("train", "--algo", "value_iteration", "--env", "Taxi-v4", "-n", "2", "-f", tmp_path)
    assert arena("export", runs_in(tmp_path)[0], "--q-table", tmp_path / "t.csv").code == 0
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 500
    assert len({row["name"] for row in rows}) == 500
    assert "passenger" in rows[0]["context"]
    assert "q_dropoff" in rows[0]


def test_that_a_world_is_drawn_without_a_screen_as_it_was_then(trained: Path, tmp_path: Path) -> None:
    # Processes of their own: this one is to stay without Qt.
    svg, screenless = tmp_path / "world.svg", {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    said = answer("export", trained, "--picture", svg, "--at", "777", cwd=tmp_path, **screenless)
    assert (said.code, said.err) == (0, "")
    root = ElementTree.parse(svg).getroot()
    written = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    learner = StoredRun(str(trained)).learner_at(777)
    assert any("777" in text for text in written)
    best = learner.q[learner.tables.visits.all(axis=1)].max(axis=1)
    assert len(best) and {f"{value:.1f}".replace("-", "\u2212") for value in best} <= set(written)
    png = tmp_path / "world.png"
    assert answer("export", trained, "--picture", png, "--layer", "value", cwd=tmp_path, **screenless).code == 0
    with Image.open(png) as image:
        assert image.format == "PNG" and image.width > 2000


def test_that_a_picture_that_cannot_be_is_refused(arena: Arena, trained: Path, tmp_path: Path) -> None:
    said = arena("export", trained, "--picture", tmp_path / "world.bmp")
    assert (said.code, ".png or .svg" in said.sentence()) == (2, True)
    assert arena("export", trained, "--picture", tmp_path / "a.png", "--q-table", tmp_path / "a.csv").code == 2
    said = answer("export", trained, "--picture", tmp_path / "none" / "a.png", cwd=tmp_path)
    assert said.code == 1 and "a.png" in said.sentence()


def test_that_an_export_that_cannot_be_written_leaves_the_old_file(arena: Arena, trained: Path, tmp_path: Path) -> None:
    said = arena("export", trained, "--q-table", tmp_path / "out.xlsx")
    assert (said.code, ".csv or .json" in said.sentence()) == (2, True)
    (tmp_path / "out.csv").write_text("old")
    said = arena("export", trained, "--q-table", tmp_path / "out.csv", "--at", "999999")
    assert said.code == 1
    assert "0 to 20000" in said.sentence()
    assert (tmp_path / "out.csv").read_text() == "old"
    said = arena("export", trained, "--q-table", tmp_path / "none" / "out.csv")
    assert said.code == 1
    assert "out.csv" in said.sentence()


# ── enjoy ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_moving_picture_shows_a_whole_episode_without_a_display(
    arena: Arena, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    said = arena("enjoy", trained, "--gif", tmp_path / "e.gif", "--seconds-per-frame", "0.1")
    assert said.code == 0
    assert "13 steps, return -13.00" in said.out
    with Image.open(tmp_path / "e.gif") as picture:
        frames = []
        for number in range(picture.n_frames):
            picture.seek(number)
            frames.append((picture.convert("RGB").tobytes(), picture.info["duration"]))
    assert len(frames) == 14
    assert len({pixels for pixels, _ in frames}) == 14
    assert [duration for _, duration in frames] == [100] * 13 + [1000]


# ── resume and fork ────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_changes_on_resume_are_part_of_the_run(arena: Arena, run: Path) -> None:
    said = arena(
        "resume", run, "-n", "5000", "--hyperparams", "epsilon_end:0.001", "epsilon_schedule:linear", "alpha:0.2"
    )
    assert (said.code, said.err) == (0, "")
    assert "25,000 steps" in said.out
    stored = StoredRun(str(run))
    assert {(tick, name) for tick, name, _ in stored.inputs.changes} == {
        (20_000, "epsilon_end"), (20_000, "epsilon_schedule"), (20_000, "alpha"),
    }  # fmt: skip
    assert arena("verify", run).code == 0


@pytest.mark.parametrize("change", ["alpha:2", "alhpa:1", "initial_value:1"])
def test_that_a_change_that_is_not_allowed_leaves_the_run_as_it_was(change: str, arena: Arena, run: Path) -> None:
    before = {file.name: file.read_bytes() for file in run.iterdir()}
    for words in (["resume", run], ["fork", run, "--at", "100"]):
        said = arena(*words, "--hyperparams", change)
        assert said.code == 2
        assert change.split(":", maxsplit=1)[0] in said.sentence()
    assert {file.name: file.read_bytes() for file in run.iterdir()} == before
    assert [folder.name for folder in runs_in(run.parent)] == [run.name]


def test_that_a_fork_says_how_to_go_on_and_is_listed(arena: Arena, run: Path) -> None:
    said = arena("fork", run, "--at", "5000", "--hyperparams", "alpha:0.1")
    assert said.code == 0
    (fork,) = (folder for folder in runs_in(run.parent) if folder != run)
    assert f"arena resume {fork}" in said.out
    assert StoredRun(str(fork)).last_tick() == 5000
    listed = json.loads(arena("list", "runs", "-f", run.parent, "--json").out)
    assert {entry["run"]: entry["env_steps"] for entry in listed}[fork.name] == 5000


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (["--seed", "9"], {"seed": 9}),
        (["--algo", "sarsa", "--hyperparams", "epsilon:0.2"], {"agent": "sarsa", "epsilon": 0.2}),
        (["--env-kwargs", "rewards:sparse"], {"world.rewards": "sparse"}),
        (["--action", "2"], {"action": 2}),
        ([], {}),
    ],
)
def test_that_one_thing_can_be_changed_in_a_fork(
    arena: Arena, run: Path, words: list[str], changes: dict[str, object]
) -> None:
    said = arena("fork", run, "--at", "5000", *words, "-n", "100")
    assert said.code == 0, said.err
    (fork,) = (folder for folder in runs_in(run.parent) if folder != run)
    stored = StoredRun(str(fork))
    assert stored.config.parent == {"run": run.name, "tick": 5000, "changes": changes}
    assert stored.last_tick() == 5100


def test_that_a_fork_refuses_what_does_not_fit_in_one_sentence(arena: Arena, run: Path) -> None:
    for words in (
        ["--algo", "sarsaa"], ["--action", "9"], ["--env-kwargs", "map:four_rooms"], ["--env-kwargs", "rewards:all"],
        ["--algo", "sarsa", "--hyperparams", "alpha:3"],
    ):  # fmt: skip
        said = arena("fork", run, "--at", "5000", *words)
        assert said.code == 2 and said.sentence(), words
    assert runs_in(run.parent) == [run]
    missing = arena("fork", run.parent / "gone", "--at", "5")
    assert missing.code == 1 and missing.sentence()


def test_that_a_step_a_run_never_reached_cannot_be_forked(arena: Arena, run: Path) -> None:
    said = arena("fork", run, "--at", "20001")
    assert said.code == 1
    assert "0 to 20000" in said.sentence()


def test_that_a_run_another_process_writes_is_not_touched(arena: Arena, run: Path) -> None:
    owner = RunFolder.open(run)
    owner.lock()
    try:
        said = arena("resume", run)
    finally:
        owner.unlock()
    assert said.code == 1
    assert "another Arena" in said.sentence()


def test_that_a_run_that_waits_for_a_person_says_how_to_go_on(arena: Arena, run: Path) -> None:
    line = {"type": "HyperparameterChanged", "version": 1, "run_id": run.name, "seq": 9, "env_steps": 20000}
    line |= {"episodes": 0, "updates": 0, "name": "mover", "value": "person"}
    with (run / "events.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    said = arena("resume", run, "-n", "100")
    assert said.code == 2
    assert "mover:agent" in said.sentence()
    assert arena("resume", run, "-n", "100", "--hyperparams", "mover:agent").code == 0


# ── faults ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_damaged_keyframe_is_passed_over_and_this_is_said(arena: Arena, run: Path) -> None:
    spoil_last_keyframe(run)
    read = arena("evaluate", run, "--episodes", "2")
    assert read.code == 0
    assert "damaged" in read.err
    checked = arena("verify", run)
    assert checked.code == 1
    assert "1 damaged" in checked.sentence()
    again = arena("resume", run, "-n", "1000")
    assert again.code == 0
    assert again.err.count("\n") == 1
    assert "1 damaged" in again.err
    assert arena("verify", run).code == 0


def test_that_a_table_that_was_changed_is_found_by_verify(arena: Arena, run: Path) -> None:
    config = json.loads((run / "config.json").read_text("utf-8"))
    config["hyperparameters"]["alpha"] = 0.123
    (run / "config.json").write_text(json.dumps(config))
    said = arena("verify", run)
    assert said.code == 1
    assert "not what recomputing gives" in said.sentence()


@pytest.mark.parametrize(
    "verb",
    [["resume"], ["evaluate"], ["verify"], ["enjoy", "--gif", "x.gif"], ["fork", "--at", "1"],
     ["export", "--q-table", "x.csv"]],
)  # fmt: skip
def test_that_a_folder_that_is_no_usable_run_is_refused_in_one_sentence(
    verb: list[str], arena: Arena, run: Path, tmp_path: Path
) -> None:
    def refused(folder: Path, told: str) -> None:
        said = arena(*verb, folder)
        assert said.code == 1
        assert told in said.sentence()

    refused(tmp_path / "nowhere" / "nothing", "no run")
    refused(tmp_path, "not a run folder")
    newer = shutil.copytree(run, tmp_path / "newer")
    config = json.loads((newer / "config.json").read_text("utf-8"))
    (newer / "config.json").write_text(json.dumps({**config, "schema_version": 99}))
    refused(newer, "newer Arena")
    (newer / "config.json").write_text("{")
    refused(newer, "damaged")
    empty = shutil.copytree(run, tmp_path / "empty")
    (empty / "keyframes").unlink()
    refused(empty, "keyframe" if "--at" not in verb else "")


def test_that_a_mistyped_run_is_told_the_nearest_one(arena: Arena, run: Path) -> None:
    said = arena("evaluate", f"{run}x")
    assert said.code == 2
    assert f"did you mean {run.name}" in said.sentence()


# ── solve and list ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_solution_satisfies_what_it_claims(arena: Arena) -> None:
    found = json.loads(arena("solve", "--env-kwargs", "map:cliff", "--json").out)
    assert found["optimal_return"] == -13
    assert found["converged"] is True
    for state in found["states"]:
        assert state["v"] == pytest.approx(max(state["q"].values()))
        assert sum(state["policy"].values()) == pytest.approx(1)
    soft = json.loads(arena("solve", "--env-kwargs", "map:cliff", "--epsilon", "0.1", "--json").out)
    model = make_world("Arena/GridWorld-v0", {"map": "cliff"}).model
    policy = np.array([list(state["policy"].values()) for state in soft["states"]])
    assert soft["optimal_return"] == pytest.approx(start_value(model, policy_values(model, policy, 1.0)))
    assert [state["v"] for state in soft["states"]] == pytest.approx(solve(model, soft["gamma"], 0.1).v.tolist())


def test_that_a_solution_is_drawn_on_its_grid(arena: Arena) -> None:
    lines = arena("solve", "--env-kwargs", "map:cliff").out.splitlines()
    assert lines[0].startswith("Cliff: optimal return -13.00")
    assert lines[-1].split()[0] == "-13.00^"
    assert "--json" in arena("solve", "--env", "Taxi-v4").out


@pytest.mark.parametrize("words", [["--gamma", "2"], ["--gamma", "x"], ["--epsilon", "-1"], ["--env", "nothing"]])
def test_that_a_solution_of_nothing_is_refused(words: list[str], arena: Arena) -> None:
    said = arena("solve", *words)
    assert said.code == 2
    assert said.sentence()


def test_that_a_discount_without_a_solution_is_said(arena: Arena, tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("title: Gold\nstep: 1\n---\nS.G\n")
    said = arena("solve", "--env-kwargs", f"map:{tmp_path / 'm.txt'}", "--gamma", "1", "--json")
    assert said.code == 0
    assert json.loads(said.out)["converged"] is False
    assert "smaller gamma" in said.err


def test_that_the_lists_hold_all_there_is(arena: Arena, run: Path) -> None:
    from agents.catalog import CATALOG
    from arena.environments.registry import world_choices

    worlds = json.loads(arena("list", "envs", "--json").out)
    tables = [world for world in worlds if world["kind"] == "states"]
    assert [world["env_kwargs"] for world in tables] == [dict(choice.env_kwargs) for choice in world_choices()]
    assert all(world["states"] > 0 and world["actions"] for world in tables)
    assert next(world for world in worlds if world["env_id"] == "CartPole-v1")["actions"] == ["LEFT", "RIGHT"]
    agents = json.loads(arena("list", "agents", "--json").out)
    assert [agent["algo"] for agent in agents] == [entry.id for entry in CATALOG]
    (listed,) = json.loads(arena("list", "runs", "-f", run.parent, "--json").out)
    assert (listed["run"], listed["agent"]) == (run.name, "q_learning")
    for what in ("envs", "agents", "runs"):
        assert arena("list", what, "-f", run.parent).code == 0


def test_that_no_runs_are_said_kindly_and_a_missing_folder_is_an_error(arena: Arena, tmp_path: Path) -> None:
    assert "arena train" in arena("list", "runs").out
    assert not (tmp_path / "home").exists()
    said = arena("list", "runs", "-f", tmp_path / "none")
    assert said.code == 1
    assert "does not exist" in said.sentence()
