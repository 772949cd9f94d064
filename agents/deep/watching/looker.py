"""Computes saliency beside the game: a thread of its own, so that no decision waits for three hundred pictures."""

from __future__ import annotations

import copy
import threading
import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import BasePolicy

from agents.deep.watching.insight import Insight
from agents.deep.watching.saliency import Brightness, saliency

MOST_PER_SECOND = 4.0
"""So often at most; a person sees no more, and learning may want the processor."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Saliency of one moment.

    Attributes:
        moment: Which, as it was asked for.
        actor: ``float32 [side, side]`` in 0–1.
        critic: The same, ``None`` without a critic.
    """

    moment: tuple[int, ...]
    actor: NDArray[np.float32]
    critic: NDArray[np.float32] | None


class Looker:
    """Answers with the newest saliency there is; what is asked for meanwhile replaces what was asked before."""

    def __init__(self) -> None:
        self.newest: Looked | None = None
        self.made = 0
        """How many were computed."""
        self._wanted: tuple[tuple[int, ...], NDArray[np.uint8], BasePolicy] | None = None
        self._wake = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._actor, self._critic = Brightness(), Brightness()
        self._of: BasePolicy | None = None
        self._insight: Insight | None = None

    def ask(self, moment: tuple[int, ...], observation: NDArray[np.uint8], policy: BasePolicy) -> Looked | None:
        """Ask for a moment's saliency; it is computed once.

        Args:
            moment: Anything that tells moments (and weights) apart.
            observation: ``uint8 [stack, side, side]``, not written to afterwards.
            policy: Who looks; weights in it do not change.

        Returns:
            The newest there is, which may be of an earlier moment; ``None`` if there is none yet.
        """
        with self._wake:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="saliency", daemon=True)
                self._thread.start()
            if self.newest is None or self.newest.moment != moment:
                self._wanted = (moment, observation, policy)
                self._wake.notify()
        return self.newest

    def close(self) -> None:
        """End the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(5.0)

    def _run(self) -> None:
        torch.set_num_threads(1)
        while True:
            with self._wake:
                while self._wanted is None and not self._closed:
                    self._wake.wait()
                if self._closed or self._wanted is None:
                    return
                (moment, observation, policy), self._wanted = self._wanted, None
            began = time.monotonic()
            actor, critic = saliency(self._insight_of(policy), observation)
            side = observation.shape[-1]
            self.newest = Looked(
                moment=moment,
                actor=self._actor.of(actor, side),
                critic=None if critic is None else self._critic.of(critic, side),
            )
            self.made += 1
            with self._wake:
                # Closing does not wait for the pause.
                left = 1.0 / MOST_PER_SECOND - (time.monotonic() - began)
                self._wake.wait_for(lambda: self._closed, timeout=max(0.0, left))

    def _insight_of(self, policy: BasePolicy) -> Insight:
        if self._insight is None or self._of is not policy:
            # A copy: the game's thread listens at the layers of its own.
            self._of, self._insight = policy, Insight(copy.deepcopy(policy))
        return self._insight
