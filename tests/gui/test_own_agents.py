"""Own agents in the window, with real files, workers and clicks: nothing runs unasked, every fault is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from agents.own.handing_in import hand_in
from agents.own.library import PREFIX, new_agent
from agents.own.trust import TrustStore, consent
from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import SPEED_MAXIMUM, RunTo
from gui.dialogs.new_agent import NewAgentDialog
from gui.dialogs.trust_code import TrustCodeDialog
from gui.language import language
from gui.main_window import MainWindow
from gui.pages.lab import LabPage
from gui.settings_store import SettingsStore
from gui.state.own_agents import code_of
from gui.theme import theme
from tests.agents.hosting.agents import method

LIMITED = Path("/proc/self/statm").exists()
"""Only Linux keeps to a limit of memory."""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(SettingsStore())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    yield made
    made.close_now()
    WorkerClient.drop_spare()


def lab_of(window: MainWindow) -> LabPage:
    page = window.page("lab")
    assert isinstance(page, LabPage)
    return page


def choose(window: MainWindow, name: str, qtbot: QtBot) -> LabPage:
    """Choose an own agent in the Lab as a person does."""
    window.show_page("lab")
    lab = lab_of(window)
    qtbot.waitUntil(lambda: lab.model.state.world is not None and lab.model.state.phase == "paused")
    choose_agent(lab, PREFIX + name)
    return lab


def choose_agent(lab: LabPage, id: str) -> None:
    next(each for each in lab.top.agent.menu.actions() if each.data() == id).trigger()


def dialog(kind: type[QDialog], qtbot: QtBot) -> QDialog:
    def shown() -> list[QDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def trust(qtbot: QtBot) -> None:
    asked = dialog(TrustCodeDialog, qtbot)
    assert isinstance(asked, TrustCodeDialog)
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)


def begun(lab: LabPage, name: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: lab.model.state.agent == PREFIX + name and lab.model.state.phase == "paused")


def keep(image: QImage, name: str) -> None:
    folder = os.environ.get("ARENA_GRABS")
    if folder:
        assert image.save(str(Path(folder) / f"{name}.png"))


def test_that_a_new_agent_is_written_shown_and_learns_after_a_question(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("lab")
    lab = lab_of(window)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused")
    window.menus.new_agent.emit()
    made = dialog(NewAgentDialog, qtbot)
    assert isinstance(made, NewAgentDialog)
    made.name.setText("no name")
    qtbot.mouseClick(made.write, Qt.MouseButton.LeftButton)
    assert made.problem.isVisible() and made.path is None
    made.name.setText("tutor")
    keep(made.grab().toImage(), "new-agent-before")
    qtbot.mouseClick(made.write, Qt.MouseButton.LeftButton)
    assert made.path is not None and made.path.is_file() and str(made.path) in made.where.text()
    keep(made.grab().toImage(), "new-agent-after")
    assert "tutor (own)" in [action.text() for action in lab.top.agent.menu.actions()]
    qtbot.mouseClick(made.learn, Qt.MouseButton.LeftButton)
    asked = dialog(TrustCodeDialog, qtbot)
    assert isinstance(asked, TrustCodeDialog)
    assert "class MyAgent" in asked.code.toPlainText() and asked.focusWidget() is asked.no
    keep(asked.grab().toImage(), "trust-dark")
    qtbot.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    begun(lab, "tutor", qtbot)
    assert lab.top.agent.value == "own:tutor"
    assert set(lab.form._rows) == {"alpha", "gamma", "epsilon"}
    qtbot.keyClick(lab.stage, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: lab.model.state.tick is not None and lab.model.state.beat == 4)
    assert "tutor moved" in lab.what.sentence.text()
    lab.form.live_changed.emit("epsilon", 0.5)
    qtbot.waitUntil(lambda: lab.model.state.hyperparameters["epsilon"] == 0.5)
    lab.model.run_to("episode", 3)
    qtbot.waitUntil(lambda: lab.model.state.episodes == 3)
    qtbot.wait(200)
    keep(window.grab().toImage(), "lab-own-dark")
    lab.past.model.go(2)
    qtbot.waitUntil(lambda: lab.past.active and lab.past.model.state().tick is not None)
    assert lab.past.model.state().tick is not None
    keep(window.grab().toImage(), "lab-own-past")


def test_that_refusing_and_a_broken_file_run_nothing_and_leave_the_lab_as_it_was(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    new_agent("evil").write_text(f"with open({str(ran)!r}, 'w') as file:\n    file.write('x')\n" + method("pass"))
    new_agent("broken").write_text("class Mine:\n    def (\n")
    lab = choose(window, "evil", qtbot)
    before = lab.model.state.run_id
    asked = dialog(TrustCodeDialog, qtbot)
    qtbot.keyClick(asked, Qt.Key.Key_Escape)
    qtbot.wait(300)
    assert lab.model.state.run_id == before and lab.top.agent.value == lab.model.state.agent != "own:evil"
    assert not ran.exists()
    lab = choose(window, "broken", qtbot)
    assert "broken.py, line 2" in window.toast.text
    assert lab.top.agent.value == lab.model.state.agent != "own:broken"


def test_that_a_failing_agent_is_named_with_its_line_and_the_mended_file_is_offered(
    window: MainWindow, qtbot: QtBot
) -> None:
    path = new_agent("mine")
    path.write_text("import nothing_of_that_name\n" + method("pass"))
    consent("own:mine", given=True)
    lab = choose(window, "mine", qtbot)
    qtbot.waitUntil(lambda: lab.model.state.phase == "failed")
    assert "mine.py, line 1: ModuleNotFoundError" in lab.banner.text.text()
    # Nothing of it began, and all the same something else can be chosen, and it can be mended.
    choose_agent(lab, "q_learning")
    qtbot.waitUntil(lambda: lab.model.state.agent == "q_learning" and lab.model.state.phase == "paused")
    choose_agent(lab, "own:mine")
    qtbot.waitUntil(lambda: lab.model.state.phase == "failed")
    path.write_text(method("self.q[state, action] += 1\nif self.q[state, action] > 4:\n    print('four')\n    1 / 0"))
    qtbot.waitUntil(lambda: window.toast.text == "mine.py has changed.")
    qtbot.mouseClick(window.toast.action, Qt.MouseButton.LeftButton)
    begun(lab, "mine", qtbot)
    lab.model.set_speed(SPEED_MAXIMUM)
    lab.model.run()
    qtbot.waitUntil(lambda: lab.model.state.reason == "error.own.raised")
    assert lab.model.state.phase == "paused" and lab.model.state.env_steps > 4
    qtbot.wait(100)
    assert lab.banner.isVisible() and "mine.py, line 11: ZeroDivisionError" in lab.banner.text.text()
    assert lab.banner.more.isVisible() and not lab.reason.text()
    qtbot.mouseClick(lab.banner.more, Qt.MouseButton.LeftButton)
    told = lab.banner.details.toPlainText()
    assert "line 11, in learn" in told and told.endswith("four") and "agents/hosting" not in told
    qtbot.mouseClick(lab.banner.more, Qt.MouseButton.LeftButton)
    window.toast.say("")
    keep(window.grab().toImage(), "lab-own-error")
    new = path.with_suffix(".tmp")
    new.write_text(method("self.q[state, action] += 2"))
    new.replace(path)
    qtbot.waitUntil(lambda: "mine.py has changed" in window.toast.text)
    first = lab.model.state.run_id
    window.toast.action.click()
    qtbot.waitUntil(lambda: lab.model.state.run_id not in ("", first) and lab.model.state.phase == "paused")
    assert lab.model.state.own is not None and TrustStore().trusts(str(lab.model.state.own["sha256"]))
    path.write_text("class Mine:\n    def choose(\n")
    qtbot.waitUntil(lambda: "mine.py, line 2" in window.toast.text)
    path.unlink()
    qtbot.waitUntil(lambda: "mine.py is no longer there" in window.toast.text)
    lab.model.run_to("tick", 5)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == 5)


def test_that_what_never_returns_ends_its_process_or_takes_all_memory_is_named_with_the_window_alive(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.runtime.client.SILENCE_SECONDS", 1.0)
    new_agent("mine").write_text(method("while self.q[0, 0] == 0: pass"))
    new_agent("quits").write_text(method("pass", start="import os; os._exit(3)"))
    new_agent("stuck").write_text("while True: pass\n" + method("pass"))
    # Asked for and not filled: the limit is on what is asked for.
    held = "self.q = memory.table('q', states, actions); self.held = []"
    body = "self.q[state, action] += 1\nself.held.append(np.empty(10_000_000))"
    new_agent("greedy").write_text(method(body, start=held) + "\nimport numpy as np\n")
    for name in ("mine", "quits", "stuck", "greedy"):
        consent(PREFIX + name, given=True)
    lab = choose(window, "mine", qtbot)
    begun(lab, "mine", qtbot)
    lab.model.set_speed(SPEED_MAXIMUM)
    lab.model.run()
    qtbot.waitUntil(lambda: "mine.py has not returned" in lab.banner.text.text())
    assert lab.model.state.phase == "not_responding" and lab.banner.stop.isVisible()
    qtbot.mouseClick(lab.banner.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "mine.py was stopped" in lab.banner.text.text())
    choose_agent(lab, "own:quits")
    qtbot.waitUntil(lambda: "quits.py ended its process (3)" in lab.banner.text.text())
    choose_agent(lab, "own:stuck")
    qtbot.waitUntil(lambda: "stuck.py has not returned" in lab.banner.text.text())
    choose_agent(lab, "q_learning")
    qtbot.waitUntil(lambda: lab.model.state.agent == "q_learning" and lab.model.state.phase == "paused")


def finished_run(qtbot: QtBot, tmp_path: Path) -> str:
    """A run of an own agent, made in another process."""
    new_agent("mine")
    client = WorkerClient.start(
        RunSpec(
            env_id="Arena/GridWorld-v0",
            env_kwargs={"map": "cliff"},
            agent="own:mine",
            log_folder=str(tmp_path / "runs"),
            trusted_hash=consent("own:mine", given=True),
        )
    )
    client.send(RunTo(goal="tick", count=600))
    seen: list[object] = []
    qtbot.waitUntil(lambda: seen.extend(client.poll()) or any(getattr(each, "env_steps", 0) >= 600 for each in seen))
    folder = client.folder
    client.stop(timeout=90.0)
    return folder


def test_that_an_untrusted_run_opens_as_a_recording_and_goes_on_after_a_question(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = finished_run(qtbot, tmp_path)
    TrustStore().path.unlink()
    window.open_run(folder)
    lab = lab_of(window)
    begun(lab, "mine", qtbot)
    assert lab.model.state.env_steps >= 600
    last = lab.model.state.env_steps
    window.toast.say("")
    lab.model.run()
    qtbot.waitUntil(lambda: lab.model.state.reason == "phase.reason.recorded")
    qtbot.waitUntil(lambda: window.toast.action.text() == "Run its code…")
    assert lab.model.state.env_steps == last
    lab.past.model.go(100)
    qtbot.waitUntil(lambda: lab.past.model.state().at == 100)
    lab.past.model.leave()
    window.toast.action.click()
    trust(qtbot)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused" and lab.model.state.reason != "phase.reason.recorded")
    lab.model.run_to("tick", last + 50)
    qtbot.waitUntil(lambda: lab.model.state.env_steps == last + 50)


def test_that_a_handed_in_run_is_packed_dropped_onto_another_window_and_rewound(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished_run(qtbot, tmp_path)
    window.open_run(folder)
    lab = lab_of(window)
    begun(lab, "mine", qtbot)
    file = tmp_path / "mine.arena-handin.zip"
    window.handing_in.pack(folder, file)
    qtbot.waitUntil(lambda: "mine.arena-handin.zip" in window.toast.text)
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "teacher"))
    window.files.open_path(str(file))
    qtbot.waitUntil(lambda: "handed_in" in Path(lab.model.state.folder).parts)
    begun(lab, "mine", qtbot)
    assert lab.top.agent.chosen_text() == "mine (own)"
    assert "handed-in run" in window.toast.text
    lab.past.model.go(50)
    qtbot.waitUntil(lambda: lab.past.model.state().at == 50)
    keep(window.grab().toImage(), "lab-handed-in")


def test_that_a_built_in_agents_run_is_handed_in_with_its_scene_and_a_spoiled_file_refused_in_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.show_page("lab")
    lab = lab_of(window)
    qtbot.waitUntil(lambda: lab.model.state.phase == "paused" and bool(lab.model.folder))
    file = tmp_path / "plain.arena-handin.zip"
    window.handing_in.pack(lab.model.folder, file)
    qtbot.waitUntil(lambda: "plain" in window.toast.text)
    window.handing_in.open_file(file)
    qtbot.waitUntil(lambda: "handed_in" in Path(lab.model.state.folder).parts)
    assert window.toast.action.text() == "Open its scene"
    assert hand_in(lab.model.state.folder, tmp_path / "again.arena-handin.zip").is_file()
    shown = lab.model.state.folder
    file.write_bytes(file.read_bytes()[:-9])
    window.files.open_path(str(file))
    qtbot.waitUntil(lambda: "plain.arena-handin.zip is damaged" in window.toast.text)
    assert lab.model.state.folder == shown


def test_that_consent_is_asked_for_the_code_a_run_names_and_for_no_other(qtbot: QtBot, tmp_path: Path) -> None:
    folder = finished_run(qtbot, tmp_path)
    asked = code_of(RunSpec(resume=folder))
    assert asked is not None and asked.may_go_on and asked.source == asked.path.read_bytes()
    asked.path.write_bytes(b"# harmless\n")
    other = code_of(RunSpec(resume=folder))
    assert other is not None and not other.may_go_on


@pytest.mark.parametrize("code", ["en", "zh_TW", "zh_CN"])
def test_that_the_question_fits_in_every_language(window: MainWindow, qtbot: QtBot, code: str) -> None:
    language().choose(code)
    path = new_agent("mine")
    for number, light in enumerate((False, True)):
        theme().set_wish("light" if light else "dark")
        asked = TrustCodeDialog(window, "mine.py", path, path.read_bytes(), learned=bool(number))
        asked.open()
        qtbot.wait(30)
        for button in (asked.yes, asked.no):
            assert button.width() >= button.sizeHint().width()
        keep(asked.grab().toImage(), f"trust-{code}-{'light' if light else 'dark'}")
        asked.reject()
        made = NewAgentDialog(window)
        made.open()
        qtbot.wait(30)
        keep(made.grab().toImage(), f"new-{code}-{'light' if light else 'dark'}")
        made.reject()
