"""A world chosen by its id: what is installed is found as one types, and what cannot be used says why."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.runtime.spec import RunSpec
from gui.language import tr
from gui.main_window import MainWindow
from gui.pages.arcade import ArcadePage
from gui.panels.other_world.world_by_id import WorldByIdDialog
from gui.settings_store import SettingsStore
from gui.state.arcade_games import OTHER
from gui.state.known_worlds import KnownWorlds

pytestmark = pytest.mark.skipif(find_spec("stable_baselines3") is None, reason="needs what networks need")


@pytest.fixture(scope="module")
def known() -> KnownWorlds:
    return KnownWorlds()


@pytest.fixture
def window(qtbot: QtBot, known: KnownWorlds) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    made.navigator.worlds = known
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close_now()


def asked(window: MainWindow, qtbot: QtBot) -> WorldByIdDialog:
    found = window.findChild(WorldByIdDialog)
    assert found is not None
    qtbot.waitUntil(lambda: "ALE/Pong-v5" in window.navigator.worlds.told)
    return found


@pytest.fixture
def arcade(window: MainWindow) -> ArcadePage:
    page = window.page("arcade")
    assert isinstance(page, ArcadePage)
    page._stand_in("watch")
    return page


def test_that_a_world_is_found_by_a_part_of_its_id_and_gone_to(
    window: MainWindow, arcade: ArcadePage, qtbot: QtBot
) -> None:
    arcade.top.world.changed.emit(OTHER)
    dialog = asked(window, qtbot)
    assert not dialog.go.isEnabled()
    qtbot.keyClicks(dialog.field, "pong")
    assert dialog.rows.stringList() == ["ALE/Pong-v5", "PongNoFrameskip-v4"]
    assert "84×84" in dialog.told.text() and tr("place.told.sticky") in dialog.told.text()
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.id == "PongNoFrameskip-v4" and tr("place.told.exact") in dialog.told.text()
    dialog.field.setText("cartpole-V1")
    assert dialog.id == "CartPole-v1"
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert window.current is arcade and arcade.top.world.value == '["CartPole-v1", {}]'
    assert arcade.watch._empty and arcade.train_here.isVisible()
    begun: list[RunSpec] = []
    arcade.training.model.open = begun.append  # type: ignore[method-assign]
    arcade.train_here.click()
    assert [spec.env_id for spec in begun] == ["CartPole-v1"] and arcade.mode == "train"


def test_that_one_with_continuous_actions_shows_both_spaces_and_cannot_be_chosen(
    window: MainWindow, arcade: ArcadePage, qtbot: QtBot
) -> None:
    arcade.top.world.changed.emit(OTHER)
    dialog = asked(window, qtbot)
    dialog.field.setText("Pendulum-v1")
    assert "Box(-2.0, 2.0, (1,), float32)" in dialog.told.text() and "(3,), float32)" in dialog.told.text()
    assert not dialog.go.isEnabled()
    with qtbot.assertNotEmitted(dialog.chosen):
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    dialog.field.setText("Cartpoel")
    assert not dialog.id and "CartPole-v1" in dialog.told.text()
    dialog.reject()


def test_that_the_lab_asks_too_and_a_world_of_tables_opens_there(window: MainWindow, qtbot: QtBot) -> None:
    lab = window.page("lab")
    wanted: list[tuple[str, dict[str, object]]] = []
    window.navigator.world_wanted.disconnect()
    window.navigator.world_wanted.connect(lambda env_id, env_kwargs: wanted.append((env_id, env_kwargs)))
    shown: list[str] = []
    lab.show_world = lambda env_id, env_kwargs: shown.append(env_id)  # type: ignore[method-assign]
    for env_id in ("Acrobot-v1", "Taxi-v4"):
        lab.top.world.set_value(OTHER)  # type: ignore[attr-defined]
        lab.top.world.changed.emit(OTHER)  # type: ignore[attr-defined]
        assert lab.top.world.value != OTHER  # type: ignore[attr-defined]
        dialog = window.findChildren(WorldByIdDialog)[-1]
        qtbot.waitUntil(lambda: "ALE/Pong-v5" in window.navigator.worlds.told)
        dialog.field.setText(env_id)
        dialog.go.click()
    assert wanted == [("Acrobot-v1", {})] and shown == ["Taxi-v4"]
