"""Stored runs in words."""

from __future__ import annotations

from gui.language import language
from gui.state.run_words import world_title

GRID_WORLD = "Arena/GridWorld-v0"


def test_that_a_world_has_a_title_in_the_language_in_use_whatever_its_map_came_from() -> None:
    language().choose("zh_TW")
    assert world_title(GRID_WORLD, {"map": "cliff"}) == "懸崖"
    assert world_title(GRID_WORLD, {"map": "title[zh_TW]: 我的\n---\nS.G\n", "slip": 0.1}) == "我的"
    assert world_title(GRID_WORLD, {"map": "---\nS.G\n"}) == "自訂地圖"
    assert world_title(GRID_WORLD, {"map": "/once/there/was.txt"}) == "was"
    assert world_title("Gone-v1", {}) == "Gone-v1"
