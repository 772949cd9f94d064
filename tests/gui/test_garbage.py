"""Widgets that only refer to themselves go between two turns of the event loop, never in the middle of one."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.garbage import TidyGarbage

RESTYLED = """
import gc, sys
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

app = QApplication([])
QApplication.setStyle("Fusion")
app.setStyleSheet("QWidget {color: red}")
if sys.argv[1] == "tidy":
    from gui.garbage import TidyGarbage
    tidy = TidyGarbage(app)

class Busy(QLabel):
    def changeEvent(self, event):
        seen[0] += 1
        if gc.isenabled() and seen[0] % 150 == 7:
            # Python may do so by itself at any new object: this is the worst of its moments.
            gc.collect()
        super().changeEvent(event)

def closed_dialog():
    dialog = QWidget()
    dialog.itself = dialog
    layout = QVBoxLayout(dialog)
    for kind in (QPushButton, QLineEdit, QScrollArea, QComboBox):
        layout.addWidget(kind())
    dialog.show()

shown, seen = [], [0]
for turn in range(10):
    for _ in range(20):
        shown.append(Busy("x"))
        shown[-1].show()
        closed_dialog()
    app.setStyleSheet("QWidget {font-size: %dpx}" % (10 + turn % 3))
    app.processEvents()
    if sys.argv[1] == "tidy":
        tidy.look()
print("alive")
"""


@pytest.fixture
def tidy(qtbot: QtBot) -> Iterator[TidyGarbage]:
    owner = QObject()
    made = TidyGarbage(owner)
    yield made
    made.end()
    assert gc.isenabled()


def of_itself() -> weakref.ref[QWidget]:
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]
    return weakref.ref(widget)


def restyled(way: str) -> subprocess.CompletedProcess[str]:
    # What is freed is overwritten (glibc): a widget that is gone is seen to be gone.
    environment = {**os.environ, "MALLOC_PERTURB_": "165"}
    command = [sys.executable, "-c", RESTYLED, way]
    return subprocess.run(command, capture_output=True, text=True, timeout=250, env=environment)


@pytest.mark.skipif(sys.platform != "linux", reason="what is freed is overwritten by glibc only")
def test_that_restyling_the_whole_window_survives_closed_dialogs() -> None:
    said = restyled("tidy")
    assert (said.returncode, said.stdout) == (0, "alive\n"), said.stderr[-2000:]
    # Left to Python it ends the process; should that ever change, none of this is needed any more.
    assert restyled("automatic").returncode < 0


def test_that_no_other_thread_destroys_a_widget(tidy: TidyGarbage, qtbot: QtBot) -> None:
    left = of_itself()
    kept: list[list[int]] = []

    def reader() -> None:
        kept.extend([number] for number in range(200_000))

    thread = threading.Thread(target=reader)
    thread.start()
    thread.join()
    assert len(kept) == 200_000 and left() is not None
    qtbot.waitUntil(lambda: left() is None)


def test_that_what_lives_long_is_collected_in_the_end(tidy: TidyGarbage) -> None:
    left = of_itself()
    gc.collect(0)
    gc.collect(1)
    for _ in range(2_000):
        kept = [[number] for number in range(1_000)]
        tidy.look()
        if left() is None:
            break
    assert left() is None and len(kept) == 1_000
