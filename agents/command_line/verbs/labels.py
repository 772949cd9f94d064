"""``arena labels``: what people and teachers said of clips, listed, written as a set, and taken from one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line.arguments import add_json, add_log_folder, help_text
from agents.command_line.interruption import Interruption
from agents.command_line.progress import Progress
from agents.command_line.run_path import run_path
from agents.command_line.streams import tell_json
from agents.command_line.table_text import in_columns
from agents.command_line.verb import DONE, FAILED, Verb
from agents.command_line.words import command, complain, say, sentence_of, shown_path, tell, whole
from arena.errors import RunError, UsageError

if TYPE_CHECKING:
    from arena.preferences.exchange import Imported
    from arena.preferences.label_store import LabelStore

KINDS = ("list", "export", "import")
EXAMPLES_SHOWN = 5


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=KINDS, help=help_text("cli.help.labels.what"))
    parser.add_argument("names", nargs="*", metavar="RUN|SET", help=help_text("cli.help.labels.names"))
    parser.add_argument("--run", default=None, metavar="RUN", help=help_text("cli.help.labels.run"))
    parser.add_argument("--out", default=None, metavar="SET", help=help_text("cli.help.labels.out"))
    add_log_folder(parser, "cli.help.log_folder.labels")
    parser.add_argument("-P", "--progress", action="store_true", help=help_text("cli.help.progress"))
    add_json(parser)


def _run(given: Namespace) -> int:
    wrong = {
        "list": bool(given.names or given.run or given.out),
        "export": not given.names or given.out is None or given.run is not None,
        "import": len(given.names) != 1 or given.run is None or given.out is not None,
    }
    if wrong[given.what]:
        raise UsageError("error.cli.labels." + given.what)
    if given.what == "list":
        return _list(given)
    return _export(given) if given.what == "export" else _import(given)


# ── list ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def labelled_runs(log_folder: str | None) -> list[dict[str, Any]]:
    """Return the runs in a folder that have labels or wait for some, ready for JSON.

    Args:
        log_folder: The folder; the usual one where not given.

    Raises:
        RunError: If a folder that was named does not exist, or the database cannot be read.
    """
    from arena.preferences.label_store import LabelStore
    from arena.runs.locations import runs_root

    root = runs_root(log_folder)
    if not root.is_dir():
        if log_folder is not None:
            raise RunError("error.file.missing", file=log_folder)
        return []
    found = []
    with LabelStore(root / "arena.db") as store:
        if store.warning is not None:
            key, params = store.warning
            complain(say(key, **params))
        for run in store.runs():
            try:
                found.append(_row(store, run))
            except RunError as problem:
                # One run that cannot be read does not hide the others.
                complain(sentence_of(problem))
    return found


def _row(store: LabelStore, run: str) -> dict[str, Any]:
    labels = store.labels(run)
    counting = [label for label in labels if not label.taken_back]
    return {
        "run": run,
        "labels": len(counting),
        "taken_back": len(labels) - len(counting),
        "raters": dict(Counter(label.rater for label in counting).most_common()),
        "answers": dict(Counter(label.answer for label in counting)),
        "pairs": len(store.pairs(run)),
        "open": len(store.open_pairs(run)),
        "unreadable": store.unreadable(run),
    }


def _list(given: Namespace) -> int:
    found = labelled_runs(given.log_folder)
    if given.json:
        tell_json(found)
    elif not found:
        tell(say("cli.labels.none"))
    else:
        head = [say("cli.labels.column." + name) for name in ("run", "labels", "open", "raters")]
        rows = [[row["run"], whole(row["labels"]), whole(row["open"]), ", ".join(row["raters"])] for row in found]
        tell(in_columns([head, *rows]))
    for row in found:
        if row["unreadable"]:
            complain(say("cli.labels.unreadable", run=row["run"], count=whole(row["unreadable"])))
    return DONE


# ── export ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _export(given: Namespace) -> int:
    from arena.preferences.label_export import export_labels
    from arena.preferences.label_store import LabelStore

    folders = [_run_folder(name) for name in given.names]
    if len({folder.parent for folder in folders}) > 1:
        raise UsageError("error.cli.labels.folders")
    out = Path(given.out).expanduser().absolute()
    with (
        LabelStore(folders[0].parent / "arena.db") as store,
        Interruption() as interruption,
        Progress(wanted=given.progress, start=0, until=100, unit_key="cli.unit.percent") as progress,
    ):
        done = export_labels(
            store,
            [folder.name for folder in folders],
            out,
            progress=lambda share: progress.show(int(100 * share), None),
            cancelled=lambda: bool(interruption),
        )
    if done.cancelled:
        complain(say("cli.labels.export_stopped"))
        return interruption.exit_code
    if given.json:
        figures = {"labels": done.labels, "pairs": done.pairs, "clips": done.clips, "left_out": dict(done.left_out)}
        tell_json({**figures, "set": str(out)})
        return DONE
    counts = {"labels": whole(done.labels), "pairs": whole(done.pairs), "clips": whole(done.clips)}
    again = command("arena", "labels", "import", shown_path(out), "--run", "RUN")
    tell(say("cli.done.labels_exported", **counts, file=shown_path(out), command=again))
    _tell_left_out(done.left_out)
    return DONE


# ── import ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _import(given: Namespace) -> int:
    from arena.preferences.exchange import import_labels
    from arena.preferences.label_store import LabelStore

    folder = _run_folder(given.run)
    with (
        LabelStore(folder.parent / "arena.db") as store,
        Interruption() as interruption,
        Progress(wanted=given.progress, start=0, until=100, unit_key="cli.unit.percent") as progress,
    ):
        found = import_labels(
            Path(given.names[0]).expanduser(),
            store,
            folder.name,
            progress=lambda share: progress.show(int(100 * share), None),
            cancelled=lambda: bool(interruption),
        )
    if given.json:
        tell_json(_figures(found))
    else:
        _tell_import(found, folder.name)
    if found.cancelled:
        complain(say("cli.labels.import_stopped"))
        return interruption.exit_code
    # A set of which nothing fits is most likely the wrong one.
    useless = not found.labels and not found.taken_back and set(found.left_out) - {"duplicate"}
    return FAILED if useless else DONE


def _tell_import(found: Imported, run: str) -> None:
    counts = {"labels": whole(found.labels), "pairs": whole(found.pairs), "clips": whole(found.clips)}
    tell(say("cli.done.labels_imported", run=run, lines=whole(found.lines), **counts))
    if found.taken_back:
        tell(say("cli.labels.taken_back", count=whole(found.taken_back)))
    _tell_left_out(found.left_out)
    for example in found.examples[:EXAMPLES_SHOWN]:
        tell("  " + say("cli.labels.example", line=whole(example.line), what=example.what))


def _figures(found: Imported) -> dict[str, Any]:
    return {
        "labels": found.labels,
        "taken_back": found.taken_back,
        "pairs": found.pairs,
        "clips": found.clips,
        "lines": found.lines,
        "left_out": dict(found.left_out),
        "examples": [{"line": each.line, "why": each.why, "what": each.what} for each in found.examples],
        "cancelled": found.cancelled,
    }


def _run_folder(name: str) -> Path:
    folder = run_path(name)
    if not (folder / "config.json").is_file():
        raise RunError("error.run.missing" if not folder.exists() else "error.run.not_a_run", folder=name)
    return folder


def _tell_left_out(counts: Mapping[str, int]) -> None:
    for why, count in counts.items():
        tell(say("labels.left_out." + why, count=whole(count)))


VERB = Verb(
    name="labels",
    summary_key="cli.verb.labels",
    examples=(
        ("labels list", "cli.example.labels.list"),
        ("labels export MY_RUN --out corner.zip", "cli.example.labels.export"),
        ("labels import corner.zip --run NEW_RUN -P", "cli.example.labels.import"),
    ),
    add_arguments=_add_arguments,
    run=_run,
)
