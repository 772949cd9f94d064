"""Moving pictures: real files written by a real process, read again; stopped midway nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.export import movie_format
from gui.export.movie_dialog import MovieDialog
from gui.export.movie_format import LAST_MILLISECONDS, MOST_FRAMES, MovieLook, missing
from gui.export.movie_plan import MoviePlan
from gui.export.movie_writer import MovieWriter
from gui.export.run_moments import RunMoments
from gui.export.stage_frame import StageFrame, frame_size
from gui.state.run_state import RunState
from tests.gui.learned_run import learned_run

FRAMES = 8
LOOK = MovieLook(format="gif", width=320, height=180, milliseconds=100)


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> list[RunState]:
    folder = tmp_path_factory.mktemp("runs")
    return learned_run(folder, "Arena/GridWorld-v0", {"map": "cliff"}, ticks=2_000, steps=FRAMES - 1)


def captioned(moments: list[RunState]) -> Iterator[tuple[RunState, str]]:
    return ((state, f"step {state.env_steps}") for state in moments)


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Callable[..., MovieWriter]]:
    writers: list[MovieWriter] = []

    def make(path: Path, **look: object) -> MovieWriter:
        writer = MovieWriter(str(path), replace(LOOK, **look), "q")
        writers.append(writer)
        return writer

    yield make
    for writer in writers:
        writer.close()
        writer.deleteLater()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_that_a_moving_picture_has_the_frames_the_size_and_the_pace_asked_for(
    format: str, moments: list[RunState], made: Callable[..., MovieWriter], qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / f"learning.{format}"
    writer = made(file, format=format)
    with qtbot.waitSignal(writer.done):
        writer.write_all(captioned(moments))
    assert not writer.busy and names(tmp_path) == [file.name]
    with Image.open(file) as image:
        assert (image.format, image.n_frames, image.size) == (format.upper(), FRAMES, (320, 180))
        times, seen = [], set()
        for index in range(FRAMES):
            image.seek(index)
            frame = image.convert("RGB")
            times.append(image.info["duration"])
            seen.add(frame.tobytes())
    assert len(seen) == FRAMES
    assert sum(times) == 100 * (FRAMES - 1) + LAST_MILLISECONDS


def test_that_an_mp4_has_the_frames_asked_for(
    moments: list[RunState], made: Callable[..., MovieWriter], qtbot: QtBot, tmp_path: Path
) -> None:
    av = pytest.importorskip("av")
    writer = made(tmp_path / "learning.mp4", format="mp4")
    with qtbot.waitSignal(writer.done):
        writer.write_all(captioned(moments))
    with av.open(str(tmp_path / "learning.mp4")) as container:
        assert len(list(container.decode(video=0))) == FRAMES


def test_that_mp4_is_not_offered_without_its_package_and_the_reason_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movie_format, "find_spec", lambda name: None)
    assert [missing(name) for name in movie_format.FORMATS] == ["", "", "export.movie.no_mp4"]
    monkeypatch.setattr(movie_format, "find_spec", lambda name: object())
    assert not any(missing(name) for name in movie_format.FORMATS)


def test_that_stopping_midway_leaves_what_was_there_and_nothing_else(
    moments: list[RunState], made: Callable[..., MovieWriter], qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "learning.gif"
    file.write_bytes(b"mine")
    writer = made(file)
    done: list[str] = []
    writer.done.connect(lambda: done.append("done"))
    writer.failed.connect(lambda key, params: done.append(key))
    with qtbot.waitSignal(writer.progressed, check_params_cb=lambda count: count == 3):
        writer.write_all(captioned(moments))
    assert len(names(tmp_path)) == 2, "it is being written beside the old one"
    writer.cancel()
    qtbot.waitUntil(lambda: names(tmp_path) == ["learning.gif"])
    assert file.read_bytes() == b"mine" and not done and not writer.busy


def test_that_closing_while_it_is_put_together_leaves_nothing(
    moments: list[RunState], made: Callable[..., MovieWriter], qtbot: QtBot, tmp_path: Path
) -> None:
    # Frames as large as this take the writer a moment to put together.
    writer = made(tmp_path / "learning.webp", format="webp", width=1400, height=900)
    with qtbot.waitSignal(writer.progressed, check_params_cb=lambda count: count == FRAMES):
        writer.write_all(captioned(moments))
    qtbot.waitUntil(lambda: writer._assembling)
    writer.close()
    assert names(tmp_path) in ([], ["learning.webp"])
    if names(tmp_path):
        with Image.open(tmp_path / "learning.webp") as image:
            assert image.n_frames == FRAMES, "what is there is whole"


def test_that_a_folder_that_is_not_there_is_said(
    moments: list[RunState], made: Callable[..., MovieWriter], qtbot: QtBot, tmp_path: Path
) -> None:
    writer = made(tmp_path / "none" / "learning.gif")
    with qtbot.waitSignal(writer.failed) as failed:
        writer.write_all(captioned(moments))
    assert failed.args is not None
    assert failed.args[0] == "error.file.missing" and "learning.gif" in failed.args[1]["file"]


def test_that_a_writer_that_dies_is_said(
    moments: list[RunState], made: Callable[..., MovieWriter], qtbot: QtBot, tmp_path: Path
) -> None:
    writer = made(tmp_path / "learning.gif")
    with qtbot.waitSignal(writer.wanted):
        writer.start()
    with qtbot.waitSignal(writer.failed) as failed:
        os.kill(writer._process.pid, signal.SIGKILL)
        with contextlib.suppress(RuntimeError):
            writer.take(moments[0], "")
    assert failed.args is not None and failed.args[0] == "error.export.writer_died"


def test_that_frames_mark_changes_as_slow_or_fast_as_they_go(moments: list[RunState], qtbot: QtBot) -> None:
    slow, fast = StageFrame(replace(LOOK, milliseconds=500), "q"), StageFrame(replace(LOOK, milliseconds=40), "q")
    last_slow = [slow.paint(state, "") for state in moments][-1]
    last_fast = [fast.paint(state, "") for state in moments][-1]
    assert slow._stage._marks.last >= 0 and fast._stage._marks.last == -1
    assert last_slow != last_fast
    slow.close()
    fast.close()


def test_that_frames_are_even_and_as_large_as_their_cells(moments: list[RunState]) -> None:
    for columns, rows, width in ((12, 4, 1040), (1, 1, 640), (200, 200, 640), (8, 8, 1400)):
        wide, high = frame_size(columns, rows, width)
        assert wide % 2 == high % 2 == 0 and 320 <= wide <= max(320, width) and high <= 800
    assert frame_size(12, 4, 1040)[0] // 12 >= 84, "four numbers stand in a cell of the usual size"


@pytest.mark.parametrize(
    ("first", "last", "frames", "ticks"),
    [(0, 10, 3, [0, 5, 10]), (7, 7, 9, [7]), (0, 3, 100, [0, 1, 2, 3]), (5, 900, 1, [900])],
)
def test_that_a_stretch_is_cut_into_equal_parts(first: int, last: int, frames: int, ticks: list[int]) -> None:
    plan = MoviePlan(first=first, last=last, frames=frames, milliseconds=250)
    assert plan.ticks == ticks
    assert plan.seconds == pytest.approx(0.25 * (len(ticks) - 1) + 1.0)


def test_that_a_long_stretch_has_no_more_frames_than_anybody_watches() -> None:
    plan = MoviePlan(first=0, last=10_000_000, frames=10**9, milliseconds=40)
    assert len(plan.ticks) == MOST_FRAMES and plan.ticks[0] == 0 and plan.ticks[-1] == 10_000_000


class Moments:
    """The moments of a stretch, at hand."""

    def __init__(self, moments: list[RunState]) -> None:
        self._moments = {state.env_steps: state for state in moments}
        self.first, self.last = min(self._moments), max(self._moments)
        self.asked: list[int] = []
        self.closed = False

    def ask(self, tick: int, answer: Callable[[RunState], None], refuse: object) -> None:
        self.asked.append(tick)
        answer(self._moments[tick])

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def dialog(moments: list[RunState], qtbot: QtBot) -> Iterator[tuple[MovieDialog, Moments]]:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    source = Moments(moments)
    made = MovieDialog(host, source, moments[-1], "q")
    made.open()
    yield made, source
    if not source.closed:
        made.reject()
    assert source.closed


def test_that_the_dialog_writes_the_stretch_it_was_told(
    dialog: tuple[MovieDialog, Moments], qtbot: QtBot, tmp_path: Path
) -> None:
    asking, source = dialog
    asking.start.setText("2001")
    asking.end.setText("2005")
    asking.frames.setText("3")
    asking.size_choice.set_value("small")
    assert "3 frames" in asking.summary.text()
    file = str(tmp_path / "learning.gif")
    with qtbot.waitSignal(asking.written) as written:
        asking.write(file)
    assert written.args == [file] and source.asked == [2001, 2003, 2005] and source.closed
    with Image.open(file) as image:
        assert image.n_frames == 3


@pytest.mark.parametrize(("start", "end", "frames"), [("", "2005", "3"), ("2005", "2001", "3"), ("2001", "9999", "3")])
def test_that_a_stretch_that_cannot_be_is_explained_and_not_written(
    dialog: tuple[MovieDialog, Moments], start: str, end: str, frames: str
) -> None:
    asking, _ = dialog
    asking.start.setText(start)
    asking.end.setText(end)
    asking.frames.setText(frames)
    assert asking.plan is None and not asking.save.isEnabled()
    assert "2,000" in asking.summary.text() and "2,007" in asking.summary.text()


def test_that_leaving_the_dialog_midway_leaves_no_file(
    dialog: tuple[MovieDialog, Moments], qtbot: QtBot, tmp_path: Path
) -> None:
    asking, source = dialog
    asking.write(str(tmp_path / "learning.gif"))
    qtbot.waitUntil(lambda: len(source.asked) >= 2)
    asking.stop.click()
    assert source.closed and not names(tmp_path)


def no_reader_left() -> bool:
    return not any(thread.name == "arena-reader" for thread in threading.enumerate())


def test_that_a_stretch_of_a_stored_run_becomes_a_picture_of_its_real_moments(
    moments: list[RunState], qtbot: QtBot, tmp_path: Path
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    live, seen = moments[-1], []
    paint = StageFrame.paint

    def watched(self: StageFrame, state: RunState, caption: str) -> QImage:
        seen.append(state)
        return paint(self, state, caption)

    dialog = MovieDialog(host, RunMoments(live, 0), live, "q")
    dialog.frames.setText("3")
    with pytest.MonkeyPatch.context() as patch, qtbot.waitSignal(dialog.written):
        patch.setattr(StageFrame, "paint", watched)
        dialog.write(str(tmp_path / "learning.webp"))
    qtbot.waitUntil(no_reader_left)
    assert [state.env_steps for state in seen] == MoviePlan(
        first=0, last=live.env_steps, frames=3, milliseconds=250
    ).ticks
    first, last = seen[0].view, seen[-1].view
    assert seen[-1].at == -1 and first is not None and last is not None and live.view is not None
    assert np.array_equal(last.arrays["q"], live.view.arrays["q"]) and not first.arrays["visits"].any()
    with Image.open(tmp_path / "learning.webp") as image:
        assert image.n_frames == 3


def test_that_a_run_that_is_gone_is_said_and_leaves_no_file(
    moments: list[RunState], qtbot: QtBot, tmp_path: Path
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    live = replace(moments[-1], folder=str(tmp_path / "gone"))
    dialog = MovieDialog(host, RunMoments(live, 0), live, "q")
    with qtbot.waitSignal(dialog.failed) as failed:
        dialog.write(str(tmp_path / "learning.gif"))
    qtbot.waitUntil(no_reader_left)
    assert failed.args is not None and failed.args[0].startswith("error.")
    assert not names(tmp_path)
