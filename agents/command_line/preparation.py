"""Compiling the learners before their first use, said because it takes some seconds."""

from __future__ import annotations

from agents.command_line.words import complain, say


def prepare() -> None:
    """Compile all kernels where that has not been done yet, and say so."""
    from agents.tabular.warm_up import is_warm, warm_up

    if not is_warm():
        complain(say("cli.compiling"))
        warm_up()
