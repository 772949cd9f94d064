"""Numbers of the update rules inside compiled code; names are in the catalog."""

from __future__ import annotations

Q_LEARNING, SARSA, EXPECTED_SARSA, MONTE_CARLO = range(4)
