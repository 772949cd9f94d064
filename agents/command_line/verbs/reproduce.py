"""``arena reproduce``: a figure of Sutton & Barto 2018 from our own runs, and whether it agrees with the book."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line.arguments import add_json, help_text, whole_number
from agents.command_line.streams import tell_json
from agents.command_line.table_text import in_columns
from agents.command_line.verb import DONE, FAILED, Verb
from agents.command_line.words import complain, language, say, sentence_of, shown_path, tell, whole
from agents.experiments.reproduction.book import BOOK, MOST_SEEDS, FigurePlan, book_figure
from arena.errors import ArenaError

if TYPE_CHECKING:
    from agents.experiments.reproduction.drawing import Drawing, Drawn

ENDINGS = (".png", ".svg", ".csv")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("figure", nargs="?", default="", metavar="NAME", help=help_text("cli.help.figure"))
    parser.add_argument(
        "--seeds", type=whole_number(1, MOST_SEEDS), default=0, metavar="N", help=help_text("cli.help.seeds.reproduce")
    )
    parser.add_argument("--out", default=None, metavar="FILE", help=help_text("cli.help.out.reproduce"))
    parser.add_argument(
        "--threads", type=whole_number(1, 1024), default=None, metavar="N", help=help_text("cli.help.threads")
    )
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))
    add_json(parser)


def _run(given: Namespace) -> int:
    if not given.figure:
        return _list(given)
    figure = book_figure(given.figure)
    out = Path(given.out).expanduser().absolute() if given.out else None
    draw_picture = None
    if out is not None:
        from agents.experiments.reproduction.figure_file import check_figure_file

        check_figure_file(out, ENDINGS)
        draw_picture = None if out.suffix.lower() == ".csv" else _drawer()
    from agents.command_line.interruption import Interruption
    from agents.command_line.preparation import prepare
    from agents.experiments.reproduction.drawing import look_at, new_drawing

    prepare()
    with Interruption() as interruption:
        drawing = new_drawing(FigurePlan(figure=figure.name, seeds=given.seeds or figure.seeds))
        _learn(drawing, interruption, given)
    if not all(drawing.samples):
        complain(say("cli.reproduce.nothing"))
        return interruption.exit_code
    drawn = look_at(drawing)
    unwritten = None if out is None else _write(drawing, out, draw_picture)
    good = _tell(drawing, drawn, given, out if unwritten is None else None)
    if unwritten is not None:
        complain(sentence_of(unwritten))
    if drawing.stopped:
        complain(say("cli.reproduce.stopped", done=whole(drawing.done), wanted=whole(drawing.wanted)))
        return interruption.exit_code
    return DONE if good and unwritten is None else FAILED


def _list(given: Namespace) -> int:
    if given.json:
        tell_json([{"name": each.name, "source": each.source, "seeds": each.seeds} for each in BOOK])
        return DONE
    rows = [[say("cli.reproduce." + name) for name in ("figure", "source", "shows")]]
    for each in BOOK:
        title, line = say("reproduce." + each.name + ".title"), say("reproduce." + each.name + ".line")
        rows.append([each.name, each.source, f"{title}: {line}"])
    tell(in_columns(rows))
    return DONE


def _drawer() -> Any:
    # It is drawn by what draws the window, which needs no screen for it.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        # By string: nothing below the window depends on it.
        return import_module("gui.export.figure_picture").draw
    except ImportError as missing:
        raise ArenaError("error.cli.window", problem=str(missing)) from missing


def _learn(drawing: Drawing, interruption: object, given: Namespace) -> None:
    from agents.command_line.progress import Progress
    from agents.experiments.reproduction.drawing import draw

    with Progress(wanted=given.progress, start=0, until=drawing.wanted, unit_key="cli.unit.runs") as progress:
        draw(
            drawing,
            changed=lambda now: progress.show(now.done, None),
            stopped=lambda: bool(interruption),
            threads=given.threads,
        )


def _write(drawing: Drawing, out: Path, draw_picture: Any) -> ArenaError | None:
    """Write the file; what was computed is told all the same where that fails."""
    from agents.experiments.reproduction.figure_file import as_csv
    from agents.experiments.server import figure_report
    from arena.runs.safe_file import write_text

    try:
        if draw_picture is None:
            write_text(out, as_csv(drawing))
        else:
            draw_picture(drawing.figure, figure_report(drawing), str(out), language())
    except ArenaError as problem:
        return problem
    return None


def _tell(drawing: Drawing, drawn: Drawn, given: Namespace, out: Path | None) -> bool:
    """Print what was found, and return whether it agrees with the book."""
    from agents.experiments.reproduction.verdict import (
        agrees,
        all_agree,
        book_words,
        number_title,
        short_number,
        verdict,
    )

    figure = drawing.figure
    own = drawn.numbers[:, 0].tolist()
    seeds = min(len(each) for each in drawing.samples)
    good = all_agree(figure, own)
    told = verdict(figure, own, seeds, say=say, number=short_number)
    if given.json:
        numbers = [
            {
                "name": each.name, "title": number_title(figure, each, say=say), "published": each.value,
                "tolerance": each.tolerance, "own": value, "interval": ends, "agrees": agrees(each, value),
            }
            for each, (value, *ends) in zip(figure.published, drawn.numbers.tolist(), strict=True)
        ]  # fmt: skip
        tell_json(
            {
                "figure": figure.name, "source": figure.source, "seeds": seeds, "stopped": drawing.stopped,
                "numbers": numbers, "agrees": good, "sentence": told, "out": None if out is None else str(out),
            }
        )  # fmt: skip
        return good
    rows = [[say("reproduce.column." + name) for name in ("what", "book", "own", "agrees")]]
    for each, (value, low, high) in zip(figure.published, drawn.numbers.tolist(), strict=True):
        interval = f" [{short_number(low)}, {short_number(high)}]" if low < high else ""
        yes = say("reproduce.yes" if agrees(each, value) else "reproduce.no")
        book = book_words(each, say=say, number=short_number)
        rows.append([number_title(figure, each, say=say), book, short_number(value) + interval, yes])
    tell(in_columns(rows))
    tell(told)
    if figure.noted:
        tell(say("reproduce." + figure.name + ".note"))
    if out is not None:
        tell(say("cli.reproduce.written", file=shown_path(out)))
    return good


VERB = Verb(
    name="reproduce",
    summary_key="cli.verb.reproduce",
    examples=(
        ("reproduce", "cli.example.reproduce.list"),
        ("reproduce cliff --out cliff.png", "cli.example.reproduce.cliff"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
