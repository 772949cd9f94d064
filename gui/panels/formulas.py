"""The update rules as people write them, and the same with the numbers of one update put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gui.language import number

_SYMBOLS = {
    "q_learning": "Q + α·( r + γ·max Q(s′) − Q )",
    "sarsa": "Q + α·( r + γ·Q(s′,a′) − Q )",
    "expected_sarsa": "Q + α·( r + γ·Σπ·Q(s′) − Q )",
    "monte_carlo": "Q + α·( G − Q )    G = r + γ·G′",
    "value_iteration": "Q(s,a) = Σ p·( r + γ·max Q(s′) )",
}


def symbols(rule: str, *, averaging: bool = False) -> str:
    """Return the rule in symbols.

    Args:
        rule: Catalog name of the rule.
        averaging: Monte Carlo with step size 1/N.
    """
    text = _SYMBOLS.get(rule, "")
    return text.replace("α", "1/N") if averaging else text


def with_numbers(rule: str, change: Mapping[str, Any]) -> str:
    """Return one update with its numbers in place of the symbols.

    Args:
        rule: Catalog name of the rule.
        change: Fields of one ``UPDATE`` record.
    """
    decimals = digits(change)
    old, size = _value(change["old"], decimals), _plain(change["step_size"])
    less = _bracket(change["old"], decimals)
    if rule == "value_iteration":
        return f"{old} → {_value(change['new'], decimals)}"
    if rule == "monte_carlo":
        later = _bracket(change["bootstrap"], decimals)
        build = f"{_plain(change['reward'])} + {_plain(change['gamma'])}·{later}"
        return f"{old} + {size}·( {_value(change['target'], decimals)} − {less} )    G = {build}"
    future = f"{_plain(change['gamma'])}·{_bracket(change['bootstrap'], decimals)}"
    return f"{old} + {size}·( {_plain(change['reward'])} + {future} − {less} )"


def digits(change: Mapping[str, Any]) -> int:
    """Return how many decimals show what an update did: three where all its values are below one."""
    return 2 if max(abs(change[name]) for name in ("old", "new", "target")) >= 1 else 3


def _value(value: float, decimals: int) -> str:
    return number(float(value), decimals, grouped=False)


def _plain(value: float) -> str:
    text = f"{float(value):.4g}"
    return text.replace("-", "\u2212")


def _bracket(value: float, decimals: int) -> str:
    text = _value(value, decimals)
    return f"({text})" if text.startswith("\u2212") else text
