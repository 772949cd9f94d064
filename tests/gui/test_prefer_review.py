"""Looking through the answers: what is worth a second look, how raters agree, and labels as files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from arena.preferences.label import Pair
from gui.language import language, tr
from gui.pages.prefer import PreferPage
from gui.panels.prefer.review_words import circle_words
from tests.gui.test_prefer import Asking, asking, clip_of, page  # noqa: F401 - fixtures

PATIENCE = 60_000


@pytest.fixture
def answered(qtbot: QtBot, page: PreferPage, asking: Asking) -> PreferPage:  # noqa: F811
    """A circle, a contradiction, a slip and a surprise, by two raters; and hands, whom nobody knows again."""
    clips = [clip_of(seed) for seed in range(1, 5)]
    asking.store.add_clips(asking.run.name, clips)
    a, b, c, d = (clip.clip_id for clip in clips)

    def say(left: str, right: str, answer: str, rater: str, seconds: float, guess: float = 0.5, step: int = 0) -> None:
        pair = Pair(
            run_id=asking.run.name, left=left, right=right, env_step=step, details={"votes": [guess, guess]}
        )  # fmt: skip
        asking.store.add_pair(pair)
        asking.store.answer(pair.pair_id, answer, rater, seconds=seconds)  # type: ignore[arg-type]

    say(a, b, "left", "Ann", 3.0)
    say(b, c, "left", "Ann", 3.0)
    say(c, a, "left", "Ann", 3.0)
    say(a, d, "left", "Ann", 0.3)
    say(c, d, "left", "Ann", 3.0, guess=0.03)
    for left, right in ((a, b), (b, c), (a, d)):
        say(left, right, "left", "Ben", 2.0)
    say(c, d, "left", "hand 1", 0.0, step=7)
    say(c, d, "right", "hand 1", 0.0, step=8)
    page.model._labels.read()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: len(page.model.known.labels) == 10, timeout=PATIENCE)
    page.review.open()
    return page


def test_that_the_review_names_slips_circles_surprises_and_how_far_raters_agree(answered: PreferPage) -> None:
    review = answered.review
    remarks = review.list.answers.remarks
    said = {label.label_id: (label.rater, remarks.get(label.label_id, "")) for label in review.list.answers.labels}
    words = [remark for _, remark in said.values() if remark]
    assert sum(tr("prefer.flag.cycle", number="1", circle="A≻B≻C≻A") in remark for remark in words) == 3
    assert sum("0.3" in remark for remark in words) == 1
    assert sum("97" in remark for remark in words) == 1
    # Hand 1 of two counts is nobody in particular: it contradicts nobody.
    assert not any(rater == "hand 1" and remark for rater, remark in said.values())
    assert "Ann" in review.raters.text() and "Ben" in review.raters.text() and "hand" not in review.raters.text()
    assert "3" in review.summary.text() and tr("prefer.flags.hasty", count="1") in review.summary.text()
    review.which.choose_next(1)
    assert len(review.list.answers.labels) == len(words) == 5
    before = review.summary.text()
    language().choose("zh_TW")
    assert review.summary.text() != before and review.list.answers.remarks != remarks
    language().choose("en")
    assert circle_words(4) == "A≻B≻C≻D≻A"


def test_that_answers_go_out_as_a_file_and_what_cannot_be_done_is_one_sentence(
    qtbot: QtBot, answered: PreferPage, tmp_path: Path
) -> None:
    said: list[str] = []
    answered.navigator.say.connect(said.append)
    answered.model.save_labels(str(tmp_path / "out.zip"))
    qtbot.waitUntil(lambda: len(said) > 0, timeout=PATIENCE)
    with zipfile.ZipFile(tmp_path / "out.zip") as written:
        lines = [json.loads(line) for line in written.read("labels.jsonl").splitlines()]
        assert len([name for name in written.namelist() if name.endswith(".npz")]) == 4
    assert len([line for line in lines if "answer" in line]) == 10 and "10" in said[-1]
    answered.answerer.take_in(str(tmp_path / "out.zip"))
    qtbot.waitUntil(lambda: len(said) > 1, timeout=PATIENCE)
    assert "10" in said[-1], "all were there already"
    answered.model.save_labels(str(tmp_path / "nowhere" / "out.zip"))
    qtbot.waitUntil(lambda: len(said) > 2, timeout=PATIENCE)
    (tmp_path / "no.zip").write_bytes(b"none")
    answered.answerer.take_in(str(tmp_path / "no.zip"))
    qtbot.waitUntil(lambda: len(said) > 3, timeout=PATIENCE)
    assert all(text and "error." not in text and "{" not in text for text in said)
