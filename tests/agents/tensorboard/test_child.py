"""The real TensorBoard as a child: who may ask it, where it answers, and when it ends."""

from __future__ import annotations

import http.client
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.tensorboard.child import TensorBoardChild
from agents.tensorboard.guard import HOST, guarded
from arena.errors import RunError, UsageError
from arena.runs.tensorboard_log import TensorBoardLog
from tests.agents.command_line.commands import ROOT, process

SECONDS = 100.0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("runs, with a comma")
    log = TensorBoardLog(root / "one" / "tensorboard")
    log.scalars({"rollout/ep_rew_mean": 1.5}, 100)
    log.close()
    return root


@pytest.fixture(scope="module")
def child(runs: Path) -> Iterator[TensorBoardChild]:
    made = TensorBoardChild(runs)
    assert made.wait(seconds=SECONDS)
    yield made
    made.close()


def asked(port: int, path: str = "/", host: str | None = "") -> tuple[int, bytes]:
    """Ask with a Host of one's own; ``None`` for none at all."""
    connection = http.client.HTTPConnection(HOST, port, timeout=90)
    connection.putrequest("GET", path, skip_host=True)
    if host is not None:
        connection.putheader("Host", host or f"{HOST}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def within(seconds: float, happened: object) -> bool:
    assert callable(happened)
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_that_it_answers_on_this_machine_and_knows_the_runs(child: TensorBoardChild) -> None:
    assert child.url == f"http://127.0.0.1:{child.port}/"
    assert asked(child.port)[0] == 200
    assert asked(child.port, host=f"LOCALHOST:{child.port}")[0] == 200
    assert within(SECONDS, lambda: b"one/tensorboard" in asked(child.port, "/data/runs")[1])


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1.evil.example:{port}", None]
)
def test_that_who_calls_it_by_another_name_is_refused(child: TensorBoardChild, host: str | None) -> None:
    status, body = asked(child.port, "/data/runs", None if host is None else host.format(port=child.port))
    assert status == 403
    assert body == b""


def test_that_a_foreign_address_in_the_request_line_is_refused(child: TensorBoardChild) -> None:
    assert asked(child.port, "http://evil.example/data/runs")[0] == 403


def test_that_it_listens_to_nobody_outside(child: TensorBoardChild) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {HOST}
    for address in others:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert address.startswith("127.") or probe.connect_ex((address, child.port)) != 0


def test_that_a_busy_port_is_left_for_another(runs: Path, child: TensorBoardChild) -> None:
    second = TensorBoardChild(runs, child.port)
    try:
        assert second.wait(seconds=SECONDS)
        assert second.port != child.port
        assert asked(second.port)[0] == 200 == asked(child.port)[0]
    finally:
        second.close()
    assert refuses(second.port) and not second.alive


def test_that_waiting_can_be_cancelled_and_leaves_no_process(runs: Path) -> None:
    made = TensorBoardChild(runs)
    assert not made.wait(lambda: True)
    assert not made.alive and made.url == ""


def test_that_a_child_that_dies_is_told_and_not_waited_for(runs: Path) -> None:
    made = TensorBoardChild(runs)
    os.kill(made.pid, signal.SIGKILL)
    with pytest.raises(RunError) as told:
        made.wait(seconds=SECONDS)
    assert told.value.key == "error.tensorboard.died"


def test_that_a_child_that_stays_silent_is_ended(runs: Path) -> None:
    made = TensorBoardChild(runs)
    with pytest.raises(RunError) as told:
        made.wait(seconds=0.0)
    assert told.value.key == "error.tensorboard.silent" and not made.alive


def test_that_a_missing_package_is_one_sentence(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as told:
        TensorBoardChild(runs)
    assert told.value.key == "error.tensorboard.missing"


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_that_it_ends_when_who_started_it_is_killed(runs: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom agents.tensorboard.child import TensorBoardChild\n"
        "if __name__ == '__main__':\n"
        "    child = TensorBoardChild(Path(sys.argv[1])); child.wait(seconds=100)\n"
        "    print(child.port, child.pid, flush=True); time.sleep(1000)\n"
    )
    program = runs / "asks.py"
    program.write_text(code)
    parent = subprocess.Popen(
        [sys.executable, str(program), str(runs)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    port, pid = map(int, parent.stdout.readline().split())
    assert asked(port)[0] == 200
    parent.kill()
    parent.communicate()

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        # Where nobody adopts the orphans of a container, what has ended stays as a zombie.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    assert within(SECONDS, gone) and refuses(port)


def test_that_the_command_line_says_where_it_answers_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    running = process("tensorboard", "-f", tmp_path / "runs", cwd=tmp_path)
    assert running.stdout is not None
    line = running.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    assert found is not None, line
    port = int(found[1])
    assert asked(port)[0] == 200
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=90)
    assert running.returncode == 0 and err == "", err
    assert refuses(port)


def test_that_the_guard_lets_the_right_name_through() -> None:
    said: list[str] = []

    def app(environ: dict[str, object], start: object) -> list[bytes]:
        return [b"runs"]

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        said.append(status)

    answer = guarded(app)
    assert list(answer({"SERVER_PORT": "6006", "HTTP_HOST": "localhost:6006"}, start)) == [b"runs"] and said == []
    assert list(answer({"SERVER_PORT": "6006", "HTTP_HOST": "localhost:6007"}, start)) == [b""]
    assert said == ["403 Forbidden"]
