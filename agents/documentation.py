"""Writes the settings tables of ``docs/agents/*.md`` from the configurations: ``python -m agents.documentation``."""

from __future__ import annotations

from pathlib import Path

from agents.catalog import CATALOG, AgentEntry
from agents.configuration import Setting, settings_of
from arena.texts import render

BEGIN = "<!-- settings: written by `python -m agents.documentation` -->\n"
END = "<!-- /settings -->\n"


def settings_table(entry: AgentEntry) -> str:
    """Return the Markdown table of an agent's settings."""
    lines = ["| setting | meaning | range | default | live | default from |", "| --- | --- | --- | --- | --- | --- |"]
    for item in settings_of(entry.config_class()):
        meaning = render(f"setting.{item.name}.help")
        lines.append(f"| `{item.name}` | {meaning} | {_range(item)} | {item.default} | {item.live} | {item.source} |")
    return "\n".join(lines) + "\n"


def _range(item: Setting) -> str:
    if item.choices:
        return ", ".join(item.choices)
    low = "−∞" if item.low is None else f"{item.low:g}"
    high = "∞" if item.high is None else f"{item.high:g}"
    return f"{'(' if item.above else '['}{low}, {high}]"


def with_table(page: str, entry: AgentEntry) -> str:
    """Return a page with its settings table brought up to date.

    Raises:
        ValueError: If the page has no place for it.
    """
    before, found, rest = page.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"docs/agents/{entry.id}.md has no place for the settings")
    return before + BEGIN + settings_table(entry) + END + after


def main(folder: Path) -> None:
    """Bring all pages of a folder up to date."""
    for entry in CATALOG:
        page = folder / f"{entry.id}.md"
        page.write_text(with_table(page.read_text(encoding="utf-8"), entry), encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).resolve().parent.parent / "docs" / "agents")
