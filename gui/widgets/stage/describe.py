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
    if content.shows != "values" and content.v is not None:
        lines.append(escape(tr("stage.state_value", value=number(float(content.v[at]), 3))))
    if content.shows == "states":
        return "<br>".join([*lines, *_exact(state, content, at)])
    best = content.q[at].max()
    for action in range(world.actions):
        glyph, tries = escape(action_glyph(world, action)), int(content.visits[at, action])
        if tries == 0:
            lines.append(f"{glyph}&nbsp; {escape(tr('stage.never_tried'))}")
            continue
        text = number(float(content.q[at, action]), 3)
        if content.shows == "probabilities":
            text = escape(tr("stage.probability", value=text))
        bold = f"<b>{text}</b>" if content.q[at, action] == best else text
        exact = ""
        if content.has_arms and content.exact.size:
            exact = f" · {escape(tr('stage.exact.arm', value=number(float(content.exact[at, action]), 2)))}"
        lines.append(f"{glyph}&nbsp; {bold}&nbsp; · {escape(tr('stage.tries', count=number(tries)))}{exact}")
    return "<br>".join([*lines, *_exact(state, content, at)])


def _exact(state: RunState, content: Content, at: int) -> list[str]:
    if not state.solution_q.size:
        return []
    key = "stage.exact.policy" if content.shows == "states" else "stage.exact"
    return [escape(tr(key, value=number(float(state.solution_q[at].max()), 3)))]


def describe_cell(content: Content, at: int) -> str:
    """Return what is known of a state as plain words."""
    world = content.world
    values = ", ".join(
        f"{tr(world.layout.action_keys[action])} {number(float(content.q[at, action]), 2)}"
        for action in range(world.actions)
        if content.visits[at, action] > 0
    )
    return f"{state_name(world, at)}: {values or tr('stage.never_tried')}"
