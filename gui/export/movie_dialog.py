"""Asks which stretch of the timeline becomes a moving picture, and shows how far it is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from gui.export.moment_source import MomentSource
from gui.export.movie_format import FORMATS, MOST_FRAMES, MovieLook, missing
from gui.export.movie_plan import MoviePlan
from gui.export.movie_writer import MovieWriter
from gui.export.stage_frame import frame_size
from gui.language import number, tr
from gui.state.run_state import RunState
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.text_label import TextLabel

_PACES = {"2": 500, "4": 250, "10": 100, "25": 40}
_WIDTHS = {"small": 640, "medium": 1040, "large": 1400}
_USUAL_FRAMES = 100


class MovieDialog(QDialog):
    """A stretch, a format, a pace and a size; then a bar that can be stopped.

    Args:
        parent: The window.
        source: Where moments come from; closed with the dialog.
        state: The run as it is shown.
        layer: Layer of the stage.

    Attributes:
        file_wanted: A file is to be chosen, with this ending; answer with :meth:`write`.
        written: The path of a finished picture.
        failed: Key and values of why there is none.
    """

    file_wanted = Signal(str)
    written = Signal(str)
    failed = Signal(str, dict)

    def __init__(self, parent: QWidget, source: MomentSource, state: RunState, layer: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("export.movie.title"))
        self._source, self._state, self._layer = source, state, layer
        self._writer: MovieWriter | None = None
        self._ticks: list[int] = []
        self._make_parts()
        self._lay_out()
        self._tell()
        self.finished.connect(self._closed)

    def _make_parts(self) -> None:
        first, last = self._source.first, self._source.last
        self.start = self._field("export.movie.from", first, first, last)
        self.end = self._field("export.movie.to", last, first, last)
        self.frames = self._field("export.movie.frames", min(_USUAL_FRAMES, last - first + 1), 1, MOST_FRAMES)
        offered = [name for name in FORMATS if not missing(name)]
        self.format = Segmented([(name, "export.format." + name, "") for name in offered], name_key="export.format")
        self.pace = Segmented([(name, "export.pace." + name, "") for name in _PACES], name_key="export.movie.pace")
        self.pace.set_value("4")
        self.size_choice = Segmented(
            [(name, "export.size." + name, "") for name in _WIDTHS], name_key="export.movie.size"
        )
        self.size_choice.set_value("medium")
        for row in (self.format, self.pace, self.size_choice):
            row.changed.connect(self._tell)
        reasons = [tr(missing(name)) for name in FORMATS if missing(name)]
        self.reason = TextLabel(" ".join(reasons), 12, "dim", wrap=True)
        self.summary = TextLabel("", 13, "dim", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.stop = PillButton("export.movie.cancel", kind="plain")
        self.stop.clicked.connect(self.reject)
        self.save = PillButton("export.movie.save", "save", kind="primary")
        self.save.clicked.connect(lambda: self.file_wanted.emit(self.format.value))

    def _field(self, name_key: str, value: int, low: int, high: int) -> QLineEdit:
        field = QLineEdit(str(value))
        field.setValidator(QIntValidator(max(0, low), min(high, 2**31 - 1), field))
        field.setAccessibleName(tr(name_key))
        field.setMaximumWidth(130)
        field.textChanged.connect(self._tell)
        return field

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 22, 24, 20)
        outer.setSpacing(12)
        outer.addWidget(TextLabel("export.movie.title", 18, semibold=True))
        self._choices = QWidget()
        grid = QGridLayout(self._choices)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        stretch = QHBoxLayout()
        stretch.setSpacing(10)
        for part in (self.start, TextLabel("export.movie.to", ink="dim"), self.end):
            stretch.addWidget(part)
        stretch.addStretch(1)
        grid.addWidget(TextLabel("export.movie.from", ink="dim"), 0, 0)
        grid.addLayout(stretch, 0, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("export.movie.frames", self.frames),
            ("export.movie.pace", self.pace),
            ("export.movie.size", self.size_choice),
            ("export.format", self.format),
        )
        for line, (key, widget) in enumerate(rows, 1):
            grid.addWidget(TextLabel(key, ink="dim"), line, 0)
            grid.addWidget(widget, line, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        outer.addWidget(self._choices)
        for label in (self.reason, self.summary, self.bar):
            outer.addWidget(label)
        self.reason.setVisible(bool(self.reason.text()))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.save)
        outer.addSpacing(4)
        outer.addLayout(buttons)
        self.setMinimumWidth(480)

    @property
    def plan(self) -> MoviePlan | None:
        """What is asked for; ``None`` while a field cannot be read."""
        fields = (self.start, self.end, self.frames)
        if not all(field.hasAcceptableInput() for field in fields):
            return None
        first, last, frames = (int(field.text()) for field in fields)
        if first > last:
            return None
        return MoviePlan(first=first, last=last, frames=frames, milliseconds=_PACES[self.pace.value])

    def _tell(self) -> None:
        plan = self.plan
        self.save.setEnabled(plan is not None and self._state.world is not None)
        if plan is None:
            first, last = number(self._source.first), number(self._source.last)
            self.summary.set_text(tr("export.movie.range", first=first, last=last, most=number(MOST_FRAMES)))
            return
        told = {"frames": number(len(plan.ticks)), "seconds": number(plan.seconds, 1), "stride": number(plan.stride)}
        self.summary.set_text(tr("export.movie.summary", **told))

    def write(self, path: str) -> None:
        """Write what is asked for into a file."""
        plan, world = self.plan, self._state.world
        if plan is None or world is None or self._writer is not None:
            return
        wide = _WIDTHS[self.size_choice.value]
        width, height = frame_size(world.layout.columns, world.layout.rows, wide)
        look = MovieLook(
            format=Path(path).suffix.lower().lstrip("."), width=width, height=height, milliseconds=plan.milliseconds
        )
        self._ticks = plan.ticks
        self._writer = writer = MovieWriter(path, look, self._layer, self)
        writer.wanted.connect(self._ask)
        writer.progressed.connect(self._progress)
        writer.done.connect(lambda: self._done(path))
        writer.failed.connect(self._failed)
        self._choices.setEnabled(False)
        self.save.setEnabled(False)
        self.bar.setRange(0, len(self._ticks))
        self.bar.setValue(0)
        self.bar.show()
        self._progress(0)
        writer.start()

    def _ask(self, index: int) -> None:
        assert self._writer is not None
        if index >= len(self._ticks):
            self.bar.setRange(0, 0)
            self.summary.set_text(tr("export.movie.putting_together"))
            self._writer.finish()
            return
        self._source.ask(self._ticks[index], self._take, self._failed)

    def _take(self, state: RunState) -> None:
        if self._writer is not None:
            caption = tr("export.movie.caption", episode=number(state.episodes + 1), step=number(state.env_steps))
            self._writer.take(state, caption)

    def _progress(self, done: int) -> None:
        self.bar.setValue(done)
        self.summary.set_text(tr("export.movie.progress", done=number(done), all=number(len(self._ticks))))

    def _done(self, path: str) -> None:
        self.written.emit(path)
        self.accept()

    def _failed(self, key: str, params: dict[str, object]) -> None:
        self.failed.emit(key, params)
        self.reject()

    def _closed(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._source.close()
