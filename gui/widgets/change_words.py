"""What is different between a run and its fork, in words short enough for a heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.catalog import CATALOG
from agents.configuration import settings_of
from agents.runtime.fork_changes import ForkChanges
from arena.environments.grid.map_difference import difference
from arena.environments.grid.maps import DEFAULT_MAP, find_map
from arena.errors import ArenaError
from arena.protocol.world_codec import ShownWorld
from gui.language import number, tr
from gui.state.run_state import RunState
from gui.widgets.stage.names import action_glyph

_MOST_CELLS = 2


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was in force before the change.

    Attributes:
        agent: Catalog id.
        seed: Seed.
        env_kwargs: Arguments of the world.
        hyperparameters: Settings.
        world: The world, for the names of its actions; ``None`` where it is not at hand.
    """

    agent: str
    seed: int
    env_kwargs: Mapping[str, Any]
    hyperparameters: Mapping[str, Any]
    world: ShownWorld | None = None

    @classmethod
    def of(cls, state: RunState) -> Before:
        """Take it from a run."""
        return cls(
            agent=state.agent,
            seed=state.seed,
            env_kwargs={} if state.world is None else state.world.env_kwargs,
            hyperparameters=state.hyperparameters,
            world=state.world,
        )


def sides(changes: Mapping[str, Any], before: Before) -> tuple[str, str]:
    """Return what differs, as it is in the run and as it is in its fork: ``("α 0.5", "α 0.1")``."""
    made = ForkChanges.of(changes)
    pairs = [
        (_setting(before.agent, name, before.hyperparameters.get(name)), _setting(before.agent, name, value))
        for name, value in made.hyperparameters.items()
    ]
    if made.agent is not None:
        pairs.append((agent_name(before.agent), agent_name(made.agent)))
    if made.seed is not None:
        pairs.append((tr("change.seed", seed=before.seed), tr("change.seed", seed=made.seed)))
    if made.action is not None:
        pairs.append((tr("change.action.own"), tr("change.action", action=_action(before.world, made.action))))
    if made.env_kwargs:
        pairs += _world(made.env_kwargs, before.env_kwargs)
    if not pairs:
        return tr("change.original"), tr("change.none")
    return " · ".join(one for one, _ in pairs), " · ".join(other for _, other in pairs)


def agent_name(id: str) -> str:
    """Return what an agent is called in the language in use."""
    return next((tr(entry.title_key) for entry in CATALOG if entry.id == id), id)


def symbol(name: str) -> str:
    """Return the letter a setting is known by, or its title."""
    key = "setting." + name + ".title"
    title = tr(key)
    if title == key:
        # A setting of somebody's own agent.
        return name
    last = title.split()[-1]
    return last if len(last) == 1 else title


def _setting(agent: str, name: str, value: object) -> str:
    if name == "mover":
        return tr("lab.mover." + str(value or "agent"))
    entry = next((entry for entry in CATALOG if entry.id == agent), None)
    items = {item.name: item for item in settings_of(entry.config_class())} if entry is not None else {}
    if name in items and items[name].choices:
        return f"{symbol(name)} {tr('choice.' + name + '.' + str(value))}"
    return f"{symbol(name)} {plain(value)}"


def plain(value: object) -> str:
    """Return a number with as many digits as it has, with a real minus sign; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–" if value is None else str(value)
    return f"{value:,d}".replace("-", "\u2212") if isinstance(value, int) else f"{value:g}".replace("-", "\u2212")


def _action(world: ShownWorld | None, action: int) -> str:
    return number(action) if world is None else action_glyph(world, action)


def _world(changes: Mapping[str, Any], before: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in changes.items():
        old = before.get(name)
        if name == "map":
            pairs.append(_maps(old or DEFAULT_MAP, value or DEFAULT_MAP))
        elif name == "rewards":
            pairs.append((tr("choice.rewards." + str(old or "map")), tr("choice.rewards." + str(value or "map"))))
        elif name != "discount" or "rewards" not in changes:
            # The discount of a shaped reward belongs to the shaping.
            one, other = (tr("change.world", name=name, value=plain(each)) for each in (old, value))
            pairs.append((one, other))
    return pairs


def _maps(old: object, new: object) -> tuple[str, str]:
    try:
        one, other = find_map(str(old)), find_map(str(new))
    except ArenaError:
        return tr("change.map"), tr("change.map.other")
    found = difference(one, other)
    if not found.same_size or len(found.cells) > _MOST_CELLS:
        count = number(len(found.cells))
        return tr("change.map"), tr("change.cells", count=count) if found.same_size else tr("change.map.other")
    left, right = [], []
    for index, (was, now) in found.cells.items():
        row, column = divmod(index, one.columns)
        left.append(f"({row}, {column}) {tr('change.kind.' + was.kind)}")
        right.append(f"({row}, {column}) {tr('change.kind.' + now.kind)}")
    for name, values in found.numbers.items():
        title = tr("change.pays." + name) if name in ("step", "goal", "trap", "cliff") else name
        left.append(f"{title} {plain(values[0])}")
        right.append(f"{title} {plain(values[1])}")
    return " · ".join(left) or tr("change.map"), " · ".join(right) or tr("change.map")
