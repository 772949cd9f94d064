"""The agents there are. Classes are named by string, so that looking at the catalog imports no learning library."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from agents.own.declaration import OwnAgent
from agents.own.declared_config import config_class_of
from agents.own.library import PREFIX, find_own, is_own
from arena.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class AgentEntry:
    """One agent in the catalog.

    Attributes:
        id: Name on the command line and on disk.
        title_key: Translation key of its name; ``<title_key>.summary`` is one sentence on it. The name of somebody's
            own agent stands for itself: it has no dot, so it is no key.
        family: ``tabular``, ``deep``, ``policy_search`` or ``preference``.
        config: ``module:Class`` of its configuration.
        learner: ``module:Class`` of its learner; of a deep agent ``module:function`` that makes its algorithm.
        rule: Name of its update rule, for kernels and formula panels.
        paper: Where it comes from.
        observations: Observation kinds it can learn from: ``discrete`` (states by number), ``pixels``, ``objects``,
            ``vector``.
        actions: Action kinds it can choose.
        panels: Panels it feeds.
    """

    id: str
    title_key: str
    family: str
    config: str
    learner: str
    rule: str
    paper: str
    observations: tuple[str, ...] = ("discrete",)
    actions: tuple[str, ...] = ("discrete",)
    panels: tuple[str, ...] = ("what_happened", "returns", "q_table")

    def config_class(self) -> type[Any]:
        """Import and return the configuration class."""
        return _named(self.config)

    def learner_class(self) -> type[Any]:
        """Import and return the learner class; this loads its learning library."""
        return _named(self.learner)


@dataclass(frozen=True, kw_only=True)
class OwnEntry(AgentEntry):
    """Somebody's own agent. Its code is no part of this entry: the learner it names only does what was recorded again.

    Attributes:
        own: What is known of it.
    """

    own: OwnAgent

    def config_class(self) -> type[Any]:
        """Return the configuration class made from its settings."""
        return config_class_of(self.own)


def own_entry(own: OwnAgent) -> OwnEntry:
    """Return the entry of somebody's own agent."""
    return OwnEntry(
        id=PREFIX + own.name,
        title_key=own.name,
        family="tabular",
        config="agents.own.declared_config:DeclaredConfig",
        learner="agents.hosting.recorded:RecordedLearner",
        rule="own",
        paper="",
        own=own,
    )


def _named(path: str) -> type[Any]:
    module, _, name = path.partition(":")
    found: type[Any] = getattr(import_module(module), name)
    return found


def _tabular(id: str, config: str, paper: str, learner: str = "learner:TabularLearner") -> AgentEntry:
    return AgentEntry(
        id=id,
        title_key=f"agent.{id}",
        family="tabular",
        config=f"agents.tabular.config:{config}",
        learner=f"agents.tabular.{learner}",
        rule=id,
        paper=paper,
    )


def _sweeping(id: str, name: str, paper: str) -> AgentEntry:
    made = _tabular(id, f"{name}Config", paper, f"sweeps:{name}Learner")
    return replace(made, panels=("what_happened", "q_table"))


def _deep(id: str, config: str, paper: str) -> AgentEntry:
    return AgentEntry(
        id=id,
        title_key=f"agent.{id}",
        family="deep",
        config=f"agents.deep.config:{config}",
        learner="agents.deep.algorithms:algorithm_for",
        rule=id,
        paper=paper,
        observations=("pixels", "objects", "discrete", "vector"),
        panels=("returns", "q_table"),
    )


_PREDICTION, _POLICY = "prediction:PredictionLearner", "policy_learner:PolicyLearner"

