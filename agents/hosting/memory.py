"""The arrays an agent asks for: they read like numpy arrays, and every write to them is noted.

Reading hands out numbers and read-only rows. Writing goes through ``array[...] = value``, which notes place and value:
so a run can be done again without the code that wrote them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from agents.own.declaration import MOST_ARRAYS, MOST_NUMBERS, checked_array

MOST_WRITES = 2**16
"""Writes in one step; an agent that writes more does not mean to."""


_FLOATS = (float, np.float64)


class WriteError(Exception):
    """An agent asked its memory for something it cannot do.

    Args:
        key: Translation key of the sentence; it has ``file`` and ``line`` besides.
        params: Values for its placeholders.
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params


class Journal:
    """What was written since it was last emptied.

    Attributes:
        indices: Place of each write among all numbers of the agent.
        values: What was written.
        steps_end: Writes there may be by the end of this step.
    """

    def __init__(self) -> None:
        self.indices: list[int] = []
        self.values: list[float] = []
        self.steps_end = MOST_WRITES

    def clear(self) -> None:
        """Forget all of it."""
        self.indices.clear()
        self.values.clear()
        self.steps_end = MOST_WRITES


class Row(np.ndarray[tuple[int, ...], np.dtype[np.float64]]):
    """A part of an array for reading; ``row += x`` makes another one, which may then be written back."""

    def __setitem__(self, index: Any, value: Any) -> None:
        raise WriteError("error.own.row")

    def __iadd__(self, other: Any) -> Any:  # type: ignore[misc]
        return self + other

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]
        return self - other

    def __imul__(self, other: Any) -> Any:  # type: ignore[misc]
        return self * other

    def __itruediv__(self, other: Any) -> Any:  # type: ignore[misc]
        return self / other


class OwnArray(NDArrayOperatorsMixin):
    """One array of an agent, numbers with a fraction.

    Args:
        name: Its name.
        shape: Its shape.
        start: Place of its first number among all numbers of the agent.
        journal: Where writes are noted.
    """

    __slots__ = ("_flat", "_journal", "_places", "_width", "name", "shape", "size", "start", "values")

    def __init__(self, name: str, shape: tuple[int, ...], start: int, journal: Journal) -> None:
        self.name = name
        self.shape = shape
        self.size = math.prod(shape)
        self.start = start
        self._width = shape[1] if len(shape) == 2 else 0
        self._journal = journal
        self._places: NDArray[np.int64] | None = None
        self.bind(np.zeros(self.size))

    def bind(self, flat: NDArray[np.float64]) -> None:
        """Keep the numbers in this memory from now on.

        Args:
            flat: ``float64 [size]``; what is in it counts.
        """
        self._flat = flat
        view = flat.reshape(self.shape).view(Row)
        view.flags.writeable = False
        self.values = view

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

    def __getitem__(self, index: Any) -> Any:
        if self._width and type(index) is tuple and len(index) == 2:
            row, column = index
            if type(row) is int and type(column) is int and 0 <= row < self.shape[0] and 0 <= column < self._width:
                return self._flat.item(row * self._width + column)
        found = self.values[index]
        # A plain number: it is faster, and a division by zero is an error with a line instead of a warning.
        return found if type(found) is Row else float(found)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Any:
        return iter(self.values)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.values, dtype, copy=True)

    def __getattr__(self, name: str) -> Any:
        # max, argmax, sum, mean …: all that an array can be asked.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.values, name)

    def __repr__(self) -> str:
        return f"{self.name} = {np.asarray(self.values)!r}"

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def __setitem__(self, index: Any, value: Any) -> None:
        if self._width and type(index) is tuple and len(index) == 2:
            row, column = index
            if type(row) is int and type(column) is int and 0 <= row < self.shape[0] and 0 <= column < self._width:
                self._write_one(row * self._width + column, value, index)
                return
        self._write_many(index, value)

    def _write_one(self, place: int, value: Any, index: Any) -> None:
        number = float(value) if type(value) in _FLOATS else _plain(value, self.name, index)
        # Only an infinity and what is no number do not cancel themselves.
        if number - number != 0.0:
            raise WriteError("error.own.not_finite", where=_where(self.name, index), value=number)
        self._flat[place] = number
        journal = self._journal
        journal.indices.append(self.start + place)
        journal.values.append(number)
        if len(journal.values) > journal.steps_end:
            raise WriteError("error.own.too_many", most=MOST_WRITES)

    def _write_many(self, index: Any, value: Any) -> None:
        if self._places is None:
            self._places = np.arange(self.size, dtype=np.int64).reshape(self.shape)
        places = self._places[index]
        if places.ndim == 0:
            self._write_one(int(places), value, index)
            return
        given = np.asarray(value)
        if given.dtype.kind not in "fiub":
            raise WriteError("error.own.no_number", where=_where(self.name, index), value=f"{value!r:.60}")
        try:
            numbers = np.broadcast_to(given.astype(np.float64), places.shape)
        except ValueError:
            raise WriteError(
                "error.own.shape", where=_where(self.name, index), wanted=_size(places.shape), given=_size(given.shape)
            ) from None
        if not np.isfinite(numbers).all():
            bad = float(numbers[~np.isfinite(numbers)][0])
            raise WriteError("error.own.not_finite", where=_where(self.name, index), value=bad)
        # Of a block only what changes is an update: a whole table that fades by a factor would drown the rest.
        changed = self._flat[places] != numbers
        touched, written = places[changed], numbers[changed]
        if len(self._journal.values) + len(touched) > self._journal.steps_end:
            raise WriteError("error.own.too_many", most=MOST_WRITES)
        self._flat[touched] = written
        self._journal.indices.extend((touched + self.start).tolist())
        self._journal.values.extend(written.tolist())

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **known: Any) -> Any:
        # All arithmetic comes through here; in-place operators ask for the result to be written into the array.
        targets = known.pop("out", ())
        made = getattr(ufunc, method)(*(each.values if isinstance(each, OwnArray) else each for each in given), **known)
        if not targets:
            return made
        (target,) = targets
        target[...] = made
        return target


