"""The update rules by name, and the numbers that stand for them inside compiled code."""

from __future__ import annotations

Q_LEARNING, SARSA, EXPECTED_SARSA, MONTE_CARLO, DOUBLE_Q, N_STEP_SARSA, SARSA_LAMBDA, Q_LAMBDA, DYNA_Q = range(9)

FIRST_WITH_MEMORY = DOUBLE_Q
"""From here on rules need a :class:`agents.tabular.memory.Memory`; those before it the loop does itself."""

RULES = {
    "q_learning": Q_LEARNING,
    "sarsa": SARSA,
    "expected_sarsa": EXPECTED_SARSA,
    "monte_carlo": MONTE_CARLO,
    "double_q_learning": DOUBLE_Q,
    "n_step_sarsa": N_STEP_SARSA,
    "sarsa_lambda": SARSA_LAMBDA,
    "q_lambda": Q_LAMBDA,
    "dyna_q": DYNA_Q,
}
"""Rule names as in the catalog."""
