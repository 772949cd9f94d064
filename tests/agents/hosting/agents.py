"""Agents somebody might write, and how a test hosts one."""

from __future__ import annotations

from typing import Any

from agents.hosting.agent_code import AgentCode
from agents.hosting.live import OwnLearner
from agents.own.declaration import OwnAgent
from agents.own.declared_config import config_class_of
from agents.own.library import template_source
from agents.tabular.arrays import new_records
from agents.tabular.kernel import REACHED
from agents.tabular.learner import TabularLearner, new_stop
from arena.environments.registry import make_world
from arena.environments.world import World

TEMPLATE = template_source().decode()

SARSA_LAMBDA = '''
class Traces:
    """Sarsa(lambda) with replacing traces: a table that changes as a whole in every step."""

    settings = {"alpha": 0.1, "gamma": 0.99, "epsilon": 0.1, "fade": (0.8, 0, 1)}

    def start(self, states, actions, memory):
        self.actions = actions
        self.q = memory.table("q", states, actions, fill=0.5)
        self.e = memory.table("e", states, actions)
        self.chosen = memory.table("chosen", 1, fill=-1)

    def choose(self, state, random):
        if self.chosen[0] >= 0:
            return int(self.chosen[0])
        return self.pick(state, random)

    def pick(self, state, random):
        if random.uniform() < self.epsilon:
            return random.integer(self.actions)
        return int(self.q[state].argmax())

    def learn(self, state, action, reward, next_state, done, random):
        following = self.pick(next_state, random)
        future = 0.0 if done else self.q[next_state, following]
        delta = reward + self.gamma * future - self.q[state, action]
        self.e[state] *= 0
        self.e[state, action] = 1.0
        self.q += self.alpha * delta * self.e
        self.e *= self.gamma * self.fade
        self.chosen[0] = following

    def episode_over(self, random):
        self.e[:] = 0
        self.chosen[0] = -1
'''


def method(body: str, *, start: str = "self.q = memory.table('q', states, actions)", choose: str = "return 0") -> str:
    """An agent of a few lines; ``learn`` is at line 7 and its body begins at line 8."""
    lines = body.replace("\n", "\n        ")
    return (
        "class Mine:\n"
        "    settings = {'alpha': 0.5}\n"
        "    def start(self, states, actions, memory):\n"
        f"        {start}\n"
        "    def choose(self, state, random):\n"
        f"        {choose}\n"
        "    def learn(self, state, action, reward, next_state, done, random):\n"
        f"        {lines}\n"
    )


def cliff(**more: Any) -> World:
    return make_world("Arena/GridWorld-v0", {"map": "cliff", **more})


def hosted(source: str, world: World, seed: int = 0, **hyperparameters: Any) -> OwnLearner:
    """Run an agent's code in this process."""
    own = OwnAgent.from_source(source.encode(), "mine.py")
    return OwnLearner(
        code=AgentCode(own, source.encode()),
        config_class=config_class_of(own),
        model=world.model,
        hyperparameters=hyperparameters,
        seed=seed,
    )


def learn(learner: TabularLearner, until: int) -> int:
    """Learn until the clock shows a tick, or something stops it."""
    reason, records = REACHED, new_records()
    while learner.tick < until and reason == REACHED:
        records.used[:] = 0
        reason = learner.advance(until, new_stop(), records)
    return reason
