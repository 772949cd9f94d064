"""Ask the class: three ways, each with what a test of this computer says about it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import paint_icon
from gui.language import tr
from gui.state.class_network import LOOPBACK, OwnAddress, opens, own_addresses
from gui.state.class_poll import ClassPlan, Way
from gui.theme import RADIUS, color, theme
from gui.widgets.chooser import Choice, Chooser
from gui.widgets.painted_button import rounded
from gui.widgets.pill_button import PillButton
from gui.widgets.segmented import Segmented
from gui.widgets.switch import Switch
from gui.widgets.text_label import TextLabel

WAYS: tuple[Way, ...] = ("together", "split", "hands")

Verdict = str
"""``good``, ``warning`` or ``bad``: an ink of the palette and what its sign stands for."""


class _Sign(QWidget):
    """A tick, a warning or a cross."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict: Verdict = "warning"
        self.setFixedSize(QSize(16, 16))

    def show_verdict(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        name = {"good": "check", "bad": "close"}.get(self._verdict, "warning")
        paint_icon(painter, name, QRectF(self.rect()), color(self._verdict))
        painter.end()


class WayCard(QWidget):
    """One way: what it is, and whether it will work here.

    Args:
        way: The way.

    Attributes:
        chosen: It was clicked anywhere.
    """

    chosen = Signal(str)

    def __init__(self, way: Way) -> None:
        super().__init__()
        self.way = way
        self.radio = QRadioButton(tr("class.way." + way))
        self.radio.setAccessibleDescription(tr("class.way." + way + ".words"))
        self.sign, self.verdict = _Sign(), TextLabel("", 12.5, "dim", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        column.addWidget(self.radio)
        words = TextLabel("class.way." + way + ".words", 13, "dim", wrap=True)
        words.setContentsMargins(24, 0, 0, 0)
        column.addWidget(words)
        row = QHBoxLayout()
        row.setContentsMargins(24, 2, 0, 0)
        row.setSpacing(7)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.verdict, 1)
        column.addLayout(row)
        self.radio.toggled.connect(self._toggled)

    def _toggled(self, on: bool) -> None:
        self.update()
        if on:
            self.chosen.emit(self.way)

    def show_verdict(self, verdict: Verdict, key: str, **params: object) -> None:
        """Say whether it will work.

        Args:
            verdict: How well.
            key: Translation key of the sentence.
            params: Its placeholders.
        """
        self.sign.show_verdict(verdict)
        self.verdict.set_key(key, **params)

    def mousePressEvent(self, event: object) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.radio.isChecked()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rounded(painter, box, RADIUS, color("raised" if on else "surface"))
        painter.setPen(QPen(color("accent" if on else "line"), 1.5 if on else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.end()


def _line(key: str, widget: QWidget) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(TextLabel(key, 13))
    row.addStretch(1)
    row.addWidget(widget)
    return line


class AskClass(QDialog):
    """Chooses how a class is asked.

    Args:
        parent: The window.
        addresses: Tells this computer's addresses.
        opens: Tells whether a port opens at one of them.

    Attributes:
        begun: Emitted with a :class:`ClassPlan`.
    """

    begun = Signal(object)
    _tested = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        *,
        addresses: Callable[[], tuple[OwnAddress, ...]] = own_addresses,
        opens: Callable[[str], bool] = opens,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("class.title"))
        self.setFixedWidth(theme().px(600))
        self._addresses = addresses()
        self._opens: dict[str, bool] | None = None
        self._make_parts()
        self._lay_out()
        self._tested.connect(self._take_test)
        self.cards["together"].radio.setChecked(True)
        self._show()
        # A port of a sick network may take its time; nobody waits for it.
        places = (LOOPBACK, *(one.address for one in self._addresses))
        self._test = Thread(target=lambda: self._tested.emit({place: opens(place) for place in places}))
        self._test.start()

    def _make_parts(self) -> None:
        self.cards = {way: WayCard(way) for way in WAYS}
        group = QButtonGroup(self)
        for card in self.cards.values():
            group.addButton(card.radio)
            card.chosen.connect(self._show)
        self.network = Switch("class.network", tip_key="class.network.tip")
        self.network.toggled.connect(self._show)
        self.address = Chooser("class.network.at", tip_key="class.network.at.tip")
        self.address.set_choices([Choice(one.address, f"{one.address} · {one.name}") for one in self._addresses])
        self.address.set_value(self._addresses[0].address if self._addresses else "")
        self.address.changed.connect(self._show)
        self.danger = TextLabel("class.network.words", 12.5, "dim", wrap=True)
        becomes = [(one, "class.becomes." + one, "class.becomes." + one + ".tip") for one in ("one", "each")]
        self.becomes = Segmented(becomes, name_key="class.becomes")
        self.times = Segmented([(times, "class.times." + times) for times in ("1", "3", "5")], name_key="class.times")
        self.cancel = PillButton("library.cancel", kind="plain")
        self.begin = PillButton("class.begin", "class", "primary")
        self.cancel.clicked.connect(self.reject)
        self.begin.clicked.connect(self._begin)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(9)
        column.addWidget(TextLabel("class.title", 18, semibold=True))
        for card in self.cards.values():
            column.addWidget(card)
        column.addSpacing(4)
        self.phones = QWidget()
        phones = QVBoxLayout(self.phones)
        phones.setContentsMargins(0, 0, 0, 0)
        phones.setSpacing(5)
        row = QHBoxLayout()
        row.addWidget(self.network)
        row.addStretch(1)
        row.addWidget(self.address)
        phones.addLayout(row)
        phones.addWidget(self.danger)
        column.addWidget(self.phones)
        self.times_line = _line("class.times", self.times)
        column.addWidget(_line("class.becomes", self.becomes))
        column.addWidget(self.times_line)
        column.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.begin)
        column.addLayout(buttons)

    # ── what will work ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def way(self) -> Way:
        """The way that is chosen."""
        return next((way for way, card in self.cards.items() if card.radio.isChecked()), "hands")

    @property
    def plan(self) -> ClassPlan:
        """What is chosen."""
        way = self.way
        host = self.address.value if way != "hands" and self.network.isChecked() and self._addresses else LOOPBACK
        return ClassPlan(
            way=way, host=host, every_vote=self.becomes.value == "each",
            times=int(self.times.value) if way == "split" else 1,
        )  # fmt: skip

    def _take_test(self, opened: dict[str, bool]) -> None:
        self._test.join()
        self._opens = opened
        works = [one for one in self._addresses if opened.get(one.address)]
        if works and not opened.get(self.address.value):
            self.address.set_value(works[0].address)
        if not any(opened.values()):
            self.cards["hands"].radio.setChecked(True)
        self._show()

    def _show(self) -> None:
        verdict, key = self._verdict()
        for way in ("together", "split"):
            self.cards[way].show_verdict(verdict, key, address=self.address.value)
        self.cards["hands"].show_verdict("good", "class.test.hands")
        phones = self.way != "hands"
        self.phones.setVisible(phones)
        self.network.setEnabled(bool(self._addresses))
        self.address.setVisible(bool(self._addresses))
        self.address.setEnabled(self.network.isChecked())
        self.times_line.setVisible(self.way == "split")
        self.begin.setEnabled(not phones or verdict != "bad")
        layout = self.layout()
        if layout is not None:
            # Sentences of several lines: the height belongs to the width.
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def _verdict(self) -> tuple[Verdict, str]:
        """Return how well phones will work here, and the sentence that says so."""
        if self._opens is None:
            return "warning", "class.test.running"
        if not self._opens.get(LOOPBACK):
            return "bad", "class.test.no_port"
        if not self._addresses:
            return "warning", "class.test.no_network"
        if not self._opens.get(self.address.value):
            return "warning", "class.test.no_address"
        if not self.network.isChecked():
            return "warning", "class.test.off"
        return "good", "class.test.good"

    def _begin(self) -> None:
        plan = self.plan
        self.accept()
        self.begun.emit(plan)

    def done(self, result: int) -> None:
        self._test.join()
        super().done(result)
