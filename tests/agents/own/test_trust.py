"""Consent is to the bytes of one file, and nobody else's file makes Arena forget or invent one."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.own.library import free_name, new_agent, own_files, own_path, read_source
from agents.own.trust import TrustStore, consent
from arena.errors import UsageError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARENA_HOME", str(tmp_path))
    return tmp_path


def test_that_a_new_agent_is_the_template_and_never_writes_over_one() -> None:
    path = new_agent(free_name())
    assert (path.name, free_name()) == ("my_agent.py", "my_agent_2")
    path.write_text("mine")
    with pytest.raises(UsageError):
        new_agent("my_agent")
    assert path.read_text() == "mine"
    assert [file.name for file in own_files()] == ["my_agent.py"]


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", "..", "x.y", "con:1"])
def test_that_a_new_agent_stays_in_its_folder(name: str, home: Path) -> None:
    with pytest.raises(UsageError):
        new_agent(name)
    assert not list(home.rglob("*.py"))


def test_that_code_runs_only_after_somebody_said_so_and_a_changed_file_is_another_one() -> None:
    path = new_agent("mine")
    with pytest.raises(UsageError) as refused:
        consent("own:mine", given=False)
    assert refused.value.key == "error.own.not_trusted"
    trusted = consent("own:mine", given=True)
    assert consent("own:mine", given=False) == trusted
    assert consent(f"own:{path}", given=False) == trusted
    path.write_bytes(path.read_bytes() + b"\n# changed\n")
    with pytest.raises(UsageError):
        consent("own:mine", given=False)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"trusted": []}', '{"trusted": 5}', "[" * 100_000])
def test_that_a_damaged_store_trusts_nothing_and_is_written_anew(content: str) -> None:
    store = TrustStore()
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.write_text(content)
    assert not store.trusts("0" * 64)
    store.trust("0" * 64, "a.py")
    assert store.trusts("0" * 64)


def test_that_a_missing_file_is_told_with_its_folder(home: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_source(own_path("own:nobody"))
    assert str(home / "agents") in str(refused.value)
