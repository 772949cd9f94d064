"""The arrays an agent gets: they read like numpy's, and nothing is written unseen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.hosting.memory import MOST_WRITES, Memory, OwnArray, WriteError


def table(rows: int = 3, columns: int = 2) -> tuple[Memory, OwnArray, np.ndarray]:
    memory = Memory(rows, columns)
    q = memory.table("q", rows, columns)
    pool = memory.close()
    return memory, q, pool


def test_that_every_way_to_write_is_noted_with_its_place_and_value() -> None:
    memory, q, pool = table()
    q[1, 0] = 2
    q[np.int64(2), 1] = np.float64(3.5)
    q[0] = [1, 1]
    q[0, 0] += 4
    q[1] *= 2
    q[-1, -1] = 7.0
    q[q > 100] = 0
    q[:, 0] += 1
    done = np.zeros(6)
    for place, value in zip(memory.journal.indices, memory.journal.values, strict=True):
        done[place] = value
    assert np.array_equal(done, pool)
    assert pool.reshape(3, 2).tolist() == [[6, 1], [5, 0], [1, 7]]
    assert np.asarray(q).tolist() == pool.reshape(3, 2).tolist()


def test_that_of_a_block_only_what_changes_is_an_update_but_one_number_always_is() -> None:
    memory, q, _ = table()
    q[0] = [0, 5]
    assert memory.journal.indices == [1]
    q[0, 1] = 5.0
    assert memory.journal.indices == [1, 1]
    q *= 1.0
    assert memory.journal.indices == [1, 1]


def test_that_it_answers_what_an_array_answers() -> None:
    _, q, _ = table()
    q[:] = [[1, 2], [3, 4], [5, 6]]
    assert (q.max(), q.argmax(), q[1].sum(), len(q), q.shape) == (6, 5, 7, 3, (3, 2))
    assert type(q[1, 1]) is float
    assert [row.tolist() for row in q] == [[1, 2], [3, 4], [5, 6]]
    assert np.max(q) == 6 and (q + q)[2, 1] == 12 and (2 * q)[0, 0] == 2 and (q / 2 - q)[0, 0] == -0.5
    assert q[[0, 2], 1].tolist() == [2, 6]


@pytest.mark.parametrize(
    ("index", "value", "key"),
    [
        ((0, 1), float("nan"), "error.own.not_finite"),
        ((0, 1), float("inf"), "error.own.not_finite"),
        (0, [1.0, float("-inf")], "error.own.not_finite"),
        ((0, 1), "5", "error.own.no_number"),
        ((0, 1), None, "error.own.no_number"),
        ((0, 1), 1j, "error.own.no_number"),
        (0, ["a", "b"], "error.own.no_number"),
        ((0, 1), [1, 2], "error.own.shape"),
        (0, [1, 2, 3], "error.own.shape"),
        ((0, 1), 10**400, "error.own.no_number"),
    ],
    ids=lambda value: f"{value!s:.30}",
)
def test_that_what_cannot_be_written_changes_nothing(index: Any, value: Any, key: str) -> None:
    memory, q, pool = table()
    with pytest.raises(WriteError) as refused:
        q[index] = value
    assert refused.value.key == key
    assert not pool.any() and not memory.journal.indices


def test_that_a_row_that_was_read_is_no_way_to_write() -> None:
    memory, q, pool = table()
    with pytest.raises(WriteError) as refused:
        q[0][1] = 5.0
    assert refused.value.key == "error.own.row"
    assert not pool.any() and not memory.journal.indices


@pytest.mark.parametrize("index", [(3, 0), (0, 2), (-4, 0), "q", 1.5], ids=str)
def test_that_a_place_outside_is_an_index_error(index: Any) -> None:
    _, q, _ = table()
    with pytest.raises(IndexError):
        q[index] = 1.0
    with pytest.raises(IndexError):
        q[index]


def test_that_numpy_cannot_write_past_it() -> None:
    _, q, pool = table()
    for trick in (
        lambda: q.fill(3),
        lambda: np.add(q.values, 1, out=q.values),
        q.sort,
        lambda: q[0].put(0, 1),
    ):
        with pytest.raises(ValueError, match="read-only"):
            trick()
    np.asarray(q)[:] = 5
    assert not pool.any()


def test_that_writing_without_end_in_one_step_is_stopped() -> None:
    memory, q, _ = table()
    for number in range(MOST_WRITES):
        q[0, 0] = float(number)
    with pytest.raises(WriteError) as refused:
        q[0, 0] = 0.0
    assert refused.value.key == "error.own.too_many"
    big = Memory(2, 2)
    e = big.table("e", MOST_WRITES + 1)
    big.close()
    with pytest.raises(WriteError):
        e += 1


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("e", ()),
        ("e", (0,)),
        ("e", (-1,)),
        ("e", (2**30,)),
        ("e", (1, 1, 1, 1, 1)),
        ("", (2,)),
        ("a b", (2,)),
        (5, (2,)),
    ],
    ids=str,
)
def test_that_odd_tables_are_refused(name: Any, shape: tuple[int, ...]) -> None:
    with pytest.raises(WriteError):
        Memory(3, 2).table(name, *shape)


def test_that_q_has_a_row_for_each_state_and_tables_are_asked_for_once_and_in_time() -> None:
    memory = Memory(3, 2)
    with pytest.raises(WriteError) as refused:
        memory.table("q", 2, 3)
    assert refused.value.params["wanted"] == "3 × 2"
    memory.table("e", 4)
    with pytest.raises(WriteError):
        memory.table("e", 4)
    memory.close()
    with pytest.raises(WriteError) as refused:
        memory.table("late", 2)
    assert refused.value.key == "error.own.late"


def test_that_tables_lie_end_to_end_with_q_first_and_keep_what_start_wrote() -> None:
    memory = Memory(3, 2)
    e = memory.table("e", 2, fill=4)
    q = memory.table("q", 3, 2)
    q[0, 1] = 9
    e[1] = 5
    pool = memory.close()
    assert pool.tolist() == [0, 9, 0, 0, 0, 0, 4, 5]
    assert memory.declared == (("e", (2,)), ("q", (3, 2)))
    e[0] = 1
    assert (memory.journal.indices, pool[6]) == ([6], 1)
