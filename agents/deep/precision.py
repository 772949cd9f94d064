"""In which precision a picture network computes its features: what this machine is faster with, found by timing it.

Weights, gradients, the optimiser and the heads stay ``float32``; only the convolutions and the layer after them compute
in ``bfloat16`` (8 bits of significand; a picture's bytes are exact in it).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from gymnasium import spaces
from torch import nn

from agents.deep.nature_network import ByteNatureCNN
from agents.deep.ppo import torch_threads
from arena.errors import UsageError

PRECISIONS = ("auto", "float32", "bfloat16")
"""What somebody may ask for."""

WORTH = 1.2
"""``bfloat16`` must be so many times faster: below that its rounding costs more than it brings."""

SECONDS = 1.0
"""The probe takes about as long, and less where ``bfloat16`` is hopeless."""

_BATCH, _PAIRS = 64, 20
_SCOUT, _HOPELESS = 4, 0.5


def precision_for(wanted: str, *, kind: str, width: float, device: str, threads: int) -> str:
    """Return the precision a run computes in, ``float32`` or ``bfloat16``.

    Args:
        wanted: One of :data:`PRECISIONS`.
        kind: Of the place; only pictures have a features extractor.
        width: Of the network.
        device: Where it computes.
        threads: Threads of a gradient step.

    Raises:
        UsageError: If there is no such precision, or it was asked for where there are no pictures.
    """
    if wanted not in PRECISIONS:
        raise UsageError("error.deep.precision_unknown", name=wanted, known=", ".join(PRECISIONS))
    if kind != "pixels":
        if wanted == "bfloat16":
            raise UsageError("error.deep.precision")
        return "float32"
    if wanted != "auto":
        return wanted
    return "bfloat16" if gain(width, device, threads) >= WORTH else "float32"


@cache
def gain(width: float, device: str, threads: int) -> float:
    """Return how many times faster one pass forward and back is in ``bfloat16``, by the best of each.

    Args:
        width: Of the network.
        device: Where it computes.
        threads: Threads that compute.
    """
    until = time.perf_counter() + SECONDS
    with torch.random.fork_rng(devices=[]), torch_threads(threads):
        extractor = ByteNatureCNN(spaces.Box(0, 255, (4, 84, 84), np.uint8), width)
        extractor.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        scouted = _gain(extractor, _SCOUT, device, until, 1)
        # A processor without bfloat16 imitates it many times slower: a batch of usual size would take seconds there.
        return scouted if scouted < _HOPELESS else _gain(extractor, _BATCH, device, until, _PAIRS)


def _gain(extractor: ByteNatureCNN, batch: int, device: str, until: float, pairs: int) -> float:
    pictures = torch.randint(0, 256, (batch, 4, 84, 84), dtype=torch.uint8, device=device)
    passes = {precision: _pass(extractor, pictures, precision) for precision in PRECISIONS[1:]}
    for one in passes.values():
        # The first pass of each makes buffers and picks its code.
        one()
    found: dict[str, list[float]] = {precision: [] for precision in passes}
    while not found["bfloat16"] or (len(found["bfloat16"]) < pairs and time.perf_counter() < until):
        for precision, one in passes.items():
            began = time.perf_counter()
            one()
            found[precision].append(time.perf_counter() - began)
    return min(found["float32"]) / min(found["bfloat16"])


def _pass(extractor: ByteNatureCNN, pictures: torch.Tensor, precision: str) -> Callable[[], None]:
    def one() -> None:
        extractor.precision = precision
        extractor(pictures).sum().backward()
        if pictures.is_cuda:
            # Else only the asking is timed.
            torch.cuda.synchronize()

    return one


def use_precision(network: nn.Module, precision: str) -> None:
    """Let every features extractor in a network compute in a precision.

    Args:
        network: A policy; nothing changes where it sees no pictures.
        precision: ``float32`` or ``bfloat16``.
    """
    for module in network.modules():
        if isinstance(module, ByteNatureCNN):
            module.precision = precision
