"""Every agent of the catalog from a command line: trained, continued, evaluated by the policy it has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.catalog import POLICY_LEARNING, PREDICTING, SWEEPING, TABULAR
from tests.agents.command_line.commands import Arena

OWN_POLICY = {*PREDICTING, *POLICY_LEARNING, "policy_iteration"}


@pytest.mark.parametrize("name", [entry.id for entry in TABULAR])
def test_that_an_agent_is_trained_on_a_bandit_and_evaluated(arena: Arena, tmp_path: Path, name: str) -> None:
    said = arena("train", "--algo", name, "--env", "Arena/Bandit-v0", "-n", "300", "-f", tmp_path)
    assert said.code == 0
    run = next(folder for folder in tmp_path.iterdir() if folder.is_dir())
    found = json.loads(arena("evaluate", run, "--episodes", "200", "--json").out)
    assert found["policy"] == ("own" if name in OWN_POLICY else "greedy")
    assert found["optimal_return"] == pytest.approx(1.01) and found["mean_length"] == 1.0
    if name in SWEEPING:
        assert found["mean_return"] == pytest.approx(1.01, abs=0.3)
    if name in PREDICTING:
        assert found["mean_return"] < 0.5, "it follows a policy that pulls any arm"
    assert arena("verify", run).code == 0
