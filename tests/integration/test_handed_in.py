"""A run handed in is looked at in a process that watches itself: no code of its author runs, nothing is unpickled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.own.handing_in import hand_in, open_handed_in
from agents.own.library import new_agent
from agents.own.trust import consent
from agents.runtime.session import Session
from agents.runtime.spec import RunSpec
from arena.errors import RunError
from arena.runs.keyframe_file import state_hash

ROOT = Path(__file__).resolve().parents[2]

LOOKING = """
import json, sys
from pathlib import Path
from agents.tabular.warm_up import warm_up
from agents.own.handing_in import open_handed_in
from agents.catalog import agent
from agents.runtime.past import Past
from agents.runtime.fork import fork_run
from agents.runtime.replay import StoredRun, settings_at
from agents.runtime.session import Session
from agents.hosting.agent_code import AgentCode
from agents.own.declaration import OwnAgent
from arena.protocol import codec
from arena.runs.keyframe_file import state_hash
from arena.runs.run_config import library_versions
library_versions()
warm_up()
for name in codec._TYPES:
    codec._fields(name)  # their annotations are compiled when first met, and which are met first is the clock's choice
StoredRun(sys.argv[2]).verify()
seen = []
OURS = tuple(str(Path(place).resolve()) for place in (".", *sys.path[1:], sys.prefix, sys.base_prefix) if place)
def watch(event, given):
    if event in ("compile", "pickle.find_class", "subprocess.Popen", "os.system", "ctypes.dlopen"):
        seen.append([event, repr(given)[:300]])
    elif event == "exec" and not given[0].co_filename.startswith((*OURS, "<frozen ")):
        seen.append([event, given[0].co_filename])
    elif event == "import" and "own_agent" in given[0]:
        seen.append([event, given[0]])
sys.addaudithook(watch)
opened = open_handed_in(sys.argv[1])
agent(opened.config.agent, opened.config.own).config_class()
stored = StoredRun(str(opened.folder))
told = state_hash(stored.learner_at(stored.last_tick()).arrays())
stored.verify()
settings_at(stored, 10)
past = Past(str(opened.folder))
past.at(50); past.why(36, 0, 400, 10); past.close()
session = Session.resume(opened.folder, lambda event: None, opened.config.own["sha256"])
session.announce(); session.step(); session.explain_last(); session.close()
fork_run(opened.folder, 100, {})
looked = list(seen)
own = OwnAgent.from_plain(opened.config.own)
AgentCode(own, (opened.folder / "agent.py").read_bytes())
print(json.dumps([told, looked, sorted({event for event, _ in seen[len(looked):]})]))
"""

EVIL = """
from pathlib import Path
with open({ran!r}, "a") as file:
    file.write("x")
class Mine:
    settings = {{"alpha": 0.5}}
    def start(self, states, actions, memory):
        self.q = memory.table("q", states, actions)
        self.actions = actions
    def choose(self, state, random):
        return random.integer(self.actions)
    def learn(self, state, action, reward, next_state, done, random):
        self.q[state, action] += self.alpha * (reward - self.q[state, action])
"""


@pytest.fixture
def handed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str, Path]:
    """A handed-in run, the hash of its last state, and the file its code writes to when it runs."""
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "student"))
    ran = tmp_path / "ran"
    path = new_agent("mine")
    path.write_text(EVIL.format(ran=str(ran)), "utf-8")
    spec = RunSpec(
        env_id="Arena/GridWorld-v0",
        env_kwargs={"map": "cliff"},
        agent="own:mine",
        seed=1,
        trusted_hash=consent("own:mine", given=True),
    )
    session = Session.begin(spec, [].append)
    while session.tick < 500:
        session.advance(500)
    last = state_hash(session.learner.arrays())
    session.close()
    assert ran.read_text() == "x"
    file = hand_in(session.folder.path, tmp_path / "mine.arena-handin.zip")
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "teacher"))
    return file, last, ran


def test_that_looking_at_it_runs_none_of_its_code_and_unpickles_nothing(
    handed_in: tuple[Path, str, Path], tmp_path: Path
) -> None:
    file, last, ran = handed_in
    plain = Session.begin(
        RunSpec(env_id="Arena/GridWorld-v0", env_kwargs={"map": "cliff"}, log_folder=str(tmp_path / "plain")), [].append
    )
    plain.advance(100)
    plain.close()
    done = subprocess.run(
        [sys.executable, "-c", LOOKING, str(file), str(plain.folder.path)],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    told, ran_code, ran_on_purpose = json.loads(done.stdout.splitlines()[-1])
    assert told == last
    assert ran_code == []
    # The same eyes see it when it does run: once here, on purpose, at the end.
    assert "exec" in ran_on_purpose
    assert ran.read_text() == "xx"


def test_that_a_handed_in_run_is_never_written_even_where_its_code_is_trusted(
    handed_in: tuple[Path, str, Path],
) -> None:
    file, last, ran = handed_in
    opened = open_handed_in(file)
    before = {item.name: item.read_bytes() for item in opened.folder.iterdir()}
    session = Session.resume(opened.folder, [].append, str((opened.config.own or {})["sha256"]))
    session.step()
    session.checkpoint()
    session.close()
    assert state_hash(session.learner.arrays()) == last
    assert {item.name: item.read_bytes() for item in opened.folder.iterdir()} == before
    assert ran.read_text() == "x"


def test_that_other_code_than_the_run_was_made_with_is_noticed(
    handed_in: tuple[Path, str, Path], tmp_path: Path
) -> None:
    file, _, _ = handed_in
    opened = open_handed_in(file)
    (opened.folder / "agent.py").write_text("print('other')")
    other = hand_in(opened.folder, tmp_path / "other.arena-handin.zip")
    with pytest.raises(RunError) as refused:
        open_handed_in(other)
    assert refused.value.key == "error.own.other_code"
