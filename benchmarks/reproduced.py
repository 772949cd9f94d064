"""Every figure of the book drawn again: published and own numbers as a table.

Run: ``python benchmarks/reproduced.py [--seeds 100] [--write]``. With ``--write`` the table replaces the one in
``docs/reproduced.md``. Without ``--seeds`` each figure has as many as it needs.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from agents.experiments.reproduction.book import BOOK, FigurePlan
from agents.experiments.reproduction.drawing import draw, look_at, new_drawing
from agents.experiments.reproduction.verdict import agrees, book_words, number_title, short_number
from agents.tabular.warm_up import warm_up
from arena.texts import render

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reproduced.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def say(key: str, /, **params: object) -> str:
    return render(key, language="en", **params)


def rows_of(name: str, seeds: int) -> list[str]:
    """Return the lines of a figure's numbers."""
    drawing = draw(new_drawing(FigurePlan(figure=name, seeds=seeds)))
    rows = []
    for each, (own, low, high) in zip(drawing.figure.published, look_at(drawing).numbers.tolist(), strict=True):
        interval = f" [{short_number(low)}, {short_number(high)}]" if low < high else ""
        cells = [
            f"`{name}` (example {drawing.figure.source})",
            number_title(drawing.figure, each, say=say),
            book_words(each, say=say, number=short_number),
            short_number(own) + interval,
            str(seeds),
            "agrees" if agrees(each, own) else "**differs**",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    warm_up()
    lines = ["| figure | number | book | ours [95 %] | seeds | verdict |", "| --- | --- | --- | --- | --- | --- |"]
    for figure in BOOK:
        started = time.perf_counter()
        lines += rows_of(figure.name, given.seeds or figure.seeds)
        print(f"{figure.name}: {time.perf_counter() - started:.1f} s", flush=True)
    table = "\n".join(lines) + "\n"
    print(table)
    if given.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(before + BEGIN + table + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    main()
