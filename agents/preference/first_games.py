"""The games before the policy learns, which the first clips are cut from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.deep.asking import answer
from agents.deep.training.begun_with import noted_model

if TYPE_CHECKING:
    from agents.preference.preference_run import PreferenceRun


class FirstGames:
    """Plays them: at random, as in the paper; half of them by the policy where the run begins with a model.

    Raters are to compare what that policy does (Ouyang et al. 2022). Alone that would not do: a policy that imitates
    well does nearly the same in every game, and there is nothing to compare then.

    Args:
        run: A run in which nothing has been learned yet.
        luck: Draws the actions.
    """

    def __init__(self, run: PreferenceRun, luck: np.random.Generator) -> None:
        self._run = run
        self._luck = luck
        self._seen: Any = run.model._last_obs
        self._by_policy = run.env.num_envs // 2 if noted_model(run.folder.path) else 0

    def step(self) -> None:
        """Let all games do a step."""
        env, policy = self._run.env, self._run.model.policy
        actions = self._luck.integers(len(self._run.makings.place.action_names), size=env.num_envs)
        if self._by_policy:
            chances = answer(policy, self._seen[: self._by_policy]).preferences.astype(np.float64).cumsum(axis=1)
            drawn = self._luck.random((self._by_policy, 1)) * chances[:, -1:]
            actions[: self._by_policy] = (chances <= drawn).sum(axis=1)
        self._seen, _, _, _ = env.step(actions)
