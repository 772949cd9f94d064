"""Running somebody's code: importing it from the very bytes that were trusted, and saying where in it it failed."""

from __future__ import annotations

import importlib.abc
import importlib.util
import linecache
import sys
import traceback
from collections.abc import Mapping
from types import CodeType, TracebackType
from typing import Any

from agents.hosting.memory import WriteError
from agents.hosting.printed import last_printed
from agents.own.declaration import OwnAgent
from arena.errors import ArenaError

MODULE = "own_agent"
"""Name of the module an agent's file becomes."""

_LONGEST = 200


class OwnAgentError(ArenaError):
    """Somebody's own agent failed: the sentence says in which line of its file, and why.

    Args:
        key: Translation key.
        details: The trace, for the folded part.
        params: Placeholder values; ``file`` and ``line`` always, ``line`` 0 where there is none.
    """

    def __init__(self, key: str, *, details: str = "", **params: Any) -> None:
        super().__init__(key, **params)
        self.details = details


class _FromBytes(importlib.abc.ExecutionLoader):
    """Imports a module from bytes: what was trusted runs, whatever happens to its file meanwhile."""

    def __init__(self, source: bytes, file: str) -> None:
        self._source = source
        self._file = file

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002
        return self._file

    def get_source(self, fullname: str) -> str:  # noqa: ARG002
        return importlib.util.decode_source(self._source)

    def get_code(self, fullname: str) -> CodeType | None:  # noqa: ARG002
        return self.source_to_code(self._source, self._file)


class AgentCode:
    """The code of an own agent, imported. Only a process that may run it makes one of these.

    Args:
        own: What is known of it.
        source: Bytes of its file.

    Raises:
        OwnAgentError: If it cannot be imported.
    """

    def __init__(self, own: OwnAgent, source: bytes) -> None:
        self.own = own
        self._file = f"<{own.file}>"
        loader = _FromBytes(source, self._file)
        spec = importlib.util.spec_from_loader(MODULE, loader, origin=self._file)
        if spec is None:
            raise OwnAgentError("error.own.raised", file=own.file, line=0, problem="ImportError")
        module = importlib.util.module_from_spec(spec)
        lines = source.decode("utf-8", "replace").splitlines(keepends=True)
        # Traces show the lines that ran, whatever lies under that name on disk.
        linecache.cache[self._file] = (len(source), None, lines, self._file)
        # Where its own classes look for themselves (dataclasses do).
        sys.modules[MODULE] = module
        try:
            loader.exec_module(module)
            self._class: Any = getattr(module, own.class_name)
        except BaseException as problem:
            raise self.told(problem) from None

    def make(self, settings: Mapping[str, object]) -> Any:
        """Make an agent with these settings as attributes.

        Raises:
            OwnAgentError: If it cannot be made.
        """
        try:
            made = self._class()
            for name, value in settings.items():
                setattr(made, name, value)
        except BaseException as problem:
            raise self.told(problem) from None
        return made

    def told(self, problem: BaseException) -> OwnAgentError:
        """Return what an exception of the agent's code means for a person.

        Raises:
            BaseException: The same, if it is a person's Ctrl-C.
        """
        if isinstance(problem, KeyboardInterrupt):
            raise problem
        if isinstance(problem, OwnAgentError):
            return problem
        line = self._line(problem.__traceback__)
        details = self._details(problem)
        where = {"file": self.own.file, "line": line}
        if isinstance(problem, WriteError):
            return OwnAgentError(problem.key, details=details, **where, **problem.params)
        if isinstance(problem, MemoryError):
            return OwnAgentError("error.own.memory", details=details, **where)
        if isinstance(problem, SyntaxError) and problem.filename == self._file:
            where["line"] = problem.lineno or line
        return OwnAgentError("error.own.raised", details=details, **where, problem=_words(problem))

    def _details(self, problem: BaseException) -> str:
        """Return how it came to that in their code, and what was printed last."""
        told = traceback.TracebackException.from_exception(problem, limit=-40)
        calls = list(told.stack)
        # Ours above and below are of no use to who wrote the agent.
        theirs = [place for place, frame in enumerate(calls) if frame.filename == self._file]
        shown = calls[theirs[0] : theirs[-1] + 1][-12:] if theirs else []
        # A misused table has its own sentence.
        said = "" if isinstance(problem, WriteError) else _words(problem)
        parts = ["".join(traceback.format_list(shown)).rstrip(), said, last_printed()]
        return "\n".join(part for part in parts if part)

    def _line(self, trace: TracebackType | None) -> int:
        lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == self._file]
        return (lines[-1] or 0) if lines else 0


def _words(problem: BaseException) -> str:
    name = type(problem).__name__
    try:
        text = " ".join(f"{name}: {problem}".removesuffix(": ").split())
    except BaseException:
        # Also what an exception says of itself is their code.
        text = name
    text = "".join(each for each in text if each.isprintable())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
