"""Every answer as a row: both clips small, what was said, by whom, and what is odd about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from arena.preferences.label import Label
from gui.icons import paint_icon
from gui.language import language, number, tr
from gui.panels.prefer.clip_drawing import ClipDrawing
from gui.theme import CAPTION, TEXT, color, font, theme

_ROW, _THUMB = 76, 60
_ICONS = {"left": "arrow_left", "right": "arrow_right", "equal": "arrow_up", "unclear": "arrow_down"}

Index = QModelIndex | QPersistentModelIndex


class AnswerModel(QAbstractListModel):
    """The answers, newest first.

    Attributes:
        clips_wanted: Pair whose clips are about to be seen and are not known.
    """

    clips_wanted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.labels: tuple[Label, ...] = ()
        self.remarks: Mapping[str, str] = {}
        self._clips: dict[str, tuple[ClipDrawing | None, ClipDrawing | None]] = {}
        self._asked: set[str] = set()

    def show_labels(self, labels: Sequence[Label], remarks: Mapping[str, str]) -> None:
        """Show these answers.

        Args:
            labels: Oldest first.
            remarks: What is odd about one, by its id, in the language in use.
        """
        newest = tuple(reversed(labels))
        self.remarks = remarks
        if newest == self.labels:
            self.dataChanged.emit(self.index(0), self.index(max(0, len(newest) - 1)))
            return
        if [label.label_id for label in newest] == [label.label_id for label in self.labels]:
            self.labels = newest
            self.dataChanged.emit(self.index(0), self.index(max(0, len(newest) - 1)))
            return
        self.beginResetModel()
        self.labels = newest
        self.endResetModel()

    def know_clips(self, pair_id: str, left: ClipDrawing | None, right: ClipDrawing | None) -> None:
        """Take in the clips of a pair; ``None`` where one cannot be read."""
        self._clips[pair_id] = left, right
        for row, label in enumerate(self.labels):
            if label.pair_id == pair_id:
                self.dataChanged.emit(self.index(row), self.index(row))

    def clips_of(self, label: Label) -> tuple[ClipDrawing | None, ClipDrawing | None] | None:
        """Return its clips; asks for them where they are not known yet."""
        known = self._clips.get(label.pair_id)
        if known is None and label.pair_id not in self._asked:
            self._asked.add(label.pair_id)
            self.clips_wanted.emit(label.pair_id)
        return known

    def forget(self) -> None:
        """Know no clips any more: another run is shown."""
        self._clips.clear()
        self._asked.clear()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.labels)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.labels):
            return None
        label = self.labels[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return label
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return f"{tr('prefer.answer.' + label.answer)} · {label.rater}"
        return None


class AnswerDelegate(QStyledItemDelegate):
    """Paints a row.

    Args:
        model: What it paints.
    """

    def __init__(self, model: AnswerModel) -> None:
        super().__init__(model)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, theme().px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        label = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(label, Label):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = QRectF(option.rect).adjusted(1, 2, -1, -2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QPen(color("accent" if chosen else "line"), 1.5 if chosen else 1.0))
        painter.setBrush(color("raised" if chosen else "surface"))
        painter.drawRoundedRect(row, 8, 8)
        if label.taken_back:
            painter.setOpacity(0.45)
        side = theme().px(_THUMB)
        left = QRectF(row.x() + 8, row.center().y() - side / 2, side, side)
        sign = QRectF(left.right() + 8, row.center().y() - 12, 24, 24)
        right = QRectF(sign.right() + 8, left.y(), side, side)
        self._paint_clips(painter, label, left, right)
        paint_icon(painter, _ICONS[label.answer], sign, color("accent"))
        self._paint_words(
            painter, label, QRectF(right.right() + 12, row.y(), row.right() - right.right() - 20, row.height())
        )
        painter.restore()

    def _paint_clips(self, painter: QPainter, label: Label, left: QRectF, right: QRectF) -> None:
        known = self._model.clips_of(label) or (None, None)
        for drawing, box, name in zip(known, (left, right), ("left", "right"), strict=True):
            painter.fillRect(box, color("empty_cell"))
            if drawing is not None:
                width, height = drawing.shape
                scale = min(box.width() / width, box.height() / height)
                size = width * scale, height * scale
                inside = QRectF(box.center().x() - size[0] / 2, box.center().y() - size[1] / 2, *size)
                painter.save()
                painter.setClipRect(inside)
                # Its end shows where the whole way has led.
                drawing.paint(painter, inside, drawing.steps - 1)
                painter.restore()
            if label.answer in (name, "equal"):
                painter.setPen(QPen(color("accent"), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box)

    def _paint_words(self, painter: QPainter, label: Label, box: QRectF) -> None:
        said = tr("prefer.answer.taken_back" if label.taken_back else "prefer.answer." + label.answer)
        told = (
            [label.rater, tr("prefer.answer.seconds", seconds=number(label.seconds, 1))]
            if label.seconds
            else [label.rater]
        )
        remark = self._model.remarks.get(label.label_id, "")
        lines: list[tuple[str, float, QColor]] = [
            (said, TEXT, color("text")), (" · ".join(told), CAPTION, color("dim")), (remark, CAPTION, color("warning")),
        ]  # fmt: skip
        shown = [line for line in lines if line[0]]
        height = theme().px(20)
        top = box.center().y() - height * len(shown) / 2
        for words, size, ink in shown:
            painter.setFont(font(theme().px(size)))
            painter.setPen(ink)
            elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(QRectF(box.x(), top, box.width(), height), int(Qt.AlignmentFlag.AlignVCenter), elided)
            top += height


class AnswerList(QListView):
    """The rows; a row chosen shows its clips large.

    Attributes:
        shown: An answer is to be looked at.
        key_pressed: A key that may change the answer that is looked at.
    """

    shown = Signal(object)
    key_pressed = Signal(QKeyEvent)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers = AnswerModel(self)
        self.setModel(self.answers)
        self.setItemDelegate(AnswerDelegate(self.answers))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        language().changed.connect(self.viewport().update)
        theme().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        label = now.data(Qt.ItemDataRole.UserRole)
        if isinstance(label, Label):
            self.shown.emit(label)

    @property
    def current(self) -> Label | None:
        """The answer that is looked at."""
        label = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return label if isinstance(label, Label) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
            return
        event.ignore()
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)