def _plain(value: Any, name: str, index: Any) -> float:
    if isinstance(value, (int, float, np.number, np.bool_)) or (isinstance(value, np.ndarray) and value.size == 1):
        try:
            return float(value if not isinstance(value, np.ndarray) else value.reshape(())[()])
        except (TypeError, OverflowError):
            pass
    if isinstance(value, (np.ndarray, list, tuple, OwnArray)):
        raise WriteError("error.own.shape", where=_where(name, index), wanted="1", given=_size(np.shape(value)))
    raise WriteError("error.own.no_number", where=_where(name, index), value=f"{value!r:.60}")


def _where(name: str, index: Any) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    shown = ", ".join(str(part) if isinstance(part, (int, np.integer)) else "…" for part in parts)
    return f"{name}[{shown}]"


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"


class Memory:
    """What an agent gets in ``start`` to ask for arrays.

    Args:
        states: Number of states S.
        actions: Number of actions A.
    """

    def __init__(self, states: int, actions: int) -> None:
        self.journal = Journal()
        self._pairs = (states, actions)
        self._arrays: dict[str, OwnArray] = {}
        # The table that is shown comes first, whether the agent asks for one or not.
        self._next = states * actions
        self._open = True

    def table(self, name: str, *shape: int, fill: float = 0.0) -> OwnArray:
        """Return an array of this name and shape; ``q`` with a row for each state is what the window paints.

        Args:
            name: Name, by which it is saved.
            shape: One to four lengths.
            fill: Number in every place at first.

        Raises:
            WriteError: If it is asked for too late, twice, too large or in another shape than ``q`` has to have.
        """
        if not self._open:
            raise WriteError("error.own.late", name=f"{name!s:.60}")
        try:
            name, lengths = checked_array(name, [int(length) for length in shape])
        except (ValueError, TypeError):
            raise WriteError("error.own.array", name=f"{name!s:.60}") from None
        if name in self._arrays or len(self._arrays) >= MOST_ARRAYS:
            raise WriteError("error.own.array", name=name)
        if name == "q" and lengths != self._pairs:
            raise WriteError("error.own.shape", where="q", wanted=_size(self._pairs), given=_size(lengths))
        start = 0 if name == "q" else self._next
        made = OwnArray(name, lengths, start, self.journal)
        if start:
            self._next += made.size
        if self._next > MOST_NUMBERS:
            raise WriteError("error.own.array", name=name)
        if fill:
            made[...] = float(fill)
        self._arrays[name] = made
        return made

    def close(self) -> NDArray[np.float64]:
        """Let no more arrays be asked for; return all numbers, ``float64 [N]``, of which they are views from now on."""
        self._open = False
        pool = np.zeros(self._next)
        for array in self._arrays.values():
            part = pool[array.start : array.start + array.size]
            part[:] = array.values.reshape(-1)
            array.bind(part)
        self.journal.clear()
        return pool

    @property
    def declared(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Name and shape of each array, in the order of the numbers."""
        return tuple((array.name, array.shape) for array in self._arrays.values())
