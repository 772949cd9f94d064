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
    old, size = _value(change["old"]), _plain(change["step_size"])
    if rule == "value_iteration":
        return f"{old} → {_value(change['new'])}"
    if rule == "monte_carlo":
        build = f"{_value(change['reward'])} + {_plain(change['gamma'])}·{_bracket(change['bootstrap'])}"
        return f"{old} + {size}·( {_value(change['target'])} − {_bracket(change['old'])} )    G = {build}"
    future = f"{_plain(change['gamma'])}·{_bracket(change['bootstrap'])}"
    return f"{old} + {size}·( {_plain(change['reward'])} + {future} − {_bracket(change['old'])} )"


def _value(value: float) -> str:
    return number(float(value), 2, grouped=False)


def _plain(value: float) -> str:
    text = f"{float(value):.4g}"
    return text.replace("-", "\u2212")


def _bracket(value: float) -> str:
    text = _value(value)
    return f"({text})" if text.startswith("\u2212") else text
