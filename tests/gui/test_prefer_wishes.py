"""What can be wished for on the preference page: settings, who answers, own words, practice; and what may go wrong."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.preference.preference_plan import PreferencePlan, plan_from
from agents.runtime.spec import RunSpec
from arena.protocol.messages import HyperparameterChanged, PhaseChanged, Run, SetHyperparameter
from arena.protocol.preference_messages import AskTeacher, HackSuspected, PairAnswered, PreferenceProgress, WantPairs
from gui.dialogs.task_words import TaskWords
from gui.language import tr
from gui.main_window import MainWindow
from gui.pages.prefer import PreferPage
from gui.settings_store import SettingsStore
from gui.state.preference_model import WANTED
from gui.state.preference_tasks import OWN, TASKS
from tests.gui import asked_page
from tests.gui.asked_page import PATIENCE, WORLD, Asking, clip_of, come, fold

asking, page = asked_page.asking, asked_page.page


def tell(page: PreferPage) -> None:
    """What the page is told when something is new."""
    page.model.asked.emit(page.model.known)


def run_with(page: PreferPage, phase: str, reason: str = "") -> None:
    page.model.take(PhaseChanged(phase=phase, reason=reason))
    page.model.changed.emit(page.model.state)


def test_that_settings_wait_for_the_next_run_and_live_ones_reach_the_worker(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    tell(page)
    settings = page.settings
    qtbot.mouseClick(page.top.settings, Qt.MouseButton.LeftButton)
    assert settings.drawer.is_open and settings.waiting.text() == tr("prefer.settings.same")
    assert settings.rows["label_budget"].value == 20, "what the run has, not what a preset would have"

    settings.switches["offline"].click()
    settings.switches["random"].click()
    assert settings.waiting.text() == tr("prefer.settings.waiting", count="2")
    assert asking.asked[-1] == SetHyperparameter(name="preference.queries", value="random")
    page.model.take(HyperparameterChanged(name="preference.queries", value="random"))
    tell(page)
    assert settings.waiting.text() == tr("prefer.settings.waiting", count="1"), "that one is in force now"

    settings.hold.slider.setValue(100)
    qtbot.waitUntil(lambda: SetHyperparameter(name="preference.kl_weight", value=10.0) in asking.asked)
    page.model.take(HyperparameterChanged(name="preference.kl_weight", value=10.0))
    page.model.take(PreferenceProgress(kl=0.25))
    tell(page)
    assert "0.250" in settings.hold.measured.text() and "10" in settings.hold.beta.text()

    qtbot.mouseClick(settings.begin, Qt.MouseButton.LeftButton)
    spec = asking.opened[-1]
    assert not settings.drawer.is_open
    plan = plan_from(spec.preference or {}, spec.agent, spec.env_id)
    assert (plan.config.offline, plan.config.queries, plan.config.label_budget) == ("on", "random", 20)
    assert plan.config.kl_weight == 10.0 and plan.task == "left_half"


def test_that_a_teacher_answers_once_both_clips_were_seen_and_its_answer_can_be_taken_back(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    offers = [asking.offer() for _ in range(2)]
    for offer in offers:
        page.model.take(offer)
    fold(page)
    page.answerer.who.set_value("mistake")
    page.answerer._choose("mistake")
    page.pair.seen.emit()
    assert not any(isinstance(command, AskTeacher) for command in asking.asked), "the run stands still"
    run_with(page, "running")
    qtbot.waitUntil(lambda: isinstance(asking.asked[-1], AskTeacher), timeout=PATIENCE)
    page.pair.seen.emit()
    asked = [command for command in asking.asked if isinstance(command, AskTeacher)]
    assert asked == [AskTeacher(pair_id=offers[0].pair_id, kind="mistake")], "once, and by the true reward"

    asking.store.answer(offers[0].pair_id, "left", "mistake", source="mistake")
    page.model.take(PairAnswered(pair_id=offers[0].pair_id, answer="left", rater="mistake"))
    tell(page)
    assert page.pair.left.lit and page.keys.keys["left"].lit, "its answer is seen before the next pair comes"
    qtbot.keyClick(page.pair, Qt.Key.Key_Right)
    assert len(asking.labels()) == 1
    qtbot.waitUntil(lambda: page.model.known.question is not None and not page.model.known.settled, timeout=PATIENCE)
    question = page.model.known.question
    assert question is not None and question.offer == offers[1]

    page.take_back()
    qtbot.waitUntil(lambda: asking.labels()[0].taken_back, timeout=PATIENCE)
    page.answerer._choose("me")
    tell(page)
    qtbot.keyClick(page.pair, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(asking.labels()) == 2, timeout=PATIENCE)
    assert {(label.rater, label.taken_back) for label in asking.labels()} == {("mistake", True), ("guest", False)}


def test_that_labels_of_another_run_are_taken_in_and_what_was_left_out_is_said(
    page: PreferPage, asking: Asking, qtbot: QtBot, tmp_path: Path
) -> None:
    other = Asking(tmp_path / "others")
    first, second = other.offer(), other.offer()
    other.store.answer(first.pair_id, "left", "Ada")
    other.store.answer(second.pair_id, "right", "Ada")
    Path(second.left_file).unlink()
    page.answerer.take_in(str(other.run / "labels.jsonl"))
    qtbot.waitUntil(lambda: len(page.model.known.labels) == 1, timeout=PATIENCE)
    assert [(label.answer, label.rater, label.source) for label in asking.labels()] == [("left", "Ada", "import")]
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.toast.text == tr("prefer.import.partly", count="1", left_out="1")

    page.model.save_labels(str(tmp_path / "set.zip"))
    qtbot.waitUntil(lambda: window.toast.text == tr("prefer.export.done", count="1"), timeout=PATIENCE)
    with zipfile.ZipFile(tmp_path / "set.zip") as archive:
        assert len(archive.namelist()) == 3, "the lines and two clips"
    other.store.close()


def test_that_own_words_begin_a_run_that_keeps_them(page: PreferPage, asking: Asking, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.head.card, Qt.MouseButton.LeftButton)
    (card,) = (found for found in QApplication.topLevelWidgets() if isinstance(found, TaskWords))
    assert not card.take.isEnabled()
    qtbot.mouseClick(card.examples["wall"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card.take, Qt.MouseButton.LeftButton)
    spec = asking.opened[-1]
    words = tr("prefer.words.example.wall")
    assert spec.preference is not None and spec.preference["task"] == words
    assert (spec.env_id, dict(spec.env_kwargs)) == (TASKS[0].env_id, dict(TASKS[0].env_kwargs))
    assert page.top.task.value == OWN and words in page.top.task.chosen_text()

    plan_from(spec.preference, "ppo", spec.env_id).write(asking.run)
    page.model.begin("ppo")
    come(page, asking)
    tell(page)
    assert page.head.question.plain == words


def test_that_playing_first_is_offered_once_in_each_world(page: PreferPage, asking: Asking, qtbot: QtBot) -> None:
    played: list[tuple[str, dict[str, object]]] = []
    navigator = page.navigator
    navigator.hand_wanted.disconnect()
    navigator.hand_wanted.connect(lambda *place: played.append(place))
    tell(page)
    assert page.practice.offer.isVisible()
    qtbot.mouseClick(page.practice.offer.play, Qt.MouseButton.LeftButton)
    assert played == [(TASKS[0].env_id, dict(TASKS[0].env_kwargs))]
    tell(page)
    assert not page.practice.offer.isVisible()
    assert WORLD.env_id in SettingsStore().settings.practised, "also tomorrow"
    page.choose_task("no_cliff")
    tell(page)
    assert page.practice.offer.isVisible(), "another world"


def test_that_a_gamed_model_is_shown_with_its_clip_until_somebody_goes_on(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    (file,) = asking.store.add_clips(asking.run.name, [clip_of(77)])
    run_with(page, "running")
    page.model.take(HackSuspected(clip_file=str(file), predicted=3.5, true=-2.0))
    run_with(page, "paused", "phase.reason.hack")
    tell(page)
    notice = page.notice
    assert notice.isVisible() and notice.clip.drawing is not None
    assert (notice.predicted.text(), notice.true.text()) == ("3.5", "\u22122.0")
    qtbot.mouseClick(notice.look, Qt.MouseButton.LeftButton)
    assert page.inside.drawer.is_open and notice.isVisible()
    page.inside.drawer.close_drawer()
    assert not any(isinstance(command, Run) for command in asking.asked), "it stands still until then"
    qtbot.mouseClick(notice.go_on, Qt.MouseButton.LeftButton)
    assert not notice.isVisible() and isinstance(asking.asked[-1], Run)

    page.model.take(HackSuspected(clip_file=str(file.with_name("gone.npz")), predicted=1.0, true=0.0))
    tell(page)
    assert notice.isVisible() and not notice.clip.isVisible(), "figures without the clip that is lost"


def test_that_pairs_nobody_can_be_shown_do_not_take_the_place_of_others(page: PreferPage, asking: Asking) -> None:
    for _ in range(WANTED):
        offer = asking.offer()
        Path(offer.right_file).unlink()
        page.model.take(offer)
    for _ in range(3):
        fold(page)
    assert page.model.known.question is None and page.model.known.skipped == WANTED
    assert asking.asked[-1] == WantPairs(count=2 * WANTED)


def test_that_waiting_says_for_how_long(page: PreferPage) -> None:
    run_with(page, "running")
    assert page.bottom.words.text() == tr("prefer.waits.first", count="8"), "it has nothing to learn from yet"
    page.model._first_games.seconds_left(1e-9, page.model._clock() - 3.0)
    page.model.take(PreferenceProgress(first_games=0.25))
    tell(page)
    left = page.model.known.first_games_left
    assert 9.0 <= left < 60.0
    assert page.pair.empty._words.startswith(tr("prefer.wait.first.left", seconds="X").split("X")[0])
    run_with(page, "paused", "phase.reason.update")
    assert page.pair.empty._words == tr("prefer.wait.paused")


def test_that_another_run_begins_with_nothing_of_the_last_one_and_an_old_one_goes_on_here(
    page: PreferPage, asking: Asking, qtbot: QtBot
) -> None:
    page.model.take(asking.offer())
    fold(page)
    qtbot.keyClick(page.pair, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: len(asking.labels()) == 1, timeout=PATIENCE)
    old = asking.run
    asking.run = old.with_name("other")
    shutil.copytree(old, asking.run, ignore=shutil.ignore_patterns("labels.jsonl"))
    plan_from({"label_budget": 7, "task": "left_half"}, "ppo", WORLD.env_id).write(asking.run)
    page.model.begin("ppo")
    come(page, asking)
    qtbot.wait(50)
    known = page.model.known
    assert (known.budget, known.task, known.labels, known.unsaved) == (7, "left_half", (), 0)

    window = page.window()
    assert isinstance(window, MainWindow)
    window.show_page("start")
    window.open_run(str(old))
    assert window.current is page and asking.opened[-1] == RunSpec(resume=str(old), agent="")
    assert page.top.task.value == PreferencePlan.read(old).task == "no_cliff"
    page.model.begin("ppo")
    asking.run = old
    come(page, asking)
    qtbot.waitUntil(lambda: len(page.model.known.labels) == 1, timeout=PATIENCE)


def test_that_a_run_with_a_teacher_of_its_own_says_so(page: PreferPage, asking: Asking) -> None:
    plan_from({"teacher": {"kind": "noisy"}}, "ppo", WORLD.env_id).write(asking.run)
    page.model.begin("ppo")
    come(page, asking)
    tell(page)
    assert tr("prefer.from.noisy") in page.pair.empty._words
