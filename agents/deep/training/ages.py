"""The weights of a run on disk, for whoever watches: the newest ones, and those of some ages that stay."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from safetensors.torch import save as bytes_of
from stable_baselines3.common.policies import BasePolicy

from agents.deep.weights import weights_of
from arena.protocol.training_messages import WeightsPublished
from arena.runs.safe_file import told_plainly, write_bytes, write_json

NEWEST = "weights.safetensors"
"""The newest weights; replaced as a whole."""

AGES = "ages"
"""Folder of the weights that stay."""

PUBLISH_SECONDS = 10.0
"""Seconds between two new weights for whoever watches."""

_STEPS = (0, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 5_000_000, 10_000_000)
_SHARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
_SHORT = 1_000_000


def ages_of(horizon: int) -> tuple[int, ...]:
    """Return the ``env_steps`` at which the weights of a run are kept for good, in order.

    Args:
        horizon: ``env_steps`` at which the run is through.
    """
    if horizon < _SHORT:
        return tuple(sorted({round(share * horizon) for share in _SHARES}))
    return tuple(sorted({*(age for age in _STEPS if age <= horizon), horizon}))


def ages_in(folder: Path) -> tuple[dict[str, Any], ...]:
    """Return the ages in a run folder, oldest first, as in ``TrainingReady.ages``; what cannot be read is left out."""
    found = []
    for path in sorted((folder / AGES).glob("*.json")) if (folder / AGES).is_dir() else []:
        try:
            known = json.loads(path.read_text("utf-8"))
            file = path.with_suffix(".safetensors")
            score = known["score"]
            if file.is_file():
                found.append(
                    {
                        "env_steps": int(known["env_steps"]),
                        "file": str(file),
                        "score": -1.0 if score is None else float(score),
                    }
                )
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return tuple(found)


class WeightFiles:
    """Writes the weights of one run.

    Args:
        folder: Run folder.
        horizon: ``env_steps`` at which the run is through.
    """

    def __init__(self, folder: Path, horizon: int) -> None:
        self._folder = folder
        self._left = [age for age in ages_of(horizon) if not self._file(age).exists()]
        self._published_at = -PUBLISH_SECONDS
        self._published = -1

    def _file(self, age: int) -> Path:
        return self._folder / AGES / f"{age:09d}.safetensors"

    def write(
        self, policy: BasePolicy, env_steps: int, games: int, score: float | None, *, now: bool = False
    ) -> list[WeightsPublished]:
        """Write what is due.

        Args:
            policy: The network, between two updates.
            env_steps: The clock.
            games: Whole games ended.
            score: Mean score of the last games, ``None`` if none has ended.
            now: Whether the newest weights are due whenever they were last written.

        Returns:
            What to tell of it.

        Raises:
            RunError: If a file cannot be written.
        """
        told = []
        worth = -1.0 if score is None else score
        if now or time.monotonic() - self._published_at >= PUBLISH_SECONDS:
            self._published_at = time.monotonic()
            if self._published != env_steps:
                self._published = env_steps
                data = bytes_of(weights_of(policy), {"env_steps": str(env_steps)})
                write_bytes(self._folder / NEWEST, data)
                told.append(WeightsPublished(file=str(self._folder / NEWEST), score=worth))
        while self._left and env_steps >= self._left[0]:
            age = self._left.pop(0)
            if self._left and env_steps >= self._left[0]:
                # One update passed several of them: only the last is what its name says.
                continue
            self._keep(policy, self._file(age), {"env_steps": env_steps, "games": games, "score": score})
            told.append(WeightsPublished(file=str(self._file(age)), kept=True, score=worth))
        return told

    def _keep(self, policy: BasePolicy, path: Path, known: dict[str, Any]) -> None:
        with told_plainly(path.parent):
            path.parent.mkdir(exist_ok=True)
        write_bytes(path, bytes_of(weights_of(policy), {"env_steps": str(known["env_steps"])}))
        write_json(path.with_suffix(".json"), known)


def forget_ages_after(folder: Path, env_steps: int) -> None:
    """Delete the ages a run had reached after the checkpoint it goes on from: it comes there again.

    Raises:
        RunError: If one cannot be deleted.
    """
    for age in ages_in(folder):
        if age["env_steps"] > env_steps:
            file = Path(age["file"])
            with told_plainly(file):
                file.unlink()
                file.with_suffix(".json").unlink()
