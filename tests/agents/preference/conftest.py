"""These tests need the libraries of the extra ``deep``; without them there is nothing to test here."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("ale_py") and find_spec("stable_baselines3") else ["test_*.py"]

if find_spec("torch"):
    import torch

    # Two threads that wait for each other at every layer are slower than one where tests run beside each other.
    torch.set_num_threads(1)
