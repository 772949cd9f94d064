"""What states and actions are called where a person reads them."""

from __future__ import annotations

from arena.protocol.world_codec import ShownWorld
from gui.language import tr

_GLYPHS = {(-1, 0): "↑", (0, 1): "→", (1, 0): "↓", (0, -1): "←"}


def state_name(world: ShownWorld, state: int) -> str:
    """Return ``(row, column)`` of a state, with its context where the world has several; "–" for none."""
    layout = world.layout
    if not 0 <= state < world.states:
        return "–"
    row, column = divmod(int(layout.cell_of_state[state]), layout.columns)
    name = f"({row}, {column})"
    if len(layout.context_keys) > 1:
        key, params = layout.context_keys[int(layout.context_of_state[state])]
        name += f" · {tr(key, **params)}"
    return name


def action_glyph(world: ShownWorld, action: int) -> str:
    """Return an arrow for a move, a word for any other action; "–" for none."""
    if not 0 <= action < world.actions:
        return "–"
    step = world.layout.action_steps[action]
    return tr(world.layout.action_keys[action]) if step is None else _GLYPHS.get(step, "·")


_SIGNS = {"action.pickup": "↥", "action.dropoff": "↧", "action.stay": "•"}


def action_sign(world: ShownWorld, action: int) -> str:
    """Return one sign for an action, where there is no room for a word."""
    key = world.layout.action_keys[action]
    _, is_arm, which = key.partition("arm_")
    if is_arm:
        return which
    return _SIGNS.get(key, action_glyph(world, action))


def short_number(value: float, decimals: int) -> str:
    """Return a value as it stands in a cell: a real minus, at most four digits and so many decimals."""
    if abs(value) >= 100:
        decimals = 0
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\u2212")
