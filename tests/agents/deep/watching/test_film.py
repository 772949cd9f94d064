"""Films of whole games, played by the code that plays them for a window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.deep.watching.film import film
from arena.errors import UsageError
from tests.agents.deep.watching.watched_models import AGES, table_of, watched_model


def test_that_a_film_shows_the_games_a_window_would(tmp_path: Path) -> None:
    folder = watched_model(tmp_path / "cart", "CartPole-v1")
    frames: list[Any] = []
    made = film(str(folder), frames.append, seed=5, episodes=2)
    assert len(frames) == made.shown == made.decisions + 2 and made.scores[0] + made.scores[1] == made.decisions
    table = table_of(folder)
    table.begin(5)
    assert np.array_equal(frames[0], table.game.frame)
    while not table.player.recording.ended:
        table.decide()
    assert float(table.player.recording["score"][-1]) == made.scores[0]
    table.close()
    few: list[Any] = []
    assert film(str(folder), few.append, seed=5, most=4).scores == made.scores[:1] and len(few) == 4
    assert film(str(folder), few.append, age=AGES[0]).decisions > 0
    with pytest.raises(UsageError, match="1,000"):
        film(str(folder), few.append, age=7)
