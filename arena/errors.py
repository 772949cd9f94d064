"""Errors a person may see: each is a translation key with its parameters."""

from __future__ import annotations


class ArenaError(Exception):
    """A failure that is told to a person in one plain sentence.

    Args:
        key: Translation key of the sentence (``error.*``); it says what happened and what to do next.
        params: Values for the placeholders of that sentence.

    Attributes:
        exit_code: What the command line exits with when this ends it.
    """

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        # Imported late: texts reads files, and most errors are never shown as text by this process.
        from arena.texts import render

        return render(self.key, language="en", **self.params)


class UsageError(ArenaError):
    """The caller asked for something that does not exist or does not fit; nothing was started."""

    exit_code = 2


class ConfigError(UsageError):
    """A hyper-parameter is unknown, of the wrong type, out of range or contradicts another one.

    Args:
        key: Translation key.
        field: Name of the offending configuration field.
        params: Further placeholder values.
    """

    def __init__(self, key: str, *, field: str, **params: object) -> None:
        super().__init__(key, field=field, **params)
        self.field = field


class MapError(UsageError):
    """A map file cannot be read.

    Args:
        key: Translation key.
        file: Name of the file as the person gave it.
        line: Line number, from 1.
        column: Column number, from 1.
        params: Further placeholder values.
    """

    def __init__(self, key: str, *, file: str, line: int, column: int, **params: object) -> None:
        super().__init__(key, file=file, line=line, column=column, **params)
        self.line = line
        self.column = column


class RunError(ArenaError):
    """A run folder cannot be written, read, resumed or forked."""


class ProtocolError(ArenaError):
    """Bytes between two processes, or a line of an event file, are not one of our messages."""


class SceneError(UsageError):
    """A scene file cannot be read, or asks for something that is not there."""


class ModelError(ArenaError):
    """A model cannot be found, read, written, imported or exported."""
