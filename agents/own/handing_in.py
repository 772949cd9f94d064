"""Handing a run in and opening one that was handed in; neither runs any code of an agent."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from agents.own.declaration import MOST_BYTES, OwnAgent, fingerprint
from arena.errors import RunError
from arena.protocol.messages import WorldEdited
from arena.runs.event_log import read_events
from arena.runs.hand_in import HandedIn, hand_in_name, names_map_file, open_hand_in, pack_run
from arena.runs.run_folder import RunFolder
from arena.runs.safe_file import told_plainly

_MOST_SCENE_BYTES = 4 * 2**20


def hand_in(run: str | os.PathLike[str], file: str | os.PathLike[str] | None = None, scene: Path | None = None) -> Path:
    """Pack a run, the code of its own agent and a scene into one file.

    Args:
        run: Run folder; it may be running.
        file: The file to write; beside the run's folder, by its name, where not given.
        scene: Scene file that goes with it.

    Returns:
        The file.

    Raises:
        RunError: If the run cannot be read or is too large, or the file cannot be written.
        ArenaError: If the scene is none, or the run's world is in a map file that is gone.
    """
    from arena.scenes.scene_store import read_scene

    folder = RunFolder.open(run)
    name = folder.config.env_kwargs.get("map")
    if names_map_file(name):
        # Begun before runs carried their maps as text: elsewhere there is no such file.
        from arena.environments.grid.maps import grid_world

        carried = grid_world(folder.config.env_kwargs).env_kwargs
        folder = RunFolder(folder.path, replace(folder.config, env_kwargs=carried))
    content = None
    if scene is not None:
        # Whoever opens it must be able to: what is no scene is told to the one who can mend it.
        read_scene(scene)
        with told_plainly(scene), scene.open("rb") as opened:
            content = opened.read(_MOST_SCENE_BYTES + 1)
    return pack_run(folder, file or folder.path.parent / hand_in_name(folder), content)


def open_handed_in(file: str | os.PathLike[str]) -> HandedIn:
    """Check a handed-in run and copy it to where it can be looked at.

    Raises:
        RunError: As :func:`arena.runs.hand_in.open_hand_in`; also if what it says of an own agent is made up.
    """
    opened = open_hand_in(file)
    for event in read_events(opened.folder / "events.jsonl"):
        if isinstance(event, WorldEdited) and any(names_map_file(value) for value in event.env_kwargs.values()):
            raise RunError("error.handin.outside", file=Path(file).name)
    if opened.config.own is not None:
        own = OwnAgent.from_plain(opened.config.own)
        path = opened.folder / "agent.py"
        if opened.has_code and fingerprint(path.read_bytes()[: MOST_BYTES + 1]) != own.sha256:
            raise RunError("error.own.other_code", folder=opened.folder.name)
    return opened
