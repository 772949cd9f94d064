"""The arcade with a real watching worker on the real game: what is seen, pressed, edited, rewound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from arena.protocol.messages import View
from arena.protocol.watch_messages import EditGame, GameOver, WatchReady
from gui.main_window import MainWindow
from gui.pages.arcade import ArcadePage
from gui.panels.arcade.ages_strip import AgesStrip
from gui.panels.arcade.breakout_hands import BreakoutHands, brick_at
from gui.panels.arcade.game_screen import GameScreen
from gui.panels.arcade.three_ages import three_of, with_newest
from gui.settings_store import SettingsStore
from gui.state.watch_state import WatchState, age_words
from gui.theme import theme

torch = pytest.importorskip("torch", reason="the extra deep is not installed")
pytest.importorskip("ale_py", reason="the extra deep is not installed")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with weights of three ages, as a long training writes them; nobody has trained these."""
    from gymnasium import spaces
    from safetensors.torch import save_file

    from agents.deep.learner import policy_of
    from agents.deep.recipes import recipe
    from agents.deep.weights import weights_of

    folder = tmp_path_factory.mktemp("runs") / "ppo-breakout"
    (folder / "snapshots").mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps(recipe("ppo-breakout").plain()), encoding="utf-8")
    for age, score in ((0, 0.0), (250_880, 7.0), (1_000_448, 18.0)):
        torch.manual_seed(age)
        policy = policy_of(recipe("ppo-breakout"), spaces.Box(0, 255, (4, 84, 84), np.uint8), 4)
        save_file(weights_of(policy), folder / "snapshots" / f"{age:09d}.safetensors")
        told = {"env_steps": age, "games": 1, "mean_score_of_last_training_games": score}
        (folder / "checkpoints" / f"{age:012d}").mkdir(parents=True)
        save_file(weights_of(policy), folder / "checkpoints" / f"{age:012d}" / "weights.safetensors")
        (folder / "snapshots" / f"{age:09d}.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def kept(dressed: QApplication, run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArcadePage]:
    """One window with one worker for the whole file: a worker with a network takes many seconds to load."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARENA_HOME", str(tmp_path_factory.mktemp("home")))
        window = MainWindow(SettingsStore())
        window.resize(1280, 800)
        window.show()
        window.watch_model(str(run))
        made = window.page("arcade")
        assert isinstance(made, ArcadePage) and window.current is made
        yield made
        window.close_now()
        WorkerClient.drop_spare()


@pytest.fixture
def page(kept: ArcadePage, qtbot: QtBot) -> ArcadePage:
    """Its newest agent at play in a new game, and nobody else."""
    model = kept.model
    if not model.watching:
        model.again()
    qtbot.waitUntil(lambda: model.state.ready is not None)
    kept.watch.critic.setChecked(False)
    seed = int(model.state.scalar("game_seed")) + 100
    model.set_mover("agent")
    model.use("", ())
    model.new_game(seed)
    model.run()
    qtbot.waitUntil(lambda: model.state.scalar("game_seed") == seed and model.state.scalar("newest") > 3)
    qtbot.waitUntil(lambda: model.state.phase == "running" and model.state.array("preferences") is not None)
    return kept


def test_that_a_game_is_played_seen_from_inside_and_gone_back_in(page: ArcadePage, qtbot: QtBot) -> None:
    model, watch = page.model, page.watch
    state = model.state
    assert state.phase == "running" and page.top.world.chosen_text()
    frame, seen, wants = (state.array(name) for name in ("frame", "input", "preferences"))
    assert frame is not None and frame.shape == (210, 160, 3)
    assert seen is not None and seen.shape == (4, 84, 84)
    assert wants is not None and wants.sum() == pytest.approx(1.0, abs=1e-3)
    assert watch.game.factor >= 2 and watch.bars.words().count(",") == 3
    qtbot.keyClick(watch.game, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: model.state.phase == "paused")
    at = int(model.state.scalar("step"))
    qtbot.keyClick(watch.game, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: int(model.state.scalar("step")) == at - 1)
    qtbot.mouseClick(page.transport.on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: int(model.state.scalar("step")) == at)
    assert model.state.array("saliency_critic") is None
    watch.critic.setChecked(True)
    qtbot.waitUntil(lambda: model.state.array("saliency_critic") is not None)
    watch.link.click()
    qtbot.waitUntil(lambda: model.state.array("filters") is not None)
    watch.drawer.close_drawer()
    theme().set_projector(True)
    assert watch.big_card.isVisible() and not watch.column.isVisible() and not page.top.isVisible()
    theme().set_projector(False)


def test_that_bricks_are_clicked_away_and_the_game_counts_for_nothing(page: ArcadePage, qtbot: QtBot) -> None:
    page.model.pause()
    qtbot.waitUntil(lambda: page.model.state.phase == "paused")
    game = page.watch.game
    before = page.model.state.array("frame")
    assert before is not None and before[57 + 6 * 4 + 3, 8 + 8 * 12 + 4].any()
    at = (QPointF(8 + 8 * 12 + 4, 57 + 6 * 4 + 3) * game.factor).toPoint()
    qtbot.mouseClick(game, Qt.MouseButton.LeftButton, pos=at)
    # What is looked at is the screen: the brick under the pointer is gone, its neighbours are not.
    qtbot.waitUntil(lambda: (frame := page.model.state.array("frame")) is not None and not frame[84, 108].any())
    after = page.model.state.array("frame")
    assert after is not None and after[84, 100].any() and after[84, 116].any() and after[78, 108].any()
    qtbot.waitUntil(lambda: page.model.state.edited)
    assert page.watch.score.remark.isVisible()


def test_that_a_person_plays_with_the_arrow_keys(page: ArcadePage, qtbot: QtBot) -> None:
    page.top.mover.changed.emit("person")
    qtbot.waitUntil(lambda: page.model.state.mover == "person")
    qtbot.keyPress(page.watch.game, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.model.state.scalar("chosen_by") == 1 and page.model.state.scalar("action") == 2)
    qtbot.keyRelease(page.watch.game, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.model.state.scalar("action") == 0)


def test_that_three_ages_play_the_same_game_and_one_is_chosen(page: ArcadePage, qtbot: QtBot) -> None:
    page.top.ages.click()
    assert page.stack.currentWidget() is page.three and len(page.three.files) == 3
    qtbot.waitUntil(lambda: (ghosts := page.model.state.array("ghosts")) is not None and len(ghosts) == 2)
    qtbot.mouseClick(page.three.screens[1].game, Qt.MouseButton.LeftButton)
    assert page.stack.currentWidget() is page.watch
    qtbot.waitUntil(lambda: page.model.state.scalar("weights_env_steps") == 250_880)


def test_that_three_ages_of_a_run_are_opened_at_once_from_the_training_page(
    page: ArcadePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another worker would be asked the same.
    opened: list[str] = []
    monkeypatch.setattr(page.model, "open", opened.append)
    page.navigator.ages_wanted.emit(page.model.path)
    assert opened == [page.model.path]
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.three)
    assert [Path(file).stem for file in page.three.files] == ["000000000", "000250880", "001000448"]
    qtbot.waitUntil(lambda: (ghosts := page.model.state.array("ghosts")) is not None and len(ghosts) == 2)
    assert page.top.ages.isHidden()
    page.show_one(page.three.files[-1])
    assert not page.top.ages.isHidden()


def test_that_whatever_ends_the_worker_is_said_and_it_is_begun_anew(page: ArcadePage, qtbot: QtBot) -> None:
    client = page.model._client
    assert client is not None
    client._worker.process.kill()
    qtbot.waitUntil(lambda: page.model.state.phase == "failed" and page.again.isVisible())
    page.again.click()
    qtbot.waitUntil(lambda: page.model.state.scalar("newest") > 1)
    assert not page.again.isVisible()
    page.model.shutdown()


# ── without a worker ───────────────────────────────────────────────────────────────────────────────────────────────


def test_that_a_place_without_anybody_to_watch_says_what_to_do(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.pages.arcade.players", lambda: ())
    window = MainWindow(SettingsStore())
    qtbot.addWidget(window)
    window.show()
    window.show_world("ALE/Breakout-v5", {})
    made = window.page("arcade")
    assert isinstance(made, ArcadePage) and not made.model.watching and made.watch._empty
    window.show_page("start")
    window.show_place("lab")
    assert window.current is made
    window.close_now()


def test_that_strokes_become_bricks_paddle_and_ball(qtbot: QtBot) -> None:
    hands = BreakoutHands()
    wanted: list[EditGame] = []
    hands.wanted.connect(wanted.append)
    hands.press(QPointF(80, 70))
    assert not wanted
    bricks = np.ones((6, 18), bool)
    ready = WatchReady(env_id="ALE/Breakout-v5")
    hands.show_state(WatchState(ready=ready, view=View(arrays={"bricks": bricks})))
    hands.press(QPointF(8, 57))
    hands.drag(QPointF(17, 57))
    hands.drag(QPointF(17.5, 58))
    hands.release()
    hands.drag(QPointF(40, 57))
    hands.press(QPointF(100, 190))
    hands.release()
    hands.press(QPointF(60, 140))
    assert wanted == [
        EditGame(bricks=((5, 0, 0),)), EditGame(bricks=((5, 1, 0),)), EditGame(paddle=100.0), EditGame(ball=(60, 140)),
    ]  # fmt: skip
    assert brick_at(QPointF(153, 60)) is None and brick_at(QPointF(151.9, 92.9)) == (0, 17)


def test_that_the_game_is_scaled_by_whole_numbers_and_places_are_its_own_pixels(qtbot: QtBot) -> None:
    screen = GameScreen()
    qtbot.addWidget(screen)
    screen.show_state(WatchState(view=View(arrays={"frame": np.zeros((210, 160, 3), np.uint8)})))
    screen.fit(500, 640)
    assert (screen.factor, screen.width(), screen.height()) == (3, 480, 630)
    screen.show_rows((10, 198))
    screen.fit(500, 560)
    assert (screen.factor, screen.height()) == (2, 376)
    assert screen.place_of(QPointF(20, 20)) == QPointF(10, 20)


def test_that_scores_of_persons_and_edited_games_do_not_count_for_the_agent() -> None:
    games = (GameOver(score=5.0), GameOver(score=90.0, mover="person"), GameOver(score=80.0, edited=True))
    assert WatchState(games=games).scores.tolist() == [5.0]


def test_that_ages_are_written_shortly_and_three_of_them_show_the_growth() -> None:
    assert [age_words(steps) for steps in (0, 50_176, 250_880, 1_000_448, 2_500_000)] == [
        "0", "50 k", "250 k", "1 M", "2.5 M",
    ]  # fmt: skip
    ages = tuple({"env_steps": i, "file": str(i), "score": score} for i, score in enumerate((0.0, 3.0, 60.0, 160.0)))
    assert [age["file"] for age in three_of(ages)] == ["0", "2", "3"] and three_of(ages[:2]) == ()


def test_that_ages_whose_scores_are_unknown_or_below_nothing_are_told_too(qtbot: QtBot) -> None:
    def aged(*scores: float) -> tuple[dict[str, object], ...]:
        return tuple({"env_steps": i * 100, "file": str(i), "score": score} for i, score in enumerate(scores))

    assert [age["file"] for age in three_of(aged(-1.0, 20.0, 90.0, 180.0, -1.0))] == ["0", "2", "4"]
    assert [age["file"] for age in three_of(aged(-1.0, -1.0, -1.0, -1.0))] == ["0", "2", "3"]
    assert [age["file"] for age in three_of(aged(-21.0, -20.0, -12.0, -3.0))] == ["0", "2", "3"]
    strip = AgesStrip()
    qtbot.addWidget(strip)
    strip.show_state(WatchState(ready=WatchReady(ages=aged(-21.0, -1.0, -3.0))))
    assert [button._share for button in strip.buttons] == [0.0, 0.0, 1.0]
    assert "−21" in strip.buttons[0].accessibleName() and "?" in strip.buttons[1].accessibleName()


def test_that_the_newest_weights_of_a_run_are_an_age_of_their_own_until_one_is_kept() -> None:
    ages = tuple({"env_steps": steps, "file": str(steps), "score": 1.0} for steps in (0, 1_000))
    ready = WatchReady(ages=ages)
    for steps, count in ((1_000, 2), (5_000, 3)):
        state = WatchState(ready=ready, view=View(scalars={"weights_env_steps": steps}))
        assert len(with_newest(state)) == count
    assert with_newest(state)[-1]["file"] == "" and len(three_of(with_newest(state))) == 3
    assert len(with_newest(replace(state, file="1000"))) == 2


def test_that_a_ghost_is_seen_before_any_background_and_never_hides_who_plays(qtbot: QtBot) -> None:
    frame = np.full((100, 150, 3), 255, np.uint8)
    ghost = frame.copy()
    frame[40:60, 20:40], ghost[40:60, 80:100] = 0, 0
    screen = GameScreen()
    qtbot.addWidget(screen)
    state = WatchState(
        view=View(arrays={"frame": frame, "ghosts": ghost[None]}), ready=WatchReady(env_id="CartPole-v1")
    )
    screen.show_state(state)
    (shown,) = screen._selves
    assert shown.pixelColor(90, 50).alpha() > 0
    assert shown.pixelColor(30, 50).alpha() == 0 and shown.pixelColor(5, 5).alpha() == 0


def test_that_a_picture_larger_than_the_room_is_made_smaller(qtbot: QtBot) -> None:
    screen = GameScreen()
    qtbot.addWidget(screen)
    screen.show_picture(np.zeros((400, 600, 3), np.uint8))
    screen.fit(300, 500)
    assert (screen.width(), screen.height()) == (300, 200)
    assert screen.place_of(QPointF(150, 100)).x() == pytest.approx(300, abs=2)
