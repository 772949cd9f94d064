"""What can be said of the chosen brush: where the wind blows, what a goal pays, which pair a teleporter is of."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from arena.environments.grid.cells import DIRECTIONS
from arena.environments.grid.map_file import number_fits
from gui.language import language, tr
from gui.state.map_brush import LETTERS, REWARD, Brush
from gui.theme import CAPTION, TEXT, theme
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.number_field import NumberField
from gui.widgets.segmented import Segmented
from gui.widgets.stepper import Stepper
from gui.widgets.text_label import TextLabel

_FIELDS = {
    "wind": ("direction", "strength"),
    "goal": ("value",),
    "trap": ("value",),
    REWARD: ("value",),
    "noisy": ("value", "spread"),
    "teleporter": ("letter",),
}


class BrushForm(QWidget):
    """One sentence on the brush, and the fields its kind has.

    Attributes:
        changed: Emitted with the brush after a person changed one of its numbers.
        refused: Emitted after a person entered a number a map cannot have.
    """

    changed = Signal(object)
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brush = Brush()
        self.help = TextLabel("", CAPTION, "dim", wrap=True)
        self.direction = Segmented(
            [(name, "editor.wind." + name, f"editor.wind.{name}.tip") for name in DIRECTIONS],
            name_key="editor.field.direction",
        )
        self.strength = Stepper("editor.field.strength", 1, 9)
        self.letter = Chooser("", tip_key="editor.field.letter.help")
        self.letter.set_choices([Choice(letter, letter) for letter in LETTERS])
        self.value = NumberField("editor.field.value", lambda value: number_fits("reward", value))
        self.spread = NumberField("editor.field.spread", lambda value: number_fits("reward", value), needed=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.help)
        self._rows: dict[str, QWidget] = {}
        for name, field in (
            ("direction", self.direction),
            ("strength", self.strength),
            ("letter", self.letter),
            ("value", self.value),
            ("spread", self.spread),
        ):
            rows.addWidget(self._row(name, field))
        rows.addStretch(1)
        self.direction.changed.connect(lambda name: self._change(direction=name))
        self.strength.changed.connect(lambda value: self._change(strength=value))
        self.letter.changed.connect(lambda letter: self._change(letter=letter))
        self.value.entered.connect(lambda value: self._change(value=value))
        self.spread.entered.connect(lambda value: self._change(spread=value))
        self.value.refused.connect(self.refused)
        self.spread.refused.connect(self.refused)
        language().changed.connect(self.retranslate)
        theme().changed.connect(self.restyle)
        self.restyle()
        self.show_brush(self._brush)

    def _row(self, name: str, field: QWidget) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        label = TextLabel("editor.field." + name, TEXT - 1)
        if name == "value":
            self._value_label = label
        line.addWidget(label, 1)
        line.addWidget(field)
        self._rows[name] = row
        return row

    def show_brush(self, brush: Brush) -> None:
        """Show a brush."""
        self._brush = brush
        self.help.set_key(f"editor.brush.{brush.kind}.help")
        for name, row in self._rows.items():
            row.setVisible(name in _FIELDS.get(brush.kind, ()))
        self._value_label.set_key("editor.field.mean" if brush.kind == "noisy" else "editor.field.value")
        self.direction.set_value(brush.direction)
        self.strength.set_value(brush.strength)
        self.letter.set_value(brush.letter)
        self.value.show_value(brush.value)
        self.spread.show_value(brush.spread)
        self.retranslate()

    def retranslate(self) -> None:
        """Say what an empty field means in the language in use."""
        own = self._brush.kind in ("goal", "trap")
        self.value.setPlaceholderText(tr("editor.field.value.as_map") if own else "0")

    def restyle(self) -> None:
        """Measure again."""
        for field in (self.value, self.spread):
            field.setFixedWidth(theme().px(104))

    def _change(self, **changes: object) -> None:
        self._brush = replace(self._brush, **changes)  # type: ignore[arg-type]
        self.changed.emit(self._brush)
