"""The update rules by name, and the numbers that stand for them inside compiled code."""

from __future__ import annotations

Q_LEARNING, SARSA, EXPECTED_SARSA, MONTE_CARLO = range(4)

RULES = {
    "q_learning": Q_LEARNING,
    "sarsa": SARSA,
    "expected_sarsa": EXPECTED_SARSA,
    "monte_carlo": MONTE_CARLO,
}
"""Rule names as in the catalog."""
