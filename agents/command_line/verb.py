"""What a verb of the ``arena`` command is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

DONE, FAILED, WRONG_USAGE = 0, 1, 2
"""Exit codes."""


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One verb.

    Attributes:
        name: As it is typed.
        summary_key: Translation key of one sentence on what it does.
        examples: ``(arguments after "arena", translation key of what that does)``.
        add_arguments: Adds its arguments to its parser.
        run: Does it and returns the exit code; raises :class:`arena.errors.ArenaError` where it cannot.
    """

    name: str
    summary_key: str
    examples: tuple[tuple[str, str], ...]
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
