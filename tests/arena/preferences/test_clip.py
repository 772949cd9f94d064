"""Clips are what they say they are, and their files give them back or say that they cannot."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from arena.errors import RunError
from arena.preferences.clip import MOST_STEPS, Clip
from arena.preferences.clip_file import clip_bytes, clip_from_bytes, clip_path, read_clip, write_clip
from tests.arena.mutations import spoiled
from tests.arena.preferences.label_samples import clip, picture_clip


def same(one: Clip, other: Clip) -> bool:
    pictures = (one.pictures is None) == (other.pictures is None) and all(
        np.array_equal(array, other.arrays()[name]) and array.dtype == other.arrays()[name].dtype
        for name, array in one.arrays().items()
    )
    return pictures and one.about() == other.about() and one.clip_id == other.clip_id


def test_that_a_clips_id_tells_every_part_of_it() -> None:
    changes: list[dict[str, Any]] = [
        {"env_id": "Taxi-v3"}, {"env_kwargs": {"map": "maze"}}, {"kind": "vector"}, {"env_step": 7}, {"game": 3},
        {"observations": np.arange(5) + 1}, {"observations": np.arange(5.0)}, {"actions": np.zeros(5, np.int64)},
        {"rewards": np.zeros(5, np.float32)}, {"pictures": np.zeros((5, 2, 2, 3), np.uint8)},
    ]  # fmt: skip
    ids = {clip(**change).clip_id for change in changes} | {clip().clip_id}
    assert len(ids) == len(changes) + 1
    assert clip().clip_id == clip().clip_id
    assert clip(clip_id=clip().clip_id).true_return == -4.0


@pytest.mark.parametrize(
    "change",
    [
        {"clip_id": "0" * 64}, {"env_id": ""}, {"env_id": 3}, {"env_kwargs": None}, {"env_kwargs": {"a": {1, 2}}},
        {"env_kwargs": {"a": float("nan")}}, {"env_kwargs": {"a": "x" * 70_000}}, {"env_kwargs": {"a": "\ud800"}},
        {"kind": "film"}, {"kind": []}, {"env_step": -1}, {"env_step": 1.5}, {"env_step": True}, {"game": 2**63},
        {"actions": np.zeros(5, np.int32)}, {"actions": np.zeros((5, 1), np.int64)}, {"actions": [0] * 5},
        {"actions": np.zeros(0, np.int64), "rewards": np.zeros(0, np.float32), "observations": np.zeros(0)},
        {"rewards": np.zeros(5)}, {"rewards": np.zeros(4, np.float32)},
        {"rewards": np.array([0, 0, np.nan, 0, 0], np.float32)}, {"observations": np.full(5, np.inf)},
        {"observations": np.zeros(4)}, {"observations": np.zeros((5, 0))}, {"observations": np.zeros(5, complex)},
        {"observations": np.array(["a"] * 5)}, {"observations": np.array(5)},
        {"pictures": np.zeros((5, 2, 2), np.uint8)}, {"pictures": np.zeros((5, 2, 2, 3))},
        {"pictures": np.zeros((4, 2, 2, 3), np.uint8)}, {"pictures": np.zeros((5, 0, 2, 3), np.uint8)},
        {"pictures": np.zeros((5, 2, 2, 4), np.uint8)},
        {
            "actions": np.zeros(MOST_STEPS + 1, np.int64), "rewards": np.zeros(MOST_STEPS + 1, np.float32),
            "observations": np.zeros(MOST_STEPS + 1),
        },
    ],
)  # fmt: skip
def test_that_a_clip_whose_parts_do_not_fit_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which part it is says nothing to a person
        clip(**change)


@pytest.mark.parametrize("made", [clip(), picture_clip(), clip(env_kwargs={"地圖": ["懸崖", None, 1.5]})])
def test_that_a_clip_comes_back_from_its_file_and_numpy_reads_it_too(tmp_path: Path, made: Clip) -> None:
    path = write_clip(tmp_path, made)
    assert path == clip_path(tmp_path, made.clip_id)
    assert same(read_clip(path), made)
    with np.load(path, allow_pickle=False) as arrays:
        assert np.array_equal(arrays["observations"], made.observations)
        assert json.loads(arrays["about"].tobytes()) == made.about()
    before = path.stat().st_mtime_ns
    assert write_clip(tmp_path, made) == path
    assert path.stat().st_mtime_ns == before


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_that_observations_of_any_shape_come_back(data: st.DataObject) -> None:
    dtypes = st.sampled_from(["?", "i1", "<i2", ">i4", "i8", "u1", "f2", "<f4", ">f8"]).map(np.dtype)
    shapes = np_st.array_shapes(min_dims=0, max_dims=4, max_side=4).map(lambda shape: (5, *shape))
    elements = {"allow_nan": False, "allow_infinity": False}
    observations = data.draw(dtypes.flatmap(lambda dtype: np_st.arrays(dtype, shapes, elements=elements)))
    # As a view that does not lie in one piece.
    made = clip(observations=np.repeat(observations, 2, axis=0)[::2], kind="vector")
    assert same(clip_from_bytes(clip_bytes(made), made.clip_id), made)


def test_that_a_clip_under_anothers_name_is_refused(tmp_path: Path) -> None:
    path = write_clip(tmp_path, clip(1))
    path.rename(clip_path(tmp_path, clip(2).clip_id))
    with pytest.raises(RunError) as problem:
        read_clip(clip_path(tmp_path, clip(2).clip_id))
    assert problem.value.key == "error.clip.damaged"


def test_that_a_missing_clip_and_a_path_for_an_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError) as problem:
        read_clip(clip_path(tmp_path, "0" * 64))
    assert problem.value.key == "error.file.missing"
    for name in ("../../etc/passwd", "", "0" * 63, "G" * 64, "0" * 64 + "\n"):
        with pytest.raises(ValueError, match="clip_id"):
            clip_path(tmp_path, name)


def test_that_spoiled_files_end_in_our_own_error_or_in_the_clip() -> None:
    made = picture_clip()
    sound = clip_bytes(made)
    chance = random.Random(5)
    refused = 0
    for _ in range(600):
        try:
            assert same(clip_from_bytes(spoiled(sound, chance), made.clip_id), made)
        except RunError as problem:
            refused += problem.key == "error.clip.damaged"
    assert refused > 400


def packed(members: dict[str, bytes], **changed: Any) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", changed.get("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def members_of(made: Clip) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(clip_bytes(made))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def npy(array: Any, **options: Any) -> bytes:
    made = io.BytesIO()
    np.lib.format.write_array(made, np.asarray(array), **options)
    return made.getvalue()


OBJECTS = npy(np.array([{}, []], object), allow_pickle=True)


@pytest.mark.parametrize(
    "change",
    [
        {"../outside.npy": npy([1])}, {"extra.npy": npy([1])}, {"observations.npy": OBJECTS},
        {"observations.npy": npy(np.asfortranarray(np.ones((5, 2))))}, {"observations.npy": b""},
        {"observations.npy": npy(np.arange(5)) + b"more"}, {"observations.npy": npy(np.arange(5))[:-1]},
        {"observations.npy": npy(np.arange(5), version=(2, 0))}, {"observations.npy": npy(np.zeros(5, "M8[s]"))},
        {"observations.npy": npy(np.zeros(5, bool))[:-1] + b"\x07"}, {"about.npy": npy(np.frombuffer(b"[]", np.uint8))},
        {"about.npy": npy(np.frombuffer(b'{"clip_id": ""}', np.uint8))}, {"about.npy": npy([1, 2])},
        {"about.npy": npy(np.frombuffer(b"[" * 60_000, np.uint8))}, {"about.npy": npy(np.zeros(2**17, np.uint8))},
        {"about.npy": npy(np.frombuffer(b'{"env_step": NaN}', np.uint8))}, {"actions.npy": npy(np.arange(5.0))},
        {"actions.npy": npy(np.arange(MOST_STEPS + 9))}, {"rewards.npy": npy(np.arange(5))},
    ],
)  # fmt: skip
def test_that_a_made_up_file_is_refused(change: dict[str, bytes]) -> None:
    made = clip()
    with pytest.raises(RunError) as problem:
        clip_from_bytes(packed({**members_of(made), **change}), made.clip_id)
    assert problem.value.key == "error.clip.damaged"


def test_that_a_file_that_unpacks_without_end_is_refused_unread() -> None:
    made = clip()
    header = npy(np.zeros(2**25, np.uint8))
    with pytest.raises(RunError):
        clip_from_bytes(packed({**members_of(made), "observations.npy": header}), made.clip_id)
    with pytest.raises(RunError):
        clip_from_bytes(packed({**members_of(made), "observations.npy": bytes(2**26 + 2**10)}), made.clip_id)


@pytest.mark.parametrize("missing", ["about.npy", "observations.npy", "actions.npy", "rewards.npy"])
def test_that_a_file_that_lacks_a_part_is_refused(missing: str) -> None:
    members = members_of(clip())
    del members[missing]
    with pytest.raises(RunError):
        clip_from_bytes(packed(members), clip().clip_id)
