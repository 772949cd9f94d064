"""Seeds of emulators, made of a run's seed and the number of a checkpoint."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def seeds_of(run_seed: int, checkpoint: int, games: int) -> NDArray[np.int64]:
    """Return the emulator seeds of all games after a checkpoint, ``int64 [games]``, each 1 … 2³¹ − 1.

    Emulators of a run cannot all be saved, so every checkpoint begins new games; with these seeds a run that was
    interrupted there goes on exactly as one that was not.

    Args:
        run_seed: Seed of the run, at least 0.
        checkpoint: Number of the checkpoint, 0 for the beginning.
        games: How many.
    """
    drawn = np.random.SeedSequence([run_seed, checkpoint]).generate_state(games, np.uint32)
    return (drawn % np.uint32(2**31 - 1)).astype(np.int64) + 1
