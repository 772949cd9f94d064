"""The ``arena`` command.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C (143 by SIGTERM). Nothing heavy is imported before a
verb runs: ``arena --help`` answers at once, and a spawned worker that imports this module again stays light.
"""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path

from agents.command_line.parser import VERBS, make_parser, version_lines
from agents.command_line.streams import leave_closed_pipe, write_any_character
from agents.command_line.verb import DONE, FAILED
from agents.command_line.verbs.app import names_file, open_app
from agents.command_line.words import complain, say, sentence_of, tell
from arena.errors import ArenaError, UsageError

INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Do what a command line says.

    Args:
        argv: Arguments after the program's name; those of this process where not given.

    Returns:
        Exit code.
    """
    write_any_character()
    words = sys.argv[1:] if argv is None else argv
    try:
        code = _obey(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output (`| head`) has what they wanted.
        leave_closed_pipe()
        return DONE
    except KeyboardInterrupt:
        complain(say("cli.interrupted"))
        return INTERRUPTED
    except Exception as problem:
        if os.environ.get("ARENA_DEBUG"):
            raise
        return _failed(problem)
    return code


def _obey(words: list[str]) -> int:
    if _opens_window(words):
        return open_app(words)
    parser = make_parser()
    try:
        given = parser.parse_args(words)
        if given.version:
            tell(version_lines())
            return DONE
        if given.verb is None:
            # Not required by argparse itself: it would say so before it names an option it does not know.
            parser.error(say("cli.wrong.no_verb"))
    except SystemExit as end:
        # argparse has said what there is to say.
        return end.code if isinstance(end.code, int) else FAILED
    code: int = given.run_verb(given)
    return code


def _opens_window(words: list[str]) -> bool:
    """Say whether a command line is for the window: nothing, a run folder, a scene, a file, or its own options.

    Raises:
        UsageError: If the first word is neither a verb nor any of these.
    """
    if not words or words[0] == "--page":
        return True
    first = words[0]
    if first.startswith("-") or first in (verb.name for verb in VERBS):
        return False
    if Path(first).expanduser().is_dir() or first in _scenes() or names_file(first):
        return True
    names = [verb.name for verb in VERBS]
    near = difflib.get_close_matches(first, names, n=3)
    if near:
        raise UsageError("error.cli.unknown", word=first, near=", ".join(near))
    raise UsageError("error.cli.unlike_any", word=first, commands=", ".join(names))


def _scenes() -> tuple[str, ...]:
    from arena.scenes.scene_store import shipped_names

    return shipped_names()


def _failed(problem: Exception) -> int:
    if isinstance(problem, ArenaError):
        complain(sentence_of(problem))
        return problem.exit_code
    if isinstance(problem, MemoryError):
        complain(say("error.cli.memory"))
    elif isinstance(problem, OSError):
        what = [str(part) for part in (problem.filename, problem.strerror or problem) if part]
        complain(say("error.cli.system", problem=": ".join(what)))
    else:
        complain(say("error.cli.unexpected", problem=repr(problem)))
    return FAILED


if __name__ == "__main__":
    raise SystemExit(main())
