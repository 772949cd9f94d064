"""A small tree of runs: each a dot, each fork a branch with what was changed; a click opens one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.language import language, number, tr
from gui.state.run_family import Family, Relative
from gui.state.run_words import world_title
from gui.theme import CAPTION, TEXT, color, font, theme
from gui.widgets.change_words import Before, agent_name, sides
from gui.widgets.painted_button import rounded

_ROW, _LANE, _LEFT, _DOT = 54, 24, 18, 6
_MOST_LANES = 8


class RunTree(QWidget):
    """Draws a family of runs.

    Attributes:
        run_chosen: Emitted with the folder of a run to be opened.
    """

    run_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family: Family = ()
        self._present: frozenset[str] = frozenset()
        self._row = -1
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        language().changed.connect(self.update)
        theme().changed.connect(self.update)

    @property
    def family(self) -> Family:
        """The runs shown."""
        return self._family

    def show_family(self, present: frozenset[str], family: Family) -> None:
        """Show a family.

        Args:
            present: Ids of the runs that are shown now.
            family: Their family.
        """
        self._family, self._present = family, present
        self._row = next((row for row, run in enumerate(family) if run.run_id in present), -1)
        self._describe()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, max(1, len(self._family)) * _ROW + (40 if len(self._family) < 2 else 8))

    def _describe(self) -> None:
        self.setAccessibleName(tr("family.name"))
        if 0 <= self._row < len(self._family):
            self.setAccessibleDescription(" · ".join(self.words(self._row)))

    # ── words ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def words(self, row: int) -> tuple[str, str]:
        """Return what is written beside a run: what was changed in it, and how far it came."""
        run = self._family[row]
        if run.config is None:
            return tr("family.gone"), run.run_id
        title = f"{world_title(run.config.env_id, run.config.env_kwargs)} · {agent_name(run.config.agent)}"
        first = title if run.parent < 0 else self._changed(run)
        parts = [] if run.parent < 0 else [tr("family.from", tick=number(run.tick))]
        if run.env_steps >= 0:
            parts.append(tr("family.steps", steps=number(run.env_steps)))
        if run.run_id in self._present:
            parts.append(tr("family.now"))
        return first, " · ".join(parts)

    def _changed(self, run: Relative) -> str:
        above = self._family[run.parent].config
        config = above if above is not None else run.config
        assert config is not None
        before = Before(
            agent=config.agent, seed=config.seed, env_kwargs=config.env_kwargs, hyperparameters=config.hyperparameters
        )
        return sides(run.changes, before)[1]

    # ── painting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _dot(self, row: int) -> QPointF:
        return QPointF(_LEFT + min(self._family[row].depth, _MOST_LANES) * _LANE, row * _ROW + _ROW / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, run in enumerate(self._family):
            if row == self._hovered or (row == self._row and self.hasFocus()):
                edge = color("accent") if row == self._row and self.hasFocus() else None
                rounded(painter, QRectF(1, row * _ROW + 2, self.width() - 2, _ROW - 4), 8, color("raised"), edge)
            if run.parent >= 0:
                self._branch(painter, row)
        for row in range(len(self._family)):
            self._paint_run(painter, row)
        if len(self._family) == 1:
            painter.setFont(font(TEXT - 1))
            painter.setPen(color("dim"))
            flags = int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(_LEFT - 6, _ROW, self.width() - _LEFT, 40), flags, tr("family.empty"))

    def _branch(self, painter: QPainter, row: int) -> None:
        parent, child = self._dot(self._family[row].parent), self._dot(row)
        path = QPainterPath(parent)
        if child.x() == parent.x():
            path.lineTo(child)
        else:
            bend = QPointF(parent.x(), child.y() - 12)
            path.lineTo(bend)
            path.quadTo(QPointF(parent.x(), child.y()), child)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("dim"), 2.0))
        painter.drawPath(path)

    def _paint_run(self, painter: QPainter, row: int) -> None:
        run, at = self._family[row], self._dot(row)
        present = run.run_id in self._present
        painter.setPen(QPen(color("accent") if present else color("dim"), 2.0))
        painter.setBrush(color("accent") if present else color("surface"))
        painter.drawEllipse(at, _DOT, _DOT)
        x = at.x() + _DOT + 10
        room = self.width() - x - 8
        first, second = self.words(row)
        painter.setFont(font(TEXT, semibold=present or run.parent < 0))
        painter.setPen(color("text") if run.folder else color("dim"))
        text = painter.fontMetrics().elidedText(first, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(x, row * _ROW + 8, room, 20), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(font(CAPTION))
        painter.setPen(color("dim"))
        text = painter.fontMetrics().elidedText(second, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(x, row * _ROW + 28, room, 18), Qt.AlignmentFlag.AlignVCenter, text)

    # ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _row_at(self, y: float) -> int:
        row = int(y // _ROW)
        return row if 0 <= row < len(self._family) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row != self._hovered:
            self._hovered = row
            opens = row >= 0 and bool(self._family[row].folder)
            self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._family[row].run_id if row >= 0 else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._row = row
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self._family:
            self._row = min(max(0, self._row + step), len(self._family) - 1)
            self._describe()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._row >= 0:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self.update()
        folder = self._family[self._row].folder
        if folder:
            self.run_chosen.emit(folder)
