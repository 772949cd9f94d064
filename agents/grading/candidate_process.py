"""The process one agent is examined in: bounded in memory and time, without a screen, and believed nothing it says.

What it sends are the agent's moves and writes. Returns are computed from them by who asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from agents.runtime.process_group import exit_now, lead_group

MOST_FRAME = 2**27
"""Bytes of one message; a longer one is not read."""

MOST_FILE = 2**26
"""Bytes of any file it may write."""

_KEPT_TICKS = 20_000


def examined(connection: Connection, name: str, source: bytes, wanted: Mapping[str, Any]) -> None:
    """Let an agent learn with one seed after another and send what it does.

    Messages are one letter and its content: ``b`` the agent's own time begins, ``a`` the agent's arrays and their
    numbers at the beginning (JSON, then the bytes), ``w`` a stretch of moves and writes, ``s`` the end of a seed, ``e``
    an error (JSON), ``z`` the end.

    Args:
        connection: Where to send to.
        name: Name of the file, as its author's mistakes are told with.
        source: Its bytes.
        wanted: Fields of :class:`agents.grading.examination.Examination`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(screen, None)
    _hear_and_say_nothing()
    lead_group()
    Thread(target=_end_with_parent, daemon=True).start()
    from agents.hosting.agent_code import OwnAgentError
    from arena.errors import ArenaError

    try:
        _learn(connection, name, source, wanted)
        connection.send_bytes(b"z")
    except ArenaError as problem:
        plain = {key: value if isinstance(value, (int, float)) else str(value) for key, value in problem.params.items()}
        status = "memory" if problem.key == "error.own.memory" else "error"
        if not isinstance(problem, OwnAgentError):
            status = "no_agent"
        connection.send_bytes(b"e" + json.dumps({"key": problem.key, "params": plain, "status": status}).encode())
    connection.close()


def _learn(connection: Connection, name: str, source: bytes, wanted: Mapping[str, Any]) -> None:
    from agents.hosting.agent_code import AgentCode
    from agents.hosting.limits import limit_memory
    from agents.hosting.live import OwnLearner
    from agents.own.declaration import OwnAgent
    from agents.own.declared_config import config_class_of
    from agents.tabular.warm_up import warm_up
    from arena.environments.registry import make_world

    warm_up()
    world = make_world(wanted["env_id"], wanted["env_kwargs"])
    own = OwnAgent.from_source(source, name)
    limit_memory(int(wanted["memory"]))
    _limit_time(float(wanted["seconds"]))
    connection.send_bytes(b"b")
    for seed in range(int(wanted["seeds"])):
        # Imported anew: what it remembers of one seed is no part of the next one.
        learner = OwnLearner(
            code=AgentCode(own, source),
            config_class=config_class_of(own),
            model=world.model,
            hyperparameters={},
            seed=seed,
        )
        head = json.dumps({"seed": seed, "arrays": learner.shapes}).encode()
        connection.send_bytes(b"a" + len(head).to_bytes(4, "little") + head + learner.pool.tobytes())
        _one_seed(connection, learner, int(wanted["episodes"]))
        connection.send_bytes(b"s")


def _one_seed(connection: Connection, learner: Any, episodes: int) -> None:
    from agents.tabular.arrays import new_records
    from agents.tabular.learner import new_stop
    from agents.tabular.recorded_kernel import AGENT_FAILED
    from arena.runs.write_block import to_bytes

    records, stop, sent = new_records(), new_stop(), 0
    while int(learner.counters["episode"]) < episodes:
        records.used[:] = 0
        reason = learner.advance(2**62, stop, records)
        over = int(learner.counters["episode"]) >= episodes or reason == AGENT_FAILED
        if over or learner.tick - sent >= _KEPT_TICKS:
            block = learner.take_writes()
            if block is not None:
                connection.send_bytes(b"w" + to_bytes(block))
            sent = learner.tick
        if reason == AGENT_FAILED:
            raise learner.problem


def _end_with_parent() -> None:
    """Leave nothing behind where who asked has died without a word."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        exit_now()


def _limit_time(seconds: float) -> None:
    """Let the system end this process after that much time on a processor; who started it looks at the clock."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + 5
    with contextlib.suppress(OSError, ValueError):
        # First the signal that says why, then the one nothing escapes.
        resource.setrlimit(resource.RLIMIT_CPU, (wanted, wanted + 2))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
        # A run that fails must not leave its memory on the disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _hear_and_say_nothing() -> None:
    """What an agent prints is nobody's, and what it asks for is never answered."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
