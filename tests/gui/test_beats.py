"""The four beats, without a clock."""

from __future__ import annotations

from gui.state.beats import BeatPresenter


def test_that_beats_follow_each_other_within_the_time_given() -> None:
    beats = BeatPresenter()
    beats.begin(10.0, 0.8, held=False, covered=False)
    seen = [beats.beat]
    for now in (10.1, 10.21, 10.3, 10.41, 10.61, 11.0):
        beats.tick(now)
        seen.append(beats.beat)
    assert seen == [1, 1, 2, 2, 3, 4, 4]
    assert not beats.showing


def test_that_a_window_kept_busy_shows_every_beat_late_and_leaves_none_out() -> None:
    beats = BeatPresenter()
    beats.begin(0.0, 0.8, held=False, covered=False)
    seen = []
    while beats.tick(60.0):
        seen.append(beats.beat)
    assert seen == [2, 3, 4]


def test_that_held_beats_wait_for_a_person() -> None:
    beats = BeatPresenter()
    beats.begin(0.0, 0.8, held=True, covered=False)
    assert not beats.tick(100.0)
    shown = []
    while beats.showing:
        beats.next()
        shown.append(beats.beat)
    assert shown == [2, 3, 4]


def test_that_a_covered_step_shows_nothing_until_it_is_uncovered() -> None:
    beats = BeatPresenter()
    beats.begin(0.0, 0.0, held=False, covered=True)
    assert beats.beat == 0 and not beats.tick(100.0)
    beats.finish()
    assert beats.beat == 4


def test_that_a_step_too_fast_for_beats_is_shown_at_once() -> None:
    beats = BeatPresenter()
    beats.begin(0.0, 0.0, held=False, covered=False)
    assert beats.beat == 4
