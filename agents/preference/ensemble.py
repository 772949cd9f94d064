"""r̂: several networks, each brought to mean 0 and spread 1 on what the policy did of late, then averaged.

Christiano et al. 2017, sect. 2.2.3: predictors are normalised one by one before they are averaged, because comparisons
say nothing of a reward's zero and unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from agents.deep.places import Place
from agents.preference.config import PreferenceConfig
from agents.preference.labelled_clips import Batch
from agents.preference.preference_loss import clip_scores, preference_logit, preference_probability
from agents.preference.reward_network import RewardNetwork, TableReward, reward_network_for

Floats = NDArray[np.float32]

_AT_ONCE = 4_096
_AT_ONCE_PIXELS = 256


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What the members say of B steps or of B pairs.

    Attributes:
        members: ``float32 [E, B]``.
    """

    members: Floats

    @property
    def mean(self) -> Floats:
        """What they say together, ``float32 [B]``."""
        return np.asarray(self.members.mean(axis=0), np.float32)

    @property
    def spread(self) -> Floats:
        """How far they are apart, standard deviation, ``float32 [B]``."""
        return np.asarray(self.members.std(axis=0), np.float32)


class Ensemble:
    """The predictors of one run.

    Args:
        place: Where the agent learns.
        config: Settings.
        seed: Seed of the run.

    Attributes:
        network: All members.
        mean: What each member says on average of what was done of late, ``float32 [E]``.
        std: How much that varies, ``float32 [E]``.
        fitted: Whether any label has been learned from: before that r̂ is 0 everywhere.
    """

    def __init__(self, place: Place, config: PreferenceConfig, seed: int) -> None:
        self.place = place
        self.config = config
        self.seed = seed
        self.fitted = False
        self.network: RewardNetwork = self.fresh_network()
        self.mean = torch.zeros(config.members)
        self.std = torch.ones(config.members)
        self._table: tuple[Floats, Floats] | None = None

    def fresh_network(self) -> RewardNetwork:
        """Return the networks as they were in the beginning: the same for the same seed, whatever was learned since."""
        config = self.config
        drawn = np.random.SeedSequence([self.seed, 0x4E5]).generate_state(1, np.uint64)
        network = reward_network_for(
            self.place,
            members=config.members,
            units=config.hidden_units,
            dropout=config.dropout,
            seed=int(drawn[0] >> np.uint64(1)),
        )
        network.eval()
        return network

    def take(self, network: RewardNetwork) -> None:
        """Use other networks from here on; :meth:`normalise` comes next."""
        network.eval()
        self.network = network
        self.fitted = True
        self._table = None

    # ── what they say of steps ─────────────────────────────────────────────────────────────────────────────────────

    def raw(self, observations: Any, actions: Any) -> Floats:
        """Return r̂ of each member before it is normalised.

        Args:
            observations: ``[B, …]``.
            actions: ``int [B]``, :data:`agents.preference.reward_network.OVER` where the game is over.

        Returns:
            ``float32 [E, B]``.
        """
        size = _AT_ONCE_PIXELS if self.place.kind == "pixels" else _AT_ONCE
        seen, acted = tensor_of(observations), tensor_of(actions).to(torch.int64)
        with torch.no_grad():
            if isinstance(self.network, TableReward):
                return np.asarray(self.network(seen, acted).numpy(), np.float32)
            parts = [
                self.network(seen[start : start + size], acted[start : start + size])
                for start in range(0, len(acted), size)
            ]
        return np.asarray(torch.cat(parts, dim=1).numpy() if parts else np.zeros((self.config.members, 0)), np.float32)

    def normalise(self, observations: Any, actions: Any) -> None:
        """Bring every member to mean 0 and spread 1 over steps.

        Args:
            observations: ``[B, …]``, what the policy saw of late.
            actions: ``int [B]``, what it did.
        """
        said = torch.from_numpy(self.raw(observations, actions))
        self.mean = said.mean(dim=1)
        # A member that says the same of everything says nothing: it must not be blown up into noise.
        self.std = said.std(dim=1, correction=0).clamp_min(1e-6) if said.shape[1] > 1 else torch.ones(len(said))
        self._table = None

    def normalised(self, raw: Floats) -> Floats:
        """Return what members said, each at its own mean and spread, in the unit of ``reward_std``."""
        scaled = (raw - self.mean.numpy()[:, None]) / self.std.numpy()[:, None] * self.config.reward_std
        return np.asarray(scaled, np.float32)

    def opinion(self, observations: Any, actions: Any) -> Opinion:
        """Return normalised r̂ of steps, :meth:`raw` says of which."""
        return Opinion(members=self.normalised(self.raw(observations, actions)))

    def reward(self, observations: NDArray[Any], actions: NDArray[np.int64]) -> Floats:
        """Return r̂ as the policy gets it, ``float32 [B]``; 0 everywhere before the first label."""
        if not self.fitted:
            return np.zeros(len(actions), np.float32)
        if isinstance(self.network, TableReward):
            return np.asarray(self.table()[0][observations, actions])
        return self.opinion(observations, actions).mean

    def table(self) -> tuple[Floats, Floats]:
        """Return mean and spread of normalised r̂ over all states, ``float32 [S, A + 1]`` each.

        The last column is that of standing still where the game is over; so −1 finds it too.

        Raises:
            TypeError: If this is no world of states.
        """
        if not isinstance(self.network, TableReward):
            raise TypeError("no world of states")
        if self._table is None:
            with torch.no_grad():
                said = self.network.table().numpy()
            members = self.normalised(said.reshape(len(said), -1)).reshape(said.shape)
            self._table = members.mean(axis=0), members.std(axis=0)
        return self._table

    def columns(self, observations: Any) -> tuple[Floats, Floats]:
        """Return mean and spread of normalised r̂ of every action, ``float32 [B, A + 1]`` each."""
        with torch.no_grad():
            said = self.network.columns(tensor_of(observations)).numpy()
        members = self.normalised(said.reshape(len(said), -1)).reshape(said.shape)
        return members.mean(axis=0), members.std(axis=0)

    # ── what they say of pairs ─────────────────────────────────────────────────────────────────────────────────────

    def scores(self, clips: Batch) -> tuple[Floats, Floats]:
        """Return Σ r̂ of clips as the loss has it, not normalised, ``float32 [E, N]``, and their lengths ``[N]``."""
        observations, actions = clips.steps
        said = torch.from_numpy(self.raw(observations, actions)).reshape(-1, *clips.actions.shape)
        sums, steps = clip_scores(said, clips.counted)
        return sums.numpy(), steps.numpy()

    def probabilities(self, scores: tuple[Floats, Floats], left: Any, right: Any) -> Opinion:
        """Return what each member thinks of pairs of clips.

        Args:
            scores: Of the clips, as :meth:`scores` returns them.
            left: Index of the left clip of each pair, ``int [B]``.
            right: Index of the right clip.

        Returns:
            P̂[left ≻ right] of each member.
        """
        sums, steps = (torch.from_numpy(np.asarray(part)) for part in scores)
        first, second = torch.as_tensor(left), torch.as_tensor(right)
        logit = preference_logit(sums[:, first], sums[:, second], steps[first], steps[second])
        return Opinion(members=preference_probability(logit, self.config.error_rate).numpy())

    # ── for checkpoints ────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> dict[str, torch.Tensor]:
        """Return everything needed to go on exactly, by name."""
        held = {f"network.{name}": value.detach().clone() for name, value in self.network.state_dict().items()}
        return {
            **held,
            "mean": self.mean.clone(),
            "std": self.std.clone(),
            "fitted": torch.tensor([int(self.fitted)]),
            "luck": self.network.generator.get_state(),
        }

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Set everything back to what :meth:`state` returned.

        Raises:
            KeyError: If something is missing.
            RuntimeError: If it belongs to another network.
        """
        network = self.fresh_network()
        prefix = "network."
        weights = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
        network.load_state_dict(weights)
        network.generator.set_state(state["luck"])
        mean, std = state["mean"].clone(), state["std"].clone()
        if mean.shape != self.mean.shape or std.shape != self.std.shape:
            raise RuntimeError("another number of members")
        self.network, self.mean, self.std = network, mean, std
        self.fitted = bool(state["fitted"][0])
        self._table = None


def tensor_of(values: Any) -> torch.Tensor:
    """Return an array as a tensor; one that was read from a file and may not be written to is copied for PyTorch."""
    if isinstance(values, torch.Tensor):
        return values
    array = np.asarray(values)
    return torch.from_numpy(array if array.flags.writeable else array.copy())
