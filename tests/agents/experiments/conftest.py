"""Kernels compiled once, before anything is timed or stopped in the middle."""

from __future__ import annotations

import pytest

from agents.tabular.warm_up import warm_up


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    warm_up()
