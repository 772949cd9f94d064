"""Hyper-parameters that explain and check themselves: the form, the command line and the docs read these fields.

A configuration is one frozen dataclass per agent whose fields are made with :func:`setting`. Titles, help sentences and
the names of choices are translation keys derived from the field's name: ``setting.<name>.title``,
``setting.<name>.help``, ``choice.<name>.<value>``.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from arena.errors import ConfigError

Value = float | int | str | bool
C = TypeVar("C")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is known of one configuration field.

    Attributes:
        name: Field name, as on the command line.
        default: Value where nobody says otherwise.
        low: Smallest value allowed, ``None`` for text.
        high: Largest value allowed.
        above: ``low`` itself is not allowed.
        unit: Translation key of the unit, or empty.
        choices: The values allowed, for text fields.
        live: When a change takes effect in a running agent: ``now``, ``next rollout`` or ``never``.
        main: Shown at once; others are behind "more".
        source: Where the default comes from.
        only_if: ``(field, values)``: the field matters only while that other field has one of these values.
        label: Its name as it stands, instead of a translation: for settings in somebody's own agent.
        remark: What its author says of it, instead of a translation.
    """

    name: str
    default: Value
    low: float | None = None
    high: float | None = None
    above: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    live: str = "now"
    main: bool = False
    source: str = ""
    only_if: tuple[str, tuple[Value, ...]] | None = None
    label: str = ""
    remark: str = ""


def setting(default: Value, **known: Any) -> Any:
    """Make a dataclass field that carries a :class:`Setting`.

    Args:
        default: Default value; its type is the field's type.
        known: Attributes of :class:`Setting` other than name and default.
    """
    return dataclasses.field(default=default, metadata={"setting": known})


def settings_of(config: type[Any] | object) -> tuple[Setting, ...]:
    """List the settings of a configuration class, or of an instance of one, in order."""
    declared: tuple[Setting, ...] | None = getattr(config, "declared", None)
    if declared is not None:
        return declared
    return _settings_in(config if isinstance(config, type) else type(config))


# An experiment makes thousands of learners, each of which asks several times.
@cache
def _settings_in(config_class: type[Any]) -> tuple[Setting, ...]:
    return tuple(
        Setting(name=field.name, default=cast(Value, field.default), **field.metadata["setting"])
        for field in dataclasses.fields(config_class)
        if "setting" in field.metadata
    )


def checked(config: type[Any], name: str, value: object) -> Value:
    """Return a value in the field's type if it is allowed.

    Text (as the command line gives it) is converted; a number is never cut to fit.

    Args:
        config: Configuration class.
        name: Field name.
        value: Number, text or truth value.

    Raises:
        ConfigError: Unknown name, wrong type or out of range; the sentence says which and what is allowed.
    """
    known = {item.name: item for item in settings_of(config)}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise ConfigError("error.setting.unknown", field=name, near=near[0] if near else ", ".join(known))
    item = known[name]
    if item.choices:
        if value not in item.choices:
            raise ConfigError("error.setting.choice", field=name, value=value, choices=", ".join(item.choices))
        return str(value)
    return _number(item, value)


def _number(item: Setting, value: object) -> Value:
    whole = isinstance(item.default, int)
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError
        number = float(value)
        if not math.isfinite(number) or (whole and number != int(number)):
            raise ValueError
    except (ValueError, OverflowError):
        kind = "whole" if whole else "number"
        raise ConfigError(f"error.setting.{kind}", field=item.name, value=value) from None
    too_low = item.low is not None and (number < item.low or (item.above and number == item.low))
    if too_low or (item.high is not None and number > item.high):
        raise ConfigError(
            "error.setting.range",
            field=item.name,
            value=value,
            low=_plain(item.low),
            high=_plain(item.high),
            bracket="(" if item.above else "[",
        )
    return int(number) if whole else number


def _plain(bound: float | None) -> str:
    return "∞" if bound is None else f"{bound:g}"


def build(config: type[C], values: Mapping[str, object]) -> C:
    """Make a configuration from values given by name; the rest keep their defaults.

    Args:
        config: Configuration class; its ``check()``, if it has one, looks for contradictions.
        values: Field values by name, numbers or text.

    Raises:
        ConfigError: As :func:`checked`, or two fields contradict each other.
    """
    made = config(**{name: checked(config, name, value) for name, value in values.items()})
    check = getattr(made, "check", None)
    if check is not None:
        check()
    return made


def values_of(config: object) -> dict[str, Value]:
    """Return the fields of a configuration by name, ready for JSON."""
    return {item.name: getattr(config, item.name) for item in settings_of(config)}
