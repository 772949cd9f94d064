"""What the command line says: keys turned into words, in English unless ``ARENA_LANGUAGE`` names another language."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from arena.errors import ArenaError
from arena.texts import LANGUAGES, render


def language() -> str:
    """Return the language to speak: ``ARENA_LANGUAGE`` if Arena speaks it, else English."""
    wanted = os.environ.get("ARENA_LANGUAGE", "")
    return wanted if wanted in LANGUAGES else "en"


def say(key: str, /, **params: object) -> str:
    """Return the words of a key."""
    return render(key, language=language(), **params)


def sentence_of(problem: ArenaError) -> str:
    """Return the sentence of an error, on one line whatever is in its placeholders."""
    return " ".join(say(problem.key, **problem.params).split())


def tell(text: str) -> None:
    """Print for a person, to stdout."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print for a person who must know, to stderr."""
    print(text, file=sys.stderr, flush=True)


def whole(number: int) -> str:
    """Return a count with its thousands set apart."""
    return f"{number:,}"


def decimal(value: float) -> str:
    """Return a return or a value with two decimals, never "-0.00"."""
    text = f"{value:,.2f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def shown_path(path: Path) -> str:
    """Return a path as short as it can be typed from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def command(*words: str) -> str:
    """Return a command line that can be copied into the shell of this system."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
