"""What an errand does, in its own process: make, measure, move or save a model, train one on, look around."""

from __future__ import annotations

import _thread
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from agents.deep.threads import let_threads_sleep
from agents.models.card import Evaluation
from agents.models.folder import check_model, read_part, write_model
from agents.models.kept_evaluation import keep_evaluation
from agents.models.library import SHIPPED, ModelEntry, free_name, new_folder, open_model
from agents.models.manifest import CARD
from arena.errors import ArenaError, ModelError
from arena.runs.safe_file import run_error

Tell = Callable[[dict[str, Any]], None]

_GRACE_SECONDS = 0.5
_ROWS_AT_ONCE = 16

_LOOKS = ("evaluate", "show", "imitate", "dpo", "compare")
"""They play games, and look themselves whether anybody still waits."""


def work(control: Connection, kind: str, wanted: dict[str, Any]) -> None:
    """Do an errand and say what came of it. This is a process's entry point.

    Args:
        control: Told ``{"told": …}`` any number of times, then ``{"answer": …}`` or ``{"key": …, "params": …}``.
        kind: One of :data:`agents.models.errand.KINDS`.
        wanted: Arguments of that.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if control.poll():
        # Nothing is ever sent this way: it was cancelled before this process was up.
        return
    gone = threading.Event()
    threading.Thread(target=_watch, args=(control, gone, kind), daemon=True).start()

    def say(message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            control.send_bytes(json.dumps(message, default=str).encode())

    try:
        say({"answer": _WORKS[kind](wanted, lambda told: say({"told": told}), gone)})
    except ArenaError as problem:
        say({"key": problem.key, "params": problem.params})
    except OSError as problem:
        told = run_error(problem, str(problem.filename or ""))
        say({"key": told.key, "params": told.params})
    except ImportError as missing:
        say({"key": "error.model.library_missing", "params": {"name": missing.name or str(missing)}})


def _watch(control: Connection, gone: threading.Event, kind: str) -> None:
    """Notice that nobody waits any more; who does not look at that is ended."""
    with contextlib.suppress(EOFError, OSError):
        control.recv_bytes()
    gone.set()
    if kind not in _LOOKS:
        # Half a file is cleared away by whoever writes it; games are closed by who plays them, and that one looks.
        _thread.interrupt_main(signal.SIGTERM)
    threading.Event().wait(_GRACE_SECONDS)
    os._exit(1)


def _evaluate(wanted: dict[str, Any], tell: Tell, gone: threading.Event) -> dict[str, Any]:
    """Play whole games with a model: tells each score, answers with the figures."""
    entry = open_model(Path(wanted["folder"]))
    # By string: they load PyTorch and the emulator.
    playing = import_module("agents.models.playing")
    games = import_module("agents.models.whole_games")
    place = import_module("agents.deep.places").place_of(entry.manifest.env_id, entry.manifest.env_kwargs)
    policy = playing.policy_of_model(entry.folder)
    tell({"ready": True})
    ended = games.whole_games(
        policy,
        games.place_for(place, entry.manifest),
        entry.manifest.agent,
        wanted["episodes"],
        seed=wanted["seed"],
        deterministic=wanted["deterministic"],
        told=lambda game: tell({"score": game.score}),
        should_stop=gone.is_set,
    )
    if not ended:
        raise ModelError("error.model.errand_died")
    figures = games.evaluation_of(
        ended, wanted["seed"], wanted["deterministic"], games.random_moves(policy, wanted["deterministic"])
    )
    told = {
        name: getattr(figures, name)
        for name in ("scores", "mean", "median", "std", "iqm", "iqm_low", "iqm_high", "cut", "epsilon")
    }
    return {**told, **_kept(entry, figures)}


def _kept(entry: ModelEntry, figures: Evaluation) -> dict[str, Any]:
    """Keep the games; where that cannot be done they are told all the same, and why."""
    try:
        return {"kept": keep_evaluation(entry.folder, figures, shipped=entry.origin == SHIPPED), "problem": None}
    except ArenaError as problem:
        return {"kept": "", "problem": {"key": problem.key, "params": problem.params}}


def _export(wanted: dict[str, Any], _: Tell, __: threading.Event) -> dict[str, Any]:
    """Write a model for others: its own folder once more, or a zip for Stable-Baselines3."""
    entry, target = open_model(Path(wanted["folder"])), Path(wanted["target"])
    if wanted["kind"] == "sb3":
        weights = import_module("agents.models.store").load_weights_of(entry.folder)
        return {
            "name": target.name,
            "loader": import_module("agents.models.sb3_export").export_sb3(entry.manifest, weights, target),
        }
    _copy(entry, target, entry.name)
    return {"name": target.name, "loader": ""}


def _import(wanted: dict[str, Any], _: Tell, __: threading.Event) -> dict[str, Any]:
    """Bring in a model's folder, or a zip of Stable-Baselines3; answers with its place in the library."""
    source = Path(wanted["path"])
    if source.is_dir():
        entry = open_model(source)
        name = free_name(entry.name)
        return {"folder": str(_copy(entry, new_folder(name), name).folder)}
    brought = import_module("agents.models.sb3_import").import_model(source, env_id=wanted["env_id"])
    return {"folder": str(brought.folder)}


