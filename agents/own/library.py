"""Where a person's own agents lie, how one is found by its name, and how a new one begins. Nothing of them is run."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from agents.own.declaration import MOST_BYTES, OwnAgent, is_agent_file
from arena.errors import UsageError
from arena.runs.locations import agents_folder, ensure_writable
from arena.runs.safe_file import told_plainly, write_bytes

PREFIX = "own:"
"""An agent of that name is somebody's own: ``own:my_agent``, or ``own:`` and the path of its file."""

TEMPLATE = "my_agent.py"
"""What a new agent begins as."""


def is_own(id: str) -> bool:
    """Say whether an agent's id is that of somebody's own agent."""
    return id.startswith(PREFIX)


def own_path(id: str) -> Path:
    """Return the file of an own agent.

    Args:
        id: ``own:NAME`` for one in the agents folder, ``own:PATH`` for any other.
    """
    name = id.removeprefix(PREFIX)
    if "/" in name or "\\" in name or name.endswith(".py"):
        return Path(name).expanduser().absolute()
    return agents_folder() / f"{name}.py"


def read_source(path: Path) -> bytes:
    """Return the bytes of an agent's file.

    Raises:
        UsageError: If there is none, or it is longer than any agent.
        RunError: If it cannot be read.
    """
    if not path.is_file():
        raise UsageError("error.own.missing", file=str(path), folder=str(agents_folder()))
    with told_plainly(path), path.open("rb") as file:
        source = file.read(MOST_BYTES + 1)
    if len(source) > MOST_BYTES:
        raise UsageError("error.own.too_long", file=path.name, most=MOST_BYTES // 1024)
    return source


def find_own(id: str) -> OwnAgent:
    """Read what an own agent says of itself.

    Args:
        id: As for :func:`own_path`.

    Raises:
        UsageError: If there is no such file, or it is no agent.
        RunError: If it cannot be read.
    """
    path = own_path(id)
    return OwnAgent.from_source(read_source(path), path.name)


def own_files(folder: Path | None = None) -> list[Path]:
    """Return the files in a folder that may be agents, by name; an agent's folder that is not there has none.

    Args:
        folder: The folder; the person's agents folder where not given.
    """
    place = folder or agents_folder()
    try:
        return sorted(file for file in place.iterdir() if is_agent_file(file.name) and file.is_file())
    except OSError:
        return []


def template_source() -> bytes:
    """Return the agent everybody begins with."""
    return resources.files("assets").joinpath("templates", TEMPLATE).read_bytes()


def free_name() -> str:
    """Return a name no own agent has yet: ``my_agent``, ``my_agent_2`` and so on."""
    taken = {file.stem for file in own_files()}
    name, number = "my_agent", 1
    while name in taken:
        number += 1
        name = f"my_agent_{number}"
    return name


def new_agent(name: str) -> Path:
    """Write a new agent into the agents folder and return its file.

    Raises:
        UsageError: If it cannot be called that, or there is one of that name.
        RunError: If it cannot be written.
    """
    path = agents_folder() / f"{name}.py"
    if not is_agent_file(path.name) or path.parent != agents_folder():
        raise UsageError("error.own.name", file=f"{name}.py")
    if path.exists():
        raise UsageError("error.own.taken", file=path.name)
    ensure_writable(path.parent)
    write_bytes(path, template_source())
    return path
