"""The update rules as people write them, and the same with the numbers of one update put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.catalog import SWEEPING
from agents.own.library import is_own
from agents.tabular.arrays import IN_CHOSEN, IN_Q, IN_Q2, IN_V
from gui.language import number
from gui.state.run_state import RunState

_SYMBOLS = {
    "q_learning": "Q + α·( r + γ·max Q(s′) − Q )",
    "sarsa": "Q + α·( r + γ·Q(s′,a′) − Q )",
    "expected_sarsa": "Q + α·( r + γ·Σπ·Q(s′) − Q )",
    "double_q_learning": "Q₁ + α·( r + γ·Q₂(s′, argmax Q₁) − Q₁ )",
    "n_step_sarsa": "Q + α·( G − Q )    G = r + γ·r′ + … + γⁿ·Q(sₙ,aₙ)",
    "sarsa_lambda": "Q + α·δ·e    δ = r + γ·Q(s′,a′) − Q",
    "q_lambda": "Q + α·δ·e    δ = r + γ·max Q(s′) − Q",
    "dyna_q": "Q + α·( r + γ·max Q(s′) − Q )",
    "monte_carlo": "Q + α·( G − Q )    G = r + γ·G′",
    "value_iteration": "Q(s,a) = Σ p·( r + γ·max Q(s′) )",
    "policy_iteration": "Q(s,a) = Σ p·( r + γ·Q(s′,π(s′)) )",
    "td_prediction": "V + α·( r + γ·V(s′) − V )",
    "mc_prediction": "V + α·( G − V )    G = r + γ·G′",
    "reinforce": "h + α·δ·w    δ = G − V    w = γᵗ·( 1 − π )",
    "actor_critic": "h + α·δ·w    δ = r + γ·V(s′) − V    w = γᵗ·( 1 − π )",
}

_CRITIC = {"reinforce": "V + α·( G − V )    G = r + γ·G′", "actor_critic": "V + α·( r + γ·V(s′) − V )"}
"""How V is learned beside a policy."""

_IMPROVING = "π(s) = argmax Q(s,a)"


BY_RETURN = ("monte_carlo", "n_step_sarsa", "mc_prediction", "reinforce")
"""Rules whose target is a return built up over several steps."""

_BY_ERROR = ("sarsa_lambda", "q_lambda")
"""Rules in which one error moves many values, each by its weight."""

_AVERAGING = ("monte_carlo", "mc_prediction")
"""Rules whose step size 0 means 1/N."""

_OTHER_TABLE = str.maketrans("₁₂", "₂₁")


def symbols(rule: str, *, averaging: bool = False, change: Mapping[str, Any] | None = None) -> str:
    """Return the rule in symbols.

    Args:
        rule: Catalog name of the rule.
        averaging: Monte Carlo with step size 1/N.
        change: Fields of the ``UPDATE`` record the rule is shown for; which of two tables learned is told by it.
    """
    text = "self.q[s, a] = …" if is_own(rule) else _SYMBOLS.get(rule, "")
    table = IN_Q if change is None else change.get("table")
    if table == IN_Q2:
        text = text.translate(_OTHER_TABLE)
    elif table == IN_CHOSEN:
        text = _IMPROVING
    elif table == IN_V:
        text = _CRITIC.get(rule, text)
    elif change is not None and rule in _CRITIC:
        text = _of_move(text, change)
    return text.replace("α", "1/N") if averaging else text


def _of_move(text: str, change: Mapping[str, Any]) -> str:
    """Return the rule of a preference as it was used: what was done gets more likely, all else less so."""
    if change["weight"] <= 0.0:
        text = text.replace("( 1 − π )", "( 0 − π )")
    return text.replace("G − V", "G") if change["delta"] == change["target"] else text


def averages(state: RunState) -> bool:
    """Say whether a run's agent takes the mean of all returns, its step size being 1/N."""
    return state.agent in _AVERAGING and float(state.hyperparameters.get("alpha", 1.0)) == 0.0


