"""What somebody's code prints: bounded, its end kept."""

from __future__ import annotations

import io
from collections import deque

from agents.hosting.printed import LINES, LONGEST, MOST_PASSED, Printed


def test_that_a_flood_is_passed_on_only_to_a_bound_and_its_last_lines_are_kept() -> None:
    passed, last = io.StringIO(), deque[str](maxlen=LINES)
    stream = Printed(passed, last)
    for number in range(5_000):
        print("x" * 30, number, file=stream)
    print("y" * 10**6, file=stream)
    print("without an end", end="", file=stream)
    assert len(passed.getvalue()) == MOST_PASSED
    assert len(last) == LINES and max(map(len, last)) <= LONGEST
    assert last[-1] == "y" * LONGEST and last[-2].endswith(" 4999")
    print(" but here", file=stream)
    assert last[-1] == "without an end but here"


def test_that_a_closed_stream_behind_it_is_no_fault_of_who_prints() -> None:
    passed, last = io.StringIO(), deque[str](maxlen=LINES)
    passed.close()
    assert Printed(passed, last).write("a\nb\n") == 4
    assert Printed(None, last).write("c\n") == 2
    assert list(last) == ["a", "b", "c"]
