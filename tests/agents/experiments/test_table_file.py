"""The table of an experiment holds every finished run, to the last bit, and nothing else."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from agents.experiments import table_file
from agents.experiments.many_seeds import Outcome, new_outcome, run
from agents.experiments.plan import Candidate, Plan
from agents.experiments.summary import judged_scores
from agents.experiments.table_file import as_csv, check_table
from arena.errors import ArenaError

TWO = Plan(
    candidates=(
        Candidate(env_id="CliffWalking-v1", hyperparameters={"alpha": 0.2}),
        Candidate(env_id="CliffWalking-v1", agent="monte_carlo"),
    ),
    seeds=3,
    episodes=8,
)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    made = run(new_outcome(TWO))
    made.finished[1, 2] = False
    return made


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_that_every_finished_episode_reads_back_to_the_same_bits(outcome: Outcome) -> None:
    table = rows(as_csv(outcome))
    assert len(table) == 5 * 8
    for row in table:
        place, seed, episode = int(row["setting"]), int(row["seed"]), int(row["first_episode"])
        assert outcome.finished[place, seed]
        assert float(row["return"]) == outcome.returns[place, seed, episode]
        assert row["episodes"] == "1"
        assert row["agent"] == TWO.candidates[place].agent
        assert float(row["alpha"]) == (0.2, 0.0)[place]
    assert "gamma" not in table[0]


def test_that_one_line_a_seed_has_what_it_is_judged_by(outcome: Outcome) -> None:
    table = rows(as_csv(outcome, "seed"))
    scores = judged_scores(outcome)
    assert [(int(row["setting"]), int(row["seed"])) for row in table] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    assert [float(row["score"]) for row in table] == scores[np.isfinite(scores)].tolist()


def test_that_a_stretch_without_an_episode_is_empty() -> None:
    made = run(new_outcome(Plan(candidates=TWO.candidates[:1], seeds=1, episodes=0, steps=500)))
    table = rows(as_csv(made))
    assert len(table) == 100
    assert table[0]["return"] == ""
    assert table[0]["steps"] == "5"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("table.txt", "error.experiments.ending"),
        ("folder.csv", "error.experiments.folder"),
        ("missing/table.csv", "error.file.missing"),
    ],
)
def test_that_a_file_that_cannot_be_is_told_beforehand(name: str, key: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ArenaError) as caught:
        check_table(tmp_path / name, TWO, "episode")
    assert caught.value.key == key


def test_that_a_table_no_program_would_open_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MOST_LINES", 40)
    with pytest.raises(ArenaError) as caught:
        check_table(tmp_path / "table.csv", TWO, "episode")
    assert caught.value.key == "error.experiments.too_long"
    check_table(tmp_path / "table.csv", TWO, "seed")
    # Of what was cancelled only the finished runs are written.
    check_table(tmp_path / "table.csv", TWO, "episode", runs=1)
    assert list(tmp_path.iterdir()) == []
