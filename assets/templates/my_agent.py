"""My agent: Q-learning with ε-greedy moves. Change anything; Arena offers the new version when you save."""


class MyAgent:
    # Each of these becomes a field of the form, and an attribute: self.alpha, self.gamma, self.epsilon.
    # A number, or (number, smallest, largest). The comment behind it is its help.
    settings = {
        "alpha": 0.5,  # how far a value moves toward its target
        "gamma": 0.99,  # how much the future counts
        "epsilon": 0.1,  # share of random moves
    }

    def start(self, states, actions, memory):
        """Ask for tables, full of zeros at first. Keep here whatever you learn: it is saved and rewound for you."""
        self.actions = actions
        self.q = memory.table("q", states, actions)  # "q" is what the window paints

    def choose(self, state, random):
        """Return an action from 0 to actions − 1. Take all luck from `random`, and a run can be repeated."""
        if random.uniform() < self.epsilon:
            return random.integer(self.actions)
        best = self.q[state].max()
        return random.choice([a for a in range(self.actions) if self.q[state, a] == best])

    def learn(self, state, action, reward, next_state, done, random):
        """Called after every step; `done` says that the game has ended and nothing follows."""
        future = 0.0 if done else self.q[next_state].max()
        target = reward + self.gamma * future
        old = self.q[state, action]
        self.q[state, action] = old + self.alpha * (target - old)
