"""What if…: one thing to change, a sentence on what will happen, and the button that begins it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.language import language, number, tr
from gui.panels.what_if.action import ActionEditor
from gui.panels.what_if.algorithm import AlgorithmEditor
from gui.panels.what_if.cell import CellEditor
from gui.panels.what_if.editor import ChangeEditor
from gui.panels.what_if.rewards import RewardsEditor
from gui.panels.what_if.seed import SeedEditor
from gui.panels.what_if.setting import SettingEditor
from gui.state.run_state import RunState
from gui.theme import CAPTION, TEXT
from gui.widgets.change_words import Before, sides
from gui.widgets.pill_button import PillButton
from gui.widgets.stage.names import action_glyph
from gui.widgets.text_label import TextLabel

_TILES_A_ROW = 3


class WhatIfPanel(QWidget):
    """The content of the drawer.

    Attributes:
        run_both: Emitted with the moment and the changes.
        tree_wanted: The family of this run is to be shown.
    """

    run_both = Signal(int, dict)
    tree_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._at = 0
        self.editors: tuple[ChangeEditor, ...] = (
            SettingEditor(),
            RewardsEditor(),
            CellEditor(),
            ActionEditor(),
            AlgorithmEditor(),
            SeedEditor(),
        )
        self.tiles: dict[str, PillButton] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self.moment = TextLabel("", TEXT, "dim", wrap=True)
        self.sentence = TextLabel("", TEXT, wrap=True)
        self.sentence.setMinimumHeight(64)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.begin = PillButton("whatif.run_both", "branch", "primary", tip_key="whatif.run_both.tip")
        self.begin.clicked.connect(self._begin)
        self.tree = PillButton("whatif.tree", "branch", "quiet", tip_key="whatif.tree.tip", small=True)
        self.tree.clicked.connect(self.tree_wanted)
        self._lay_out()
        language().changed.connect(self.retranslate)
        self.choose(self.editors[0].name)

    def _lay_out(self) -> None:
        tiles = QGridLayout()
        tiles.setSpacing(6)
        for index, editor in enumerate(self.editors):
            tile = PillButton(
                "whatif.kind." + editor.name, editor.icon, tip_key="whatif.kind." + editor.name + ".tip", small=True
            )
            tile.setCheckable(True)
            tile.clicked.connect(lambda _=False, name=editor.name: self.choose(name))
            self._group.addButton(tile)
            self.tiles[editor.name] = tile
            tiles.addWidget(tile, index // _TILES_A_ROW, index % _TILES_A_ROW, Qt.AlignmentFlag.AlignLeft)
            inside = editor.layout()
            if inside is not None:
                inside.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._stack.addWidget(editor)
            editor.changed.connect(self._show_sentence)
        tiles.setColumnStretch(_TILES_A_ROW, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self._stack)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        # A scroll area fills what it holds; the drawer's own surface is to be seen.
        area.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addWidget(self.moment)
        rows.addLayout(tiles)
        rows.addWidget(area, 1)
        rows.addWidget(TextLabel("whatif.then", CAPTION, "dim", semibold=True))
        rows.addWidget(self.sentence)
        rows.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self.tree, 0, Qt.AlignmentFlag.AlignLeft)

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def editor(self) -> ChangeEditor:
        """The kind of change being chosen."""
        made = self._stack.currentWidget()
        assert isinstance(made, ChangeEditor)
        return made

    def show_moment(self, state: RunState, at: int) -> None:
        """Begin anew for a moment of a run.

        Args:
            state: The run as it was then.
            at: The tick.
        """
        self._state, self._at = state, at
        for editor in self.editors:
            offered = editor.offered(state)
            self.tiles[editor.name].setEnabled(offered)
            if offered:
                editor.show_run(state)
        if not self.editor.offered(state):
            self.choose(next(editor.name for editor in self.editors if editor.offered(state)))
        self.retranslate()

    def choose(self, name: str) -> None:
        """Offer one kind of change."""
        for editor in self.editors:
            if editor.name == name:
                self._stack.setCurrentWidget(editor)
                self.tiles[name].setChecked(True)
        self._show_sentence()

    @property
    def at(self) -> int:
        """The moment it is about."""
        return self._at

    def suggest_cell(self, cell: int) -> None:
        """Have a cell chosen already, should it be a cell that is to change."""
        for editor in self.editors:
            if isinstance(editor, CellEditor):
                editor.choose(cell)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        self.moment.set_key("whatif.moment", tick=number(self._at))
        self._show_sentence()

    def _show_sentence(self) -> None:
        problem, changes = self.editor.problem(), self.editor.changes()
        self.begin.setEnabled(bool(changes) and not problem)
        self.sentence.set_ink("bad" if problem else "text" if changes else "dim")
        if problem:
            self.sentence.set_text(problem)
            return
        if not changes:
            self.sentence.set_text(tr("whatif.nothing"))
            return
        left, right = sides(changes, Before.of(self._state))
        if "action" in changes and self._state.world is not None:
            right = action_glyph(self._state.world, changes["action"])
        self.sentence.set_text(tr("whatif.will." + self.editor.name, tick=number(self._at), left=left, right=right))

    def _begin(self) -> None:
        changes: dict[str, Any] = self.editor.changes()
        if changes:
            self.run_both.emit(self._at, changes)
