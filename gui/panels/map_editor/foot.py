"""The editor's bottom bar: whether one can learn in the map, or what else there is to say, and where it goes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from arena.environments.grid.map_check import Findings
from gui.icons import paint_icon
from gui.language import language, number, tr
from gui.panels.map_editor.actions import EditorActions
from gui.theme import TEXT, color, theme
from gui.widgets.link_button import LinkButton
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import Ink, TextLabel

_ICONS: dict[str, str] = {"good": "check", "warning": "warning", "bad": "warning"}


class _Sign(QWidget):
    """A tick or a warning before the sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.ink: Ink = "good"
        theme().changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Measure again."""
        self.setFixedSize(theme().px(20), theme().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, _ICONS.get(self.ink, "info"), QRectF(self.rect()), color(self.ink))
        painter.end()


class EditorFoot(QWidget):
    """One sentence and what can be done with the map.

    Args:
        actions: What the buttons do.

    Attributes:
        cell_wanted: The person wants to see this cell.
    """

    cell_wanted = Signal(int)

    def __init__(self, actions: EditorActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings = Findings(faults=(), moves=None)
        self._columns = 1
        self._said: tuple[str, Ink] | None = None
        self._sign = _Sign()
        self.sentence = TextLabel("", TEXT, wrap=True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_it = LinkButton("editor.show_cell")
        self.show_it.clicked.connect(self._show_cell)
        self.change = PillButton("editor.change", "reset", "plain", tip_key="editor.change.tip")
        self.use = PillButton("editor.use", "run", "primary", tip_key="editor.use.tip")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.show_it)
        row.addSpacing(8)
        for button, name in ((self.change, "change"), (self.use, "use")):
            button.clicked.connect(actions[name].trigger)
            actions[name].enabledChanged.connect(button.setEnabled)
            row.addWidget(button)
        self.change.hide()
        language().changed.connect(self._show)

    def show_findings(self, findings: Findings, columns: int) -> None:
        """Say whether one can learn in a map of so many columns."""
        self._findings, self._columns = findings, columns
        self._show()

    def show_change(self, *, running: bool, same_size: bool) -> None:
        """Offer to change the world that is learned in, if the map is its map.

        Args:
            running: Whether it is.
            same_size: Whether it still has its size; another one needs a new run.
        """
        self.change.setVisible(running)
        self.change.set_tip_key("editor.change.tip" if same_size else "editor.change.other_size")

    def say(self, text: str, ink: Ink) -> None:
        """Say something else, until the map is changed.

        Args:
            text: In the language in use.
            ink: ``good``, ``warning`` or ``bad``.
        """
        self._said = (text, ink)
        self._show()

    def be_quiet(self) -> None:
        """Say nothing but whether one can learn in the map."""
        if self._said is not None:
            self._said = None
            self._show()

    def _show(self) -> None:
        text, ink = self._said or self._judgement()
        fault = self._findings.faults[0] if self._findings.faults else None
        self.sentence.set_text(text)
        self.sentence.set_ink("text" if ink == "good" else ink)
        self.sentence.setToolTip(text)
        self._sign.ink = ink
        self._sign.update()
        self.show_it.setVisible(self._said is None and fault is not None and fault.cell is not None)

    def _judgement(self) -> tuple[str, Ink]:
        if not self._findings.faults:
            moves = number(self._findings.moves or 0)
            return tr("editor.ready.one" if moves == "1" else "editor.ready", moves=moves), "good"
        fault = self._findings.faults[0]
        row, column = divmod(fault.cell or 0, self._columns)
        name = "alone" if fault.params.get("found") == 1 else fault.name
        return tr("editor.fault." + name, row=row, column=column, **fault.params), "warning"

    def _show_cell(self) -> None:
        cell = self._findings.faults[0].cell if self._findings.faults else None
        if cell is not None:
            self.cell_wanted.emit(cell)
