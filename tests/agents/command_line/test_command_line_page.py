"""The page on the command line names everything there is."""

from __future__ import annotations

import argparse

from agents.command_line.parser import VERBS
from tests.agents.command_line.commands import ROOT

PAGE = (ROOT / "docs" / "command_line.md").read_text("utf-8")


def test_that_every_verb_and_every_option_is_on_the_page() -> None:
    missing = []
    for verb in VERBS:
        parser = argparse.ArgumentParser(add_help=False)
        verb.add_arguments(parser)
        options = [name for action in parser._actions for name in action.option_strings]
        missing += [name for name in options if f"`{name}" not in PAGE]
        missing += [verb.name] if f"`arena {verb.name}" not in PAGE else []
    assert not missing
