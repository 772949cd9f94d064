"""Somebody's own agent on the command line: how it is named, and that its code runs only where somebody says so."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from agents.command_line.arguments import help_text
from agents.command_line.words import complain, say
from agents.own.library import PREFIX, is_own
from agents.own.trust import consent, require

if TYPE_CHECKING:
    from arena.runs.run_config import RunConfig


def add_trust(parser: ArgumentParser) -> None:
    """Add ``--trust``."""
    parser.add_argument("--trust", action="store_true", help=help_text("cli.help.trust"))


def agent_id(text: str) -> str:
    """Return the id of the agent somebody names; a Python file is one of their own."""
    return text if not text.endswith(".py") or is_own(text) else PREFIX + text


def hash_to_begin(id: str, *, trust: bool) -> str:
    """Return the fingerprint of the code that may run in a new run; empty for an agent of the catalog.

    Args:
        id: The agent.
        trust: Whether somebody trusts it now.

    Raises:
        UsageError: If there is no such file, or nobody said that it may run.
        RunError: If it cannot be read.
    """
    return consent(id, given=trust) if is_own(id) else ""


def hash_to_go_on(config: RunConfig, *, trust: bool) -> str:
    """Return the fingerprint of the code that may run in a run that exists; empty for an agent of the catalog.

    Args:
        config: The run's configuration.
        trust: Whether somebody trusts it now.

    Raises:
        UsageError: If nobody said that it may run.
        RunError: If the configuration is none of ours.
    """
    from agents.own.declaration import OwnAgent

    if config.own is None:
        return ""
    own = OwnAgent.from_plain(config.own)
    require(own.sha256, own.file, given=trust)
    return own.sha256


def limit(trusted_hash: str) -> None:
    """Bound the memory of this process where it is about to run somebody's code, or say that the system cannot."""
    from agents.hosting.limits import limit_memory

    if trusted_hash and not limit_memory():
        complain(say("warning.own.no_limit"))
