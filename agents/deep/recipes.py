"""How each deep agent that ships is trained: one frozen recipe per agent, so that anybody can train it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from arena.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class PpoRecipe:
    """A run of PPO (Schulman et al. 2017) on an Atari game.

    Defaults are those of RL Baselines3 Zoo for Atari from pixels (8 games × 128 steps, batches of 256, 4 epochs, step
    size and clip range falling in a line to 0 over 10 M steps), with two departures, both for speed on a processor and
    both told on the agent's card:

    - 16 games × 64 steps instead of 8 × 128: as many steps and gradient steps per update, half as many waits for the
      emulators and forward passes. The returns are cut after 64 steps instead of 128, where (γλ)⁶⁴ = 0.02 of a step's
      weight is left.
    - half the filters and features of Nature's network: a third of the arithmetic per step.

    Attributes:
        name: Name of the agent.
        env_id: Game.
        seed: Seed of the run.
        games: Games played at once.
        rollout: Steps of each game between two updates.
        batch: Steps in a gradient step.
        epochs: Times each step is learned from.
        learning_rate: Adam's step size at the start.
        clip_range: ε of the clipped objective at the start.
        value_weight: Weight of the critic's loss.
        entropy_weight: Weight of the entropy.
        gamma: Discount.
        lam: λ of generalised advantage estimation.
        largest_gradient: Norm the gradient is cut to.
        width: Share of the filters of Nature's network, for pixels.
        observations: ``pixels``, or ``objects`` (:mod:`arena.environments.atari.breakout_memory`).
        layers: Units of each hidden layer of actor and critic, for objects.
        horizon: ``env_steps`` after which step size and clip range are 0.
        checkpoint_updates: Updates between two checkpoints; each begins new games.
        snapshots: ``env_steps`` at which the weights are kept for good.
    """

    name: str
    env_id: str
    seed: int = 1
    games: int = 16
    rollout: int = 64
    batch: int = 256
    epochs: int = 4
    learning_rate: float = 2.5e-4
    clip_range: float = 0.1
    value_weight: float = 0.5
    entropy_weight: float = 0.01
    gamma: float = 0.99
    lam: float = 0.95
    largest_gradient: float = 0.5
    width: float = 0.5
    observations: str = "pixels"
    layers: tuple[int, ...] = ()
    horizon: int = 10_000_000
    checkpoint_updates: int = 96
    snapshots: tuple[int, ...] = (0, 250_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 5_000_000, 10_000_000)

    @property
    def steps_per_update(self) -> int:
        """``env_steps`` between two updates."""
        return self.games * self.rollout

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return {**asdict(self), "snapshots": list(self.snapshots), "layers": list(self.layers)}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> PpoRecipe:
        """Make a recipe of what :meth:`plain` returned; what an older one did not say is as it was then: the default.

        Raises:
            TypeError: If there is a value of another name.
            KeyError: If something always said is missing.
        """
        return cls(**{**values, "snapshots": tuple(values["snapshots"]), "layers": tuple(values.get("layers", ()))})


RECIPES: tuple[PpoRecipe, ...] = (
    PpoRecipe(name="ppo-breakout", env_id="BreakoutNoFrameskip-v4"),
    PpoRecipe(
        name="ppo-breakout-objects",
        env_id="Arena/BreakoutObjects-v0",
        observations="objects",
        layers=(128, 128),
        rollout=128,
        learning_rate=7e-4,
        clip_range=0.2,
        horizon=3_000_000,
        snapshots=(0, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_000_000, 3_000_000),
    ),
)


def recipe(name: str) -> PpoRecipe:
    """Return the recipe of an agent that ships.

    Raises:
        UsageError: If there is none of that name.
    """
    for known in RECIPES:
        if known.name == name:
            return known
    raise UsageError("error.deep.recipe", name=name, known=", ".join(known.name for known in RECIPES))
