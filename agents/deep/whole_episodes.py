"""What REINFORCE and GRPO have in common: all games begin anew, each plays one whole episode, then the network learns.

Own code, on the frame of SB3's on-policy algorithms, so that whatever drives those drives these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from stable_baselines3.common.utils import obs_as_tensor

from agents.deep.games_vec_env import GamesVecEnv
from agents.deep.threaded import Threaded

_AT_ONCE = 1_024
"""Steps of which gradients are computed at once; pictures of whole games would not fit into memory together."""


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """One whole episode of each of N games, T steps at most.

    Attributes:
        observations: ``[T, N, …]``.
        actions: ``int64 [T, N]``.
        log_probs: ``float32 [T, N]``, logarithm of each action's probability when it was done.
        rewards: ``float32 [T, N]``, 0 after the end.
        played: ``bool [T, N]``, the step belongs to the game's episode.
    """

    observations: NDArray[np.generic]
    actions: NDArray[np.int64]
    log_probs: NDArray[np.float32]
    rewards: NDArray[np.float32]
    played: NDArray[np.bool_]

    def returns(self, gamma: float) -> NDArray[np.float32]:
        """Return G_t = r_t + γ G_{t+1} of each step, ``float32 [T, N]`` (Sutton & Barto 2018, eq. 3.9)."""
        following = np.zeros(self.rewards.shape[1], np.float32)
        found = np.zeros_like(self.rewards)
        for step in range(len(found) - 1, -1, -1):
            following = self.rewards[step] + np.float32(gamma) * following
            found[step] = following
        return found


class WholeEpisodes(Threaded, OnPolicyAlgorithm):
    """Plays whole episodes; a subclass learns from :attr:`episodes`.

    Args:
        policy: Class of the policy, without a critic.
        env: The games.
        learning_rate: Step size, by the share of training that is left.
        gamma: Discount.
        episode_limit: Steps after which an episode is cut off; it counts with what it brought until then.
        group_size: Games that begin with the same seed.
        policy_kwargs: Arguments of the policy.
        seed: Seed of weights and draws.
        device: Where the network computes.

    Attributes:
        episodes: What was played last, ``None`` before.
        advantages: ``float32 [T, N]``, how each step was judged last.
    """

    def __init__(
        self,
        policy: Any,
        env: GamesVecEnv,
        *,
        learning_rate: Any,
        gamma: float,
        episode_limit: int,
        group_size: int = 1,
        policy_kwargs: dict[str, Any] | None = None,
        seed: int | None = None,
        device: str = "cpu",
    ) -> None:
        self.episode_limit = episode_limit
        self.group_size = group_size
        self.episodes: Episodes | None = None
        self.advantages = np.zeros((0, env.num_envs), np.float32)
        super().__init__(
            policy,
            env,
            learning_rate=learning_rate,
            n_steps=1,
            gamma=gamma,
            gae_lambda=1.0,
            ent_coef=0.0,
            vf_coef=0.0,
            max_grad_norm=0.5,
            use_sde=False,
            sde_sample_freq=-1,
            policy_kwargs=policy_kwargs,
            seed=seed,
            device=device,
        )

    def collect_rollouts(self, env: Any, callback: BaseCallback, *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        """Let every game play one whole episode from its start; steps of games that wait for others do not count.

        Args:
            env: The games.
            callback: Told before, at every step and after.
            args: What SB3 says of its rollout buffer, which is not used.
            kwargs: As ``args``.

        Returns:
            Whether to go on.
        """
        self.policy.set_training_mode(False)
        callback.on_rollout_start()
        # SB3 draws from these global numbers too: the state of one generator is what a checkpoint keeps.
        starts = np.random.randint(1, 2**31 - 1, size=env.num_envs // self.group_size)  # noqa: NPY002
        self._last_obs = env.begin(np.repeat(starts.astype(np.int64), self.group_size))
        playing = np.ones(env.num_envs, np.bool_)
        env.counted = playing
        rows: list[tuple[NDArray[Any], ...]] = []
        try:
            while playing.any() and len(rows) < self.episode_limit:
                if not self._step(env, callback, playing, rows):
                    return False
        finally:
            env.counted = None
        observations, actions, log_probs, rewards, played = (np.stack(column) for column in zip(*rows, strict=True))
        self.episodes = Episodes(
            observations=observations, actions=actions, log_probs=log_probs, rewards=rewards, played=played
        )
        callback.on_rollout_end()
        return True

    def _step(
        self, env: Any, callback: BaseCallback, playing: NDArray[np.bool_], rows: list[tuple[NDArray[Any], ...]]
    ) -> bool:
        seen: Any = self._last_obs
        with torch.no_grad():
            chosen, _, log_probs = self.policy(obs_as_tensor(seen, self.device))
        actions = chosen.cpu().numpy()
        new_obs, rewards, dones, infos = env.step(actions)
        self.num_timesteps += int(playing.sum())
        self._last_obs = new_obs
        callback.update_locals(locals())
        if not callback.on_step():
            return False
        self._update_info_buffer(infos, dones)
        earned = np.where(playing, rewards, 0.0).astype(np.float32)
        rows.append((np.array(seen), actions, log_probs.cpu().numpy(), earned, playing.copy()))
        # A lost life ends no game.
        playing &= ~np.array(["episode" in info for info in infos])
        return True

    def _parts(self, chosen: NDArray[np.intp]) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]]:
        """Yield observations, actions, indices among the steps played, and the share each part has of those chosen."""
        assert self.episodes is not None
        where = np.nonzero(self.episodes.played)
        for first in range(0, len(chosen), _AT_ONCE):
            part = chosen[first : first + _AT_ONCE]
            at = where[0][part], where[1][part]
            yield (
                torch.as_tensor(self.episodes.observations[at], device=self.device),
                torch.as_tensor(self.episodes.actions[at], device=self.device),
                torch.as_tensor(part, device=self.device),
                len(part) / len(chosen),
            )

    def _played(self, values: NDArray[np.float32]) -> torch.Tensor:
        """Return the values ``[T, N]`` of the steps played, ``[steps]``."""
        assert self.episodes is not None
        return torch.as_tensor(values[self.episodes.played], device=self.device)

    def _gradient_step(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.policy.parameters(), self.max_grad_norm)
        self.policy.optimizer.step()
        self.policy.optimizer.zero_grad()