def _copy(entry: ModelEntry, target: Path, name: str) -> ModelEntry:
    """Write a model once more, only of what its manifest lists and holds to."""
    from dataclasses import replace

    manifest = check_model(entry.folder)
    files = {part: read_part(entry.folder, part, manifest) for part in manifest.files if part != CARD}
    if target.exists() and not any(target.iterdir()):
        # The dialog that asks for a folder makes it.
        target.rmdir()
    write_model(target, replace(manifest, name=name), entry.card, files)
    return open_model(target)


def _save(wanted: dict[str, Any], _: Tell, __: threading.Event) -> dict[str, Any]:
    """Make a model of a run as it is now; the run may go on meanwhile."""
    entry = import_module("agents.models.from_run").save_from_run(wanted["run"], wanted["name"])
    return {"folder": str(entry.folder)}


def _train(wanted: dict[str, Any], _: Tell, __: threading.Event) -> dict[str, Any]:
    """Make a run that begins with a model's weights; it is gone on with like any other."""
    return {"run": str(import_module("agents.models.train_on").train_on(Path(wanted["folder"])))}


def _environments(_: dict[str, Any], tell: Tell, __: threading.Event) -> dict[str, Any]:
    """Tell the ids of all environments, then what each of them is."""
    known = import_module("agents.deep.environments_known")
    ids = known.environment_ids()
    tell({"ids": ids})
    rows: list[dict[str, Any]] = []
    for place in known.known_environments(ids):
        rows.append(place.plain())
        if len(rows) == _ROWS_AT_ONCE:
            tell({"environments": rows})
            rows = []
    tell({"environments": rows})
    return {}


def _step(name: str) -> Callable[[dict[str, Any], Tell, threading.Event], dict[str, Any]]:
    """Return one of the three steps."""

    def work_on(wanted: dict[str, Any], tell: Tell, gone: threading.Event) -> dict[str, Any]:
        # Before PyTorch is loaded, which is why it is named by string.
        let_threads_sleep()
        answer: dict[str, Any] = getattr(import_module("agents.preference.step_errands"), name)(wanted, tell, gone)
        return answer

    return work_on


_WORKS: dict[str, Callable[[dict[str, Any], Tell, threading.Event], dict[str, Any]]] = {
    "compare": _step("compare"),
    "dpo": _step("prefer_directly"),
    "environments": _environments,
    "evaluate": _evaluate,
    "export": _export,
    "imitate": _step("imitate"),
    "import": _import,
    "save": _save,
    "show": _step("show"),
    "train": _train,
}
