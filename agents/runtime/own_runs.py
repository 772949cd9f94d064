"""Beginning and going on with a run of somebody's own agent: the only place where a session runs their code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agents.catalog import own_entry
from agents.configuration import values_of
from agents.hosting.agent_code import AgentCode
from agents.hosting.live import OwnLearner
from agents.own.declaration import MOST_BYTES, OwnAgent, fingerprint
from agents.own.library import own_path, read_source
from agents.tabular.learner import TabularLearner
from arena.environments.world import World
from arena.errors import RunError, UsageError
from arena.runs.locations import agents_folder
from arena.runs.run_folder import RunFolder
from arena.runs.safe_file import told_plainly, write_bytes


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """An own agent about to begin a run.

    Attributes:
        own: What is known of it, with the arrays it asked for.
        source: Its code, as it is kept with the run.
        learner: The learner, before its first step.
    """

    own: OwnAgent
    source: bytes
    learner: OwnLearner

    @property
    def id(self) -> str:
        """What the run's configuration calls it: by its name, wherever its file lies."""
        return own_entry(self.own).id

    def keep_source(self, folder: RunFolder) -> None:
        """Keep the code with the run.

        Raises:
            RunError: If it cannot be written.
        """
        write_bytes(folder.own_agent_path, self.source)


def host(id: str, trusted_hash: str, world: World, hyperparameters: dict[str, Any], seed: int) -> Hosted:
    """Import and start somebody's own agent.

    Args:
        id: ``own:`` and its name or path.
        trusted_hash: Fingerprint of the file that may run.
        world: Its world.
        hyperparameters: Values of its settings.
        seed: Seed of the run.

    Raises:
        UsageError: If there is no such agent, or its file is not the one that may run.
        OwnAgentError: If its code fails.
    """
    path = own_path(id)
    source = read_source(path)
    own = OwnAgent.from_source(source, path.name)
    learner = _made(own, source, trusted_hash, world, hyperparameters, seed)
    return Hosted(own=own.with_arrays(learner.shapes), source=source, learner=learner)


def revived(folder: RunFolder, recorded: TabularLearner, world: World, trusted_hash: str) -> OwnLearner | None:
    """Let the code of a stored run go on from where its recording stands.

    Args:
        folder: Run folder; it holds the code.
        recorded: The learner as the recording left it.
        world: The world.
        trusted_hash: Fingerprint of the code that may run; empty for none.

    Returns:
        The learner; ``None`` where this code may not run: then there is the recording to look at.

    Raises:
        RunError: If the code is missing or not the one the run was made with, or asks for other arrays than it did.
        OwnAgentError: If it fails.
    """
    own = OwnAgent.from_plain(folder.config.own or {})
    if not trusted_hash:
        return None
    with told_plainly(folder.own_agent_path), folder.own_agent_path.open("rb") as file:
        source = file.read(MOST_BYTES + 1)
    if fingerprint(source) != own.sha256:
        raise RunError("error.own.other_code", folder=folder.run_id)
    # What the file says of itself now is what it said then: it is the same file.
    learner = _made(own, source, trusted_hash, world, dict(values_of(recorded.config)), folder.config.seed)
    if learner.shapes != own.arrays:
        raise RunError("error.own.other_arrays", file=own.file)
    learner.set("mover", recorded.mover)
    learner.load(recorded.arrays())
    return learner


def changed_since(folder: RunFolder) -> bool:
    """Say whether the person's own file of that name is another one than the run was begun with."""
    own = OwnAgent.from_plain(folder.config.own or {})
    path = agents_folder() / own.file
    try:
        return path.is_file() and fingerprint(read_source(path)) != own.sha256
    except (RunError, UsageError):
        return True


def _made(
    own: OwnAgent, source: bytes, trusted_hash: str, world: World, hyperparameters: dict[str, Any], seed: int
) -> OwnLearner:
    # Checked against the bytes that run, not against a file that may change in between.
    if fingerprint(source) != trusted_hash:
        raise UsageError("error.own.not_trusted", file=own.file)
    return OwnLearner(
        code=AgentCode(own, source),
        config_class=own_entry(own).config_class(),
        model=world.model,
        hyperparameters=hyperparameters,
        seed=seed,
    )
