"""One scene as a picture to press: the world's map, its title and a question."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEasingCurve, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFontMetricsF, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from agents.catalog import agent
from gui.icons import paint_icon
from gui.language import tr
from gui.state.scene import Scene, scene_line, scene_title
from gui.theme import color, font, theme
from gui.widgets.miniature import Miniature, paint_miniature
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded

Shape = Literal["hero", "plain"]
"""``hero`` is the big one, with the map always on top."""

_RADIUS, _WAVE_MS, _RESTING = 12, 1400, 0.62
_FLAT = 1.75
"""A card wider than this times its height has the map at the left instead of on top."""

_STRIP = 4
"""A map so many times wider than high is better drawn over the words."""

_WORDS_HEIGHT = {"hero": 66, "plain": 70}


class SceneCard(PaintedButton):
    """A scene; pressing it opens it.

    Args:
        shown: The scene.
        world: Its map, or none if it could not be read.
        shape: How it is laid out.
        parent: Qt parent.
    """

    def __init__(self, shown: Scene, world: Miniature | None, shape: Shape, parent: QWidget) -> None:
        self.scene = shown
        self._world = world
        self._shape: Shape = shape
        self._marked = False
        self._on_top = shape == "hero"
        self._wave = 1.0
        super().__init__("", parent=parent)
        self._flow = QVariantAnimation(self)
        self._flow.setDuration(_WAVE_MS)
        self._flow.setStartValue(0.0)
        self._flow.setEndValue(1.0)
        self._flow.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._flow.valueChanged.connect(self._flowed)

    def set_world(self, world: Miniature | None) -> None:
        """Draw this map."""
        self._world = world
        self.update()

    @property
    def strip(self) -> bool:
        """Whether its map is so much wider than high that beside words it would be tiny."""
        return self._world is not None and self._world.columns >= _STRIP * self._world.rows

    def put_map_on_top(self, on: bool) -> None:
        """Have the map over the words however wide the card is."""
        self._on_top = on
        self.update()

    def mark(self, on: bool) -> None:
        """Carry the page's one accent button, or not."""
        self._marked = on
        self.update()

    @property
    def alive(self) -> bool:
        """Whether it is looked at: hovered, focused, or the marked one."""
        return self.hovered or self.hasFocus() or self._marked

    def retranslate(self) -> None:
        super().retranslate()
        self.setAccessibleName(f"{scene_title(self.scene)}: {scene_line(self.scene)}")
        self.setToolTip(tr("start.card.tip"))

    def start_wave(self) -> None:
        """Let the colour run over the map from the goals once more."""
        if theme().reduced_motion or not self.isVisible():
            self._flowed(1.0)
            return
        self._flow.stop()
        self._flow.start()

    def _flowed(self, wave: float) -> None:
        self._wave = wave
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.start_wave()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.start_wave()

    def hideEvent(self, event: QHideEvent) -> None:
        self._flow.stop()
        self._wave = 1.0
        super().hideEvent(event)

    # -- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        rounded(painter, box, _RADIUS, color("surface"), color("dim" if self.hovered else "line"))
        world_box, words = self._parts(box)
        rounded(painter, world_box, _RADIUS - 4, QColor(theme().colors.empty_cell).darker(125))
        if self._world is not None:
            # What is not looked at keeps a breath of its colours.
            strength = 1.0 if self.alive else _RESTING
            margin = 12 if self._shape == "hero" else 8
            inner = world_box.adjusted(margin, margin, -margin, -margin)
            paint_miniature(painter, self._world, inner, self._wave, strength)
        self._paint_words(painter, words)
        if self.ring:
            focus_ring(painter, box, _RADIUS)
        painter.end()

    def _flat(self) -> bool:
        """Return whether the words stand beside the map instead of under it."""
        return not self._on_top and not theme().projector and self.width() > _FLAT * self.height()

    def _parts(self, box: QRectF) -> tuple[QRectF, QRectF]:
        """Return where the map and where the words go."""
        inside = box.adjusted(8, 8, -8, -8)
        if self._flat():
            share = round(inside.width() * (0.47 if inside.width() > 330 else 0.4))
            left = QRectF(inside.x(), inside.y(), share, inside.height())
            return left, QRectF(left.right() + 14, inside.y() + 4, inside.width() - share - 20, inside.height() - 8)
        words = 58 if theme().projector else _WORDS_HEIGHT[self._shape]
        top = QRectF(inside.x(), inside.y(), inside.width(), inside.height() - words)
        return top, QRectF(inside.x() + 8, top.bottom() + 4, inside.width() - 16, words)

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        big, flat, projector = self._shape == "hero", self._flat(), theme().projector
        room = box.width()
        if self._marked and not flat:
            room -= self._paint_open(painter, box)
        title, line = font(32 if projector else 20 if big else 15.5, semibold=True), font(15 if big else 13)
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        lines = QRectF(0, 0, room, 400)
        # Beside the map there is room for a title of two lines.
        height = QFontMetricsF(title).height()
        name = QFontMetricsF(title).elidedText(scene_title(self.scene), Qt.TextElideMode.ElideRight, room * (1 + flat))
        if flat:
            height = QFontMetricsF(title).boundingRect(lines, int(wrap), name).height()
        sentence = "" if projector else scene_line(self.scene)
        needed = QFontMetricsF(line).boundingRect(lines, int(wrap), sentence).height()
        pill = 36 if flat and self._marked else 0
        # Beside the map the agent's name has a line of its own, where there is room for one.
        between = 26 if flat and height + needed + pill + 26 <= box.height() + 4 else 3
        top = box.y() + max(0.0, (box.height() - height - needed - between - pill) / 2)
        painter.setFont(title)
        painter.setPen(color("text"))
        painter.drawText(QRectF(box.x(), top, room, height), int(wrap), name)
        if projector:
            return
        width = QFontMetricsF(title).horizontalAdvance(name)
        if not flat:
            self._paint_agent(painter, QRectF(box.x() + width + 9, top, room - width - 9, height))
        elif between > 3:
            self._paint_agent(painter, QRectF(box.x(), top + height + 2, room, 18))
        line_top = top + height + between
        painter.setFont(line)
        painter.setPen(color("dim"))
        painter.drawText(QRectF(box.x(), line_top, room, needed + 4), wrap, sentence)
        if pill:
            self._paint_open(painter, QRectF(box.x(), line_top + needed + 4, box.width(), 32), left=True)

    def _paint_agent(self, painter: QPainter, room: QRectF) -> None:
        """Write the agent's name as a quiet chip, if there is room for it."""
        name = tr(agent(self.scene.agent).title_key)
        face = font(12 if self._shape == "hero" else 11.5)
        chip = QRectF(room.x(), room.center().y() - 9, QFontMetricsF(face).horizontalAdvance(name) + 14, 18)
        if chip.right() > room.right():
            return
        rounded(painter, chip, 9, color("raised"))
        painter.setFont(face)
        painter.setPen(color("dim"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_open(self, painter: QPainter, box: QRectF, *, left: bool = False) -> float:
        """Draw what Enter does, filled with the accent; return the room it takes."""
        text, big, projector = tr("start.card.open"), self._shape == "hero", theme().projector
        face = font(24 if projector else 15 if big else 13, semibold=True)
        height = 46.0 if projector else 38.0 if big else 28.0
        icon_size = height * 0.44
        width = QFontMetricsF(face).horizontalAdvance(text) + icon_size + height * 0.9
        x = box.x() if left else box.right() - width
        pill = QRectF(x, box.y() + (box.height() - height) / 2, width, height)
        fill = color("accent")
        rounded(painter, pill, 9, fill.lighter(108) if self.hovered and theme().dark else fill)
        ink, start = color("on_accent"), pill.x() + height * 0.34
        paint_icon(painter, "run", QRectF(start, pill.center().y() - icon_size / 2, icon_size, icon_size), ink)
        painter.setFont(face)
        painter.setPen(ink)
        words = QRectF(start + icon_size + height * 0.14, pill.y(), width, height)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        return width + 14
