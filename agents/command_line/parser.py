"""The parser of the ``arena`` command: argparse, because every start pays for what a larger library brings."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from agents.command_line.arguments import help_text
from agents.command_line.verb import Verb
from agents.command_line.verbs import (
    clone,
    demonstrate,
    dpo,
    enjoy,
    evaluate,
    export,
    fork,
    grade,
    hand_in,
    import_model,
    labels,
    listing,
    open_file,
    reproduce,
    resume,
    rlhf,
    solve,
    sweep,
    tensorboard,
    train,
    verify,
)
from agents.command_line.words import say

VERBS: tuple[Verb, ...] = (
    train.VERB, resume.VERB, fork.VERB, evaluate.VERB, sweep.VERB, demonstrate.VERB,
    clone.VERB, rlhf.VERB, dpo.VERB, enjoy.VERB, export.VERB, solve.VERB,
    verify.VERB, reproduce.VERB, grade.VERB, hand_in.VERB, import_model.VERB, labels.VERB, open_file.VERB,
    tensorboard.VERB, listing.VERB,
)  # fmt: skip
"""All verbs, in the order in which ``arena --help`` shows them."""

LIBRARIES = ("PySide6-Essentials", "pyqtgraph", "tensorboard", "pillow")
"""Named by ``--version`` besides those a run's numbers depend on."""


def version_lines() -> str:
    """Return Arena's version and those of what it stands on, one a line."""
    from importlib import metadata

    from arena.runs.run_config import library_versions

    versions = dict(library_versions())
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    own = versions.pop("arena-lab", "") or say("cli.version.not_installed")
    return "\n".join([f"Arena {own}", *(f"{name} {versions[name]}" for name in sorted(versions, key=str.lower))])


def make_parser() -> ArgumentParser:
    """Return the parser of everything after ``arena``, but for what opens the window."""
    parser = ArgumentParser(
        prog="arena",
        usage=say("cli.usage"),
        description=say("cli.description"),
        epilog=say("cli.epilog"),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help=help_text("cli.help.version"))
    verbs = parser.add_subparsers(dest="verb", prog="arena", metavar="COMMAND ...", title=say("cli.commands"))
    for verb in VERBS:
        one = verbs.add_parser(
            verb.name,
            help=help_text(verb.summary_key),
            description=say(verb.summary_key),
            epilog=_examples(verb),
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        verb.add_arguments(one)
        one.set_defaults(run_verb=verb.run)
    return parser


def _examples(verb: Verb) -> str:
    lines = [say("cli.examples")]
    for words, key in verb.examples:
        lines += [f"  arena {words}", f"      {say(key)}"]
    return "\n".join(lines)
