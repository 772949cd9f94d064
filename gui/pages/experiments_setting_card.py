"""One setting of the comparison: a line that says what it is, and, when it is open, everything that can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from agents.catalog import CATALOG, agent
from agents.configuration import Setting, settings_of
from agents.experiments.names import SYMBOLS, shown_value
from agents.experiments.plan import Candidate
from arena.environments.registry import world_choices
from arena.texts import localized
from gui.language import language, tr
from gui.pages.lab_top_bar import world_id
from gui.panels.setting_field import SettingField
from gui.panels.setting_ink import paint_marker, setting_color
from gui.state.compared_settings import Known, playing_agents, with_agent, with_value
from gui.state.run_words import world_title
from gui.theme import CAPTION, TEXT, color, font, theme
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.switch import Switch
from gui.widgets.text_label import TextLabel

_HEAD = 46


class CardHead(PaintedButton):
    """The line of a card: marker, agent, and what it is set to; pressing it opens or closes the card.

    Args:
        place: Place of the setting.
    """

    def __init__(self, place: int) -> None:
        self._place = place
        self._title = self._line = ""
        super().__init__("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_words(self, title: str, line: str) -> None:
        """Show agent and settings in words."""
        self._title, self._line = title, line
        self.setAccessibleName(tr("experiments.setting.name", place=self._place + 1, title=title, line=line))
        self.setToolTip(line)
        self.setFixedHeight(theme().px(_HEAD))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme().px
        if self.hovered:
            rounded(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), 7, color("raised"))
        paint_marker(painter, self._place, QPointF(px(18), self.height() / 2), px(11))
        left = px(36)
        room = self.width() - left - 4
        for text, face, ink, top in (
            (self._title, font(px(TEXT), semibold=True), setting_color(self._place), px(5)),
            (self._line, font(px(CAPTION)), color("dim"), px(24)),
        ):
            painter.setFont(face)
            painter.setPen(ink)
            shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room, px(18)), Qt.AlignmentFlag.AlignVCenter, shown)
        if self.ring:
            focus_ring(painter, QRectF(self.rect()), 7)
        painter.end()


class SettingCard(QWidget):
    """A card of the column.

    Args:
        place: Place of the setting.

    Attributes:
        chosen: Emitted when it is to be opened or closed.
        changed: Emitted with the setting as a person changed it.
        duplicate_wanted: Emitted when a copy is wanted.
        remove_wanted: Emitted when it is to go.
    """

    chosen = Signal()
    changed = Signal(object)
    duplicate_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._candidate = Candidate(env_id="")
        self._built = ""
        self.fields: dict[str, SettingField] = {}
        self.head = CardHead(place)
        self.copy = PillButton("experiments.setting.duplicate", "copy", "quiet", icon_only=True, small=True)
        self.remove = PillButton("experiments.setting.remove", "delete", "quiet", icon_only=True, small=True)
        self.world = Chooser("lab.world", tip_key="lab.world.tip")
        self.agent = Chooser("lab.agent", tip_key="lab.agent.tip")
        self.more = Switch("settings.more")
        self.problem = TextLabel("", CAPTION, "bad", wrap=True)
        self._worlds = {world_id(choice.env_id, choice.env_kwargs): choice for choice in world_choices()}
        self._other: tuple[str, str] | None = None
        self._lay_out()
        self._connect()
        language().changed.connect(self.retranslate)
        self.retranslate()

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2, 2, 2, 2)
        outer.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 6, 0)
        top.setSpacing(0)
        top.addWidget(self.head, 1)
        top.addWidget(self.copy)
        top.addWidget(self.remove)
        outer.addLayout(top)
        outer.addWidget(self.problem)
        self.problem.setContentsMargins(12, 0, 12, 8)
        self.inside = QWidget()
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(12, 2, 12, 12)
        column.setSpacing(7)
        column.addWidget(self.world)
        column.addWidget(self.agent)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        column.addLayout(self._rows)
        column.addWidget(self.more)
        outer.addWidget(self.inside)
        self.inside.hide()
        self.problem.hide()

    def _connect(self) -> None:
        self.head.clicked.connect(self.chosen)
        self.copy.clicked.connect(self.duplicate_wanted)
        self.remove.clicked.connect(self.remove_wanted)
        self.world.changed.connect(self._choose_world)
        self.agent.changed.connect(lambda id: self.changed.emit(with_agent(self._candidate, id)))
        self.more.toggled.connect(lambda _: self._show_fields())

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_setting(
        self, candidate: Candidate, values: Mapping[str, Any], known: Known, *, is_open: bool, alone: bool, full: bool
    ) -> None:
        """Show a setting.

        Args:
            candidate: The setting.
            values: All its hyper-parameters.
            known: What the worker said of it.
            is_open: Whether its fields are shown.
            alone: Whether it is the only one, which stays.
            full: Whether there is no room for a copy.
        """
        self._candidate, self._values = candidate, dict(values)
        name = world_id(candidate.env_id, candidate.env_kwargs)
        if name not in self._worlds:
            self._other = (name, world_title(candidate.env_id, candidate.env_kwargs))
            self.retranslate()
        self.world.set_value(name)
        self.agent.set_value(candidate.agent)
        if is_open:
            self._build(candidate.agent)
        for field_name, field in self.fields.items():
            if field_name in values:
                field.show_value(values[field_name])
        key, params = known.problem
        self.problem.set_text(tr(key, **params) if key else "")
        self.problem.setVisible(bool(key))
        self.remove.setVisible(not alone)
        self.copy.setEnabled(not full)
        self.copy.setVisible(not (alone and full))
        self.inside.setVisible(is_open)
        self._show_fields()
        self._show_words()
        self.update()

    def _show_words(self) -> None:
        if not self._candidate.env_id:
            return
        entry = agent(self._candidate.agent)
        config = entry.config_class()
        shown = [item for item in settings_of(config) if item.main and self._matters(item.only_if)]
        parts = [world_title(self._candidate.env_id, self._candidate.env_kwargs)]
        parts += [
            f"{name} {value}" for name, value in self._candidate.env_kwargs.items() if name in ("slip", "rewards")
        ]
        for item in shown:
            label = SYMBOLS.get(item.name) or tr("setting." + item.name + ".title")
            parts.append(f"{label} {shown_value(self._values.get(item.name, item.default))}")
        for item in settings_of(config):
            value = self._values.get(item.name, item.default)
            if not item.main and value != item.default and self._matters(item.only_if):
                parts.append(f"{tr('setting.' + item.name + '.title')} {self._word(item, value)}")
        self.head.show_words(tr(entry.title_key), " · ".join(parts))

    @staticmethod
    def _word(item: Setting, value: object) -> str:
        return tr("choice." + item.name + "." + str(value)) if item.choices else shown_value(value)

    def _matters(self, only_if: tuple[str, tuple[Any, ...]] | None) -> bool:
        return only_if is None or self._values.get(only_if[0]) in only_if[1]

    def _build(self, id: str) -> None:
        if id == self._built:
            return
        self._built = id
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        config = agent(id).config_class()
        self.fields = {}
        for setting in sorted(settings_of(config), key=lambda each: not each.main):
            field = SettingField(config, setting)
            field.entered.connect(self._entered)
            self.fields[setting.name] = field
            self._rows.addWidget(field)

    def _show_fields(self) -> None:
        for field in self.fields.values():
            item = field.setting
            field.setVisible(self._matters(item.only_if) and (item.main or self.more.isChecked()))
        self.more.setVisible(any(not field.setting.main for field in self.fields.values()))

    # ── changing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _entered(self, name: str, value: object) -> None:
        self.changed.emit(with_value(self._candidate, name, value))

    def _choose_world(self, id: str) -> None:
        choice = self._worlds.get(id)
        if choice is not None:
            made = Candidate(
                env_id=choice.env_id,
                env_kwargs=dict(choice.env_kwargs),
                agent=self._candidate.agent,
                hyperparameters=self._candidate.hyperparameters,
            )
            self.changed.emit(made)

    def retranslate(self) -> None:
        """Offer the choices in the language in use."""
        code = language().code
        choices = [
            Choice(
                name,
                localized(choice.title, code),
                localized(choice.teaches, code),
                tr("lab.world.maps") if "map" in choice.env_kwargs else tr("lab.world.gymnasium"),
            )
            for name, choice in self._worlds.items()
        ]
        if self._other is not None:
            choices.append(Choice(*self._other, "", tr("lab.world.own")))
        self.world.set_choices(choices)
        offered = {*playing_agents(), self._candidate.agent}
        self.agent.set_choices(
            [
                Choice(entry.id, tr(entry.title_key), tr(entry.title_key + ".summary"))
                for entry in CATALOG
                if entry.id in offered
            ]
        )
        self._show_words()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and not self.remove.isHidden():
            self.remove_wanted.emit()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # A click beside the fields is no click on the page below.
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = color("surface") if not self.inside.isHidden() else None
        rounded(painter, QRectF(self.rect()), 9, fill, color("line"))
        painter.end()
