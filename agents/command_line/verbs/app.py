"""``arena`` and ``arena RUN_FOLDER``: the window."""

from __future__ import annotations

from importlib import import_module

from agents.command_line.display import has_display
from agents.command_line.verb import WRONG_USAGE
from agents.command_line.words import complain, say
from arena.errors import ArenaError


def open_app(argv: list[str]) -> int:
    """Open the window and stay until it is closed.

    Args:
        argv: Its arguments: a scene's name or a run folder, ``--page``.

    Returns:
        Exit code.

    Raises:
        ArenaError: If the window's libraries cannot be loaded.
    """
    if not has_display():
        complain(say("error.window.no_display"))
        return WRONG_USAGE
    try:
        # By string: nothing below the window depends on it.
        app = import_module("gui.app")
    except ImportError as problem:
        raise ArenaError("error.cli.window", problem=str(problem)) from problem
    code: int = app.main(argv)
    return code
