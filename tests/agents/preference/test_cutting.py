"""Clips are pieces of one game, and what comes after its end is shown as it is."""

from __future__ import annotations

import numpy as np

from agents.preference.clip_archive import Candidates, ClipArchive
from agents.preference.cutting import RecentSteps
from tests.agents.preference.made_clips import open_place


def played(rows: int, ends: dict[int, str], *, rests: bool, room: int = 100) -> RecentSteps:
    """Return one game's steps 0, 1, 2 …: the state is the number of the step, the reward too."""
    recent = RecentSteps(open_place(), 1, room, rests=rests)
    for row in range(rows):
        over = np.array([ends.get(row) == "over"])
        cut = np.array([ends.get(row) == "cut"])
        recent.add(np.array([row]), np.array([row % 4]), np.array([float(row)]), over, cut, [63], row)
    return recent


def all_clips(recent: RecentSteps, steps: int) -> list[tuple[list[int], list[int]]]:
    windows = recent.windows(10_000, steps, np.random.default_rng(0))
    clips = [recent.clip(windows, index) for index in range(len(windows))]
    return sorted((clip.observations.tolist(), clip.actions.tolist()) for clip in clips)


def test_that_clips_never_join_two_games() -> None:
    found = all_clips(played(12, {4: "cut"}, rests=True), 4)
    assert [seen for seen, _ in found] == [
        [0, 1, 2, 3],
        [1, 2, 3, 4],
        *([row + i for i in range(4)] for row in range(5, 9)),
    ]


def test_that_a_game_that_is_over_stays_over_to_the_end_of_the_clip() -> None:
    recent = played(8, {4: "over"}, rests=True)
    found = all_clips(recent, 4)
    assert ([3, 4, 63, 63], [3, 0, -1, -1]) in found
    assert ([4, 63, 63, 63], [0, -1, -1, -1]) in found
    windows = recent.windows(100, 4, np.random.default_rng(0))
    clip = next(
        clip for i in range(len(windows)) if (clip := recent.clip(windows, i)).observations.tolist() == [3, 4, 63, 63]
    )
    assert clip.rewards.tolist() == [3.0, 4.0, 0.0, 0.0]
    assert clip.env_step == 3


def test_that_where_ends_are_hidden_clips_stop_before_them() -> None:
    found = all_clips(played(8, {4: "over"}, rests=False), 4)
    assert all(-1 not in acted and len(seen) == 4 for seen, acted in found)


def test_that_only_a_game_shorter_than_a_clip_makes_a_shorter_one() -> None:
    found = all_clips(played(12, {2: "cut", 9: "cut"}, rests=False), 5)
    assert [0, 1, 2] in [seen for seen, _ in found]
    assert [seen for seen, _ in found if len(seen) < 5] == [[0, 1, 2]]


def test_that_a_full_memory_forgets_the_oldest_and_cuts_nothing_across_the_seam() -> None:
    found = all_clips(played(25, {3: "over"}, rests=True, room=10), 4)
    assert [seen for seen, _ in found] == [[row + i for i in range(4)] for row in range(15, 22)]


def test_that_nothing_played_gives_no_clips() -> None:
    recent = RecentSteps(open_place(), 2, 10, rests=True)
    assert len(recent.windows(5, 3, np.random.default_rng(0))) == 0
    candidates = Candidates(recent, ClipArchive(open_place(), 3), 5, 3, np.random.default_rng(0))
    assert len(candidates) == 0


def test_that_an_archive_keeps_clips_of_all_ages_and_comes_back_as_it_was() -> None:
    recent, archive = played(40, {}, rests=True), ClipArchive(open_place(), 4)
    luck = np.random.default_rng(2)
    for _ in range(60):
        archive.offer(recent, 30, luck)
    assert len(archive) == 600
    assert archive.seen == 1_800
    again = ClipArchive(open_place(), 4)
    again.load(archive.state())
    assert again.clip(77).clip_id == archive.clip(77).clip_id
    mixed = Candidates(recent, archive, 40, 4, luck)
    assert len(mixed) == 40
    assert mixed.batch is not None
    for index in (0, 39):
        assert mixed.clip(index).observations.tolist() == mixed.batch.observations[index].tolist()
