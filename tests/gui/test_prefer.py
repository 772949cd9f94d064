"""The preference page with a real label store and real clips: asked, answered, taken back, saved before it says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from arena.preferences.clip import Clip
from arena.protocol.messages import View
from arena.protocol.preference_messages import PreferenceProgress, RewardModelFitted
from gui.language import language, tr
from gui.pages.prefer import PreferPage
from gui.panels.prefer.clip_drawing import GameClip, GridClip, drawing_of
from gui.panels.prefer.clip_pair import ClipPair
from gui.panels.prefer.reward_map import RewardMap
from gui.state.preference_state import Question
from gui.state.preference_tasks import TASKS
from gui.theme import theme
from tests.gui import asked_page
from tests.gui.asked_page import PATIENCE, WORLD, Asking, clip_of, fold

asking, page = asked_page.asking, asked_page.page


def test_that_a_clip_is_drawn_by_what_it_holds_and_refused_where_it_does_not_fit_the_world() -> None:
    walk = clip_of(1)
    assert isinstance(drawing_of(walk, WORLD.layout), GridClip)
    assert drawing_of(walk, None) is None
    far = Clip(
        env_id="x", env_kwargs={}, kind="states", env_step=0, game=0, observations=np.array([10_000]),
        actions=np.array([0]), rewards=np.zeros(1, np.float32),
    )  # fmt: skip
    assert drawing_of(far, WORLD.layout) is None
    game = Clip(
        env_id="x", env_kwargs={}, kind="pixels", env_step=0, game=0, observations=np.zeros((2, 4, 84, 84), np.uint8),
        actions=np.array([0, 1]), rewards=np.zeros(2, np.float32), pictures=np.zeros((2, 210, 160, 3), np.uint8),
    )  # fmt: skip
    drawing = drawing_of(game, None)
    assert isinstance(drawing, GameClip) and drawing.shape == (160, 210) and drawing.steps == 2


def test_that_both_clips_run_in_step_over_and_over_and_the_shorter_waits(qtbot: QtBot) -> None:
    now = [0.0]
    pair = ClipPair(clock=lambda: now[0])
    qtbot.addWidget(pair)
    long, short = GridClip(clip_of(1, 12), WORLD.layout), GridClip(clip_of(2, 5), WORLD.layout)
    pair.show_pair(long, short)
    seen = []
    with qtbot.waitSignal(pair.seen, timeout=0) as through:
        for step in range(30):
            now[0] = (step + 0.5) / long.pace
            pair.tick()
            seen.append((pair.left.step, pair.right.step))
    assert through.signal_triggered
    assert seen[:12] == [(step, min(step, 4)) for step in range(12)]
    assert seen[12:14] == [(11, 4)] * 2 and seen[14] == (0, 0), "the end stays for half a second, then both begin anew"

    pair.hold(7)
    now[0] += 5
    pair.tick()
    assert (pair.left.step, pair.right.step) == (7, 4)
    pair.go_on()
    now[0] += 1.1 / long.pace
    pair.tick()
    assert pair.left.step == 8


def test_that_an_answer_is_on_disk_before_it_is_called_saved_and_the_next_pair_is_there_at_once(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    offers = [asking.offer(why="disagreement", details={"votes": [0.9, 0.8, 0.4]}) for _ in range(3)]
    for offer in offers:
        page.model.take(offer)
    fold(page)
    first = page.model.known.question
    assert isinstance(first, Question) and first.offer == offers[0]
    assert page.pair.left.drawing is not None and not page.side.why.isVisible(), "no guess before the answer"

    qtbot.keyClick(page.pair, Qt.Key.Key_Right)
    known = page.model.known
    assert known.question is not None and known.question.offer == offers[1], "nobody waits for the disk"
    assert page.keys.keys["right"].lit
    page.model.asked.emit(known)
    assert page.side.why.isVisible() and "70" in page.side.guess.text(), "the members' mean was 70 % for left"
    qtbot.waitUntil(lambda: page.model.known.unsaved == 0, timeout=PATIENCE)
    (label,) = asking.labels()
    assert (label.pair_id, label.answer, label.rater) == (offers[0].pair_id, "right", "guest")
    qtbot.waitUntil(lambda: len(page.model.known.labels) == 1, timeout=PATIENCE)
    page.model.asked.emit(page.model.known)
    assert tr("prefer.saved") in page.side.saved.text()

    qtbot.mouseClick(page.pair.left, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(asking.labels()) == 2, timeout=PATIENCE)
    assert {label.answer for label in asking.labels()} == {"left", "right"}


def test_that_the_last_answer_is_taken_back_on_disk_and_asked_again(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    offers = [asking.offer() for _ in range(2)]
    for offer in offers:
        page.model.take(offer)
    fold(page)
    assert not page.keys.back.isEnabled()
    qtbot.keyClick(page.pair, Qt.Key.Key_Up)
    page.model.asked.emit(page.model.known)
    assert page.keys.back.isEnabled()
    qtbot.keyClick(page.pair, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    question = page.model.known.question
    assert question is not None and question.offer == offers[0], "it is asked again"
    qtbot.waitUntil(lambda: [label.taken_back for label in asking.labels()] == [True], timeout=PATIENCE)
    qtbot.keyClick(page.pair, Qt.Key.Key_Left)
    qtbot.waitUntil(
        lambda: [(label.answer, label.taken_back) for label in asking.labels()] == [("left", False)], timeout=PATIENCE
    )
    question = page.model.known.question
    assert question is not None and question.offer == offers[1], "the pair that was on the screen comes back after it"


def test_that_a_pair_with_a_damaged_clip_is_left_out_and_said(page: PreferPage, asking: Asking) -> None:
    spoiled, sound = asking.offer(), asking.offer()
    Path(spoiled.left_file).write_bytes(b"not a clip")
    for offer in (spoiled, sound):
        page.model.take(offer)
    fold(page)
    question = page.model.known.question
    assert question is not None and question.offer == sound
    assert page.model.known.skipped == 1 and "1" in page.side.saved.text()


def test_that_a_fit_is_told_after_the_answer_that_caused_it(page: PreferPage, asking: Asking, qtbot: QtBot) -> None:
    page.model.take(asking.offer())
    fold(page)
    qtbot.keyClick(page.pair, Qt.Key.Key_Down)
    page.model.take(RewardModelFitted(labels=1, accuracy=0.75, held_out=4, seconds=0.3, ripple={"cells": [[1, 0, 1]]}))
    page.model.asked.emit(page.model.known)
    assert page.side.share.text() == tr("prefer.percent", share="75")
    assert page.side.changed.text() == tr("prefer.ripple.cells", count="1", seconds="0.3")


def test_that_two_raters_have_labels_of_their_own(page: PreferPage, asking: Asking, qtbot: QtBot) -> None:
    offer = asking.offer()
    for name in ("Ada", "Ben"):
        page._rate_as(name)
        page.model.take(offer)
        fold(page)
        qtbot.keyClick(page.pair, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: len(asking.labels()) == 2, timeout=PATIENCE)
    assert {label.rater for label in asking.labels()} == {"Ada", "Ben"}
    assert page.top.rater.value == "Ben"


def test_that_the_page_speaks_every_language_and_keeps_to_the_clips_for_the_last_row(
    page: PreferPage, asking: Asking
) -> None:
    said = set()
    for code in ("en", "zh_TW", "zh_CN"):
        language().choose(code)
        said.add(page.head.question.plain)
        assert "[" not in page.head.question._document.toPlainText() == page.head.question.plain
    assert len(said) == 3
    assert page.head.question.plain == tr("prefer.task.no_cliff.question").replace("[", "").replace("]", ""), (
        "the run's task"
    )
    page.model.known = replace(page.model.known, task="Which one dances?")
    page.model.asked.emit(page.model.known)
    assert page.head.question.plain == "Which one dances?"
    language().choose("en")
    page.model.take(asking.offer())
    fold(page)
    theme().set_projector(True)
    assert page.pair.isVisible() and not page.side.isVisible() and not page.top.isVisible()
    assert page.head.hint.text() == tr("prefer.done", done="0", budget="20")


def test_that_every_task_has_a_place_and_words(page: PreferPage) -> None:
    for task in TASKS:
        for end in ("", ".tip", ".question"):
            assert tr("prefer.task." + task.id + end) != "prefer.task." + task.id + end
    assert page.pair.left.box().contains(QPointF(page.pair.left.rect().center()))


def test_that_every_answer_is_a_row_with_its_clips_and_can_be_changed_and_taken_back(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    for votes in ([0.95, 0.9], [0.5, 0.6]):
        page.model.take(asking.offer(details={"votes": votes}))
    fold(page)
    # What was asked by a worker is in the store with its votes; here the pair itself has to know them.
    assert not page.bottom.review.isVisible()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(page.pair, key)
    qtbot.waitUntil(lambda: len(page.model.known.labels) == 2, timeout=PATIENCE)
    page.model.asked.emit(page.model.known)
    qtbot.mouseClick(page.bottom.review, Qt.MouseButton.LeftButton)
    review = page.review
    rows = review.list.answers
    assert review.drawer.is_open and rows.rowCount() == 2
    newest = review.list.current
    assert newest is not None and newest.answer == "equal"
    qtbot.waitUntil(lambda: review.pair.there, timeout=PATIENCE)
    assert review.pair.left.lit and review.pair.right.lit

    qtbot.keyClick(review.list, Qt.Key.Key_Down)
    qtbot.keyClick(review.list, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: sorted(label.answer for label in asking.labels()) == ["equal", "left"], timeout=PATIENCE)
    qtbot.keyClick(review.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [label.taken_back for label in asking.labels()] == [True, False], timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.model.known.labels[0].taken_back, timeout=PATIENCE)
    page.model.asked.emit(page.model.known)
    assert review.back.text() == tr("prefer.review.restore")
    qtbot.mouseClick(review.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any(label.taken_back for label in asking.labels()), timeout=PATIENCE)
    qtbot.keyClick(review.list, Qt.Key.Key_Escape)
    assert not review.drawer.is_open


def test_that_the_learned_reward_is_drawn_beside_the_true_one_and_asked_for_only_while_it_is_seen(
    page: PreferPage, qtbot: QtBot
) -> None:
    model, inside = page.model, page.inside
    assert not model.looking
    qtbot.mouseClick(page.bottom.inside, Qt.MouseButton.LeftButton)
    assert inside.drawer.is_open and model.looking
    states, actions = WORLD.model.states, WORLD.model.actions
    learned = np.linspace(-1, 1, states, dtype=np.float32)[:, None].repeat(actions + 1, axis=1)
    spread = np.zeros_like(learned)
    spread[0] = 0.5
    model.take(View(arrays={"reward": learned, "reward_spread": spread, "reward_true": WORLD.model.expected_reward}))
    for labels, loss in ((1, 0.7), (2, 0.5)):
        model.take(RewardModelFitted(labels=labels, loss=loss, l2=1e-4, ripple={"cells": [[0, 0, 1]]}))
    for step in (100, 200):
        model.take(PreferenceProgress(env_steps=step, predicted_return=1.0, true_return=0.0, correlation=0.25))
    model.asked.emit(model.known)
    assert len(model.known.losses) == len(model.known.returns) == 2
    assert inside.returns.isVisible() and "0.25" in inside.returns.caption.text()

    drawn = inside.learned
    board = drawn._board()
    assert drawn.state_at(board.topLeft() + QPointF(3, 3)) == int(WORLD.layout.state_at[0][0])
    assert drawn.state_at(QPointF(-5, -5)) == -1
    inside._read(5)
    assert (
        tr("prefer.inside.cell", learned=f"{learned[5, 0]:.2f}".replace("-", "\u2212"), true="0.00")
        == inside.cell.text()
    )
    image = drawn.grab().toImage()
    first, last = (image.pixelColor(*spot) for spot in _corners(drawn, board))
    assert first.lightness() < last.lightness(), "what is worth more is brighter"
    inside.drawer.close_drawer()
    assert not model.looking


def _corners(drawn: RewardMap, board: QRectF) -> list[tuple[int, int]]:
    """Return the middles of the first and the last cell."""
    size = board.width() / WORLD.layout.columns
    return [
        (round(board.x() + size / 2), round(board.y() + size / 2)),
        (round(board.right() - size / 2 - 2), round(board.bottom() - size / 2 - 2)),
    ]


def test_that_both_clips_are_drawn_at_one_size_whatever_the_window_is_wide(qtbot: QtBot) -> None:
    pair = ClipPair()
    qtbot.addWidget(pair)
    pair.show_pair(GridClip(clip_of(1, 12), WORLD.layout), GridClip(clip_of(2, 5), WORLD.layout))
    pair.show()
    for width in range(900, 1000, 7):
        pair.resize(width, 700)
        qtbot.waitUntil(lambda width=width: pair.right.geometry().right() == width - 1)
        assert pair.left.box().size() == pair.right.box().size()
