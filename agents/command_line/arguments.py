"""Arguments that several verbs share, and how their text becomes values. Names are those of RL Baselines3 Zoo."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.command_line.words import say
from arena.errors import UsageError

Plain = int | float | str | bool | None
"""What a value on the command line can be."""

MOST_STEPS = 2**62
MOST_EPISODES = 1_000_000

_WORDS: dict[str, Plain] = {"true": True, "false": False, "none": None}
_NUMBER = re.compile(r"[+-]?(\d|\.\d).*")


def plain_value(text: str) -> Plain:
    """Return text as the number, truth value or nothing it spells, else as it is."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if not _NUMBER.fullmatch(text):
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def name_and_value(text: str) -> tuple[str, Plain]:
    """Split ``name:value`` at its first colon; the value may contain more, as the path of a map on Windows does.

    Raises:
        ArgumentTypeError: If there is no name or no colon.
    """
    name, colon, value = text.partition(":")
    if not name or not colon:
        raise ArgumentTypeError(say("cli.wrong.name_value", text=text))
    return name, plain_value(value)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers between two bounds; ``2e5`` and ``200_000`` are read too."""

    def read(text: str) -> int:
        value = plain_value(text)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int or not low <= value <= high:
            raise ArgumentTypeError(say("cli.wrong.whole_number", text=text, low=f"{low:,}", high=f"{high:,}"))
        return value

    return read


def share_of_one(text: str) -> float:
    """Read a share, 0 to 1.

    Raises:
        ArgumentTypeError: If it is none.
    """
    value = plain_value(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value <= 1.0:
        raise ArgumentTypeError(say("cli.wrong.share", text=text))
    return float(value)


def positive_number(high: float) -> Callable[[str], float]:
    """Return a reader of numbers above 0 up to a bound."""

    def read(text: str) -> float:
        value = plain_value(text)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 < value <= high:
            raise ArgumentTypeError(say("cli.wrong.positive", text=text, high=f"{high:g}"))
        return float(value)

    return read


def help_text(key: str, **params: object) -> str:
    """Return the words of a key as argparse wants them."""
    return say(key, **params).replace("%", "%%")


# ── arguments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def add_world(parser: ArgumentParser) -> None:
    """Add ``--env`` and ``--env-kwargs``."""
    parser.add_argument("--env", default="Arena/GridWorld-v0", metavar="ID", help=help_text("cli.help.env"))
    parser.add_argument(
        "--env-kwargs", nargs="+", action="extend", default=[], type=name_and_value, metavar="NAME:VALUE",
        help=help_text("cli.help.env_kwargs"),
    )  # fmt: skip


def add_hyperparams(parser: ArgumentParser) -> None:
    """Add ``--hyperparams``."""
    parser.add_argument(
        "--hyperparams", nargs="+", action="extend", default=[], type=name_and_value, metavar="NAME:VALUE",
        help=help_text("cli.help.hyperparams"),
    )  # fmt: skip


def add_steps(parser: ArgumentParser, default: int | None, help_key: str) -> None:
    """Add ``-n/--n-timesteps`` and ``-P/--progress``."""
    parser.add_argument(
        "-n", "--n-timesteps", type=whole_number(1, MOST_STEPS), default=default, metavar="STEPS",
        help=help_text(help_key, default=f"{default or 0:,}"),
    )  # fmt: skip
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))


def add_device(parser: ArgumentParser) -> None:
    """Add ``--device``."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="", help=help_text("cli.help.device"))


def refuse_deep_flags(given: Namespace) -> None:
    """Refuse options that mean nothing for a table.

    Raises:
        UsageError: If one was given.
    """
    for option in ("--device", "--threads", "--precision", "--save-freq", "--eval-freq", "--eval-episodes"):
        if getattr(given, option.removeprefix("--").replace("-", "_"), None):
            raise UsageError("error.cli.only_deep", option=option)


def add_log_folder(parser: ArgumentParser, help_key: str) -> None:
    """Add ``-f/--log-folder``."""
    parser.add_argument("-f", "--log-folder", default=None, metavar="FOLDER", help=help_text(help_key))


def add_seed(parser: ArgumentParser, help_key: str, default: int | None = 0) -> None:
    """Add ``--seed``."""
    parser.add_argument("--seed", type=whole_number(0, 2**64 - 1), default=default, help=help_text(help_key))


def add_run(parser: ArgumentParser) -> None:
    """Add the run folder a verb works on."""
    parser.add_argument("run", metavar="RUN", help=help_text("cli.help.run"))


def add_at(parser: ArgumentParser, *, required: bool = False) -> None:
    """Add ``--at``."""
    parser.add_argument(
        "--at", type=whole_number(0, MOST_STEPS), default=None, required=required, metavar="STEP",
        help=help_text("cli.help.at"),
    )  # fmt: skip


def add_json(parser: ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help=help_text("cli.help.json"))


def env_kwargs_of(pairs: list[tuple[str, Plain]]) -> dict[str, Any]:
    """Return a world's arguments; a map's file gets its whole path, so that the run is found from anywhere."""
    given = dict(pairs)
    name = given.get("map")
    if isinstance(name, str) and ("/" in name or "\\" in name or name.endswith(".txt")):
        given["map"] = str(Path(name).expanduser().absolute())
    return given
