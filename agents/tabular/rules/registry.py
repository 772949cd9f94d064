"""The update rules by name, and the numbers that stand for them inside compiled code."""

from __future__ import annotations

Q_LEARNING, SARSA, EXPECTED_SARSA, MONTE_CARLO, DOUBLE_Q, N_STEP_SARSA, SARSA_LAMBDA, Q_LAMBDA, DYNA_Q = range(9)
TD_PREDICTION, MC_PREDICTION, REINFORCE, ACTOR_CRITIC = range(9, 13)

FIRST_BY_POLICY = TD_PREDICTION
"""From here on moves are drawn from a policy that is given, or learned as one."""

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
    "td_prediction": TD_PREDICTION,
    "mc_prediction": MC_PREDICTION,
    "reinforce": REINFORCE,
    "actor_critic": ACTOR_CRITIC,
}
"""Rule names as in the catalog."""
