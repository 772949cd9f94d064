"""``arena``, ``arena RUN_FOLDER`` and ``arena FILE``: the window."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from agents.command_line.display import has_display, is_seen
from agents.command_line.verb import WRONG_USAGE
from agents.command_line.words import complain, say, sentence_of
from arena.errors import ArenaError


def open_app(argv: list[str]) -> int:
    """Open the window and stay until it is closed.

    A file that cannot be opened is told on the terminal, and nothing else happens. Where there is no terminal, after a
    double click, the window opens and says it.

    Args:
        argv: Its arguments: a scene's name, a scene or map file or a run folder, ``--page``.

    Returns:
        Exit code.

    Raises:
        ArenaError: If the window's libraries cannot be loaded, or a file cannot be opened.
    """
    problem = _problem_of(argv[-1]) if argv else None
    if problem is not None and (sys.stderr.isatty() or not is_seen()):
        raise problem
    if not has_display():
        complain(say("error.window.no_display"))
        return WRONG_USAGE
    if problem is not None:
        complain(sentence_of(problem))
    try:
        # By string: nothing below the window depends on it.
        app = import_module("gui.app")
    except ImportError as missing:
        raise ArenaError("error.cli.window", problem=str(missing)) from missing
    code: int = app.main(argv)
    return code if problem is None else problem.exit_code


def names_file(word: str) -> bool:
    """Say whether a word of the command line is meant to be a scene, a map file or a handed-in run."""
    from arena.scenes.scene_store import is_scene_name

    return Path(word).expanduser().is_file() or is_scene_name(word) or word.lower().endswith(".txt")


def _problem_of(word: str) -> ArenaError | None:
    """Return why a file cannot be opened, ``None`` where it can be, or where the word names no file."""
    if not names_file(word):
        return None
    from agents.own.handing_in import open_handed_in
    from agents.scenes import scene_from
    from arena.runs.hand_in import is_hand_in_name

    try:
        if is_hand_in_name(word):
            open_handed_in(Path(word).expanduser())
        else:
            scene_from(Path(word).expanduser())
    except ArenaError as problem:
        return problem
    return None
