"""The bar at the bottom: run, step, run to, speed, episodes, and the timeline under them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from arena.protocol.messages import SPEED_EPISODE, SPEED_MAXIMUM
from gui.language import language, tr
from gui.state.run_state import RunState
from gui.theme import color, theme
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.text_label import TextLabel
from gui.widgets.timeline import Timeline

SPEEDS: tuple[tuple[str, float], ...] = (
    ("1", 1.0),
    ("4", 4.0),
    ("15", 15.0),
    ("60", 60.0),
    ("episode", SPEED_EPISODE),
    ("max", SPEED_MAXIMUM),
)
"""Speeds by name, slow to fast."""

GOALS = ("change", "reward", "episode", "episodes", "stable")
"""What one can run to; ``episodes`` means ten of them."""

MANY_EPISODES = 10


class Transport(QWidget):
    """Buttons that drive a run.

    Attributes:
        toggled: Run or pause.
        stepped: One step.
        stepped_back: One step back.
        learn_on: Learn on from the moment of the past that is shown.
        episode_moved: One episode back (−1) or on (1).
        flag_wanted: Bookmarks and landmarks, at a point of the screen.
        run_to: Goal and count.
        speed_chosen: As in ``SetSpeed``.
    """

    toggled = Signal()
    stepped = Signal()
    stepped_back = Signal()
    learn_on = Signal()
    episode_moved = Signal(int)
    flag_wanted = Signal(QPoint)
    run_to = Signal(str, int)
    speed_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = PillButton("lab.run", "run", "primary", tip_key="lab.run.tip")
        self.step = PillButton("lab.step", "step", "plain", tip_key="lab.step.tip", icon_only=True)
        self.step_back = PillButton("lab.step_back", "step_back", "plain", tip_key="lab.step_back.tip", icon_only=True)
        self.fork = PillButton("past.learn_on", "branch", "past", tip_key="past.learn_on.tip")
        self.episode_back = PillButton("lab.episode_back", "rewind", "plain", icon_only=True)
        self.episode_name = TextLabel("lab.episode", 14, "dim")
        self.episode_on = PillButton("lab.episode_on", "forward", "plain", icon_only=True)
        self.flag = PillButton("lab.flag", "flag", "plain", tip_key="lab.flag.tip", icon_only=True)
        self.timeline = Timeline()
        self.goal = Chooser("lab.run_to", tip_key="lab.run_to.tip")
        self.go = PillButton("lab.run_to.go", "forward", "plain", tip_key="lab.run_to.tip", icon_only=True)
        self.speed_name = TextLabel("lab.speed", 14, "dim")
        self.speed = Segmented(
            [(name, f"lab.speed.{name}", f"lab.speed.{name}.tip") for name, _ in SPEEDS], name_key="lab.speed"
        )
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(SPEEDS) - 1)
        self.slider.setPageStep(1)
        self.slider_text = TextLabel("", 16, "dim")
        self._running = False
        self._past = False
        self._withheld: frozenset[str] = frozenset()
        self._compared = False
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 10, 0, 4)
        rows.setSpacing(2)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for button in (self.run, self.step_back, self.step, self.fork, self.goal, self.go):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.slider, 8)
        row.addWidget(self.slider_text)
        row.addWidget(self.speed_name)
        row.addWidget(self.speed)
        row.addStretch(1)
        for widget in (self.episode_back, self.episode_name, self.episode_on, self.flag):
            row.addWidget(widget)
        rows.addLayout(row)
        rows.addWidget(self.timeline)
        self.run.clicked.connect(self.toggled)
        self.step.clicked.connect(self.stepped)
        self.step_back.clicked.connect(self.stepped_back)
        self.fork.clicked.connect(self.learn_on)
        self.episode_back.clicked.connect(lambda: self.episode_moved.emit(-1))
        self.episode_on.clicked.connect(lambda: self.episode_moved.emit(1))
        self.flag.clicked.connect(lambda: self.flag_wanted.emit(self.flag.mapToGlobal(QPoint(0, 0))))
        self.goal.changed.connect(self._go_to)
        self.go.clicked.connect(lambda: self._go_to(self.goal.value))
        self.speed.changed.connect(lambda name: self.speed_chosen.emit(dict(SPEEDS)[name]))
        self.slider.valueChanged.connect(self._slid)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.retranslate()
        self.goal.set_value("change")
        self.restyle()

    def retranslate(self) -> None:
        """Offer the choices in the language in use."""
        self.goal.set_choices([Choice(name, tr("lab.goal." + name), tr("lab.goal." + name + ".tip")) for name in GOALS])
        self.slider.setAccessibleName(tr("lab.speed"))
        self._show_slider_text()
        self._fix_width()

    def restyle(self) -> None:
        """Show a slider instead of small segments in projector mode."""
        big = theme().projector
        desk: tuple[QWidget, ...] = (
            self.goal, self.speed, self.episode_back, self.episode_name, self.episode_on, self.flag,
        )  # fmt: skip
        for widget in desk:
            widget.setVisible(not big)
        now_only: tuple[QWidget, ...] = (self.go, self.speed_name)
        for widget in now_only:
            widget.setVisible(not big and not self._past)
        self.fork.setVisible(self._past)
        wide: tuple[QWidget, ...] = (self.slider, self.slider_text)
        for widget in wide:
            widget.setVisible(big)
        # Two runs that are compared have no past in common to go back to.
        for widget in self._of_controls(self._withheld | {"timeline"} if self._compared else self._withheld):
            widget.hide()
        self._fix_width()

    def withhold(self, controls: Iterable[str]) -> None:
        """Hide these of its controls, ``run_to``, ``speed`` and ``timeline``, and show the others."""
        self._withheld = frozenset(controls) & {"run_to", "speed", "timeline"}
        for widget in (self.timeline, self.step_back):
            widget.show()
        self.restyle()

    def show_compared(self, compared: bool) -> None:
        """Show whether it drives two runs that are compared."""
        self._compared = compared
        self.withhold(self._withheld)
        self.updateGeometry()

    def _of_controls(self, controls: Iterable[str]) -> list[QWidget]:
        parts: dict[str, tuple[QWidget, ...]] = {
            "run_to": (self.goal, self.go),
            "speed": (self.speed, self.speed_name, self.slider, self.slider_text),
            "timeline": (
                self.timeline, self.step_back, self.episode_back, self.episode_name, self.episode_on, self.flag,
            ),
        }  # fmt: skip
        return [widget for name in controls for widget in parts[name]]

    def _fix_width(self) -> None:
        # The button says Run or Pause; it must not move what stands beside it.
        running = self._running
        widths = []
        for key in ("lab.run", "lab.pause", "past.replay"):
            self.run.set_text_key(key)
            widths.append(self.run.sizeHint().width())
        self._show_run(running)
        self.run.setMinimumWidth(max(widths))

    def show_state(self, state: RunState) -> None:
        """Show whether it runs, and how fast."""
        if state.at < 0:
            self._show_run(state.phase == "running")
        ready = state.phase in ("running", "paused", "finished")
        for widget in (self.run, self.step, self.goal, self.go, self.flag):
            widget.setEnabled(ready)
        begun = ready and (state.env_steps > 0 or state.at >= 0)
        for widget in (self.step_back, self.episode_back):
            widget.setEnabled(begun)
        self.episode_on.setEnabled(state.at >= 0)
        name = next((name for name, speed in SPEEDS if speed == state.speed), "")
        if name and name != self.speed.value:
            self.speed.set_value(name)
        if name:
            index = [each for each, _ in SPEEDS].index(name)
            self.slider.blockSignals(True)
            self.slider.setValue(index)
            self.slider.blockSignals(False)
            self._show_slider_text()

    def show_past(self, *, past: bool, replaying: bool) -> None:
        """Show whether a moment of the past is looked at, and whether it is replayed."""
        if past:
            self._show_run(replaying)
        if past != self._past:
            self._past = past
            self._show_run(replaying if past else self._running)
            self.restyle()

    def _show_run(self, running: bool) -> None:
        self._running = running
        self.run.set_text_key("lab.pause" if running else "past.replay" if self._past else "lab.run")
        self.run.set_icon_name("pause" if running else "run")

    def faster(self, by: int) -> None:
        """Choose the next faster (1) or slower (−1) speed."""
        names = [name for name, _ in SPEEDS]
        at = names.index(self.speed.value) + by
        if 0 <= at < len(names):
            self.speed.set_value(names[at])
            self.speed_chosen.emit(SPEEDS[at][1])

    def _slid(self, index: int) -> None:
        self._show_slider_text()
        self.speed_chosen.emit(SPEEDS[index][1])

    def _show_slider_text(self) -> None:
        name = SPEEDS[self.slider.value()][0]
        self.slider_text.set_text(tr("lab.speed." + name))

    def _go_to(self, goal: str) -> None:
        if goal == "episodes":
            self.run_to.emit("episode", MANY_EPISODES)
        else:
            self.run_to.emit(goal, 1)

    def sizeHint(self) -> QSize:
        return QSize(800, theme().px(58) + (0 if self._compared else self.timeline.sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not theme().projector:
            painter.fillRect(self.rect(), color("surface"))
            painter.fillRect(0, 0, self.width(), 1, QColor(color("line")))
