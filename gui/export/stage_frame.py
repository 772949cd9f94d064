"""One frame of a moving picture: the world as it was, and a line that says when."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from arena.texts import localized
from gui.export.movie_format import LINE, MovieLook
from gui.language import language, tr
from gui.state.run_state import RunState
from gui.theme import color, font
from gui.widgets.stage.board import fitting
from gui.widgets.stage.stage import StageWidget

_EDGE = 12


def frame_size(columns: int, rows: int, width: int) -> tuple[int, int]:
    """Return width and height of a frame about so wide: whole cells, the line below, both even."""
    cell = min(fitting(columns, rows, QSize(width, 100_000)), max(8, 720 // rows))
    return max(320, 2 * ((columns * cell + 9) // 2)), 2 * ((rows * cell + 9 + LINE) // 2)


class StageFrame:
    """Paints frames on a stage that no window shows, with a clock that counts frames.

    Args:
        look: Size and pace.
        layer: Layer of the stage.
    """

    def __init__(self, look: MovieLook, layer: str) -> None:
        self._look = look
        self._now = 0.0
        self._tick = 0
        self._stage = StageWidget(clock=lambda: self._now)
        self._stage.whole_frames = True
        self._stage.set_layer(layer)
        self._stage.resize(look.width, look.height - LINE)

    def paint(self, state: RunState, caption: str) -> QImage:
        """Return the next frame.

        Args:
            state: The run at that moment.
            caption: What is written under it at the right.
        """
        self._now += self._look.milliseconds / 1000
        self._stage.show_state(self._paced(state))
        image = QImage(self._look.width, self._look.height, QImage.Format.Format_RGB32)
        image.fill(color("page"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
        self._stage.render(painter, QPoint(), QRegion(), flags)
        self._line(painter, state, caption)
        painter.end()
        return image

    def _paced(self, state: RunState) -> RunState:
        """Say how fast time goes in the picture: changes are marked as they are while a run goes so fast."""
        steps, self._tick = state.env_steps - self._tick, state.env_steps
        return replace(state, phase="running", speed=1000.0 * max(1, steps) / self._look.milliseconds, beat=4)

    def _line(self, painter: QPainter, state: RunState, caption: str) -> None:
        line = QRectF(_EDGE, self._look.height - LINE, self._look.width - 2 * _EDGE, LINE)
        middle = Qt.AlignmentFlag.AlignVCenter
        small = font(15, mono=True)
        room = line.width() - QFontMetricsF(small).horizontalAdvance(caption) - 16
        painter.setFont(small)
        painter.setPen(color("text"))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, caption)
        title = localized(state.world.title, language().code) if state.world is not None else ""
        whole = f"{title} · {tr('agent.' + state.agent)}" if state.agent else title
        named = font(15, semibold=True)
        painter.setFont(named)
        painter.setPen(color("dim"))
        text = next((text for text in (whole, title) if QFontMetricsF(named).horizontalAdvance(text) <= room), "")
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, text)

    def close(self) -> None:
        """Let go of the stage."""
        self._stage.deleteLater()
