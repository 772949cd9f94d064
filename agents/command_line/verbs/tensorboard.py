"""``arena tensorboard``: the curves of all runs in the browser, until Ctrl-C."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from agents.command_line.arguments import add_log_folder, help_text, whole_number
from agents.command_line.verb import DONE, FAILED, Verb
from agents.command_line.words import complain, say, tell

_LOOK_SECONDS = 0.2


def _add_arguments(parser: ArgumentParser) -> None:
    add_log_folder(parser, "cli.help.log_folder.tensorboard")
    parser.add_argument(
        "--port", type=whole_number(0, 65535), default=0, metavar="N", help=help_text("cli.help.port.tensorboard")
    )


def _run(given: Namespace) -> int:
    from agents.command_line.interruption import Interruption
    from agents.tensorboard.child import TensorBoardChild
    from arena.runs.locations import runs_root

    folder = runs_root(given.log_folder)
    child = TensorBoardChild(folder, given.port)
    try:
        with Interruption() as interruption:
            if not child.wait(lambda: bool(interruption)):
                return interruption.exit_code
            if given.port not in (0, child.port):
                complain(say("warning.tensorboard.busy_port", wanted=given.port, port=child.port))
            tell(say("cli.tensorboard.ready", url=child.url, folder=str(folder)))
            while not interruption:
                if not child.alive:
                    complain(say("error.tensorboard.ended"))
                    return FAILED
                time.sleep(_LOOK_SECONDS)
            return DONE
    finally:
        child.close()


VERB = Verb(
    name="tensorboard",
    summary_key="cli.verb.tensorboard",
    examples=(
        ("tensorboard", "cli.example.tensorboard"),
        ("tensorboard -f runs --port 6006", "cli.example.tensorboard.port"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
