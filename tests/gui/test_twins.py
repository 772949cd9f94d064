"""Two runs in lock-step, with real workers: on the same tick whatever is asked, and what becomes of one that ends."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from agents.runtime.client import WorkerClient
from agents.runtime.spec import RunSpec
from arena.protocol.messages import SPEED_EPISODE, SPEED_MAXIMUM, Fork, Forked
from gui.state.run_model import RunModel
from gui.state.run_state import RunState
from gui.state.twins import Twins


class Pair:
    """A run, a fork of it, and both in lock-step."""

    def __init__(self, qtbot: QtBot, changes: dict[str, Any], at: int = 2_000, **spec: Any) -> None:
        self.qtbot = qtbot
        self.left, self.right = RunModel(), RunModel()
        WorkerClient.prewarm()
        self.left.open(RunSpec(**{"env_id": "Arena/GridWorld-v0", "env_kwargs": {"map": "cliff"}, "seed": 5, **spec}))
        WorkerClient.prewarm()
        self.until(lambda: self.left.state.phase == "paused")
        if at:
            self.left.run_to("tick", at)
            self.until(lambda: self.left.state.env_steps == at and self.left.state.phase == "paused")
        with qtbot.waitSignal(self.left.answered) as told:
            self.left.ask(Fork(at=at, changes=changes))
        (made,) = told.args
        assert isinstance(made, Forked)
        self.right.open(RunSpec(resume=made.folder))
        self.until(lambda: self.right.state.phase == "paused" and self.right.state.view is not None)
        self.twins = Twins(self.left, self.right)
        self.ended: list[int] = []
        self.shown: list[tuple[RunState, RunState]] = []
        self.twins.ended.connect(self.ended.append)
        self.twins.changed.connect(lambda left, right: self.shown.append((left, right)))

    def until(self, holds: Any) -> None:
        self.qtbot.waitUntil(holds)

    def ticks(self) -> tuple[int, int]:
        return self.left.state.env_steps, self.right.state.env_steps

    def rest(self) -> int:
        self.until(lambda: self.twins.resting)
        left, right = self.ticks()
        assert left == right
        return left

    def views(self) -> tuple[Any, Any]:
        """Wait until both show the tick they stand on."""
        models = (self.left, self.right)
        self.until(lambda: all(m.state.view is not None and m.state.view.env_steps == self.twins.tick for m in models))
        return tuple(model.state.view.arrays["q"] for model in models)  # type: ignore[union-attr,return-value]

    def close(self) -> None:
        self.twins.close()
        self.left.shutdown()
        self.right.shutdown()
        WorkerClient.drop_spare()


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Any]:
    pairs: list[Pair] = []

    def make(changes: dict[str, Any], **more: Any) -> Pair:
        pairs.append(Pair(qtbot, changes, **more))
        return pairs[-1]

    yield make
    for pair in pairs:
        pair.close()


def test_that_unchanged_twins_are_equal_to_the_bit_after_many_commands(made: Any, qtbot: QtBot) -> None:
    pair: Pair = made({})
    twins, chance = pair.twins, random.Random(0)
    for number in range(60):
        match chance.randrange(6):
            case 0:
                twins.step()
            case 1:
                twins.set_speed(chance.choice([4.0, 15.0, 60.0, SPEED_EPISODE, SPEED_MAXIMUM]))
                twins.run()
                qtbot.wait(chance.randrange(1, 150))
            case 2:
                twins.run_to(*chance.choice([("change", 1), ("reward", 1), ("episode", 3), ("tick", twins.tick + 700)]))
            case 3:
                twins.pause()
            case 4:
                twins.toggle()
            case 5:
                twins.step_beat()
        if number % 6 == 5:
            twins.pause()
            pair.rest()
    twins.pause()
    assert pair.rest() > 2_000
    left, right = pair.views()
    assert left.tobytes() == right.tobytes()
    assert not pair.ended


def test_that_a_goal_stops_both_at_the_tick_the_first_of_them_met_it(made: Any) -> None:
    pair: Pair = made({"epsilon": 0.9})
    twins = pair.twins
    both = [model.state.episodes for model in (pair.left, pair.right)]
    twins.run_to("episode", 5)
    pair.rest()
    ended = [model.state.episodes - before for model, before in zip((pair.left, pair.right), both, strict=True)]
    assert max(ended) == 5 and min(ended) < 5
    assert twins.met == (ended[0] == 5, ended[1] == 5)
    assert {state.reason for state in twins.states} == {"phase.reason.episode"}
    pair.until(lambda: all(m.state.tick is not None and m.state.tick.env_steps == twins.tick for m in twins.models))
    assert any(m.state.tick is not None and m.state.tick.tick["terminated"] for m in twins.models)
    twins.run_to("tick", 50_000)
    assert pair.rest() == 50_000
    left, right = pair.views()
    assert not np.array_equal(left, right)


def test_that_flat_out_neither_is_ever_more_than_a_stretch_ahead(made: Any, qtbot: QtBot) -> None:
    pair: Pair = made({"agent": "sarsa"})
    twins = pair.twins
    twins.set_speed(SPEED_MAXIMUM)
    twins.run()
    apart: list[tuple[int, int]] = []
    twins.changed.connect(
        lambda left, right: apart.append((abs(left.env_steps - right.env_steps), twins._stretch.ticks))
    )
    pair.until(lambda: pair.left.state.env_steps > 300_000)
    assert twins.running and {state.phase for state in twins.states} == {"running"}
    twins.pause()
    pair.rest()
    assert max(gap / max(stretch, 500) for gap, stretch in apart) <= 4.0
    assert {state.phase for state in twins.states} == {"paused"}


def test_that_slow_steps_are_shown_in_beats_and_never_more_than_one_apart(made: Any) -> None:
    pair: Pair = made({"seed": 77}, at=0)
    twins = pair.twins
    twins.set_speed(15.0)
    twins.run()
    pair.until(lambda: min(pair.ticks()) >= 20)
    assert all(abs(left.env_steps - right.env_steps) <= 1 for left, right in pair.shown)
    twins.pause()
    tick = pair.rest()
    # A step has beats only where the values before it are known.
    pair.views()
    pair.until(lambda: not any(model.beats.showing for model in twins.models))
    pair.shown.clear()
    twins.step()
    pair.until(lambda: pair.rest() == tick + 1 and all(model.state.beat == 4 for model in twins.models))
    assert {1, 2, 3} <= {left.beat for left, _ in pair.shown} & {right.beat for _, right in pair.shown}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_that_one_that_dies_is_told_the_other_lives_and_a_resumed_one_catches_up(made: Any, qtbot: QtBot) -> None:
    pair: Pair = made({"alpha": 0.1})
    twins = pair.twins
    twins.set_speed(SPEED_MAXIMUM)
    twins.run()
    pair.until(lambda: min(pair.ticks()) > 20_000)
    client = pair.right._client
    assert client is not None
    os.kill(client.pid, signal.SIGKILL)
    pair.until(lambda: pair.ended == [1])
    assert not twins.running
    pair.until(lambda: twins.resting)
    left, right = twins.states
    assert (left.phase, right.phase) == ("paused", "failed") and right.failure is not None
    before = pair.left.state.env_steps
    pair.until(lambda: not pair.left.beats.showing)
    twins.step()
    pair.until(lambda: pair.left.state.env_steps == before + 1)
    twins.resume()
    pair.until(lambda: pair.right.state.phase == "paused" and pair.ticks() == (before + 1, before + 1))
    assert pair.rest() == before + 1
    twins.run_to("tick", before + 2_000)
    assert pair.rest() == before + 2_000


def test_that_one_that_has_solved_its_world_lets_the_other_go_on(made: Any) -> None:
    # Sweeps move the cliff's values by 1 for a while: with that tolerance one more sweep is the last.
    pair: Pair = made({"tolerance": 1.0}, at=3, agent="value_iteration")
    twins = pair.twins
    twins.run_to("tick", 5)
    pair.until(lambda: pair.ended == [1])
    assert pair.right.state.phase == "finished" and not twins.running
    twins.run_to("tick", 10_000)
    pair.until(lambda: pair.ended == [1, 0])
    assert pair.left.state.env_steps > pair.right.state.env_steps
    assert {state.phase for state in twins.states} == {"finished"}


def test_that_a_person_moves_both_at_once(made: Any) -> None:
    pair: Pair = made({"alpha": 0.1})
    twins = pair.twins
    for model in twins.models:
        model.set_mover("person")
    pair.until(lambda: all(model.state.mover == "person" for model in twins.models))
    twins.run()
    assert not twins.running and twins.states[0].reason == "phase.reason.your_move"
    tick = pair.rest()
    twins.act(0)
    pair.until(lambda: pair.ticks() == (tick + 1, tick + 1))
    assert all(model.state.tick is not None and model.state.tick.tick["action"] == 0 for model in twins.models)
