"""What a worker is asked to learn: plain values, so that they travel and can be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from arena.protocol.messages import SPEED_MAXIMUM


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """A run to begin, or one to go on with.

    Attributes:
        env_id: Gymnasium id of the world.
        env_kwargs: Its arguments.
        agent: Catalog id.
        hyperparameters: Field values by name, numbers or text; what is missing is suggested by the world, else default.
        seed: Seed of all random numbers of the run.
        log_folder: Folder that holds run folders; ``None`` for the usual one.
        resume: Path of a run folder to go on with; then only ``speed`` and ``log_folder`` count besides.
        watch: Folder of a model, or of a deep run, to be watched playing; nothing else counts besides.
        look: Path of a run folder to look into without learning; nothing else counts besides.
        experiments: Run experiments as commands say instead of one run; nothing else counts besides.
        speed: As in ``SetSpeed``.
        trusted_hash: Fingerprint of the one file of somebody's own code that may be run for this; empty for none.
        device: Where the network of a deep run computes: ``auto``, ``cpu`` or ``cuda``.
        threads: Threads of a gradient step of a new deep run; 0 for what suits it and the machine.
        precision: What a new deep run computes features of pictures in: ``auto``, ``float32`` or ``bfloat16``.
        save_every: ``env_steps`` between two checkpoints of a new deep run; 0 for what suits it.
        eval_every: ``env_steps`` between two evaluations of a new deep run; 0 for none.
        eval_episodes: Whole games of each of them; 0 for the usual number.
        begin_with: Name or folder of a model whose weights a new deep run begins with; empty for random ones.
        preference: Learn from answers instead of the world's reward: ``preset``, ``teacher``, ``reference``, ``task``,
            ``labels_from``, and settings by name that are not the preset's, those of
            :class:`agents.preference.config.PreferenceConfig`; ``None`` for the reward.
    """

    env_id: str = ""
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    agent: str = "q_learning"
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    log_folder: str | None = None
    resume: str | None = None
    watch: str | None = None
    look: str | None = None
    experiments: bool = False
    speed: float = SPEED_MAXIMUM
    trusted_hash: str = ""
    device: str = "auto"
    threads: int = 0
    precision: str = "auto"
    save_every: int = 0
    eval_every: int = 0
    eval_episodes: int = 0
    begin_with: str = ""
    preference: Mapping[str, Any] | None = None

    def plain(self) -> dict[str, Any]:
        """Return the fields by name, ready for JSON."""
        return asdict(self)
