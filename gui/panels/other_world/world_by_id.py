"""Any world by its id: a field, the ids that fit what is typed, and one sentence on the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from arena.environments.registry import is_table
from gui.language import number, tr
from gui.panels.other_world.place_words import short_words, whole_words
from gui.state.known_worlds import KnownWorlds
from gui.theme import TEXT, color, font, theme
from gui.widgets.pill_button import PillButton
from gui.widgets.text_label import TextLabel

_WIDTH, _ROW, _ROWS = 640, 30, 9
_ID_SHARE = 0.5
_FAR: dict[int, int] = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _ROWS,
    Qt.Key.Key_PageUp: -_ROWS,
}
"""How far each key walks through the list."""


def fitting(worlds: KnownWorlds, text: str) -> list[str]:
    """Return the ids with a text in them, capitals or not.

    Those that begin with it come first, then those a network can learn in; worlds of tables, which every chooser
    offers by their names, come last.
    """
    wanted = text.strip().lower()

    def order(name: str) -> tuple[bool, bool, bool]:
        told = worlds.told.get(name)
        begins = name.lower().removeprefix("ale/").startswith(wanted.removeprefix("ale/"))
        return told is not None and told["problem"] is not None, not begins, is_table(name)

    return sorted((name for name in worlds.ids if wanted in name.lower()), key=order)


class _Rows(QStyledItemDelegate):
    """Paints an id, and a few words on it at the right."""

    def __init__(self, worlds: KnownWorlds, parent: QObject) -> None:
        super().__init__(parent)
        self._worlds = worlds

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, theme().px(_ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        told = self._worlds.told.get(str(index.data()))
        usable = told is None or told["problem"] is None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent"))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), 6, 6)
        inner = box.adjusted(12, 0, -12, 0)
        inks = ("on_accent", "on_accent") if chosen else ("text" if usable else "dim", "dim" if usable else "warning")
        left = QRect(inner)
        left.setWidth(round(inner.width() * _ID_SHARE))
        right = QRect(inner)
        right.setLeft(left.right() + 8)
        middle, end = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        for place, text, size, ink, flags in (
            (left, str(index.data()), TEXT, inks[0], middle),
            (right, short_words(told), 12.5, inks[1], middle | end),
        ):
            painter.setFont(font(theme().px(size)))
            painter.setPen(color(ink))
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, flags, shown)
        painter.restore()


class WorldByIdDialog(QDialog):
    """Asks which world; what cannot be used is told in one sentence.

    Args:
        parent: The window.
        worlds: What is installed; asked now, if it was not before.

    Attributes:
        chosen: Emitted with the Gymnasium id.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, worlds: KnownWorlds) -> None:
        super().__init__(parent)
        self._worlds = worlds
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("place.title"))
        self.field = QLineEdit()
        self.field.setMaxLength(120)
        self.field.setFont(font(theme().px(TEXT)))
        self.field.setPlaceholderText(tr("place.hint"))
        self.field.setAccessibleName(tr("place.field"))
        self.rows = QStringListModel(self)
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_Rows(worlds, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("place.list"))
        self.list.setFixedHeight(theme().px(_ROW) * _ROWS + 4)
        self.told = TextLabel("", 13.5, wrap=True)
        self.told.setMinimumHeight(theme().px(58))
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.go = PillButton("place.go", "check", "primary")
        self.leave = PillButton("library.cancel", kind="plain")
        self._lay_out()
        self._connect()
        self.resize(theme().px(_WIDTH), self.sizeHint().height())
        worlds.load()
        self._filter()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(TextLabel("place.title", 18, semibold=True))
        column.addWidget(TextLabel("place.line", 13, "dim", wrap=True))
        column.addSpacing(2)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.told)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        column.addLayout(buttons)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._go)
        self.list.selectionModel().currentChanged.connect(self._look)
        self.list.doubleClicked.connect(self._go)
        self.go.clicked.connect(self._go)
        self.leave.clicked.connect(self.reject)
        self._worlds.changed.connect(self._more)

    @property
    def id(self) -> str:
        """The id that is chosen, empty while none is."""
        return str(self.list.currentIndex().data() or "")

    def _more(self) -> None:
        # More is known now of some of them: who had chosen one keeps it.
        kept = self.id
        self._filter()
        if kept in self.rows.stringList():
            self.list.setCurrentIndex(self.rows.index(self.rows.stringList().index(kept)))
        self.list.viewport().update()

    def _filter(self) -> None:
        text = self.field.text().strip()
        found = fitting(self._worlds, text)
        self.rows.setStringList(found)
        exact = next((place for place, name in enumerate(found) if name.lower() == text.lower()), -1)
        if exact >= 0 or (text and found):
            self.list.setCurrentIndex(self.rows.index(max(exact, 0)))
        self._look()

    def _look(self) -> None:
        told, worlds, text = self._worlds.told.get(self.id), self._worlds, self.field.text().strip()
        self.go.setEnabled(told is not None and told["problem"] is None)
        self.told.set_ink("dim" if told is None else "text" if told["problem"] is None else "warning")
        if told is not None:
            self.told.set_text(whole_words(told))
        elif self.id:
            self.told.set_key("place.looking")
        elif worlds.problem is not None:
            self.told.set_key(worlds.problem.key, **worlds.problem.params)
        elif not worlds.ids:
            self.told.set_key("place.loading")
        elif self.rows.rowCount():
            self.told.set_key("place.pick", n=number(self.rows.rowCount()))
        else:
            self.told.set_key("place.none", text=text, near=", ".join(worlds.near(text)) or "–")

    def _go(self) -> None:
        if self.go.isEnabled():
            env_id = self.id
            self.accept()
            self.chosen.emit(env_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The field keeps the keyboard; up and down walk through the list below it.
        key = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else 0
        if watched is self.field and key in _FAR:
            self._walk(_FAR[key])
            return True
        return super().eventFilter(watched, event)

    def _walk(self, far: int) -> None:
        row = min(max(self.list.currentIndex().row() + far, 0), self.rows.rowCount() - 1)
        if row >= 0:
            self.list.setCurrentIndex(self.rows.index(row))
