"""A cell in words: for the hint under the mouse and for screen readers."""

from __future__ import annotations

from html import escape

from gui.language import number, tr
from gui.state.run_state import RunState
from gui.widgets.stage.content import Content
from gui.widgets.stage.names import action_glyph, state_name


def cell_text(state: RunState, content: Content, cell: int) -> str:
    """Return what is known of a cell as rich text for a tooltip."""
    world = content.world
    at = content.state_at(cell)
    kind = escape(tr("cell." + world.layout.kinds[cell]))
    if at < 0:
        row, column = divmod(cell, world.layout.columns)
        return f"<b>({row}, {column})</b> · {kind}"
    lines = [f"<b>{escape(state_name(world, at))}</b> · {kind}"]
    best = content.q[at].max()
    for action in range(world.actions):
        glyph, tries = escape(action_glyph(world, action)), int(content.visits[at, action])
        if tries == 0:
            lines.append(f"{glyph}&nbsp; {escape(tr('stage.never_tried'))}")
            continue
        text = number(float(content.q[at, action]), 3)
        bold = f"<b>{text}</b>" if content.q[at, action] == best else text
        lines.append(f"{glyph}&nbsp; {bold}&nbsp; · {escape(tr('stage.tries', count=number(tries)))}")
    if state.solution_q.size:
        exact = number(float(state.solution_q[at].max()), 3)
        lines.append(escape(tr("stage.exact", value=exact)))
    return "<br>".join(lines)


def describe_cell(content: Content, at: int) -> str:
    """Return what is known of a state as plain words."""
    world = content.world
    values = ", ".join(
        f"{tr(world.layout.action_keys[action])} {number(float(content.q[at, action]), 2)}"
        for action in range(world.actions)
        if content.visits[at, action] > 0
    )
    return f"{state_name(world, at)}: {values or tr('stage.never_tried')}"
