"""Rows behind a number: one update of it, or one link of the chain back to the reward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agents.catalog import POLICY_LEARNING, PREDICTING, SWEEPING
from agents.tabular.arrays import IN_V
from arena.protocol.world_codec import ShownWorld
from gui.icons import paint_icon
from gui.language import number, tr
from gui.panels.formulas import digits
from gui.state.why_chain import NEARLY, Link
from gui.theme import CAPTION, TEXT, color, font
from gui.widgets.painted_button import PaintedButton, focus_ring, rounded
from gui.widgets.stage.names import action_glyph, state_name

_HEIGHT = 40


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What stands in a row.

    Attributes:
        main: First line.
        sub: Second line, dim.
        figure: At the right, in fixed-width digits.
        sign: Behind the figure.
        ink: Colour of the sign.
        icon: Icon before the figure, or empty.
        tip: Tooltip.
    """

    main: str
    sub: str
    figure: str
    sign: str = ""
    ink: str = "dim"
    icon: str = ""
    tip: str = ""


def update_fact(world: ShownWorld, update: Mapping[str, Any], agent: str = "") -> Fact:
    """Return an update as a row: what was got and where it led, when, and old and new value."""
    decimals = digits(update)
    old, new = float(update["old"]), float(update["new"])
    got = _plain(float(update["reward"]))
    there = state_name(world, int(update["next_state"]))
    what = tr("why.row.what", reward=got, next=there) if update["next_state"] >= 0 else f"r {got}"
    when = tr("why.row.when", step=number(int(update["tick"])), episode=number(int(update["episode"]) + 1))
    sign, ink = ("▲", "good") if new > old else ("▼", "bad") if new < old else ("=", "dim")
    return Fact(
        main=what,
        sub=tr("why.row.sweep", sweep=number(int(update["tick"]) + 1)) if agent in SWEEPING else when,
        figure=f"{number(old, decimals)} → {number(new, decimals)}",
        sign=sign,
        ink=ink,
        icon="dice" if update["explored"] and agent not in POLICY_LEARNING else "",
        tip=_how(update, agent),
    )


def _how(update: Mapping[str, Any], agent: str) -> str:
    """Return how the move came about; in a sweep nothing moves."""
    if agent in SWEEPING:
        return ""
    if agent in (*PREDICTING, *POLICY_LEARNING):
        return tr("why.row.policy")
    return tr("why.row.explored") if update["explored"] else tr("why.row.greedy")


def link_fact(world: ShownWorld, link: Link, *, returned: bool = False) -> Fact:
    """Return a link of the chain as a row: whose value it is, and what it was built on.

    Args:
        world: The world.
        link: The link.
        returned: It was built on what the episode went on to give, not on another value.
    """
    row = link.row
    decimals = digits(row)
    reward, whose = _plain(float(row["reward"])), state_name(world, int(row["state"]))
    if link.next_state < 0 and abs(row["gamma"] * row["bootstrap"]) > NEARLY:
        sub = tr("why.because.many", reward=reward, future=number(row["bootstrap"], decimals))
    elif link.next_state < 0:
        sub = tr("why.because.end", reward=reward)
    else:
        future = number(row["bootstrap"], decimals)
        key = "why.because.return" if returned else "why.because"
        sub = tr(key, reward=reward, next=state_name(world, link.next_state), future=future)
    return Fact(
        main=whose if row.get("table") == IN_V else f"{whose} {action_glyph(world, int(row['action']))}",
        sub=sub,
        figure=number(row["new"], decimals),
        sign="›" if link.next_state >= 0 else "●",
        ink="accent" if link.next_state >= 0 else "good",
        tip=tr("why.follow.tip") if link.next_state >= 0 else "",
    )


class FactRow(PaintedButton):
    """A row of two lines with a figure at the right.

    Args:
        fact: What stands in it.
        parent: Qt parent.
    """

    def __init__(self, fact: Fact, parent: QWidget | None = None) -> None:
        super().__init__("why.row", parent=parent)
        self._fact = fact
        self._picked = False
        self.setAccessibleName(f"{fact.main}. {fact.sub}. {fact.figure}")
        self.setToolTip(fact.tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_picked(self, picked: bool) -> None:
        """Mark it as the one whose arithmetic is shown."""
        if picked != self._picked:
            self._picked = picked
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fact, box = self._fact, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._picked or self.hovered:
            rounded(painter, box, 6, color("raised"))
        if self._picked:
            painter.fillRect(QRectF(1, 8, 3, self.height() - 16), color("accent"))
        middle = Qt.AlignmentFlag.AlignVCenter
        left = QRectF(12, 2, self.width() * 0.66, 19)
        painter.setFont(font(TEXT - 1))
        painter.setPen(color("text"))
        painter.drawText(left, middle, fact.main)
        painter.setFont(font(CAPTION))
        painter.setPen(color("dim"))
        painter.drawText(left.translated(0, 17), middle, fact.sub)
        painter.setFont(font(TEXT, mono=True))
        painter.setPen(color("text"))
        right = QRectF(0, 0, self.width() - 30, self.height())
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | middle, fact.figure)
        painter.setPen(color(fact.ink))
        painter.drawText(QRectF(self.width() - 24, 0, 20, self.height()), middle, fact.sign)
        if fact.icon:
            place = QRectF(self.width() * 0.52 - 8, self.height() / 2 - 8, 16, 16)
            paint_icon(painter, fact.icon, place, color("explore"))
        if self.ring:
            focus_ring(painter, box, 6)


def _plain(value: float) -> str:
    return number(value, 0 if value == int(value) else 2)
