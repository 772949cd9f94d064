"""Own agents as the window sees them: which code a run would run, whether that may be, and which ones there are.

Nothing here runs any of it; the window's process never does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from agents.own.declaration import OwnAgent, fingerprint
from agents.own.library import PREFIX, find_own, is_own, own_files, own_path, read_source
from agents.own.trust import TrustStore
from agents.runtime.spec import RunSpec
from arena.errors import ArenaError
from arena.runs.locations import agents_folder
from arena.runs.run_folder import RunFolder
from gui.language import tr


@dataclass(frozen=True, kw_only=True)
class OwnCode:
    """Code that a run would run.

    Attributes:
        file: Name of the file.
        path: Where it lies.
        written_in: Where its author changes it: a run keeps a copy of its own.
        source: Its bytes.
        sha256: Fingerprint of what the run may run.
        may_go_on: Whether the run would learn at all: one handed in is only looked at.
    """

    file: str
    path: Path
    written_in: Path
    source: bytes
    sha256: str
    may_go_on: bool = True

    @property
    def is_gone(self) -> bool:
        """Whether its author's file is there no more."""
        return not self.written_in.is_file()

    @property
    def is_changed(self) -> bool:
        """Whether its author's file is another one now."""
        try:
            return fingerprint(read_source(self.written_in)) != self.sha256
        except ArenaError:
            return False


def code_of(spec: RunSpec) -> OwnCode | None:
    """Return the own code a run would run, ``None`` where it is an agent of the catalog.

    Raises:
        ArenaError: If a file is no agent, or a run cannot be read.
    """
    if spec.resume:
        folder = RunFolder.open(spec.resume)
        if folder.config.own is None:
            return None
        own = OwnAgent.from_plain(folder.config.own)
        path = folder.own_agent_path
        source = read_source(path) if path.is_file() else b""
        # Consent is to what was shown: where that is not what the run names, there is nothing to consent to.
        may_go_on = fingerprint(source) == own.sha256 and not folder.handed_in
        return OwnCode(
            file=own.file, path=path, written_in=agents_folder() / own.file, source=source, sha256=own.sha256,
            may_go_on=may_go_on,
        )  # fmt: skip
    if not is_own(spec.agent):
        return None
    path = own_path(spec.agent)
    source = read_source(path)
    own = OwnAgent.from_source(source, path.name)
    return OwnCode(file=own.file, path=path, written_in=path, source=source, sha256=own.sha256)


def admitted(spec: RunSpec) -> RunSpec:
    """Return a spec that runs own code only where somebody has said before that it may."""
    try:
        code = code_of(spec)
    except ArenaError:
        # Whoever opens it says what is wrong with it.
        return spec
    if code is None or not code.may_go_on or not TrustStore().trusts(code.sha256):
        return spec
    return replace(spec, trusted_hash=code.sha256)


def own_name(id: str) -> str:
    """Return the name of an own agent by its id."""
    return own_path(id).stem if is_own(id) else id


def own_choices(also: str = "") -> list[tuple[str, str, str, str]]:
    """Return the person's own agents for a chooser, in the language in use.

    Args:
        also: An own agent that is to be among them even if its file is not there.

    Returns:
        Id, text, tip and section of each.
    """
    ids = [PREFIX + file.stem for file in own_files()]
    if is_own(also) and also not in ids:
        ids.append(also)
    section = tr("own.chooser.section")
    return [(each, tr("own.chooser.entry", name=own_name(each)), _summary(each), section) for each in ids]


def _summary(id: str) -> str:
    try:
        return find_own(id).summary
    except ArenaError as problem:
        return tr(problem.key, **problem.params)