def symbols_now(state: RunState) -> str:
    """Return the rule of a run's agent in symbols, as its newest update used it."""
    change = state.tick.changes[-1] if state.tick is not None and state.tick.changes else None
    return symbols(state.agent, averaging=averages(state), change=change)


def with_numbers(rule: str, change: Mapping[str, Any]) -> str:
    """Return one update with its numbers in place of the symbols.

    Args:
        rule: Catalog name of the rule.
        change: Fields of one ``UPDATE`` record.
    """
    decimals = digits(change)
    old, size = _value(change["old"], decimals), _plain(change["step_size"])
    less = _bracket(change["old"], decimals)
    if is_own(rule):
        return f"{old} → {_value(change['new'], decimals)}"
    if rule in SWEEPING:
        return _swept(change, decimals)
    if rule in _CRITIC and change.get("table") != IN_V:
        return _pushed(rule, change, decimals)
    if rule in _BY_ERROR:
        # The error is that of the pair the step began with; what is left of its target is the value that pair had.
        error, of = _bracket(change["delta"], decimals), _bracket(change["target"] - change["delta"], decimals)
        future = f"{_plain(change['gamma'])}·{_bracket(change['bootstrap'], decimals)}"
        made = f"{_plain(change['reward'])} + {future} − {of}"
        return f"{old} + {size}·{error}·{_plain(change['weight'])}    δ = {made}"
    if rule in BY_RETURN:
        later = _bracket(change["bootstrap"], decimals)
        build = f"{_plain(change['reward'])} + {_plain(change['gamma'])}·{later}"
        if change["next_state"] < 0:
            # Nothing came after it.
            build = _plain(change["reward"])
        return f"{old} + {size}·( {_value(change['target'], decimals)} − {less} )    G = {build}"
    future = f"{_plain(change['gamma'])}·{_bracket(change['bootstrap'], decimals)}"
    return f"{old} + {size}·( {_plain(change['reward'])} + {future} − {less} )"


def _swept(change: Mapping[str, Any], decimals: int) -> str:
    old, new = _value(change["old"], decimals), _value(change["new"], decimals)
    if change.get("table") == IN_CHOSEN:
        return f"{new} > {old}"
    future = f"{_plain(change['gamma'])}·{_bracket(change['bootstrap'], decimals)}"
    return f"{_plain(change['reward'])} + {future} = {new}"


def _pushed(rule: str, change: Mapping[str, Any], decimals: int) -> str:
    """Return how far a preference was pushed: by the surprise, and by how unlikely the move was."""
    error, weight = _bracket(change["delta"], decimals), f"{float(change['weight']):.3f}".replace("-", "\u2212")
    made = f"{_value(change['old'], decimals)} + {_plain(change['step_size'])}·{error}·{weight}"
    less = _bracket(change["target"] - change["delta"], decimals)
    if rule == "reinforce":
        return f"{made}    δ = {_value(change['target'], decimals)} − {less}"
    future = f"{_plain(change['gamma'])}·{_bracket(change['bootstrap'], decimals)}"
    return f"{made}    δ = {_plain(change['reward'])} + {future} − {less}"


def digits(change: Mapping[str, Any]) -> int:
    """Return how many decimals show what an update did.

    Three where all its values are below one, and more where a small change would not be seen, as far as there is room.
    """
    largest = max(abs(change[name]) for name in ("old", "new", "target"))
    decimals, most = (3, 4) if largest < 1 else (2, 4 if largest < 10 else 3 if largest < 100 else 2)
    old, new = float(change["old"]), float(change["new"])
    while decimals < most and old != new and round(old, decimals) == round(new, decimals):
        decimals += 1
    return decimals


def _value(value: float, decimals: int) -> str:
    return number(float(value), decimals, grouped=False)


def _plain(value: float) -> str:
    text = f"{float(value):.4g}"
    return text.replace("-", "\u2212")


def _bracket(value: float, decimals: int) -> str:
    text = _value(value, decimals)
    return f"({text})" if text.startswith("\u2212") else text
