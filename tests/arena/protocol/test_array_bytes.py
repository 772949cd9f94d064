"""Arrays of numbers, and flat structures of them, come back bit for bit; everything else is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from arena.protocol.array_bytes import dtype_description, dtype_from, pack, unpack

_PLAIN = (
    np_st.boolean_dtypes()
    | np_st.integer_dtypes()
    | np_st.unsigned_integer_dtypes()
    | np_st.floating_dtypes(sizes=(16, 32, 64))
)
_NAMES = st.text(min_size=1, max_size=5)
_FLAT = np_st.array_dtypes(subtype_strategy=_PLAIN, max_size=4).flatmap(
    lambda dtype: st.lists(_NAMES, min_size=len(dtype), max_size=len(dtype), unique=True).map(
        lambda names: np.dtype([(name, dtype[place]) for place, name in enumerate(names)])
    )
)
_SHAPES = np_st.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


def there_and_back(arrays: dict[str, Any]) -> dict[str, Any]:
    described, pieces = pack(arrays, structures=True)
    data = b"".join(pieces)
    got, end = unpack(json.loads(json.dumps(described)), data, 0, structures=True)
    assert end == len(data)
    return got


@settings(max_examples=100, deadline=None)
@given(plain=np_st.arrays(_PLAIN, _SHAPES), flat=np_st.arrays(_FLAT, _SHAPES))
def test_that_arrays_come_back_bit_for_bit(plain: np.ndarray, flat: np.ndarray) -> None:
    got = there_and_back({"plain": plain, "flat": flat})
    for name, sent in (("plain", plain), ("flat", flat)):
        assert (got[name].dtype, got[name].shape, got[name].tobytes()) == (sent.dtype, sent.shape, sent.tobytes())


def test_that_an_aligned_structure_keeps_its_layout() -> None:
    dtype = np.dtype([("a", "i1"), ("b", "f8"), ("c", "i2")], align=True)
    sent = np.zeros(3, dtype)
    sent["b"] = 1.5, np.nan, -0.0
    assert there_and_back({"x": sent})["x"].dtype == dtype
    assert there_and_back({"x": sent})["x"]["b"].tobytes() == sent["b"].tobytes()


@pytest.mark.parametrize(
    "dtype",
    [
        "O", "U3", "S3", "V8", "M8[s]", "m8[s]", [("a", "f8", (2,))], [("a", "O")], [("a", [("b", "f8")])],
        [(("title", "a"), "f8")], {"names": ["a", "b"], "formats": ["f8", "f8"], "offsets": [0, 4]},
        np.longdouble,
    ],
    ids=[str(number) for number in range(12)],
)  # fmt: skip
def test_that_other_dtypes_are_not_written(dtype: Any) -> None:
    with pytest.raises(ValueError, match="dtype"):
        dtype_description(np.dtype(dtype))


@pytest.mark.parametrize(
    "described",
    [
        None, 3, "O", "f8", "<U3", "<f16", [], {}, [["a"]], [["a", "<f8", [2]]], [[3, "<f8"]], [["a", "|O"]], ["ab"],
        [["a", ["b"]]], [["a", "<f8"], ["a", "<f8"]], [["", "|V9999"]], [["", "<f8"]], [["a", "<f8"], ["", "|V²"]],
        [[f"f{number}", "|i1"] for number in range(2000)],
    ],
    ids=[str(number) for number in range(19)],
)  # fmt: skip
def test_that_other_descriptions_are_not_read(described: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - numpy's own words are as good as ours
        dtype_from(described)


def test_that_a_truth_value_is_nothing_but_true_or_false() -> None:
    with pytest.raises(ValueError, match="truth"):
        unpack([["x", [["t", "|b1"]], [8]]], b"\x05" * 8, 0, structures=True)
