"""One trained agent as a card: what it plays, its name, its score beside a person's, and how to let it play."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from agents.models.library import ModelEntry
from gui.language import number, tr
from gui.pages.start_model_picture import paint_model
from gui.panels.library.score_scale import paint_scale
from gui.state.model_words import model_agent, model_title, model_world, references, score_words
from gui.theme import color, font
from gui.widgets.miniature import Miniature
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded
from gui.widgets.pill_button import PillButton

HEIGHT = 134

_RADIUS, _EDGE, _PICTURE, _RESTING = 12, 8, 96, 0.72


class ModelCard(PaintedButton):
    """A model. A double click or Enter lets it play; one click only chooses it.

    Args:
        entry: The model.
        world: The map of its world, if it has one.
        parent: Qt parent.

    Attributes:
        play_wanted: It is to play.
        delete_wanted: It is to be deleted.
        menu_wanted: Emitted with the place on the screen where its menu is to open.
        moved: Emitted with 1 or −1 when the keyboard is to go to the next or the previous card.
    """

    play_wanted = Signal()
    delete_wanted = Signal()
    menu_wanted = Signal(QPoint)
    moved = Signal(int)

    def __init__(self, entry: ModelEntry, world: Miniature | None, parent: QWidget) -> None:
        self.entry = entry
        self._world = world
        super().__init__("", parent=parent)
        self.play = PillButton("library.play", "run", "quiet", icon_only=True, small=True, parent=self)
        self.play.clicked.connect(self.play_wanted)
        self.more = PillButton("library.more", "more", "quiet", icon_only=True, small=True, parent=self)
        self.more.clicked.connect(lambda: self.menu_wanted.emit(self.more.mapToGlobal(self.more.rect().bottomLeft())))

    def retranslate(self) -> None:
        super().retranslate()
        games = self.entry.card.evaluation
        said = (model_title(self.entry), model_world(self.entry), model_agent(self.entry), score_words(games))
        self.setAccessibleName(", ".join((*said, tr("model.origin." + self._origin()))))
        self.setToolTip(tr("library.tip", score=score_words(games)))

    def _origin(self) -> str:
        return self.entry.origin if self.entry.origin in ("shipped", "own", "imported") else "own"

    # ── mouse and keyboard ─────────────────────────────────────────────────────────────────────────────────────────

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.play_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if not event.isAutoRepeat():
                self.play_wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: object) -> None:
        at = self.width() - _EDGE - self.more.sizeHint().width()
        self.more.setGeometry(at, _EDGE - 2, self.more.sizeHint().width(), self.more.sizeHint().height())
        self.play.setGeometry(at - self.play.sizeHint().width(), _EDGE - 2, *self._size(self.play))

    @staticmethod
    def _size(button: PillButton) -> tuple[int, int]:
        return button.sizeHint().width(), button.sizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        chosen = self.hasFocus()
        edge = color("accent") if chosen else color("dim" if self.hovered else "line")
        rounded(painter, box, _RADIUS, color("surface"), edge)
        games = self.entry.card.evaluation
        known = references(self.entry.manifest.env_id)
        best = known.get("dqn_nature", 0.0)
        share = min(1.0, games.mean / best) if games is not None and best else 0.35
        picture = QRectF(_EDGE, _EDGE, _PICTURE, box.height() - 2 * _EDGE)
        strength = 1.0 if self.hovered or chosen else _RESTING
        paint_model(painter, self.entry, self._world, picture, share, strength)
        self._paint_words(
            painter, QRectF(picture.right() + 12, _EDGE, box.width() - picture.right() - 24, picture.height())
        )
        if self.ring:
            focus_ring(painter, box, _RADIUS)
        painter.end()

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        small, name = font(11.5), font(14.5, semibold=True)
        room = self.play.x() - box.x() - 4
        mark = tr("model.origin." + self._origin())
        self._line(painter, QRectF(box.x(), box.y() + 1, room, 20), mark, small, "dim")
        self._line(painter, QRectF(box.x(), box.y() + 24, box.width(), 22), model_title(self.entry), name, "text")
        told = tr("library.line", world=model_world(self.entry), agent=model_agent(self.entry))
        self._line(painter, QRectF(box.x(), box.y() + 45, box.width(), 18), told, font(12), "dim")
        games = self.entry.card.evaluation
        if games is None:
            self._line(painter, QRectF(box.x(), box.bottom() - 34, box.width(), 20), score_words(None), font(12), "dim")
            return
        big = font(20, bold=True)
        figure = number(games.mean, 0 if games.mean >= 100 else 1)
        row = QRectF(box.x(), box.bottom() - 46, box.width(), 26)
        width = self._line(painter, row, figure, big, "text")
        known = references(self.entry.manifest.env_id)
        beside = tr("library.person", score=number(known["person"], 1)) if known else tr("library.points")
        rest = QRectF(row.x() + width + 8, row.y() + 4, row.width() - width - 8, 20)
        self._line(painter, rest, beside, small, "warning" if known else "dim")
        if known:
            paint_scale(painter, QRectF(box.x(), box.bottom() - 15, box.width() - 4, 14), games, known)

    @staticmethod
    def _line(painter: QPainter, box: QRectF, text: str, face: object, ink: str) -> float:
        """Write a line, cut where there is no room; return its width."""
        painter.setFont(face)  # type: ignore[arg-type]
        painter.setPen(color(ink))
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)
