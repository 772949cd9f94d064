"""Which value of a cell lies under a point."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from gui.widgets.stage.arms import arm_under
from gui.widgets.stage.content import Content


def action_under(content: Content, layer: str, box: QRectF, at: QPointF) -> int:
    """Return the action whose triangle or bar lies at a point of a cell; −1 (the best one) where none are drawn.

    Args:
        content: The numbers on show.
        layer: Layer on show.
        box: Place of the cell.
        at: The point.
    """
    if content.has_arms:
        return arm_under(box, at, content.world.actions)
    if layer != "q" or content.shows == "states":
        return -1
    away = at - box.center()
    steep = abs(away.y()) >= abs(away.x())
    step = (1 if away.y() > 0 else -1, 0) if steep else (0, 1 if away.x() > 0 else -1)
    steps = content.world.layout.action_steps
    return steps.index(step) if step in steps else -1