CATALOG: tuple[AgentEntry, ...] = (
    _tabular("q_learning", "QLearningConfig", "Watkins 1989, Learning from Delayed Rewards"),
    _tabular("sarsa", "SarsaConfig", "Rummery & Niranjan 1994, On-line Q-learning using connectionist systems"),
    _tabular("expected_sarsa", "ExpectedSarsaConfig", "van Seijen et al. 2009, doi:10.1109/ADPRL.2009.4927542"),
    _tabular("double_q_learning", "DoubleQConfig", "van Hasselt 2010, Double Q-learning"),
    _tabular("n_step_sarsa", "NStepSarsaConfig", "Sutton & Barto 2018, sect. 7.2"),
    _tabular("sarsa_lambda", "SarsaLambdaConfig", "Rummery & Niranjan 1994; Sutton & Barto 2018, sect. 12.7"),
    _tabular("q_lambda", "QLambdaConfig", "Watkins 1989; Sutton & Barto 2018, sect. 12.10"),
    _tabular("dyna_q", "DynaQConfig", "Sutton 1990, Integrated architectures for learning, planning, and reacting"),
    _tabular("monte_carlo", "MonteCarloConfig", "Sutton & Barto 2018, sect. 5.4"),
    _tabular("td_prediction", "TdPredictionConfig", "Sutton 1988, doi:10.1007/BF00115009", _PREDICTION),
    _tabular("mc_prediction", "McPredictionConfig", "Sutton & Barto 2018, sect. 5.1", _PREDICTION),
    _tabular("reinforce", "ReinforceConfig", "Williams 1992, doi:10.1007/BF00992696", _POLICY),
    _tabular("actor_critic", "ActorCriticConfig", "Sutton & Barto 2018, sect. 13.5", _POLICY),
    _sweeping("value_iteration", "ValueIteration", "Bellman 1957, Dynamic Programming"),
    _sweeping("policy_iteration", "PolicyIteration", "Howard 1960, Dynamic Programming and Markov Processes"),
    _deep("dqn", "DqnConfig", "Mnih et al. 2015, doi:10.1038/nature14236"),
    _deep("qr_dqn", "QrDqnConfig", "Dabney et al. 2018, arXiv:1710.10044"),
    _deep("ppo", "PpoConfig", "Schulman et al. 2017, arXiv:1707.06347"),
    _deep("a2c", "A2cConfig", "Mnih et al. 2016, arXiv:1602.01783"),
    _deep("trpo", "TrpoConfig", "Schulman et al. 2015, arXiv:1502.05477"),
    _deep("deep_reinforce", "DeepReinforceConfig", "Williams 1992, doi:10.1007/BF00992696"),
    _deep("grpo", "GrpoConfig", "Shao et al. 2024, arXiv:2402.03300"),
)

TABULAR: tuple[AgentEntry, ...] = tuple(entry for entry in CATALOG if entry.family == "tabular")
"""Agents that keep a table, and whose every update can be looked up."""

DEEP: tuple[AgentEntry, ...] = tuple(entry for entry in CATALOG if entry.family == "deep")
"""Agents that keep a network."""

SWEEPING = ("value_iteration", "policy_iteration")
"""Agents that know the world and sweep over its states instead of moving through it."""

PREDICTING = ("td_prediction", "mc_prediction")
"""Agents that only say what a policy which is given is worth."""

POLICY_LEARNING = ("reinforce", "actor_critic")
"""Agents that learn a policy directly, as preferences."""


def agent(id: str, own: Mapping[str, Any] | None = None) -> AgentEntry:
    """Return the catalog entry of an agent.

    Args:
        id: Its name; ``own:NAME`` or ``own:PATH`` for somebody's own, whose file is read then.
        own: What a run's configuration says of somebody's own agent: then no file is looked for.

    Raises:
        UsageError: If there is none of that name (the nearest names are given), or a file is no agent.
        RunError: If what a configuration says is none of ours.
    """
    if own is not None:
        return own_entry(OwnAgent.from_plain(own))
    if is_own(id):
        return own_entry(find_own(id))
    for entry in CATALOG:
        if entry.id == id:
            return entry
    names = [entry.id for entry in CATALOG]
    near = difflib.get_close_matches(id, names, n=3, cutoff=0.4) or names
    raise UsageError("error.agent.unknown", id=id, near=", ".join(near))
