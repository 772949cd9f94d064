"""What every learner of the catalog must do: repeat itself to the bit, go on exactly, tell its arithmetic, refuse."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tabular import kernel
from agents.tabular.arrays import IN_CHOSEN, IN_Q, IN_V, new_records
from agents.tabular.learner import TabularLearner, new_stop
from arena.errors import RunError
from tests.agents.tabular.learners import ALL, SAMPLING, SWEEPING, advance, learner, recorded, same_arrays, table_name
from tests.agents.tabular.worlds import corridor, random_world


def live(who: TabularLearner) -> dict[str, np.ndarray]:
    """The arrays themselves, not copies."""
    return {**who.tables._asdict(), **who.memory._asdict()}


@pytest.mark.parametrize("name", ALL)
def test_that_recording_and_slicing_never_change_what_is_learned(name: str) -> None:
    model = random_world(2)
    whole, sliced = learner(name, model, 7), learner(name, model, 7)
    advance(whole, 500)
    recorded(sliced, 500)
    assert same_arrays(whole, sliced)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("ticks", [333, 334, 341])
def test_that_a_learner_loaded_from_arrays_goes_on_exactly(name: str, ticks: int) -> None:
    model = random_world(4)
    first = learner(name, model, 3)
    advance(first, ticks)
    second = learner(name, model, 3)
    second.load(first.arrays())
    assert same_arrays(first, second)
    advance(first, 5000)
    advance(second, 5000)
    assert same_arrays(first, second)


@pytest.mark.parametrize("name", ALL)
def test_that_the_records_hold_every_write_and_its_arithmetic(name: str) -> None:
    who = learner(name, random_world(1), 5)
    before = {key: array.copy() for key, array in live(who).items()}
    _, updates = recorded(who, 400)
    assert len(updates)
    for row in updates:
        s, a, table = int(row["state"]), int(row["action"]), before[table_name(row)]
        if row["table"] == IN_CHOSEN:
            # An improvement: another action, and by how much it is better than what the policy was worth.
            table[s] = a
            assert row["new"] == before["q"][s, a] == row["old"] + row["delta"]
            continue
        place = (s,) if row["table"] == IN_V else (s, a)
        assert table[place] == row["old"]
        if name in SWEEPING:
            assert row["new"] == row["target"]
        else:
            assert row["new"] == row["old"] + row["step_size"] * row["delta"] * row["weight"]
        table[place] = row["new"]
    for key in {table_name(row) for row in updates}:
        assert np.array_equal(before[key], live(who)[key])


@pytest.mark.parametrize("name", ALL)
def test_that_a_watched_pair_is_recorded_alone_and_wholly(name: str) -> None:
    model = random_world(1)
    whole, watched = learner(name, model, 5), learner(name, model, 5)
    _, updates = recorded(whole, 300)
    s, a = int(updates[-1]["state"]), int(updates[-1]["action"])
    records = new_records(updates=100_000, watch=(s, a))
    while watched.tick < whole.tick and not watched.finished:
        watched.advance(whole.tick, new_stop(), records)
    mine = (updates["state"] == s) & ((updates["action"] == a) | (updates["table"] == IN_V))
    expected = updates[mine]
    # The value of a state is told to whoever watches any entry of its row.
    expected["action"] = a
    assert np.array_equal(records.updates[: records.used[1]], expected)


@pytest.mark.parametrize("name", SAMPLING)
def test_that_what_is_shown_of_the_newest_update_is_what_the_table_says(name: str) -> None:
    who = learner(name, random_world(3), 1)
    for _ in range(200):
        _, updates = recorded(who, 1)
        for row in updates[-1:]:
            if row["table"] == IN_Q:
                assert who.q[row["state"], row["action"]] == row["new"]


@pytest.mark.parametrize("name", SAMPLING)
def test_that_a_value_that_would_not_be_finite_is_refused_and_nothing_of_the_tick_is_kept(name: str) -> None:
    model = corridor(3, step_limit=3)
    model.reward[:] = np.finfo(float).max
    who = learner(name, model, gamma=1.0)
    for array in live(who).values():
        if array.dtype == float and array.ndim == 2:
            array[:2] = np.finfo(float).max
    assert who.advance(50, new_stop(), new_records()) == kernel.NOT_FINITE
    before = who.arrays()
    assert who.advance(50, new_stop(), new_records()) == kernel.NOT_FINITE
    assert all(before[key].tobytes() == array.tobytes() for key, array in who.arrays().items())
    assert all(np.isfinite(array).all() for array in before.values() if array.dtype == float)


@pytest.mark.parametrize("name", ALL)
def test_that_arrays_of_another_world_with_holes_or_without_numbers_are_refused(name: str) -> None:
    model = corridor()
    good = learner(name, model)
    advance(good, 7)
    for key, array in good.arrays().items():
        arrays = good.arrays()
        del arrays[key]
        with pytest.raises(RunError):
            learner(name, model).load(arrays)
        with pytest.raises(RunError):
            learner(name, model).load(
                {**good.arrays(), key: array.astype("f4") if array.dtype.names is None else array[:0]}
            )
        if array.dtype == float and array.size:
            spoiled = array.copy()
            spoiled.flat[0] = np.nan
            with pytest.raises(RunError):
                learner(name, model).load({**good.arrays(), key: spoiled})
    with pytest.raises(RunError):
        learner(name, random_world(0)).load(good.arrays())


def test_that_counters_that_would_lead_compiled_code_astray_are_refused() -> None:
    model = corridor()
    good = learner("monte_carlo", model)
    advance(good, 7)
    for field, value in [("state", 99), ("next_action", 2), ("buffered", 10**6), ("buffered", -1), ("block_size", 0)]:
        arrays = good.arrays()
        arrays["counters"][field] = value
        with pytest.raises(RunError):
            learner("monte_carlo", model).load(arrays)
