"""The settings tables in docs/agents are those of the configuration classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.catalog import CATALOG, AgentEntry
from agents.documentation import with_table

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "agents"


@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.id)
def test_that_every_agent_has_a_page_with_its_settings_as_they_are(entry: AgentEntry) -> None:
    page = (FOLDER / f"{entry.id}.md").read_text(encoding="utf-8")
    assert with_table(page, entry) == page, "run: python -m agents.documentation"
